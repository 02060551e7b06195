-- AlterTable
ALTER TABLE "evaluations" ADD COLUMN     "seenInTraining" JSONB;

-- What was measured on items of a version whose newest leakage check found some of them in training passed as evidence until now.
UPDATE "evaluations" SET
  "sameAsTraining" = true,
  "seenInTraining" = jsonb_build_object(
    'texts', leak."held", 'exact', leak."exact", 'elsewhere', 0, 'near', leak."near", 'isDataGone', false, 'origin', NULL)
FROM (
  SELECT DISTINCT ON (made."datasetVersionId", found->>'held')
    made."datasetVersionId", found->>'held' AS "split",
    (found->>'heldItems')::int AS "held", (found->>'exact')::int AS "exact", (found->>'near')::int AS "near"
  FROM "preparations" made, jsonb_array_elements(made."result"->'leakage'->'leaks') found
  WHERE found->>'from' = 'train'
  ORDER BY made."datasetVersionId", found->>'held', made."createdAt" DESC
) leak
WHERE leak."datasetVersionId" = "evaluations"."datasetVersionId" AND leak."split" = "evaluations"."split"
  AND leak."exact" + leak."near" > 0 AND NOT "evaluations"."sameAsTraining";
