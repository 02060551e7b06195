-- AlterTable
ALTER TABLE "criteria" DROP CONSTRAINT "criteria_pkey",
ADD CONSTRAINT "criteria_pkey" PRIMARY KEY ("requirementId", "id");

-- AlterTable
ALTER TABLE "requirements" ADD COLUMN     "basedOn" INTEGER,
ADD COLUMN     "editedAt" TIMESTAMPTZ(3),
ADD COLUMN     "editedBy" TEXT,
ADD COLUMN     "editedById" UUID,
ADD COLUMN     "questions" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "risks" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "submittedById" UUID;

-- CreateTable
CREATE TABLE "requirement_events" (
    "id" UUID NOT NULL,
    "requirementId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reason" TEXT,
    "selfApproved" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "requirement_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "requirement_events_requirementId_at_idx" ON "requirement_events"("requirementId", "at");

-- AddForeignKey
ALTER TABLE "requirement_events" ADD CONSTRAINT "requirement_events_requirementId_fkey" FOREIGN KEY ("requirementId") REFERENCES "requirements"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One version at a time is written or reviewed.
CREATE UNIQUE INDEX "requirements_one_open_per_project" ON "requirements"("projectId") WHERE "state" <> 'approved';

-- An approved version is frozen for every client of the database. Only the removal of a whole project takes it along: by then
-- the project's row is gone.
CREATE FUNCTION "refuse_change_of_approved_requirement"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."state" <> 'approved' THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
  END IF;
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM "projects" WHERE "id" = OLD."projectId") THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'requirement % is approved and frozen', OLD."id" USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER "requirements_frozen" BEFORE UPDATE OR DELETE ON "requirements"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_approved_requirement"();

CREATE FUNCTION "refuse_change_of_approved_criteria"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM "requirements" WHERE "state" = 'approved'
      AND "id" IN (CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD."requirementId" END,
                   CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW."requirementId" END)
  ) THEN
    RAISE EXCEPTION 'the criteria of an approved requirement are frozen' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
END $$;

CREATE TRIGGER "criteria_frozen" BEFORE INSERT OR UPDATE OR DELETE ON "criteria"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_approved_criteria"();

-- What became of a version is written once; it goes only with its version.
CREATE FUNCTION "refuse_change_of_requirement_event"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM "requirements" WHERE "id" = OLD."requirementId") THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'steps of a requirement are never changed' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER "requirement_events_kept" BEFORE UPDATE OR DELETE ON "requirement_events"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_requirement_event"();
