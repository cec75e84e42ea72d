-- What a laptop keeps for itself, beside the tables that travel; and full-text search.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

-- Every command that this laptop made, in order. `undo` is the journal: [table, id, before, after] for each row written.
-- Operations of one `batch` (an import, a bulk close) are undone together.
-- state: pending (not sent), sent (perhaps received), done (came back in the server's log).
CREATE TABLE operation (
    dseq INTEGER PRIMARY KEY,
    mid TEXT NOT NULL UNIQUE,
    command TEXT NOT NULL,
    version INTEGER NOT NULL,
    args TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT,
    undo TEXT NOT NULL,
    batch TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
);
CREATE INDEX operation_batch ON operation (batch);
CREATE INDEX operation_undone ON operation (command) WHERE command = 'desk.undo';
CREATE INDEX operation_waiting ON operation (dseq) WHERE state <> 'done';

-- Ticket numbers this laptop may give out: from `next` up to and with `last` (no end when `last` is empty).
CREATE TABLE number_block (next INTEGER PRIMARY KEY, last INTEGER);

-- Files that the server has whole, by SHA-256: what an attachment names and this table does not is still to be sent.
CREATE TABLE file_sent (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE VIRTUAL TABLE ticket_search USING fts5 (
    ref, text, room, reporter, resolution,
    content='ticket', content_rowid='n', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
-- How many tickets hold a word: a rare one tells more.
CREATE VIRTUAL TABLE ticket_words USING fts5vocab(ticket_search, row);
CREATE TRIGGER ticket_search_insert AFTER INSERT ON ticket BEGIN
    INSERT INTO ticket_search (rowid, ref, text, room, reporter, resolution)
    VALUES (new.n, new.ref, new.text, new.room, new.reporter, new.resolution);
END;
CREATE TRIGGER ticket_search_update AFTER UPDATE OF ref, text, room, reporter, resolution ON ticket BEGIN
    INSERT INTO ticket_search (ticket_search, rowid, ref, text, room, reporter, resolution)
    VALUES ('delete', old.n, old.ref, old.text, old.room, old.reporter, old.resolution);
    INSERT INTO ticket_search (rowid, ref, text, room, reporter, resolution)
    VALUES (new.n, new.ref, new.text, new.room, new.reporter, new.resolution);
END;
CREATE TRIGGER ticket_search_delete AFTER DELETE ON ticket BEGIN
    INSERT INTO ticket_search (ticket_search, rowid, ref, text, room, reporter, resolution)
    VALUES ('delete', old.n, old.ref, old.text, old.room, old.reporter, old.resolution);
END;

CREATE VIRTUAL TABLE device_search USING fts5 (
    tag, serial, name, room, note,
    content='device', content_rowid='n', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
CREATE TRIGGER device_search_insert AFTER INSERT ON device BEGIN
    INSERT INTO device_search (rowid, tag, serial, name, room, note)
    VALUES (new.n, new.tag, new.serial, new.name, new.room, new.note);
END;
CREATE TRIGGER device_search_update AFTER UPDATE OF tag, serial, name, room, note ON device BEGIN
    INSERT INTO device_search (device_search, rowid, tag, serial, name, room, note)
    VALUES ('delete', old.n, old.tag, old.serial, old.name, old.room, old.note);
    INSERT INTO device_search (rowid, tag, serial, name, room, note)
    VALUES (new.n, new.tag, new.serial, new.name, new.room, new.note);
END;
CREATE TRIGGER device_search_delete AFTER DELETE ON device BEGIN
    INSERT INTO device_search (device_search, rowid, tag, serial, name, room, note)
    VALUES ('delete', old.n, old.tag, old.serial, old.name, old.room, old.note);
END;
