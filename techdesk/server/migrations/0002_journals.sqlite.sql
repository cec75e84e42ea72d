ALTER TABLE change_log ADD COLUMN "before" TEXT;
ALTER TABLE change_log ADD COLUMN undoes TEXT;
CREATE INDEX change_log_undoes ON change_log (org, undoes);
