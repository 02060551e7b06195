-- AlterTable
ALTER TABLE "workers" ADD COLUMN     "copiesCertainAt" TIMESTAMPTZ(3),
ADD COLUMN     "copiesToldAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "worker_copies" (
    "workerId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "toldAt" TIMESTAMPTZ(3) NOT NULL,
    "goneAt" TIMESTAMPTZ(3),

    CONSTRAINT "worker_copies_pkey" PRIMARY KEY ("workerId","kind","key")
);

-- CreateIndex
CREATE INDEX "worker_copies_kind_key_idx" ON "worker_copies"("kind", "key");

-- AddForeignKey
ALTER TABLE "worker_copies" ADD CONSTRAINT "worker_copies_workerId_fkey" FOREIGN KEY ("workerId") REFERENCES "workers"("id") ON DELETE CASCADE ON UPDATE CASCADE;
