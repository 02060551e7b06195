-- AlterTable
ALTER TABLE "erasure_versions" ADD COLUMN     "renamed" INTEGER NOT NULL DEFAULT 0;
