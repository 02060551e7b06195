-- CreateTable
CREATE TABLE "candidates" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "name" JSONB NOT NULL,
    "notes" JSONB,
    "architecture" TEXT,
    "modelFileId" UUID,
    "endpointUrl" TEXT,
    "endpointModel" TEXT,
    "endpointCheck" JSONB,
    "createdBy" TEXT NOT NULL,
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archivedAt" TIMESTAMPTZ(3),

    CONSTRAINT "candidates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "selections" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "basedOn" INTEGER,
    "criteria" JSONB NOT NULL,
    "cells" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "editedAt" TIMESTAMPTZ(3),
    "editedBy" TEXT,
    "editedById" UUID,
    "decision" JSONB,

    CONSTRAINT "selections_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "selection_candidates" (
    "selectionId" UUID NOT NULL,
    "candidateId" UUID NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "selection_candidates_pkey" PRIMARY KEY ("selectionId","candidateId")
);

-- CreateIndex
CREATE INDEX "candidates_projectId_createdAt_id_idx" ON "candidates"("projectId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "candidates_projectId_key_key" ON "candidates"("projectId", "key");

-- CreateIndex
CREATE UNIQUE INDEX "selections_projectId_version_key" ON "selections"("projectId", "version");

-- CreateIndex
CREATE INDEX "selection_candidates_candidateId_idx" ON "selection_candidates"("candidateId");

-- AddForeignKey
ALTER TABLE "candidates" ADD CONSTRAINT "candidates_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "candidates" ADD CONSTRAINT "candidates_modelFileId_fkey" FOREIGN KEY ("modelFileId") REFERENCES "model_files"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "selections" ADD CONSTRAINT "selections_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "selection_candidates" ADD CONSTRAINT "selection_candidates_selectionId_fkey" FOREIGN KEY ("selectionId") REFERENCES "selections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "selection_candidates" ADD CONSTRAINT "selection_candidates_candidateId_fkey" FOREIGN KEY ("candidateId") REFERENCES "candidates"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- One matrix at a time is written.
CREATE UNIQUE INDEX "selections_one_draft_per_project" ON "selections"("projectId") WHERE "state" = 'draft';

-- A decided matrix is frozen for every client of the database, with its columns. Only the removal of a whole project takes it along.
CREATE FUNCTION "refuse_change_of_decided_selection"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."state" <> 'decided' THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
  END IF;
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM "projects" WHERE "id" = OLD."projectId") THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'decision matrix % is decided and frozen', OLD."id" USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER "selections_frozen" BEFORE UPDATE OR DELETE ON "selections"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_decided_selection"();

CREATE FUNCTION "refuse_change_of_decided_columns"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM "selections" WHERE "state" = 'decided'
      AND "id" IN (CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD."selectionId" END,
                   CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW."selectionId" END)
  ) THEN
    RAISE EXCEPTION 'the candidates of a decided matrix are frozen' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
END $$;

CREATE TRIGGER "selection_candidates_frozen" BEFORE INSERT OR UPDATE OR DELETE ON "selection_candidates"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_decided_columns"();
