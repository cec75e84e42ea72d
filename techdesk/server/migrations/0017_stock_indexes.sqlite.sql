CREATE INDEX stock_movement_serial ON stock_movement (org, serial, part_id);
CREATE INDEX stock_movement_when ON stock_movement (org, reason, at);
