-- AlterTable
ALTER TABLE "criteria" ADD COLUMN     "task" TEXT;
