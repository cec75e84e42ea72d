"""When a ticket must be answered and fixed: its priority's target, counted in its site's service hours, less the time in
which it waited for somebody else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk import checks, service_hours
from techdesk.desk.calendars import hours_of
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.merging import FieldEdit, edit_fields
from techdesk.desk.priority import RANKS, Matrix, Priorities, Target, priority, published
from techdesk.desk.priority import matrix as read_matrix
from techdesk.desk.priority import target as read_target
from techdesk.desk.service_hours import Hours
from techdesk.desk.tx import Act, Row, Tx

# While a ticket waits for these, its clock stands.
STOPPING = ("caller", "vendor")


@dataclass(frozen=True, kw_only=True)
class RecordPriorities(FieldEdit):
    """Sets the organisation's matrix and targets. `matrix` is as `priority.matrix` reads it, each target as
    `priority.target` does."""

    NAME: ClassVar[str] = "priorities.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "priorities"
    REQUIRED: ClassVar[tuple[str, ...]] = ()
    matrix: str | None = None
    target_1: str | None = None
    target_2: str | None = None
    target_3: str | None = None
    target_4: str | None = None
    target_5: str | None = None

    def __post_init__(self) -> None:
        if self.matrix is not None:
            read_matrix(self.matrix)
        for rank in RANKS:
            if (said := getattr(self, f"target_{rank}")) is not None:
                read_target(said)


@handles(RecordPriorities)
def record_priorities(tx: Tx, command: RecordPriorities, act: Act) -> Outcome:
    before = published(tx)
    outcome = edit_fields(tx, command, act)
    count = _rerank_all(tx, before.matrix)
    said = f" {count:,} open tickets have a new place or new due times." if count else ""
    return outcome._replace(changed=(Changed("priorities", "", command.id),), said=f"The priorities are set.{said}")


def rank(tx: Tx, row: Row) -> Row:
    """The columns that hang on a ticket's impact, urgency and site: its priority and its due times."""
    return _ranked(row, _promised(tx, row), hours_of(tx, _site(row)))


def rerank(tx: Tx, row: Row) -> None:
    """Brings a ticket's title, priority and due times in step with its text, impact, urgency and site."""
    tx.put("ticket", {"id": row["id"], "title": checks.title_of(str(row["text"])), **rank(tx, row)})


def rerank_open(tx: Tx, calendar: Row) -> int:
    """Brings the due times of those open tickets in step that the calendar counts for. Returns how many have changed."""
    site = calendar["site_id"]
    rows = tx.find("ticket", open=1, site_id=site) if site else tx.find("ticket", open=1)
    return _bring_in_step(tx, rows, lambda row: int(row["priority"] or 0))


def _rerank_all(tx: Tx, before: Matrix) -> int:
    """Brings the open tickets in step with the organisation's priorities. A priority that did not follow from the matrix
    before was given by another desk, and stays."""
    now = published(tx).matrix

    def rank(row: Row) -> int:
        impact, urgency, had = int(row["impact"] or 3), int(row["urgency"] or 3), int(row["priority"] or 0)
        return priority(impact, urgency, now) if had == priority(impact, urgency, before) else had

    return _bring_in_step(tx, tx.find("ticket", open=1), rank)


def _bring_in_step(tx: Tx, rows: Iterable[Row], rank: Callable[[Row], int]) -> int:
    known, count = dict[str | None, tuple[Hours, Priorities]](), 0
    for row in rows:
        place, found = _site(row), rank(row)
        if place not in known:
            known[place] = hours_of(tx, place), _promised(tx, row)
        hours, promised = known[place]
        new = {"priority": found, **_due(row, promised.targets[found], hours)}
        if any(row[name] != value for name, value in new.items()):
            tx.put("ticket", {"id": row["id"], **new})
            count += 1
    return count


def start_by(tx: Tx, row: Row, minutes: int) -> str | None:
    """The last moment at which to begin so that work of so many minutes is done in time; None without a due time."""
    if not row["fix_due"]:
        return None
    return service_hours.latest_start(str(row["fix_due"]), minutes, hours_of(tx, _site(row)))


def clock_stopped(row: Row) -> bool:
    """Whether the ticket waits for somebody whose time is not ours."""
    return row.get("held_at") is not None


def holding(tx: Tx, row: Row, state: str, reason: str | None, at: str) -> Row:
    """The columns that a move to that state (on hold for that reason) changes in a ticket: its clock stops, or goes on
    with due times that are as much later as it stood."""
    stops = state == "on_hold" and reason in STOPPING
    held = row.get("held_at")
    if stops:
        return {} if held else {"held_at": at}
    if held is None:
        return {}
    stood = service_hours.elapsed(str(held), at, hours_of(tx, _site(row)))
    columns: Row = {"held_at": None, "stopped": int(row["stopped"] or 0) + stood}
    return columns | (rank(tx, row | columns) if stood else {})


def due_times(tx: Tx, row: Row, rank: int) -> Row:
    """When a ticket of that priority must be answered and fixed."""
    return _due(row, _promised(tx, row).targets[rank], hours_of(tx, _site(row)))


def rerank_site(tx: Tx, site_id: str) -> int:
    """Brings the due times of a site's open tickets in step with its agreement. Returns how many have changed."""
    return _bring_in_step(tx, tx.find("ticket", open=1, site_id=site_id), lambda row: int(row["priority"] or 0))


def _promised(tx: Tx, row: Row) -> Priorities:
    """What counts for the ticket: the organisation's, but for the targets that its site's active agreement says."""
    here = published(tx)
    for agreed in tx.find("agreement", site_id=_site(row), state="active") if _site(row) else ():
        own = {rank: str(agreed[f"target_{rank}"]) for rank in RANKS if agreed[f"target_{rank}"]}
        if own:
            here = here._replace(targets={**here.targets, **{rank: read_target(said) for rank, said in own.items()}})
    return here


def _ranked(row: Row, here: Priorities, hours: Hours) -> Row:
    found = priority(int(row["impact"] or 3), int(row["urgency"] or 3), here.matrix)
    return {"priority": found, **_due(row, here.targets[found], hours)}


def _due(row: Row, target: Target | None, hours: Hours) -> Row:
    if target is None:
        return {"respond_due": None, "fix_due": None}
    opened, stood = str(row["opened_at"]), int(row.get("stopped") or 0)
    fix = service_hours.due(opened, target.fix + stood, hours)
    # What was promised for the answer stands once it was given: a later hold must not make a late answer one in time.
    respond = row.get("respond_due") if row.get("responded_at") else None
    respond = respond or service_hours.due(opened, target.respond + stood, hours)
    return {"respond_due": respond, "fix_due": fix}


def _site(row: Row) -> str | None:
    return str(row["site_id"]) if row.get("site_id") else None
