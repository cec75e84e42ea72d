CREATE INDEX stock_level_place ON stock_level (location_id, part_id);
CREATE INDEX stock_movement_came ON stock_movement (to_id, at);
