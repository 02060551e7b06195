-- AlterTable
ALTER TABLE "dataset_versions" ADD COLUMN     "labelKind" TEXT NOT NULL DEFAULT 'none',
ADD COLUMN     "labels" JSONB NOT NULL DEFAULT '[]';
