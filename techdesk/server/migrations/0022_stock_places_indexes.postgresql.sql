DROP INDEX CONCURRENTLY IF EXISTS stock_level_place;
CREATE INDEX CONCURRENTLY stock_level_place ON stock_level (org, location_id, part_id);
DROP INDEX CONCURRENTLY IF EXISTS stock_movement_came;
CREATE INDEX CONCURRENTLY stock_movement_came ON stock_movement (org, to_id, at);
