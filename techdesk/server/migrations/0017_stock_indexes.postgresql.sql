DROP INDEX CONCURRENTLY IF EXISTS stock_movement_serial;
CREATE INDEX CONCURRENTLY stock_movement_serial ON stock_movement (org, serial, part_id);
DROP INDEX CONCURRENTLY IF EXISTS stock_movement_when;
CREATE INDEX CONCURRENTLY stock_movement_when ON stock_movement (org, reason, at);
