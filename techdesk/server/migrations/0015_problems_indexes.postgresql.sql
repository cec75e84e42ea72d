DROP INDEX CONCURRENTLY IF EXISTS ix_ticket_problem_id;
CREATE INDEX CONCURRENTLY ix_ticket_problem_id ON ticket (org, problem_id);
