-- AlterTable
ALTER TABLE "requirements" ADD COLUMN     "authorIds" UUID[] DEFAULT ARRAY[]::UUID[];

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "lastSignInAt" TIMESTAMPTZ(3);

-- Open versions know at least who saved last and who submitted; approved ones are frozen and need no authors any more.
UPDATE "requirements" SET "authorIds" = ARRAY(
    SELECT DISTINCT "id" FROM UNNEST(ARRAY["editedById", "submittedById"]) AS "known"("id") WHERE "id" IS NOT NULL)
  WHERE "state" <> 'approved';

-- The audit log knows who signed in when, by the name under which they did.
UPDATE "users" SET "lastSignInAt" = "last"."at" FROM (
    SELECT "actor", MAX("at") AS "at" FROM "audit_events"
      WHERE "action" IN ('sign-in', 'sign-in.link', 'account.created') GROUP BY "actor") AS "last"
  WHERE "last"."actor" = "users"."email";
