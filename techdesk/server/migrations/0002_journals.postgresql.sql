ALTER TABLE change_log ADD COLUMN before TEXT COLLATE "C";
ALTER TABLE change_log ADD COLUMN undoes TEXT COLLATE "C";
CREATE INDEX change_log_undoes ON change_log (org, undoes);
