"""Problems: what is behind incidents that keep coming back, until it is known, worked around, and gone.

A problem whose cause or workaround is known is a **known error**: its workaround is shown on the tickets that it is behind.
"""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.merging import FieldEdit, edit_fields, lost_fields, tell
from techdesk.desk.story import first_stands, seen_of, tell_story, ticket, told
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import NotFound, Refused

STATES = ("logged", "investigating", "known_error", "change_raised", "resolved", "closed")
ENDED = ("resolved", "closed")
# To which states each leads.
ALLOWED = {
    "logged": ("investigating", "known_error", "resolved", "closed"),
    "investigating": ("logged", "known_error", "resolved", "closed"),
    "known_error": ("investigating", "change_raised", "resolved", "closed"),
    "change_raised": ("known_error", "resolved", "closed"),
    "resolved": ("closed", "investigating"),
    "closed": ("investigating",),
}


@dataclass(frozen=True, kw_only=True)
class LogProblem:
    """Makes a problem, with the tickets that it is behind. `ref` is the number that the store gives; `base` has the problem
    that the author saw behind each ticket, by the tickets' ids; the store fills it in."""

    NAME: ClassVar[str] = "problem.log"
    VERSION: ClassVar[int] = 1
    id: str
    title: str
    ref: str | None = None
    symptoms: str | None = None
    model_id: str | None = None
    site_id: str | None = None
    service: str | None = None
    category: str | None = None
    ticket_ids: tuple[str, ...] = ()
    base: dict[str, Value] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", checks.words(self.title, "The problem", longest=500))
        object.__setattr__(self, "ticket_ids", tuple(self.ticket_ids))

    def seen(self, tx: Tx) -> dict[str, Any]:
        """The problems that the author saw behind the tickets, to be kept in the operation."""
        rows = [tx.get("ticket", id) for id in self.ticket_ids]
        return {"base": {str(row["id"]): row["problem_id"] for row in rows if row is not None} or None}


@dataclass(frozen=True, kw_only=True)
class EditProblem(FieldEdit):
    """Says more of a problem: its symptoms, cause, workaround, and what it is about."""

    NAME: ClassVar[str] = "problem.edit"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "problem"
    REQUIRED: ClassVar[tuple[str, ...]] = ("ref",)
    title: str | None = None
    symptoms: str | None = None
    cause: str | None = None
    workaround: str | None = None
    model_id: str | None = None
    site_id: str | None = None
    service: str | None = None
    category: str | None = None
    owner_id: str | None = None

    def __post_init__(self) -> None:
        if self.title is not None:
            object.__setattr__(self, "title", checks.words(self.title, "The problem", longest=500))


@dataclass(frozen=True, kw_only=True)
class MoveProblem:
    """Brings a problem to another state; a resolved one says how."""

    NAME: ClassVar[str] = "problem.move"
    VERSION: ClassVar[int] = 1
    problem_id: str
    state: str
    note: str | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.state, "The state", STATES)


@dataclass(frozen=True, kw_only=True)
class LinkTicket:
    """Says which problem is behind a ticket; None: none that is known. `base` is the one that the author saw there, by its
    column; the store fills it in."""

    NAME: ClassVar[str] = "problem.link"
    VERSION: ClassVar[int] = 1
    ticket_id: str
    problem_id: str | None = None
    base: dict[str, Value] | None = None

    def seen(self, tx: Tx) -> dict[str, Any]:
        """The problem that the author saw behind the ticket, to be kept in the operation."""
        return {"base": seen_of(tx, self.ticket_id, ("problem_id",))}


@handles(LogProblem)
def log_problem(tx: Tx, command: LogProblem, act: Act) -> Outcome:
    if tx.get("problem", command.id) is not None:
        raise Refused("That problem is known already.")
    names = ("id", "title", "symptoms", "model_id", "site_id", "service", "category")
    row: Row = {name: getattr(command, name) for name in names}
    row |= {"ref": free_ref(tx, "problem", f"PRB-{command.ref}"), "opened_at": act.at, "state": "logged"}
    tx.put("problem", row)
    tell_of(tx, act, "log", "logged", problem_id=command.id)
    linked, others = _behind(tx, act, command, row)
    if others:
        tell(tx, act, "merged", ("problem", command.id), "tickets of it stay with the problem that someone put behind them",
             mine={"tickets": ", ".join(others)}, theirs={"problem": ", ".join(sorted(set(others.values())))})  # fmt: skip
    behind = f", behind {len(linked)} ticket{'' if len(linked) == 1 else 's'}" if linked else ""
    return _told(row, f"Logged {row['ref']}{behind}: {row['title']}", "merged" if others else "plain")


@merges(LogProblem)
def log_late(tx: Tx, command: LogProblem, act: Act, refusal: Refused) -> Outcome:
    """Someone took the same proposal first: it is one problem, with the tickets of both."""
    row = problem(tx, command.id)
    _behind(tx, act, command, row)
    tell(tx, act, "merged", ("problem", command.id), f"someone had taken it already, as {row['ref']}",
         mine={"number": f"PRB-{command.ref}"}, theirs={"number": row["ref"]})  # fmt: skip
    return _told(row, f"That is {row['ref']}, which someone has taken already.", "merged")


def _behind(tx: Tx, act: Act, command: LogProblem, row: Row) -> tuple[list[str], dict[str, str]]:
    """Links the tickets of a problem that is made. When merging, what someone has put another problem behind, unseen by the
    author, stays with that one: returns the ids that are linked, and those others' numbers with their problem's."""
    linked: list[str] = []
    others: dict[str, str] = {}
    for id in command.ticket_ids:
        each = tx.get("ticket", id)
        if each is None:
            continue
        unseen = each["problem_id"] not in (None, row["id"], (command.base or {}).get(id, each["problem_id"]))
        if act.merging and unseen and (other := tx.get("problem", str(each["problem_id"]))):
            others[str(each["ref"])] = str(other["ref"])
        else:
            _link(tx, act, each, row)
            linked.append(id)
    return linked, others


@handles(EditProblem)
def edit_problem(tx: Tx, command: EditProblem, act: Act) -> Outcome:
    return edit_told(tx, command, act, problem(tx, command.id), problem_id=command.id)


@handles(MoveProblem)
def move_problem(tx: Tx, command: MoveProblem, act: Act) -> Outcome:
    row = problem(tx, command.problem_id)
    may = ALLOWED[str(row["state"])]
    if command.state not in may:
        raise Refused(
            f"{row['ref']} is {_words(row['state'])}: it can become {' or '.join(_words(each) for each in may)}."
        )
    if command.state == "known_error" and not (row["cause"] or row["workaround"]):
        raise Refused(f"{row['ref']} has neither cause nor workaround: write one first, then it is a known error.")
    columns: Row = {"state": command.state, "resolved_at": act.at if command.state in ENDED else None}
    if command.state == "resolved" and command.note:
        columns["resolution"] = command.note
    tx.put("problem", {"id": row["id"], **columns})
    tell_of(tx, act, "move", command.state, note=command.note, problem_id=command.problem_id)
    return _told(row | columns, f"{row['ref']} is {_words(command.state)}.")


@merges(MoveProblem)
def move_late(tx: Tx, command: MoveProblem, act: Act, refusal: Refused) -> Outcome:
    """Someone moved it meanwhile: it stays where it is, and the author is told."""
    row = problem(tx, command.problem_id)
    return stays(tx, act, "problem", row, command.state, f"the problem stays {_words(row['state'])}", refusal)


@handles(LinkTicket)
def link_ticket(tx: Tx, command: LinkTicket, act: Act) -> Outcome:
    row = ticket(tx, command.ticket_id)
    wanted: Row = {"problem_id": command.problem_id}
    if act.merging and lost_fields(wanted, command.base or {}, row):
        first_stands(tx, act, row, wanted, "theirs was kept")
        return told(row, f"Somebody has said otherwise of the problem behind {row['ref']} already.", "conflict")
    if command.problem_id is None:
        if row["problem_id"] is None:
            raise Refused(f"No problem stands behind {row['ref']}.")
        tx.put("ticket", {"id": row["id"], "problem_id": None})
        tell_story(tx, act, command.ticket_id, "link", str(row["state"]), details={"problem": None})
        return Outcome((Changed(str(row["ref"]), str(row["state"]), command.ticket_id),), f"{row['ref']} stands alone.")
    known = problem(tx, command.problem_id)
    _link(tx, act, row, known)
    return Outcome(
        (Changed(str(row["ref"]), str(row["state"]), command.ticket_id),), f"{known['ref']} is behind {row['ref']}."
    )


def problem(tx: Tx, id: str) -> Row:
    """The problem. Raises NotFound."""
    found = tx.get("problem", id)
    if found is None:
        raise NotFound("That problem is not in this store: sync, or look with  techdesk problem list.")
    return found


def edit_told(
    tx: Tx, edit: FieldEdit, act: Act, before: Row, *, problem_id: str | None = None, change_id: str | None = None
) -> Outcome:
    """Edits a problem or a change, which was `before`, and adds what changed to its history."""
    outcome = edit_fields(tx, edit, act)
    row = tx.get(edit.TABLE, edit.id) or before
    details = {name: row[name] for name in edit.changes() if row[name] != before[name]}
    if details:
        tell_of(tx, act, "edit", str(row["state"]), details=details, problem_id=problem_id, change_id=change_id)
    words = sorted(name.removesuffix("_id").replace("_", " ") for name in details)
    said = f"{', '.join(words)} changed." if details else "stays as it is."
    return _told(row, f"{row['ref']}: {said}", outcome.kind)


def stays(tx: Tx, act: Act, table: str, row: Row, state: str, done: str, refusal: Refused) -> Outcome:
    """What becomes of a move that comes late: the row stays, and the author is told unless it is there already."""
    same = row["state"] == state
    if not same:
        tell(tx, act, "conflict", (table, str(row["id"])), done, mine={"state": state}, theirs={"state": row["state"]})
    return _told(row, str(refusal), "plain" if same else "conflict")


def tell_of(
    tx: Tx, act: Act, name: str, state: str, *, note: str | None = None, details: dict[str, Any] | None = None,
    problem_id: str | None = None, change_id: str | None = None,
) -> None:  # fmt: skip
    """Adds a line to the history of a problem or a change."""
    tx.append(
        "desk_event",
        {"id": tx.fresh_id(), "problem_id": problem_id, "change_id": change_id, "at": act.at, "laptop": act.laptop,
         "act": name, "state": state, "note": note,
         "details": json.dumps(details, ensure_ascii=False, sort_keys=True) if details else None},
    )  # fmt: skip


def free_ref(tx: Tx, table: str, ref: str) -> str:
    """The number; with a figure behind when another row of the table has it."""
    found, figure = ref, 1
    while tx.find(table, ref=found, limit=1):
        figure += 1
        found = f"{ref}{figure}"
    return found


def _link(tx: Tx, act: Act, row: Row, known: Row) -> None:
    if row["problem_id"] == known["id"]:
        return
    tx.put("ticket", {"id": row["id"], "problem_id": known["id"]})
    tell_story(tx, act, str(row["id"]), "link", str(row["state"]), details={"problem": known["ref"]})


def _told(row: Row, said: str, kind: str = "plain") -> Outcome:
    return Outcome((Changed(str(row["ref"]), str(row["state"]), str(row["id"])),), said, kind)


def _words(state: object) -> str:
    return str(state).replace("_", " ")
