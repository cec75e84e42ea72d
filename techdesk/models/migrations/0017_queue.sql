-- What a laptop keeps for itself to rank again after each change, and to tell how long a kind of work takes: the few columns
-- that are asked for, so that no ticket is looked at.

CREATE INDEX laptop_ticket_queue ON ticket (state, priority, coalesce(fix_due, '9999'), site_id, opened_at, id) WHERE open = 1;
CREATE INDEX laptop_ticket_kind ON ticket (category, n, state, id) WHERE open = 0 AND category IS NOT NULL;
