DROP INDEX CONCURRENTLY IF EXISTS ix_inbox_item_entity_id;
CREATE INDEX CONCURRENTLY ix_inbox_item_entity_id ON inbox_item (org, entity_id);
DROP INDEX CONCURRENTLY IF EXISTS visit_now;
CREATE INDEX CONCURRENTLY visit_now ON visit (org, technician_id, state);
