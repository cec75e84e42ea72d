CREATE INDEX stock_level_place ON stock_level (org, location_id, part_id);
CREATE INDEX stock_movement_came ON stock_movement (org, to_id, at);
