CREATE INDEX ix_inbox_item_entity_id ON inbox_item (org, entity_id);
CREATE INDEX visit_now ON visit (org, technician_id, state);
