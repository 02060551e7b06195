-- AlterTable
ALTER TABLE "dataset_versions" ADD COLUMN     "labelledItems" INTEGER;
