"""What tickets may be part of: major incidents, problems, other tickets."""

import sqlite3
from typing import NamedTuple

from techdesk.desk.problems import ENDED
from techdesk.models.queries.search import find_tickets

MOST = 8


class Whole(NamedTuple):
    """Something that tickets may be part of: `kind` is major, problem or ticket; `joined` when one of them is already."""

    kind: str
    id: str
    ref: str
    title: str
    joined: bool = False


def wholes(connection: sqlite3.Connection, ids: tuple[str, ...], text: str) -> list[Whole]:
    """For tickets with these ids: what they are part of now, the open major incidents, the problems that have not ended, and
    the tickets that a text finds."""
    marks = ", ".join("?" * len(ids))
    parents = connection.execute(
        f"SELECT DISTINCT p.id, p.ref, p.title FROM ticket t JOIN ticket p ON p.id = t.parent_id WHERE t.id IN ({marks})",
        ids,
    )
    behind = connection.execute(
        f"SELECT DISTINCT p.id, p.ref, p.title FROM ticket t JOIN problem p ON p.id = t.problem_id WHERE t.id IN ({marks})",
        ids,
    )
    majors = connection.execute(
        f"SELECT id, ref, title FROM ticket WHERE open = 1 AND major = 1 AND id NOT IN ({marks}) ORDER BY opened_at DESC",
        ids,
    )
    known = connection.execute(
        f"SELECT id, ref, title FROM problem WHERE state NOT IN {ENDED} ORDER BY opened_at DESC, id LIMIT 200"
    )
    found = [Whole("ticket", id, ref, title, True) for id, ref, title in parents]
    found += [Whole("problem", id, ref, title, True) for id, ref, title in behind]
    found += [Whole("major", id, ref, title) for id, ref, title in majors]
    found += [Whole("problem", id, ref, title) for id, ref, title in known]
    if text:
        found += [Whole("ticket", hit.id, hit.ref, hit.title) for hit in find_tickets(connection, text, MOST)]
    return list({each.id: each for each in reversed(found) if each.id not in ids}.values())[::-1]
