CREATE INDEX ix_ticket_problem_id ON ticket (org, problem_id);
