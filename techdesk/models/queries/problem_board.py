"""The problem board: incidents that keep coming back, problems by state, and changes, in one list; and one in full."""

import sqlite3
from typing import Any, NamedTuple

from techdesk import clock
from techdesk.desk.problems import ENDED as ENDED_PROBLEMS
from techdesk.models.queries import problems
from techdesk.models.queries.proposals import DAYS, Proposal, proposals

# Words of a filter line that look at what has ended too.
ALL = "all"
ENDED = {"proposal": (), "problem": ENDED_PROBLEMS, "change": problems.DONE}


class BoardLine(NamedTuple):
    """A row of the board. `kind` is proposal (whose id is its title), problem or change; `tickets` are those behind it,
    `open` those still open; `about` is its model or site, `hint` a problem's workaround or a change's window."""

    kind: str
    id: str
    ref: str
    title: str
    state: str
    tickets: int
    open: int
    about: str | None
    hint: str | None = None
    proposal: Proposal | None = None

    @property
    def key(self) -> str:
        """What names the row."""
        return f"{self.kind}:{self.id}"


class BoardCard(NamedTuple):
    """A row in full: the fields of a problem or change, its tickets, the models and sites that are affected, the changes of
    a problem, and its history."""

    line: BoardLine
    fields: dict[str, Any]
    tickets: list[dict[str, Any]]
    models: list[dict[str, Any]]
    sites: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    history: list[dict[str, Any]]


def board(connection: sqlite3.Connection, text: str, now: str, also: str | None = None) -> list[BoardLine]:
    """What keeps coming back first, then problems by state, then changes by their window; those that have ended only with
    the word `all`, and the one with the key `also`. The other words of the filter must each be somewhere in a row."""
    words = text.casefold().split()
    rows = [_proposed(each) for each in proposals(connection, since(now))]
    rows += [_problem(each) for each in problems.problems(connection, every=True)]
    rows += [_change(each) for each in problems.changes(connection, every=True)]
    wanted = [word for word in words if word != ALL]
    shown = [row for row in rows if ALL in words or row.state not in ENDED[row.kind] or row.key == also]
    return [row for row in shown if all(word in _said(row) for word in wanted)]


def since(now: str) -> str:
    """From when on tickets are looked at for what keeps coming back."""
    return clock.later(now, -DAYS * 24 * 60)


def counts(rows: list[BoardLine]) -> dict[str, int]:
    """How many rows are in which state, in the order of the board."""
    found: dict[str, int] = {}
    for row in rows:
        name = "changes" if row.kind == "change" else row.state
        found[name] = found.get(name, 0) + 1
    return found


def card(connection: sqlite3.Connection, line: BoardLine) -> BoardCard | None:
    """A row in full; None when it is there no more."""
    if line.kind == "problem":
        fields = next((row for row in problems.problems(connection, every=True) if row["id"] == line.id), None)
        if fields is None:
            return None
        asked = [row for row in problems.changes(connection, every=True) if row["problem"] == line.ref]
        return BoardCard(
            line, fields, problems.tickets_of(connection, line.id), problems.models_of(connection, line.id),
            problems.sites_of(connection, line.id), asked, problems.history(connection, problem_id=line.id),
        )  # fmt: skip
    if line.kind == "change":
        fields = next((row for row in problems.changes(connection, every=True) if row["id"] == line.id), None)
        return None if fields is None else BoardCard(line, fields, [], [], problems.affected(connection, line.id), [],
                         problems.history(connection, change_id=line.id))  # fmt: skip
    ids = line.proposal.ticket_ids if line.proposal else ()
    return BoardCard(line, {}, problems.named(connection, ids), [], [], [], [])


def _proposed(found: Proposal) -> BoardLine:
    return BoardLine(
        "proposal", found.title, "", found.title, "proposed", len(found.ticket_ids), len(found.ticket_ids),
        None, found.why, found,
    )  # fmt: skip


def _problem(row: dict[str, Any]) -> BoardLine:
    return BoardLine("problem", row["id"], row["ref"], row["title"], row["state"], row["tickets"], row["open"],
                     row["model"] or row["site"], row["workaround"] or row["symptoms"])  # fmt: skip


def _change(row: dict[str, Any]) -> BoardLine:
    return BoardLine("change", row["id"], row["ref"], row["title"], row["state"], 0, 0, row["model"] or row["problem"],
                     row["starts"])  # fmt: skip


def _said(row: BoardLine) -> str:
    words = (row.ref, row.title, row.state.replace("_", " "), row.kind, row.about, row.hint)
    return " ".join(filter(None, words)).casefold()
