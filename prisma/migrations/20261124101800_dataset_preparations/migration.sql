-- CreateTable
CREATE TABLE "preparations" (
    "jobId" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "datasetVersionId" UUID NOT NULL,
    "originVersionId" UUID,
    "plan" JSONB NOT NULL,
    "result" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "preparations_pkey" PRIMARY KEY ("jobId")
);

-- CreateIndex
CREATE INDEX "preparations_projectId_createdAt_jobId_idx" ON "preparations"("projectId", "createdAt", "jobId");

-- CreateIndex
CREATE INDEX "preparations_datasetVersionId_idx" ON "preparations"("datasetVersionId");

-- AddForeignKey
ALTER TABLE "preparations" ADD CONSTRAINT "preparations_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "preparations" ADD CONSTRAINT "preparations_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "preparations" ADD CONSTRAINT "preparations_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "dataset_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "preparations" ADD CONSTRAINT "preparations_originVersionId_fkey" FOREIGN KEY ("originVersionId") REFERENCES "dataset_versions"("id") ON DELETE SET NULL ON UPDATE CASCADE;
