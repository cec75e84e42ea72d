"""Rotations: drafts of who visits where in a cycle of weeks, moved by hand, and published as visits.

A day of a cycle is counted from its first Monday, 0, through all seven days of each week.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.merging import FieldEdit, edit_fields, tell
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, NotFound, Refused

STATES = ("draft", "published", "superseded")
MOST_WEEKS, MOST_LINES = 6, 3000
DAY = 24 * 60
LONGEST = timedelta(days=3660)  # ten years


@dataclass(frozen=True, kw_only=True)
class DraftRotation:
    """Makes a draft. Each line is (site, day, technician, rank, starts, minutes, missing, why): see `RotationLine`; the day
    is None where visits are missing."""

    NAME: ClassVar[str] = "plan.draft"
    VERSION: ClassVar[int] = 1
    id: str
    name: str
    weeks: int
    starts: str
    first: str
    last: str
    travel: float | None = None
    follows: str | None = None
    lines: tuple[tuple[str, int | None, str | None, int, int | None, int, int, str | None], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(tuple(line) for line in self.lines))
        object.__setattr__(self, "name", checks.words(self.name, "The name", longest=200))
        checks.whole(self.weeks, "The number of weeks of the cycle", 1, MOST_WEEKS)
        starts, first, last = (clock.parse_day(day) for day in (self.starts, self.first, self.last))
        if starts.weekday() or not first <= last < first + LONGEST:
            raise BadInput("A cycle begins on a Monday, and its visits end after they begin, within ten years.")
        if len(self.lines) > MOST_LINES:
            raise BadInput(f"A rotation holds at most {MOST_LINES:,} lines: plan it by cluster.")
        for _, day, technician, _, start, minutes, _, _ in self.lines:
            checks.whole(minutes, "The length of a visit in minutes", 1, DAY)
            if day is not None:
                _slot(day, self.weeks, start)
                if technician is None:
                    raise BadInput("A planned visit has a technician: say who goes.")


@dataclass(frozen=True, kw_only=True)
class MoveLine(FieldEdit):
    """Moves a visit of a draft to another day, technician or turn. `others` are the lines whose turn and time follow from it,
    as (line, rank, starts)."""

    NAME: ClassVar[str] = "plan.move"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "rotation_line"
    REQUIRED: ClassVar[tuple[str, ...]] = ("rotation_id",)
    day: int | None = None
    technician_id: str | None = None
    rank: int | None = None
    starts: int | None = None
    others: tuple[tuple[str, int, int], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "others", tuple((line, rank, starts) for line, rank, starts in self.others))
        if self.day is not None:
            _slot(self.day, MOST_WEEKS, self.starts)

    def changes(self) -> Row:
        return {name: value for name, value in super().changes().items() if name != "others"}


@dataclass(frozen=True, kw_only=True)
class DropRotation:
    """Puts a draft aside."""

    NAME: ClassVar[str] = "plan.drop"
    VERSION: ClassVar[int] = 1
    rotation_id: str


@handles(DraftRotation)
def draftrotation(tx: Tx, command: DraftRotation, act: Act) -> Outcome:
    if tx.get("rotation", command.id) is not None:
        raise Refused("That draft is there already.")
    names = ("id", "name", "weeks", "starts", "first", "last", "travel", "follows")
    unknown = sum(tx.get("site", site) is None for site in {line[0] for line in command.lines})
    if unknown:
        raise NotFound(f"{unknown} of its sites are not known here: sync, then plan it again.")
    tx.put("rotation", {name: getattr(command, name) for name in names})
    for site, day, technician, rank, starts, minutes, missing, why in command.lines:
        tx.put("rotation_line", {
            "id": tx.fresh_id(), "rotation_id": command.id, "site_id": site, "day": day, "technician_id": technician,
            "rank": rank, "starts": starts, "minutes": minutes, "missing": missing, "why": why})  # fmt: skip
    planned = sum(line[1] is not None for line in command.lines)
    missing = sum(line[6] for line in command.lines)
    short = f", {missing} that were agreed cannot be made" if missing else ""
    return told({"name": command.name, "id": command.id}, "draft", f"{command.name}: {planned} visits{short}.")


@handles(MoveLine)
def move_line(tx: Tx, command: MoveLine, act: Act) -> Outcome:
    line = tx.get("rotation_line", command.id)
    if line is None:
        raise NotFound("That visit is not in a rotation of this store: sync, or look with  techdesk plan show.")
    row = draft(tx, str(line["rotation_id"]), "move its visits: plan anew from it with  techdesk plan make --replan")
    if command.day is not None and command.day >= 7 * int(row["weeks"] or 1):
        raise Refused(f"The cycle of {row['name']} has {row['weeks']} weeks: choose a day within it.")
    outcome = edit_fields(tx, command, act)
    if command.day is not None and line["day"] is None:
        tx.put("rotation_line", {"id": command.id, "missing": 0, "why": "placed by hand"})
    for other, rank, starts in command.others:
        there = tx.get("rotation_line", other)
        if there is not None and there["rotation_id"] == row["id"]:
            tx.put("rotation_line", {"id": other, "rank": rank, "starts": starts})
    site = tx.get("site", str(line["site_id"])) or {"name": "a site outside this store", "code": "?"}
    now = tx.get("rotation_line", command.id) or line
    said = f"{site['name']} is visited {day_words(int(now['day'] or 0))}."
    return outcome._replace(changed=(Changed(str(site["code"]), "draft", command.id),), said=said)


@merges(MoveLine)
def move_late(tx: Tx, command: MoveLine, act: Act, refusal: Refused) -> Outcome:
    """It was published or dropped meanwhile: it stays, and the author is told."""
    line = tx.get("rotation_line", command.id)
    theirs = {} if line is None else {name: line[name] for name in ("day", "technician_id")}
    tell(tx, act, "conflict", ("rotation", "" if line is None else str(line["rotation_id"])),
         "the rotation stays as it is", mine={"move": command.day}, theirs=theirs)  # fmt: skip
    return Outcome(said=str(refusal), kind="conflict")


@handles(DropRotation)
def droprotation(tx: Tx, command: DropRotation, act: Act) -> Outcome:
    row = draft(tx, command.rotation_id, "drop it: publish another one instead")
    tx.put("rotation", {"id": row["id"], "state": "superseded"})
    return told(row, "superseded", f"{row['name']} is put aside.")


@merges(DropRotation)
def drop_late(tx: Tx, command: DropRotation, act: Act, refusal: Refused) -> Outcome:
    """Somebody published or dropped it meanwhile: it stays, and the author is told."""
    row = rotation(tx, command.rotation_id)
    if row["state"] == "superseded":
        return told(row, "superseded", str(refusal))
    tell(tx, act, "conflict", ("rotation", command.rotation_id), f"{row['name']} stays {row['state']}",
         mine={"state": "superseded"}, theirs={"state": row["state"]})  # fmt: skip
    return told(row, str(row["state"]), str(refusal), "conflict")


def day_words(day: int) -> str:
    """A day of a cycle as people say it."""
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return f"on {names[day % 7]} of week {day // 7 + 1}"


def rotation(tx: Tx, id: str) -> Row:
    """The rotation. Raises NotFound."""
    found = tx.get("rotation", id)
    if found is None:
        raise NotFound("That rotation is not in this store: sync, or look with  techdesk plan list.")
    return found


def draft(tx: Tx, id: str, otherwise: str) -> Row:
    """The rotation while it is a draft; else Refused."""
    row = rotation(tx, id)
    if row["state"] != "draft":
        raise Refused(f"{row['name']} is {row['state']}, so you cannot {otherwise}.")
    return row


def _slot(day: int, weeks: int, starts: int | None) -> None:
    checks.whole(day, "The day of the cycle", 0, 7 * weeks - 1)
    if starts is not None:
        checks.whole(starts, "The time of day in minutes", 0, DAY - 1)


def told(row: Row, state: str, said: str, kind: str = "plain") -> Outcome:
    """What came of a command on a rotation."""
    return Outcome((Changed(str(row["name"]), state, str(row["id"])),), said, kind)
