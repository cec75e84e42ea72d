-- The share of each model at each site is counted from this alone.

CREATE INDEX laptop_device_share ON device (site_id, model_id, state);
