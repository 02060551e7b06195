-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "requestSha256" TEXT;

-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "requestSha256" TEXT;

-- AlterTable
ALTER TABLE "erasures" ADD COLUMN     "requestSha256" TEXT;

-- AlterTable
ALTER TABLE "tokens" ADD COLUMN     "creationKey" TEXT,
ADD COLUMN     "requestSha256" TEXT;

-- AlterTable
ALTER TABLE "invitations" ADD COLUMN     "creationKey" TEXT,
ADD COLUMN     "requestSha256" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "tokens_creationKey_key" ON "tokens"("creationKey");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_creationKey_key" ON "invitations"("creationKey");
