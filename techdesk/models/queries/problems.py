"""Problems and changes: lists, one with its story, who is affected, and incidents that keep coming back."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

# Of so many tickets that are alike a problem is proposed.
FEWEST = 3
DAYS = 30
# Words that say nothing of what is wrong.
DULL = frozenset((
    "the", "and", "for", "not", "with", "from", "has", "have", "was", "are", "after", "again", "all", "any", "but",
    "can", "does", "room", "please", "since", "still", "that", "then", "there", "this", "very", "when", "will",
    "work", "working", "works", "broken", "dead", "failed", "fails", "issue", "problem", "help", "need", "needs",
    "needed", "new", "old", "year", "class",
))  # fmt: skip
WORD = re.compile(r"[^\W\d_]{3,}")
MOST_READ = 5000


class Proposal(NamedTuple):
    """Tickets that may have one cause: of a model or at a site, with a word that they share."""

    title: str
    why: str
    ticket_ids: tuple[str, ...]
    refs: tuple[str, ...]
    model_id: str | None
    site_id: str | None


def problems(connection: sqlite3.Connection, *, every: bool = False, words: str = "") -> list[dict[str, Any]]:
    """Problems by state and age, with how many tickets each is behind; ended ones only with `every`."""
    return _rows(
        connection,
        "SELECT p.id, p.ref, p.title, p.state, p.symptoms, p.cause, p.workaround, p.resolution, p.category, p.service,"
        " m.name AS model, s.name AS site, p.opened_at, t.name AS owner,"
        " (SELECT count(*) FROM ticket WHERE problem_id = p.id) AS tickets,"
        " (SELECT count(*) FROM ticket WHERE problem_id = p.id AND open = 1) AS open"
        " FROM problem AS p LEFT JOIN device_model AS m ON m.id = p.model_id LEFT JOIN site AS s ON s.id = p.site_id"
        " LEFT JOIN technician AS t ON t.id = p.owner_id"
        " WHERE (? OR p.state NOT IN ('resolved', 'closed'))"
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
        " FROM change AS c LEFT JOIN problem AS p ON p.id = c.problem_id LEFT JOIN device_model AS m ON m.id = c.model_id"
        " LEFT JOIN technician AS t ON t.id = c.decided_by"
        " WHERE ? OR c.state NOT IN ('closed', 'rejected', 'backed_out') ORDER BY coalesce(c.starts, '9'), c.opened_at, c.id",
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
        "WITH c AS (SELECT id, model_id FROM change WHERE id = ?)"
        " SELECT s.id, s.code, s.name, (SELECT count(*) FROM device AS d WHERE d.site_id = s.id AND d.model_id = c.model_id)"
        " AS devices, (SELECT min(v.planned_start) FROM visit AS v WHERE v.site_id = s.id AND v.state = 'planned') AS visit"
        " FROM c JOIN site AS s ON s.id IN (SELECT site_id FROM change_site WHERE change_id = c.id)"
        " OR NOT EXISTS (SELECT 1 FROM change_site WHERE change_id = c.id) AND s.state = 'active' AND (c.model_id IS NULL OR"
        " EXISTS (SELECT 1 FROM device AS d WHERE d.site_id = s.id AND d.model_id = c.model_id)) ORDER BY s.name, s.id",
        change_id,
    )  # fmt: skip


def next_visits(connection: sqlite3.Connection, change_id: str) -> list[tuple[str, str]]:
    """(visit, site's name) of the next planned visit at each site of a change."""
    found = []
    for site in affected(connection, change_id):
        visit = connection.execute(
            "SELECT id FROM visit WHERE site_id = ? AND state = 'planned' ORDER BY planned_start, id LIMIT 1",
            (site["id"],),
        ).fetchone()
        if visit:
            found.append((str(visit[0]), str(site["name"])))
    return found


def proposals(connection: sqlite3.Connection, since: str) -> list[Proposal]:
    """Tickets opened since that moment, with no problem behind them, that are alike: of one model, or at one site, sharing a
    word. The most tickets first; none stands in two."""
    rows = connection.execute(
        "SELECT t.id, t.ref, t.text, t.site_id, s.name, d.model_id, m.name FROM ticket AS t"
        " LEFT JOIN site AS s ON s.id = t.site_id LEFT JOIN device AS d ON d.id = t.device_id"
        " LEFT JOIN device_model AS m ON m.id = d.model_id"
        " WHERE t.opened_at >= ? AND t.problem_id IS NULL AND t.state <> 'cancelled' AND t.kind = 'incident'"
        " ORDER BY t.opened_at DESC LIMIT ?", (since, MOST_READ),
    ).fetchall()  # fmt: skip
    groups: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        for word in set(_words(row[2])):
            if row[5]:
                groups["model", row[5], word].append(row)
            if row[3]:
                groups["site", row[3], word].append(row)
    return list(_best(groups))


def _best(groups: dict[tuple[str, str, str], list[Any]]) -> Iterator[Proposal]:
    taken: set[str] = set()
    # A model before a site: it says more.
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    for (kind, id, word), rows in ranked:
        if len(rows) < FEWEST:
            return
        fresh = [row for row in rows if row[0] not in taken]
        if len(fresh) < FEWEST:
            continue
        taken.update(row[0] for row in fresh)
        name = fresh[0][6] if kind == "model" else fresh[0][4]
        sites = len({row[3] for row in fresh})
        where = f" at {sites} sites" if kind == "model" and sites > 1 else ""
        yield Proposal(
            f"{name}: {word}", f"{len(fresh)} tickets {'on' if kind == 'model' else 'at'} {name}{where} in {DAYS} days"
            f" say '{word}'", tuple(row[0] for row in fresh), tuple(row[1] for row in fresh),
            id if kind == "model" else None, id if kind == "site" else None,
        )  # fmt: skip


def _words(text: str) -> Iterable[str]:
    return (word for word in WORD.findall(text[:2000].casefold()) if word not in DULL)


def _rows(connection: sqlite3.Connection, sql: str, *values: Any) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [each[0] for each in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
