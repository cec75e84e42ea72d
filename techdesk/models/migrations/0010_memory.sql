-- What a laptop keeps for itself to find things again: full text over articles and problems, and how solved tickets were solved,
-- which is read for many tickets at once and without their texts.

CREATE INDEX laptop_ticket_learned ON ticket (n, open, state, category, service, role, impact, urgency);

CREATE VIRTUAL TABLE article_search USING fts5 (
    title, body, category, services,
    content='article', content_rowid='n', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
INSERT INTO article_search (article_search) VALUES ('rebuild');
CREATE TRIGGER article_search_insert AFTER INSERT ON article BEGIN
    INSERT INTO article_search (rowid, title, body, category, services)
    VALUES (new.n, new.title, new.body, new.category, new.services);
END;
CREATE TRIGGER article_search_update AFTER UPDATE OF title, body, category, services ON article BEGIN
    INSERT INTO article_search (article_search, rowid, title, body, category, services)
    VALUES ('delete', old.n, old.title, old.body, old.category, old.services);
    INSERT INTO article_search (rowid, title, body, category, services)
    VALUES (new.n, new.title, new.body, new.category, new.services);
END;
CREATE TRIGGER article_search_delete AFTER DELETE ON article BEGIN
    INSERT INTO article_search (article_search, rowid, title, body, category, services)
    VALUES ('delete', old.n, old.title, old.body, old.category, old.services);
END;

CREATE VIRTUAL TABLE problem_search USING fts5 (
    ref, title, symptoms, cause, workaround, resolution,
    content='problem', content_rowid='n', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
INSERT INTO problem_search (problem_search) VALUES ('rebuild');
CREATE TRIGGER problem_search_insert AFTER INSERT ON problem BEGIN
    INSERT INTO problem_search (rowid, ref, title, symptoms, cause, workaround, resolution)
    VALUES (new.n, new.ref, new.title, new.symptoms, new.cause, new.workaround, new.resolution);
END;
CREATE TRIGGER problem_search_update AFTER UPDATE OF ref, title, symptoms, cause, workaround, resolution ON problem BEGIN
    INSERT INTO problem_search (problem_search, rowid, ref, title, symptoms, cause, workaround, resolution)
    VALUES ('delete', old.n, old.ref, old.title, old.symptoms, old.cause, old.workaround, old.resolution);
    INSERT INTO problem_search (rowid, ref, title, symptoms, cause, workaround, resolution)
    VALUES (new.n, new.ref, new.title, new.symptoms, new.cause, new.workaround, new.resolution);
END;
CREATE TRIGGER problem_search_delete AFTER DELETE ON problem BEGIN
    INSERT INTO problem_search (problem_search, rowid, ref, title, symptoms, cause, workaround, resolution)
    VALUES ('delete', old.n, old.ref, old.title, old.symptoms, old.cause, old.workaround, old.resolution);
END;
