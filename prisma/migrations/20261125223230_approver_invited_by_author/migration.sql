-- AlterTable
ALTER TABLE "requirement_events" ADD COLUMN     "invitedBy" TEXT;
