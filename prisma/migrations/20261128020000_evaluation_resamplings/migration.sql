-- CreateTable
CREATE TABLE "evaluation_resamplings" (
    "evaluationId" UUID NOT NULL,
    "of" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "groups" INTEGER NOT NULL,
    "itemsSha256" TEXT NOT NULL,
    "metrics" TEXT[],
    "values" BYTEA NOT NULL,
    "wrong" BYTEA,
    "places" BYTEA,
    "losses" BYTEA,

    CONSTRAINT "evaluation_resamplings_pkey" PRIMARY KEY ("evaluationId","of","task")
);

-- AddForeignKey
ALTER TABLE "evaluation_resamplings" ADD CONSTRAINT "evaluation_resamplings_evaluationId_fkey" FOREIGN KEY ("evaluationId") REFERENCES "evaluations"("id") ON DELETE CASCADE ON UPDATE CASCADE;
