-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "plan" JSONB,
ADD COLUMN     "usage" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "workers" ADD COLUMN     "calibration" JSONB,
ADD COLUMN     "rates" JSONB;

-- CreateTable
CREATE TABLE "length_profiles" (
    "datasetVersionId" UUID NOT NULL,
    "profile" JSONB NOT NULL,

    CONSTRAINT "length_profiles_pkey" PRIMARY KEY ("datasetVersionId")
);

-- AddForeignKey
ALTER TABLE "length_profiles" ADD CONSTRAINT "length_profiles_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "dataset_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
