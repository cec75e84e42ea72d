-- What a model is called and what is known of it, also for another spelling of it: `kept_id` is the model itself,
-- `spelling` and `spelled_number` are as this row has them.

CREATE VIEW model_of AS SELECT
    id, coalesce(merged_into, id) AS kept_id, name AS spelling, number AS spelled_number,
    iif(merged_into IS NULL, name, (SELECT k.name FROM device_model k WHERE k.id = m.merged_into)) AS name,
    iif(merged_into IS NULL, number, (SELECT k.number FROM device_model k WHERE k.id = m.merged_into)) AS number,
    iif(merged_into IS NULL, category, (SELECT k.category FROM device_model k WHERE k.id = m.merged_into)) AS category,
    iif(merged_into IS NULL, standing, (SELECT k.standing FROM device_model k WHERE k.id = m.merged_into)) AS standing,
    iif(merged_into IS NULL, update_expiry, (SELECT k.update_expiry FROM device_model k WHERE k.id = m.merged_into))
        AS update_expiry,
    iif(merged_into IS NULL, manufacturer_id, (SELECT k.manufacturer_id FROM device_model k WHERE k.id = m.merged_into))
        AS manufacturer_id
FROM device_model m;

-- How often models fail is counted from these alone.
CREATE INDEX laptop_device_model ON device (model_id, state, bought, created_at, id);
CREATE INDEX laptop_ticket_failures ON ticket (device_id, opened_at)
WHERE device_id IS NOT NULL AND kind = 'incident' AND state <> 'cancelled';
