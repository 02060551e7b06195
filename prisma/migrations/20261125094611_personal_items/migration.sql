-- AlterTable
ALTER TABLE "dataset_versions" ADD COLUMN     "personalItems" INTEGER;
