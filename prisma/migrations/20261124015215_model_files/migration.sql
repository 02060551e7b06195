-- CreateTable
CREATE TABLE "model_files" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "inspectionId" UUID NOT NULL,
    "mapping" JSONB,
    "tokenizerSha256" TEXT,
    "tokenizerSizeBytes" BIGINT,
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_files_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "model_files_inspectionId_key" ON "model_files"("inspectionId");

-- CreateIndex
CREATE INDEX "model_files_projectId_createdAt_id_idx" ON "model_files"("projectId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "model_files_projectId_sha256_key" ON "model_files"("projectId", "sha256");

-- AddForeignKey
ALTER TABLE "model_files" ADD CONSTRAINT "model_files_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_files" ADD CONSTRAINT "model_files_inspectionId_fkey" FOREIGN KEY ("inspectionId") REFERENCES "jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
