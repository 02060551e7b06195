-- AlterTable
ALTER TABLE "tokenizers" ADD COLUMN     "fileName" TEXT,
ADD COLUMN     "runSha256" TEXT,
ALTER COLUMN "datasetVersionId" DROP NOT NULL;

-- CreateTable
CREATE TABLE "tokenizer_measurements" (
    "tokenizerId" UUID NOT NULL,
    "datasetVersionId" UUID NOT NULL,
    "report" JSONB NOT NULL,
    "measuredAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tokenizer_measurements_pkey" PRIMARY KEY ("tokenizerId","datasetVersionId")
);

-- CreateIndex
CREATE INDEX "tokenizer_measurements_datasetVersionId_idx" ON "tokenizer_measurements"("datasetVersionId");

-- AddForeignKey
ALTER TABLE "tokenizer_measurements" ADD CONSTRAINT "tokenizer_measurements_tokenizerId_fkey" FOREIGN KEY ("tokenizerId") REFERENCES "tokenizers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tokenizer_measurements" ADD CONSTRAINT "tokenizer_measurements_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "dataset_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
