-- AlterTable
ALTER TABLE "preparations" ADD COLUMN     "originSourceId" UUID;

-- CreateTable
CREATE TABLE "data_sources" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "receivedBytes" BIGINT NOT NULL DEFAULT 0,
    "state" TEXT NOT NULL DEFAULT 'receiving',
    "sha256" TEXT,
    "createdById" UUID NOT NULL,
    "idempotencyKey" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "data_sources_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "data_source_parts" (
    "sourceId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "data_source_parts_pkey" PRIMARY KEY ("sourceId","number")
);

-- CreateIndex
CREATE INDEX "data_sources_projectId_createdAt_id_idx" ON "data_sources"("projectId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "data_sources_expiresAt_idx" ON "data_sources"("expiresAt");

-- CreateIndex
CREATE INDEX "data_sources_sha256_idx" ON "data_sources"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "data_sources_projectId_createdById_idempotencyKey_key" ON "data_sources"("projectId", "createdById", "idempotencyKey");

-- AddForeignKey
ALTER TABLE "preparations" ADD CONSTRAINT "preparations_originSourceId_fkey" FOREIGN KEY ("originSourceId") REFERENCES "data_sources"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "data_sources" ADD CONSTRAINT "data_sources_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "data_sources" ADD CONSTRAINT "data_sources_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "data_source_parts" ADD CONSTRAINT "data_source_parts_sourceId_fkey" FOREIGN KEY ("sourceId") REFERENCES "data_sources"("id") ON DELETE CASCADE ON UPDATE CASCADE;
