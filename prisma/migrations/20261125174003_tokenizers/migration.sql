-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "tokenizerId" UUID;

-- CreateTable
CREATE TABLE "tokenizers" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "datasetVersionId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "size" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "report" JSONB NOT NULL,
    "deletedAt" TIMESTAMPTZ(3),
    "fileRemovedAt" TIMESTAMPTZ(3),
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tokenizers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tokenizer_trainings" (
    "jobId" UUID NOT NULL,
    "tokenizerId" UUID NOT NULL,

    CONSTRAINT "tokenizer_trainings_pkey" PRIMARY KEY ("jobId")
);

-- CreateIndex
CREATE INDEX "tokenizers_projectId_createdAt_id_idx" ON "tokenizers"("projectId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "tokenizers_sha256_idx" ON "tokenizers"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "tokenizers_datasetVersionId_sha256_key" ON "tokenizers"("datasetVersionId", "sha256");

-- CreateIndex
CREATE INDEX "tokenizer_trainings_tokenizerId_idx" ON "tokenizer_trainings"("tokenizerId");

-- CreateIndex
CREATE INDEX "runs_tokenizerId_idx" ON "runs"("tokenizerId");

-- AddForeignKey
ALTER TABLE "tokenizers" ADD CONSTRAINT "tokenizers_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tokenizers" ADD CONSTRAINT "tokenizers_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "dataset_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tokenizer_trainings" ADD CONSTRAINT "tokenizer_trainings_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tokenizer_trainings" ADD CONSTRAINT "tokenizer_trainings_tokenizerId_fkey" FOREIGN KEY ("tokenizerId") REFERENCES "tokenizers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_tokenizerId_fkey" FOREIGN KEY ("tokenizerId") REFERENCES "tokenizers"("id") ON DELETE SET NULL ON UPDATE CASCADE;
