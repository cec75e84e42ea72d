CREATE INDEX ix_attachment_run_id ON attachment (org, run_id);
CREATE INDEX ix_visit_instead_of ON visit (org, instead_of);
CREATE INDEX ix_visit_task_run_id ON visit_task (org, run_id);
