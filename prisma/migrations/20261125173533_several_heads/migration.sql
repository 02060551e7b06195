-- AlterTable
ALTER TABLE "dataset_versions" ADD COLUMN     "tasks" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "evaluations" ADD COLUMN     "heads" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "roc_snapshots" DROP CONSTRAINT "roc_snapshots_pkey",
ADD COLUMN     "head" TEXT NOT NULL DEFAULT '',
ADD CONSTRAINT "roc_snapshots_pkey" PRIMARY KEY ("runId", "step", "average", "head");
