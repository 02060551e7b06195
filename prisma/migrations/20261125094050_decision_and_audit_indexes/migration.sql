-- CreateIndex
CREATE INDEX "audit_events_target_sequence_idx" ON "audit_events"("target", "sequence");

-- CreateIndex
CREATE INDEX "decisions_projectId_actorId_createdAt_idx" ON "decisions"("projectId", "actorId", "createdAt");
