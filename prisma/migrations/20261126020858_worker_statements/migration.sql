-- CreateTable
CREATE TABLE "worker_statements" (
    "id" UUID NOT NULL,
    "certificateId" UUID NOT NULL,
    "workerId" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "statedBy" TEXT NOT NULL,
    "statedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_statements_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "worker_statements_certificateId_statedAt_id_idx" ON "worker_statements"("certificateId", "statedAt", "id");

-- CreateIndex
CREATE INDEX "worker_statements_workerId_idx" ON "worker_statements"("workerId");

-- AddForeignKey
ALTER TABLE "worker_statements" ADD CONSTRAINT "worker_statements_certificateId_fkey" FOREIGN KEY ("certificateId") REFERENCES "deletion_certificates"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "worker_statements" ADD CONSTRAINT "worker_statements_workerId_fkey" FOREIGN KEY ("workerId") REFERENCES "workers"("id") ON DELETE CASCADE ON UPDATE CASCADE;
