-- CreateTable
CREATE TABLE "decisions" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "title" JSONB NOT NULL,
    "rationale" TEXT NOT NULL,
    "dissent" TEXT,
    "requirementVersion" INTEGER,
    "actor" TEXT NOT NULL,
    "actorId" UUID NOT NULL,
    "evidence" JSONB NOT NULL,
    "sha256" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decisions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitations" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "roles" TEXT[],
    "maximumUses" INTEGER NOT NULL,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "createdBy" TEXT NOT NULL,
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitation_uses" (
    "invitationId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "usedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invitation_uses_pkey" PRIMARY KEY ("invitationId","userId")
);

-- CreateIndex
CREATE INDEX "decisions_projectId_createdAt_id_idx" ON "decisions"("projectId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_sha256_key" ON "invitations"("sha256");

-- CreateIndex
CREATE INDEX "invitations_projectId_createdAt_id_idx" ON "invitations"("projectId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "invitation_uses_userId_idx" ON "invitation_uses"("userId");

-- CreateIndex
CREATE INDEX "audit_events_actor_sequence_idx" ON "audit_events"("actor", "sequence");

-- CreateIndex
CREATE INDEX "audit_events_action_sequence_idx" ON "audit_events"("action", "sequence");

-- CreateIndex
CREATE INDEX "audit_events_at_sequence_idx" ON "audit_events"("at", "sequence");

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation_uses" ADD CONSTRAINT "invitation_uses_invitationId_fkey" FOREIGN KEY ("invitationId") REFERENCES "invitations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation_uses" ADD CONSTRAINT "invitation_uses_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The audit log and the decisions only grow, for every client of the database.
CREATE FUNCTION "refuse_change_of_append_only_rows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER "audit_events_kept" BEFORE UPDATE OR DELETE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_append_only_rows"();
CREATE TRIGGER "audit_events_not_emptied" BEFORE TRUNCATE ON "audit_events"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change_of_append_only_rows"();
CREATE TRIGGER "decisions_kept" BEFORE UPDATE OR DELETE ON "decisions"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_append_only_rows"();
CREATE TRIGGER "decisions_not_emptied" BEFORE TRUNCATE ON "decisions"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change_of_append_only_rows"();

-- Product managers could add data and train before those became rights of their own: who had them keeps them.
INSERT INTO "project_members" ("projectId", "userId", "role")
  SELECT "projectId", "userId", "newRole" FROM "project_members", (VALUES ('data-scientist'), ('engineer')) AS "added"("newRole")
  WHERE "role" = 'product-manager'
  ON CONFLICT DO NOTHING;
