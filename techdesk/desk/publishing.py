"""Publishing a rotation: its visits are made, and those of an earlier one that are still ahead become them."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles, merges
from techdesk.desk.ids import named_id
from techdesk.desk.merging import tell
from techdesk.desk.rotations import DAY, draft, rotation, told
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, Refused

MOST_VISITS = 8000
MOVABLE = ("planned", "confirmed")
MOST_NAMED = 6
BEGUN = ("travelling", "on_site", "wrapped", "signed")


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


@handles(PublishRotation)
def publishrotation(tx: Tx, command: PublishRotation, act: Act) -> Outcome:
    row = draft(tx, command.rotation_id, "publish it again: plan anew from it with  techdesk plan make --replan")
    in_force = tx.find("rotation", state="published")
    others = [each for each in in_force if each["id"] not in (command.published or ())]
    if act.merging and command.published is not None and others:
        raise Refused(f"{others[0]['name']} was published meanwhile, so {row['name']} was not: look at both.")
    overlapping = [
        each for each in in_force if str(each["last"]) >= str(row["first"]) and str(each["first"]) <= str(row["last"])
    ]
    free = [visit for each in overlapping for visit in _movable(tx, each, row, act.at)]
    made = _put_visits(tx, command, row, free, act.at)
    for visit in free:
        tx.put("visit", {"id": visit["id"], "state": "cancelled", "reason": f"not in the rotation {row['name']}"})
    for each in overlapping:
        begun = max(str(each["first"]), act.at[:10])
        if str(row["first"]) <= begun and str(row["last"]) >= str(each["last"]):
            tx.put("rotation", {"id": each["id"], "state": "superseded"})
    tx.put("rotation", {"id": row["id"], "state": "published", "published_at": act.at})
    gone = f", {len(free)} called off ({_places(tx, free)})" if free else ""
    return told(row, "published", f"{row['name']} is published: {made} visits{gone}.")


@merges(PublishRotation)
def publish_late(tx: Tx, command: PublishRotation, act: Act, refusal: Refused) -> Outcome:
    """The same draft was published meanwhile, or another rotation: what came first stands, and the author is told."""
    row = rotation(tx, command.rotation_id)
    if row["state"] == "published":
        return told(row, "published", str(refusal))
    theirs = [str(each["name"]) for each in tx.find("rotation", state="published")]
    tell(tx, act, "conflict", ("rotation", command.rotation_id), f"{', '.join(theirs) or 'the other one'} stays in force",
         mine={"rotation": row["name"]}, theirs={"rotation": ", ".join(theirs)})  # fmt: skip
    return told(row, str(row["state"]), str(refusal), "conflict")


def _put_visits(tx: Tx, command: PublishRotation, row: Row, free: list[Row], at: str) -> int:
    """Makes the visits out of those that are free, the nearest first, and takes these out of `free`. None is made in the
    past, nor where somebody has been or is on the way that day."""
    lines = {str(line["id"]): line for line in tx.find("rotation_line", rotation_id=row["id"])}
    zones: dict[str, str] = {}
    wanted = []
    for id, day, starts, technician in command.visits:
        line = lines.get(id)
        if line is None:
            raise Refused(f"A line of {row['name']} is not known here: sync, then publish it again.")
        site = str(line["site_id"])
        if site not in zones:
            place = tx.get("site", site)
            zones[site] = str(place["timezone"]) if place else "Europe/London"
        if begins_at(day, starts, zones[site]) >= at and not (day == at[:10] and been(tx, site, at)):
            wanted.append((line, day, starts, technician))
    taken = _matched(wanted, free)
    _adopt(tx, wanted, taken)
    for (line, day, starts, technician), visit in zip(wanted, taken, strict=True):
        site = str(line["site_id"])
        begins = begins_at(day, starts, zones[site])
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


def _places(tx: Tx, visits: list[Row]) -> str:
    """The sites that lose visits, by name: the first few of many."""
    sites = {str(visit["site_id"]) for visit in visits}
    names = sorted(str(site["name"]) for id in sites if (site := tx.get("site", id)))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def begins_at(day: str, starts: int, zone: str) -> str:
    """The moment at which a visit begins, `starts` minutes after midnight on the school's own clock."""
    return clock.parse_there(f"{day}T{starts // 60:02}:{starts % 60:02}", zone)


def been(tx: Tx, site: str, at: str) -> bool:
    """Whether a visit of the day is done or under way, or should be: it stays what it was."""
    return any(
        str(visit["planned_start"])[:10] == at[:10]
        and (visit["state"] in BEGUN or (visit["state"] in MOVABLE and str(visit["planned_start"]) < at))
        for visit in tx.find("visit", site_id=site)
    )


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
    first = max(str(row["first"]), at)
    return [
        visit
        for visit in tx.find("visit", rotation_id=earlier["id"])
        if visit["state"] in MOVABLE
        and first <= str(visit["planned_start"])
        and str(visit["planned_start"])[:10] <= str(row["last"])
    ]
