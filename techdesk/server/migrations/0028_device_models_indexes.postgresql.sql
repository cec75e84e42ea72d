DROP INDEX CONCURRENTLY IF EXISTS ix_device_model_merged_into;
CREATE INDEX CONCURRENTLY ix_device_model_merged_into ON device_model (org, merged_into);
