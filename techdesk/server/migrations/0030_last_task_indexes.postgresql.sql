DROP INDEX CONCURRENTLY IF EXISTS visit_task_rank;
CREATE INDEX CONCURRENTLY visit_task_rank ON visit_task (org, visit_id, rank);
