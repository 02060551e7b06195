-- CreateTable
CREATE TABLE "audit_head" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "sequence" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("id")
);

INSERT INTO "audit_head" ("sequence", "hash")
  SELECT COALESCE(MAX("sequence"), 0), COALESCE((SELECT "hash" FROM "audit_events" ORDER BY "sequence" DESC LIMIT 1), REPEAT('0', 64))
  FROM "audit_events";

-- Every event follows the last one, and becomes the last one.
CREATE FUNCTION "follow_the_last_audit_event"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "audit_head" SET "sequence" = NEW."sequence", "hash" = NEW."hash"
    WHERE "sequence" = NEW."sequence" - 1 AND "hash" = NEW."previousHash";
  IF NOT FOUND THEN
    RAISE EXCEPTION 'audit event % does not follow the last one', NEW."sequence" USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "audit_events_follow" BEFORE INSERT ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "follow_the_last_audit_event"();
CREATE TRIGGER "audit_head_kept" BEFORE DELETE ON "audit_head"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change_of_append_only_rows"();
CREATE TRIGGER "audit_head_not_emptied" BEFORE TRUNCATE ON "audit_head"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change_of_append_only_rows"();
