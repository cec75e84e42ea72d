CREATE INDEX ix_visit_rotation_id ON visit (org, rotation_id);
