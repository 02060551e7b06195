-- AlterTable
ALTER TABLE "evaluations" ADD COLUMN     "jobId" UUID,
ADD COLUMN     "modelFileId" UUID,
ADD COLUMN     "predictionsSha256" TEXT,
ALTER COLUMN "runId" DROP NOT NULL,
ALTER COLUMN "predictionsArtifactId" DROP NOT NULL,
ALTER COLUMN "checkpointStep" DROP NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "evaluations_jobId_key" ON "evaluations"("jobId");

-- AddForeignKey
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_modelFileId_fkey" FOREIGN KEY ("modelFileId") REFERENCES "model_files"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- An evaluation measures a run's checkpoint or an imported model, never both.
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_origin" CHECK (
  ("runId" IS NOT NULL AND "modelFileId" IS NULL AND "checkpointStep" IS NOT NULL AND "predictionsArtifactId" IS NOT NULL)
  OR ("runId" IS NULL AND "modelFileId" IS NOT NULL AND "jobId" IS NOT NULL AND "predictionsSha256" IS NOT NULL)
);
