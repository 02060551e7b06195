-- AlterTable
ALTER TABLE "dataset_versions" ADD COLUMN     "certificateId" UUID,
ADD COLUMN     "deletedAt" TIMESTAMPTZ(3),
ADD COLUMN     "deletionKind" TEXT,
ADD COLUMN     "fileRemovedAt" TIMESTAMPTZ(3),
ADD COLUMN     "holdAt" TIMESTAMPTZ(3),
ADD COLUMN     "holdBy" TEXT,
ADD COLUMN     "holdReason" TEXT,
ADD COLUMN     "keptUntil" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "deletion_certificates" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "sha256" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deletion_certificates_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "deletion_certificates_projectId_createdAt_id_idx" ON "deletion_certificates"("projectId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "dataset_versions_keptUntil_idx" ON "dataset_versions"("keptUntil");

-- CreateIndex
CREATE INDEX "dataset_versions_contentSha256_idx" ON "dataset_versions"("contentSha256");

-- AddForeignKey
ALTER TABLE "dataset_versions" ADD CONSTRAINT "dataset_versions_certificateId_fkey" FOREIGN KEY ("certificateId") REFERENCES "deletion_certificates"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deletion_certificates" ADD CONSTRAINT "deletion_certificates_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;
