CREATE INDEX ix_inbox_item_entity_id ON inbox_item (entity_id);
CREATE INDEX visit_now ON visit (technician_id, state);
