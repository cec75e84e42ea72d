CREATE INDEX ix_device_model_merged_into ON device_model (org, merged_into);
