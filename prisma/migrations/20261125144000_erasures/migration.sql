-- AlterTable
ALTER TABLE "artifacts" ADD COLUMN     "erasedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "erasures" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "salt" TEXT NOT NULL,
    "sealed" TEXT,
    "identifiers" JSONB NOT NULL,
    "idempotencyKey" TEXT,
    "requestedBy" TEXT NOT NULL,
    "confirmedBy" TEXT,
    "confirmedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "progress" JSONB,
    "texts" JSONB,
    "certificateId" UUID,
    "problem" JSONB,

    CONSTRAINT "erasures_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "erasure_versions" (
    "erasureId" UUID NOT NULL,
    "datasetVersionId" UUID NOT NULL,
    "found" INTEGER NOT NULL,
    "samples" JSONB NOT NULL,
    "erasedAt" TIMESTAMPTZ(3),
    "successorId" UUID,

    CONSTRAINT "erasure_versions_pkey" PRIMARY KEY ("erasureId","datasetVersionId")
);

-- CreateIndex
CREATE INDEX "erasures_projectId_createdAt_id_idx" ON "erasures"("projectId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "erasures_state_leaseExpiresAt_idx" ON "erasures"("state", "leaseExpiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "erasures_projectId_idempotencyKey_key" ON "erasures"("projectId", "idempotencyKey");

-- CreateIndex
CREATE INDEX "erasure_versions_datasetVersionId_idx" ON "erasure_versions"("datasetVersionId");

-- CreateIndex
CREATE INDEX "erasure_versions_successorId_idx" ON "erasure_versions"("successorId");

-- AddForeignKey
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "erasure_versions" ADD CONSTRAINT "erasure_versions_erasureId_fkey" FOREIGN KEY ("erasureId") REFERENCES "erasures"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "erasure_versions" ADD CONSTRAINT "erasure_versions_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "dataset_versions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "erasure_versions" ADD CONSTRAINT "erasure_versions_successorId_fkey" FOREIGN KEY ("successorId") REFERENCES "dataset_versions"("id") ON DELETE SET NULL ON UPDATE CASCADE;
