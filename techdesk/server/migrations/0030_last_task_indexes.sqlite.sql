CREATE INDEX visit_task_rank ON visit_task (org, visit_id, rank);
