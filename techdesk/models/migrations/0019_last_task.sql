CREATE INDEX visit_task_rank ON visit_task (visit_id, rank);
