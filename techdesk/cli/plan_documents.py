"""Rotations as JSON documents and as tables."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from techdesk.models.queries.rotations import PlanLine, RotationRow

if TYPE_CHECKING:
    from techdesk.planning.booking import Bookings
    from techdesk.planning.cycle import Change, Draft
    from techdesk.planning.drafting import Prepared
    from techdesk.planning.moving import Cost

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rotation(row: RotationRow) -> dict[str, Any]:
    """A rotation's keys."""
    return row._asdict()


def line(one: PlanLine) -> dict[str, Any]:
    """A visit of a cycle; `week` counts from 1."""
    day = one.day or 0
    return {
        "id": one.id, "site": one.code, "name": one.site, "week": day // 7 + 1, "day": DAYS[day % 7].lower(),
        "technician": one.technician, "rank": one.rank, "starts": time_of(one.starts), "minutes": one.minutes, "why": one.why,
    }  # fmt: skip


def unmet(one: PlanLine) -> dict[str, Any]:
    """Visits that cannot be made."""
    return {"site": one.code, "name": one.site, "missing": one.missing, "why": one.why}


def changes(prepared: "Prepared", draft: "Draft") -> list[dict[str, Any]]:
    """What differs from the plan before, with why."""
    from techdesk.planning.drafting import reasons

    why = reasons(prepared, draft)
    unmet = {one.site: one.why for one in draft.unmet}
    schools = {site.id: site.name for site in prepared.wanted.schools}
    people = {one.id: one.name for one in prepared.wanted.crew}

    def slot(visit: Any) -> str | None:
        if visit is None:
            return None
        day = day_short(prepared.days[visit.day]) if visit.day >= 0 else "a day nobody works"
        return f"{day} {people.get(visit.technician, '?')}"

    return [
        {
            "site": schools.get(one.site, "a school that is not visited any more"), "before": slot(one.before),
            "after": slot(one.after), "why": why[one.after.site, one.after.day, one.after.technician] if one.after
            else unmet.get(one.site, "nothing is agreed for it any more"),
        }
        for one in draft.changes
    ]  # fmt: skip


def differences(found: Sequence["Change"], lines: Sequence[PlanLine]) -> list[dict[str, Any]]:
    """What differs between two rotations."""
    sites = {each.site_id: each.site for each in lines}
    people = {each.technician_id: each.technician for each in lines}

    def slot(visit: Any) -> str | None:
        return None if visit is None else f"{day_short(visit.day)} {people.get(visit.technician, '?')}"

    return [{"site": sites[one.site], "before": slot(one.before), "after": slot(one.after)} for one in found]


def bookings(booked: "Bookings") -> dict[str, list[Any]]:
    """What was booked on another day, what found no place, and sentences about what is odd."""
    return {
        "moved": [
            {"site": each.line.site, "planned": str(each.planned), "day": str(each.day), "why": each.why}
            for each in booked.moved
        ],
        "missed": [{"site": each.line.site, "day": str(each.day), "why": each.why} for each in booked.missed],
        "notes": booked.notes,
    }


def cost(one: "Cost") -> dict[str, Any]:
    """What a move costs."""
    return {
        "travel": round(one.travel, 1),
        "over": round(one.over, 1),
        "apart": one.apart,
        "against": list(one.against),
    }


def grid(lines: Sequence[PlanLine], weeks: int) -> Iterator[tuple[int, list[str], list[list[str]]]]:
    """Each week as a table: the days as heading, then a row for each technician with the codes of their schools."""
    worked = sorted({(each.day or 0) % 7 for each in lines} | set(range(5)))
    people = sorted({each.technician or "?" for each in lines})
    cells: dict[tuple[str, int], list[str]] = {}
    for each in lines:
        cells.setdefault((each.technician or "?", each.day or 0), []).append(each.code)
    for week in range(weeks):
        yield week + 1, [DAYS[day] for day in worked], [
            [who, *(" ".join(cells.get((who, week * 7 + day), [])) for day in worked)] for who in people
        ]  # fmt: skip


def day_short(day: int) -> str:
    """A day of the cycle: week 2 Tue."""
    return f"week {day // 7 + 1} {DAYS[day % 7]}"


def time_of(starts: int | None) -> str | None:
    """Minutes after midnight on a clock."""
    return None if starts is None else f"{starts // 60:02}:{starts % 60:02}"
