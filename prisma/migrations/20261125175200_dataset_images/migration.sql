-- AlterTable
ALTER TABLE "dataset_versions" ADD COLUMN     "imagesBytes" BIGINT,
ADD COLUMN     "imagesSha256" TEXT;

-- CreateIndex
CREATE INDEX "dataset_versions_imagesSha256_idx" ON "dataset_versions"("imagesSha256");
