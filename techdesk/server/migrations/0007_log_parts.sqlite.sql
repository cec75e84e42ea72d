ALTER TABLE change_log ADD COLUMN parts TEXT;
