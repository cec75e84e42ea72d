ALTER TABLE blob ADD COLUMN unnamed_since TEXT;
