-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "nextSweepNumber" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "sweepId" UUID,
ADD COLUMN     "sweepPlace" INTEGER;

-- CreateTable
CREATE TABLE "sweeps" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "datasetVersionId" UUID NOT NULL,
    "search" JSONB NOT NULL,
    "objective" TEXT NOT NULL,
    "idempotencyKey" TEXT,
    "requestSha256" TEXT,
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sweeps_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sweeps_projectId_createdAt_id_idx" ON "sweeps"("projectId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "sweeps_projectId_number_key" ON "sweeps"("projectId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "sweeps_projectId_idempotencyKey_key" ON "sweeps"("projectId", "idempotencyKey");

-- CreateIndex
CREATE UNIQUE INDEX "runs_sweepId_sweepPlace_key" ON "runs"("sweepId", "sweepPlace");

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "sweeps"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sweeps" ADD CONSTRAINT "sweeps_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sweeps" ADD CONSTRAINT "sweeps_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "dataset_versions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
