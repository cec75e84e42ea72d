-- What each location holds of each part, and of each serial number, kept in step with the movements: a balance is one look.

CREATE TABLE stock_balance (
    location_id TEXT NOT NULL, part_id TEXT NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (location_id, part_id)
) WITHOUT ROWID;
CREATE INDEX stock_balance_part ON stock_balance (part_id);
-- A piece with a serial number; a row whose quantity comes to nothing goes.
CREATE TABLE stock_serial (
    part_id TEXT NOT NULL, serial TEXT NOT NULL, location_id TEXT NOT NULL, quantity INTEGER NOT NULL,
    PRIMARY KEY (part_id, serial, location_id)
) WITHOUT ROWID;

INSERT INTO stock_balance SELECT location_id, part_id, sum(quantity) FROM (
    SELECT to_id AS location_id, part_id, quantity FROM stock_movement WHERE to_id IS NOT NULL
    UNION ALL SELECT from_id, part_id, -quantity FROM stock_movement WHERE from_id IS NOT NULL
) GROUP BY location_id, part_id;
INSERT INTO stock_serial SELECT part_id, serial, location_id, sum(quantity) FROM (
    SELECT part_id, serial, to_id AS location_id, quantity FROM stock_movement WHERE to_id IS NOT NULL
    UNION ALL SELECT part_id, serial, from_id, -quantity FROM stock_movement WHERE from_id IS NOT NULL
) WHERE serial IS NOT NULL GROUP BY part_id, serial, location_id HAVING sum(quantity) <> 0;

CREATE TRIGGER stock_balance_came AFTER INSERT ON stock_movement WHEN new.to_id IS NOT NULL BEGIN
    INSERT INTO stock_balance VALUES (new.to_id, new.part_id, new.quantity)
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
END;
CREATE TRIGGER stock_balance_went AFTER INSERT ON stock_movement WHEN new.from_id IS NOT NULL BEGIN
    INSERT INTO stock_balance VALUES (new.from_id, new.part_id, -new.quantity)
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
END;
CREATE TRIGGER stock_balance_came_not AFTER DELETE ON stock_movement WHEN old.to_id IS NOT NULL BEGIN
    INSERT INTO stock_balance VALUES (old.to_id, old.part_id, -old.quantity)
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
END;
CREATE TRIGGER stock_balance_went_not AFTER DELETE ON stock_movement WHEN old.from_id IS NOT NULL BEGIN
    INSERT INTO stock_balance VALUES (old.from_id, old.part_id, old.quantity)
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
END;
CREATE TRIGGER stock_serial_came AFTER INSERT ON stock_movement
WHEN new.to_id IS NOT NULL AND new.serial IS NOT NULL BEGIN
    INSERT INTO stock_serial VALUES (new.part_id, new.serial, new.to_id, new.quantity)
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    DELETE FROM stock_serial
    WHERE part_id = new.part_id AND serial = new.serial AND location_id = new.to_id AND quantity = 0;
END;
CREATE TRIGGER stock_serial_went AFTER INSERT ON stock_movement
WHEN new.from_id IS NOT NULL AND new.serial IS NOT NULL BEGIN
    INSERT INTO stock_serial VALUES (new.part_id, new.serial, new.from_id, -new.quantity)
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    DELETE FROM stock_serial
    WHERE part_id = new.part_id AND serial = new.serial AND location_id = new.from_id AND quantity = 0;
END;
CREATE TRIGGER stock_serial_came_not AFTER DELETE ON stock_movement
WHEN old.to_id IS NOT NULL AND old.serial IS NOT NULL BEGIN
    INSERT INTO stock_serial VALUES (old.part_id, old.serial, old.to_id, -old.quantity)
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    DELETE FROM stock_serial
    WHERE part_id = old.part_id AND serial = old.serial AND location_id = old.to_id AND quantity = 0;
END;
CREATE TRIGGER stock_serial_went_not AFTER DELETE ON stock_movement
WHEN old.from_id IS NOT NULL AND old.serial IS NOT NULL BEGIN
    INSERT INTO stock_serial VALUES (old.part_id, old.serial, old.from_id, old.quantity)
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    DELETE FROM stock_serial
    WHERE part_id = old.part_id AND serial = old.serial AND location_id = old.from_id AND quantity = 0;
END;
-- A movement never changes, but a snapshot that is loaded over what is here may put it again.
CREATE TRIGGER stock_balance_changed AFTER UPDATE OF part_id, quantity, from_id, to_id, serial ON stock_movement BEGIN
    INSERT INTO stock_balance SELECT old.to_id, old.part_id, -old.quantity WHERE old.to_id IS NOT NULL
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    INSERT INTO stock_balance SELECT old.from_id, old.part_id, old.quantity WHERE old.from_id IS NOT NULL
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    INSERT INTO stock_balance SELECT new.to_id, new.part_id, new.quantity WHERE new.to_id IS NOT NULL
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    INSERT INTO stock_balance SELECT new.from_id, new.part_id, -new.quantity WHERE new.from_id IS NOT NULL
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    INSERT INTO stock_serial SELECT old.part_id, old.serial, old.to_id, -old.quantity
    WHERE old.to_id IS NOT NULL AND old.serial IS NOT NULL
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    INSERT INTO stock_serial SELECT old.part_id, old.serial, old.from_id, old.quantity
    WHERE old.from_id IS NOT NULL AND old.serial IS NOT NULL
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    INSERT INTO stock_serial SELECT new.part_id, new.serial, new.to_id, new.quantity
    WHERE new.to_id IS NOT NULL AND new.serial IS NOT NULL
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    INSERT INTO stock_serial SELECT new.part_id, new.serial, new.from_id, -new.quantity
    WHERE new.from_id IS NOT NULL AND new.serial IS NOT NULL
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity;
    DELETE FROM stock_serial WHERE part_id IN (old.part_id, new.part_id) AND quantity = 0;
END;
