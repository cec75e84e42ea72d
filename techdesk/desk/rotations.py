"""Rotations: drafts of who visits where in a cycle of weeks, moved by hand, and published as visits.

A day of a cycle is counted from its first Monday, 0, through all seven days of each week.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.ids import named_id
from techdesk.desk.merging import FieldEdit, edit_fields, tell
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, NotFound, Refused

STATES = ("draft", "published", "superseded")
MOST_WEEKS, MOST_LINES, MOST_VISITS = 6, 3000, 8000
MOVABLE = ("planned", "confirmed")
DAY = 24 * 60


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
        if starts.weekday() or not first <= last < first + timedelta(days=3660):
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
class PublishRotation:
    """Makes a draft the plan in force: its visits are made, each (line, day as YYYY-MM-DD, starts, technician). Those of an
    earlier rotation in the same days that are still ahead are moved to it, and called off where it has none for them.

    `published` are the rotations in force that the author saw; the store fills it in. When another one has come meanwhile,
    that one stands.
    """

    NAME: ClassVar[str] = "plan.publish"
    VERSION: ClassVar[int] = 1
    rotation_id: str
    visits: tuple[tuple[str, str, int, str], ...]
    published: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "visits", tuple(tuple(visit) for visit in self.visits))
        if self.published is not None:
            object.__setattr__(self, "published", tuple(self.published))
        if len(self.visits) > MOST_VISITS:
            raise BadInput(f"{len(self.visits):,} visits are too many at once: publish a shorter time.")
        for _, day, starts, _ in self.visits:
            clock.parse_day(day)
            checks.whole(starts, "The time of day in minutes", 0, DAY - 1)

    def seen(self, tx: Tx) -> dict[str, Any]:
        return {"published": tuple(str(row["id"]) for row in tx.find("rotation", state="published"))}


@dataclass(frozen=True, kw_only=True)
class DropRotation:
    """Puts a draft aside."""

    NAME: ClassVar[str] = "plan.drop"
    VERSION: ClassVar[int] = 1
    rotation_id: str


@handles(DraftRotation)
def draft_rotation(tx: Tx, command: DraftRotation, act: Act) -> Outcome:
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
    return _told({"name": command.name, "id": command.id}, "draft", f"{command.name}: {planned} visits{short}.")


@handles(MoveLine)
def move_line(tx: Tx, command: MoveLine, act: Act) -> Outcome:
    line = tx.get("rotation_line", command.id)
    if line is None:
        raise NotFound("That visit is not in a rotation of this store: sync, or look with  techdesk plan show.")
    row = _draft(tx, str(line["rotation_id"]), "move its visits: plan anew from it with  techdesk plan make --replan")
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


@handles(PublishRotation)
def publish_rotation(tx: Tx, command: PublishRotation, act: Act) -> Outcome:
    row = _draft(tx, command.rotation_id, "publish it again: plan anew from it with  techdesk plan make --replan")
    in_force = tx.find("rotation", state="published")
    others = [each for each in in_force if each["id"] not in (command.published or ())]
    if act.merging and command.published is not None and others:
        raise Refused(f"{others[0]['name']} was published meanwhile, so {row['name']} was not: look at both.")
    overlapping = [
        each for each in in_force if str(each["last"]) >= str(row["first"]) and str(each["first"]) <= str(row["last"])
    ]
    free = [visit for each in overlapping for visit in _movable(tx, each, row, act.at)]
    made = _put_visits(tx, command, row, free)
    for visit in free:
        tx.put("visit", {"id": visit["id"], "state": "cancelled", "reason": f"not in the rotation {row['name']}"})
    for each in overlapping:
        begun = max(str(each["first"]), act.at[:10])
        if str(row["first"]) <= begun and str(row["last"]) >= str(each["last"]):
            tx.put("rotation", {"id": each["id"], "state": "superseded"})
    tx.put("rotation", {"id": row["id"], "state": "published", "published_at": act.at})
    gone = f", {len(free)} called off" if free else ""
    return _told(row, "published", f"{row['name']} is published: {made} visits{gone}.")


@merges(PublishRotation)
def publish_late(tx: Tx, command: PublishRotation, act: Act, refusal: Refused) -> Outcome:
    """The same draft was published meanwhile, or another rotation: what came first stands, and the author is told."""
    row = _rotation(tx, command.rotation_id)
    if row["state"] == "published":
        return _told(row, "published", str(refusal))
    theirs = [str(each["name"]) for each in tx.find("rotation", state="published")]
    tell(tx, act, "conflict", ("rotation", command.rotation_id), f"{', '.join(theirs) or 'the other one'} stays in force",
         mine={"rotation": row["name"]}, theirs={"rotation": ", ".join(theirs)})  # fmt: skip
    return _told(row, str(row["state"]), str(refusal), "conflict")


@handles(DropRotation)
def drop_rotation(tx: Tx, command: DropRotation, act: Act) -> Outcome:
    row = _draft(tx, command.rotation_id, "drop it: publish another one instead")
    tx.put("rotation", {"id": row["id"], "state": "superseded"})
    return _told(row, "superseded", f"{row['name']} is put aside.")


@merges(DropRotation)
def drop_late(tx: Tx, command: DropRotation, act: Act, refusal: Refused) -> Outcome:
    """Somebody published or dropped it meanwhile: it stays, and the author is told."""
    row = _rotation(tx, command.rotation_id)
    if row["state"] == "superseded":
        return _told(row, "superseded", str(refusal))
    tell(tx, act, "conflict", ("rotation", command.rotation_id), f"{row['name']} stays {row['state']}",
         mine={"state": "superseded"}, theirs={"state": row["state"]})  # fmt: skip
    return _told(row, str(row["state"]), str(refusal), "conflict")


def day_words(day: int) -> str:
    """A day of a cycle as people say it."""
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return f"on {names[day % 7]} of week {day // 7 + 1}"


def _put_visits(tx: Tx, command: PublishRotation, row: Row, free: list[Row]) -> int:
    """Makes the visits out of those that are free, the nearest first, and takes these out of `free`."""
    lines = {str(line["id"]): line for line in tx.find("rotation_line", rotation_id=row["id"])}
    zones: dict[str, str] = {}
    wanted = []
    for id, day, starts, technician in command.visits:
        line = lines.get(id)
        if line is None:
            raise Refused(f"A line of {row['name']} is not known here: sync, then publish it again.")
        wanted.append((line, day, starts, technician))
    taken = _matched(wanted, free)
    _adopt(tx, wanted, taken)
    for (line, day, starts, technician), visit in zip(wanted, taken, strict=True):
        site = str(line["site_id"])
        if site not in zones:
            place = tx.get("site", site)
            zones[site] = str(place["timezone"]) if place else "Europe/London"
        begins = clock.parse_there(f"{day}T{starts // 60:02}:{starts % 60:02}", zones[site])
        columns: Row = {
            "id": visit["id"] if visit else named_id("visit", str(row["id"]), str(line["id"]), day),
            "site_id": site, "technician_id": technician, "planned_start": begins,
            "planned_end": clock.later(begins, int(line["minutes"] or 1)), "rotation_id": row["id"],
        }  # fmt: skip
        if visit and str(visit["planned_start"]) != begins:
            columns |= {"state": "planned", "confirmed_by": None}
        tx.put("visit", columns)
    kept = {visit["id"] for visit in taken if visit}
    free[:] = [visit for visit in free if visit["id"] not in kept]
    return len(wanted)


def _matched(wanted: list[tuple[Row, str, int, str]], free: list[Row]) -> list[Row | None]:
    """For each wanted visit the one that becomes it: of its site, the same day before the nearest one."""
    left: dict[str, list[Row]] = {}
    for visit in sorted(free, key=lambda each: (str(each["planned_start"]), str(each["id"]))):
        left.setdefault(str(visit["site_id"]), []).append(visit)
    found: list[Row | None] = [None] * len(wanted)
    for exact in (True, False):
        for number, (line, day, _, _) in enumerate(wanted):
            among = left.get(str(line["site_id"]), [])
            same = [visit for visit in among if str(visit["planned_start"])[:10] == day]
            if found[number] is None and (same or (among and not exact)):
                best = (same or sorted(among, key=lambda each: _apart(str(each["planned_start"])[:10], day)))[0]
                found[number] = best
                among.remove(best)
    return found


def _adopt(tx: Tx, wanted: list[tuple[Row, str, int, str]], taken: list[Row | None]) -> None:
    """A visit that was planned by hand, at the same site on the same day, becomes that of the rotation: a school is not
    visited twice for it."""
    alone: dict[str, list[Row]] = {}
    for number, (line, day, _, _) in enumerate(wanted):
        site = str(line["site_id"])
        if taken[number] is not None:
            continue
        if site not in alone:
            alone[site] = [
                visit
                for visit in tx.find("visit", site_id=site, order="planned_start")
                if visit["state"] in MOVABLE and visit["rotation_id"] is None
            ]
        same = [visit for visit in alone[site] if str(visit["planned_start"])[:10] == day]
        if same:
            taken[number] = same[0]
            alone[site].remove(same[0])


def _apart(one: str, two: str) -> int:
    return abs((date.fromisoformat(one) - date.fromisoformat(two)).days)


def _movable(tx: Tx, earlier: Row, row: Row, at: str) -> list[Row]:
    """The visits of an earlier rotation within the days of the new one that have not begun."""
    first = max(str(row["first"]), at[:10])
    return [
        visit
        for visit in tx.find("visit", rotation_id=earlier["id"])
        if visit["state"] in MOVABLE and first <= str(visit["planned_start"])[:10] <= str(row["last"])
    ]


def _rotation(tx: Tx, id: str) -> Row:
    found = tx.get("rotation", id)
    if found is None:
        raise NotFound("That rotation is not in this store: sync, or look with  techdesk plan list.")
    return found


def _draft(tx: Tx, id: str, otherwise: str) -> Row:
    """The rotation while it is a draft; else Refused."""
    row = _rotation(tx, id)
    if row["state"] != "draft":
        raise Refused(f"{row['name']} is {row['state']}, so you cannot {otherwise}.")
    return row


def _slot(day: int, weeks: int, starts: int | None) -> None:
    checks.whole(day, "The day of the cycle", 0, 7 * weeks - 1)
    if starts is not None:
        checks.whole(starts, "The time of day in minutes", 0, DAY - 1)


def _told(row: Row, state: str, said: str, kind: str = "plain") -> Outcome:
    return Outcome((Changed(str(row["name"]), state, str(row["id"])),), said, kind)
