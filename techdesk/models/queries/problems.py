"""Problems and changes: lists, one with its story, and who is affected."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from techdesk.desk.problems import ENDED

DONE = ("closed", "rejected", "backed_out")
"""States in which a change is done with, until it is asked for again."""

# Devices with the model that theirs is a spelling of.
KEPT = "SELECT d.id, d.site_id, m.kept_id AS model_id FROM device AS d JOIN model_of AS m ON m.id = d.model_id"


def problems(connection: sqlite3.Connection, *, every: bool = False, words: str = "") -> list[dict[str, Any]]:
    """Problems by state and age, with how many tickets each is behind; ended ones only with `every`."""
    return _rows(
        connection,
        "SELECT p.id, p.ref, p.title, p.state, p.symptoms, p.cause, p.workaround, p.resolution, p.category, p.service,"
        " m.name AS model, s.name AS site, p.opened_at, t.name AS owner,"
        " (SELECT count(*) FROM ticket WHERE problem_id = p.id) AS tickets,"
        " (SELECT count(*) FROM ticket WHERE problem_id = p.id AND open = 1) AS open"
        " FROM problem AS p LEFT JOIN model_of AS m ON m.id = p.model_id LEFT JOIN site AS s ON s.id = p.site_id"
        " LEFT JOIN technician AS t ON t.id = p.owner_id"
        f" WHERE (? OR p.state NOT IN {ENDED})"
        " AND (? = '' OR p.title || ' ' || coalesce(p.symptoms, '') LIKE ?)"
        " ORDER BY CASE p.state WHEN 'logged' THEN 1 WHEN 'investigating' THEN 2 WHEN 'known_error' THEN 3"
        " WHEN 'change_raised' THEN 4 WHEN 'resolved' THEN 5 ELSE 6 END, p.opened_at, p.id",
        every, words, f"%{words}%",
    )  # fmt: skip


def changes(connection: sqlite3.Connection, *, every: bool = False) -> list[dict[str, Any]]:
    """Changes by window and age; those that are done with only with `every`."""
    return _rows(
        connection,
        "SELECT c.id, c.ref, c.title, c.state, c.reason, c.risk, c.affected, c.starts, c.ends, c.back_out, c.supplier,"
        " c.consent, p.ref AS problem, m.name AS model, t.name AS decided_by, c.decided_at, c.opened_at"
        " FROM change AS c LEFT JOIN problem AS p ON p.id = c.problem_id LEFT JOIN model_of AS m ON m.id = c.model_id"
        " LEFT JOIN technician AS t ON t.id = c.decided_by"
        f" WHERE ? OR c.state NOT IN {DONE} ORDER BY coalesce(c.starts, '9'), c.opened_at, c.id",
        every,
    )  # fmt: skip


def tickets_of(connection: sqlite3.Connection, problem_id: str) -> list[dict[str, Any]]:
    """The tickets that a problem is behind, open ones first."""
    return _rows(
        connection,
        "SELECT t.id, t.ref, t.title, t.state, t.hold_reason, t.open, s.name AS site, t.opened_at FROM ticket AS t"
        " LEFT JOIN site AS s ON s.id = t.site_id WHERE t.problem_id = ? ORDER BY t.open DESC, t.opened_at, t.id",
        problem_id,
    )  # fmt: skip


def candidates(connection: sqlite3.Connection, problem_id: str, limit: int) -> list[tuple[str, str, str, str]]:
    """(id, ref, title, state) of open tickets on the problem's model or at its site that no problem is behind, the newest
    first."""
    return connection.execute(
        "SELECT t.id, t.ref, t.title, t.state FROM problem AS p JOIN ticket AS t ON t.open = 1 AND t.problem_id IS NULL"
        " LEFT JOIN device AS d ON d.id = t.device_id LEFT JOIN model_of AS m ON m.id = d.model_id"
        " LEFT JOIN model_of AS o ON o.id = p.model_id"
        " WHERE p.id = ? AND (t.site_id = p.site_id OR m.kept_id = o.kept_id) ORDER BY t.opened_at DESC, t.id LIMIT ?",
        (problem_id, limit),
    ).fetchall()


def named(connection: sqlite3.Connection, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Some tickets, the newest first."""
    return _rows(
        connection,
        "SELECT t.id, t.ref, t.title, t.state, t.hold_reason, t.open, s.name AS site, t.opened_at FROM ticket AS t"
        " LEFT JOIN site AS s ON s.id = t.site_id WHERE t.id IN (SELECT value FROM json_each(?))"
        " ORDER BY t.opened_at DESC, t.id",
        json.dumps(list(ids)),
    )  # fmt: skip


def history(connection: sqlite3.Connection, *, problem_id: str = "", change_id: str = "") -> list[dict[str, Any]]:
    """What was done about a problem or a change, in its order."""
    return _rows(
        connection,
        "SELECT e.at, t.name AS by, e.laptop AS device, e.act AS command, e.state, e.note, e.details FROM desk_event AS e"
        " LEFT JOIN technician AS t ON t.id = e.author WHERE e.problem_id = ? OR e.change_id = ? ORDER BY e.at, e.id",
        problem_id, change_id,
    )  # fmt: skip


def affected(connection: sqlite3.Connection, change_id: str) -> list[dict[str, Any]]:
    """The sites of a change (all that have the model, or all, when it names none) with how many devices of its model each
    has, and its next visit."""
    return _rows(
        connection,
        "WITH c AS (SELECT c.id, m.kept_id AS model_id FROM change AS c LEFT JOIN model_of AS m ON m.id = c.model_id"
        f" WHERE c.id = ?), d AS NOT MATERIALIZED ({KEPT})"
        " SELECT s.id, s.code, s.name, (SELECT count(*) FROM d WHERE d.site_id = s.id AND d.model_id = c.model_id)"
        " AS devices, (SELECT min(v.planned_start) FROM visit AS v WHERE v.site_id = s.id AND v.state = 'planned') AS visit"
        " FROM c JOIN site AS s ON s.id IN (SELECT site_id FROM change_site WHERE change_id = c.id)"
        " OR NOT EXISTS (SELECT 1 FROM change_site WHERE change_id = c.id) AND s.state = 'active' AND (c.model_id IS NULL OR"
        " EXISTS (SELECT 1 FROM d WHERE d.site_id = s.id AND d.model_id = c.model_id)) ORDER BY s.name, s.id",
        change_id,
    )  # fmt: skip


def sites_of(connection: sqlite3.Connection, problem_id: str) -> list[dict[str, Any]]:
    """The sites of a problem: its own, those of its tickets, and those that have its model, with how many devices of it each
    has."""
    return _rows(
        connection,
        "WITH p AS (SELECT p.id, m.kept_id AS model_id, site_id FROM problem AS p"
        f" LEFT JOIN model_of AS m ON m.id = p.model_id WHERE p.id = ?), d AS NOT MATERIALIZED ({KEPT})"
        " SELECT s.id, s.code, s.name, (SELECT count(*) FROM d WHERE d.site_id = s.id AND d.model_id = p.model_id)"
        " AS devices, (SELECT count(*) FROM ticket AS t WHERE t.site_id = s.id AND t.problem_id = p.id) AS tickets"
        " FROM p JOIN site AS s ON s.id = p.site_id OR s.id IN (SELECT site_id FROM ticket WHERE problem_id = p.id)"
        " OR s.id IN (SELECT site_id FROM d WHERE model_id = p.model_id) ORDER BY tickets DESC, s.name, s.id",
        problem_id,
    )  # fmt: skip


def models_of(connection: sqlite3.Connection, problem_id: str) -> list[dict[str, Any]]:
    """The models that a problem is about: its own, and those of its tickets' devices, with how many tickets are on each and
    how many devices of it there are."""
    return _rows(
        connection,
        f"WITH d AS NOT MATERIALIZED ({KEPT})"
        " SELECT m.id, m.name, (SELECT count(*) FROM d WHERE d.model_id = m.id) AS devices,"
        " (SELECT count(*) FROM ticket AS t JOIN d ON d.id = t.device_id WHERE t.problem_id = p.id"
        " AND d.model_id = m.id) AS tickets FROM problem AS p LEFT JOIN model_of AS o ON o.id = p.model_id"
        " JOIN device_model AS m ON m.id = o.kept_id OR m.id IN"
        " (SELECT d.model_id FROM ticket AS t JOIN d ON d.id = t.device_id WHERE t.problem_id = p.id)"
        " WHERE p.id = ? ORDER BY tickets DESC, m.name, m.id",
        problem_id,
    )  # fmt: skip


def next_visits(
    connection: sqlite3.Connection, *, change_id: str | None = None, problem_id: str | None = None
) -> list[tuple[str, str]]:
    """(visit, site's name) of the next planned visit at each site of a change, or of a problem."""
    found = []
    sites = affected(connection, change_id) if change_id else sites_of(connection, str(problem_id))
    for site in sites:
        visit = connection.execute(
            "SELECT id FROM visit WHERE site_id = ? AND state = 'planned' ORDER BY planned_start, id LIMIT 1",
            (site["id"],),
        ).fetchone()
        if visit:
            found.append((str(visit[0]), str(site["name"])))
    return found


def _rows(connection: sqlite3.Connection, sql: str, *values: Any) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [each[0] for each in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
