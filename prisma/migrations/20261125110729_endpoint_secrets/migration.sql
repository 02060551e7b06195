-- AlterTable
ALTER TABLE "candidates" ADD COLUMN     "secretSha256" TEXT;
