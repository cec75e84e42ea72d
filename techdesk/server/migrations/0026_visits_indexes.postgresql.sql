DROP INDEX CONCURRENTLY IF EXISTS ix_attachment_run_id;
CREATE INDEX CONCURRENTLY ix_attachment_run_id ON attachment (org, run_id);
DROP INDEX CONCURRENTLY IF EXISTS ix_visit_instead_of;
CREATE INDEX CONCURRENTLY ix_visit_instead_of ON visit (org, instead_of);
DROP INDEX CONCURRENTLY IF EXISTS ix_visit_task_run_id;
CREATE INDEX CONCURRENTLY ix_visit_task_run_id ON visit_task (org, run_id);
