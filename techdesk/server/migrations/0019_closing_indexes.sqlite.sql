CREATE INDEX ix_ticket_parent_id ON ticket (org, parent_id);
CREATE INDEX ix_ticket_repeat_of ON ticket (org, repeat_of);
CREATE INDEX ticket_closed ON ticket (org, closed_at);
CREATE INDEX ticket_promised ON ticket (org, promised);
CREATE INDEX ix_worklog_corrects ON worklog (org, corrects);
