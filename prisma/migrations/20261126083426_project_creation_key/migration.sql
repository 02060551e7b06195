-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "creationKey" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "projects_creationKey_key" ON "projects"("creationKey");
