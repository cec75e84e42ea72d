DROP INDEX CONCURRENTLY IF EXISTS ix_visit_rotation_id;
CREATE INDEX CONCURRENTLY ix_visit_rotation_id ON visit (org, rotation_id);
