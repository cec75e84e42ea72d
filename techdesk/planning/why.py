"""What cannot be met, and which constraint stands against it, in plain words."""

from collections.abc import Sequence

from techdesk.planning.cycle import Rotation, Site, Technician, Unmet
from techdesk.planning.patterns import patterns_of


def unvisitable(rotation: Rotation, site: Site) -> Unmet | None:
    """Why a site can get no plan at all, whatever else is planned; None when it can."""
    reason = _reason(rotation, site)
    return Unmet(site=site.id, missing=site.visits, why=reason) if reason else None


def crowded(rotation: Rotation, site: Site, missing: int, used: dict[tuple[str, int], float]) -> Unmet:
    """Why a site that could be visited got fewer visits than agreed: who could go, and how full their days are. `used` is
    minutes of work by technician and day."""
    able = able_technicians(rotation, site)
    days = [(technician, day) for technician in able for day in site.open_days if technician.minutes.get(day, 0) != 0]
    free = [_left(technician, day, used) for technician, day in days]
    most = max(free, default=0.0)
    who = "everybody who may go there" if len(able) > 1 else (able[0].name or able[0].id)
    if most >= site.minutes:
        why = (
            f"the working time of {who} on its open days is used up: at most {most:.0f} minutes are left on a day, "
            f"travel included, and a visit takes {site.minutes:.0f} and the way there"
        )
    else:
        why = (
            f"the working time of {who} on its open days is used up: at most {most:.0f} minutes are left on a day, "
            f"and a visit takes {site.minutes:.0f}"
        )
    return Unmet(site=site.id, missing=missing, why=why)


def able_technicians(rotation: Rotation, site: Site) -> list[Technician]:
    """Who has the skills that the site needs."""
    return [technician for technician in rotation.technicians if site.skills <= technician.skills]


def _reason(rotation: Rotation, site: Site) -> str:
    if site.place is None:
        return "nobody knows where it is: give it coordinates, or travel times in the matrix"
    if not site.open_days:
        return "it is open on no day of the cycle that its agreement allows"
    if site.visits > len(site.open_days):
        return f"{site.visits} visits were agreed, and it is open on only {len(site.open_days)} days of the cycle"
    able = able_technicians(rotation, site)
    if not rotation.technicians:
        return "there is no technician to send"
    if not able:
        return f"no technician has the skills it needs: {', '.join(sorted(site.skills))}"
    patterns = [days for days, _ in patterns_of(site, rotation.days, rotation.week)]
    if not patterns:
        return f"its open days cannot hold {site.visits} visits far enough apart"
    return _reason_of_hours(rotation, site, able, patterns)


def _reason_of_hours(
    rotation: Rotation, site: Site, able: Sequence[Technician], patterns: Sequence[tuple[int, ...]]
) -> str:
    place = site.place or 0
    worked = {day for one in able for day in site.open_days if one.minutes.get(day, 0) != 0}
    if not any(set(days) <= worked for days in patterns):
        names = ", ".join(one.name or one.id for one in able)
        return f"{names} (the only ones with the skills it needs) do not work on enough of its open days"
    if all(one.capacity is not None and site.load > one.capacity for one in able):
        return f"its load of {site.load} is more than anybody can carry in a day"
    best = min(able, key=lambda one: rotation.travel[one.base][place] + rotation.travel[place][one.base])
    there = rotation.travel[best.base][place] + rotation.travel[place][best.base]
    longest = max((_limit(one, day) for one in able for day in site.open_days), default=0.0)
    if there + site.minutes > longest:
        return (
            f"a visit of {site.minutes:.0f} minutes and {there:.0f} minutes of driving are longer than any working day "
            f"of those who may go there ({longest:.0f} minutes)"
        )
    return ""


def _limit(technician: Technician, day: int) -> float:
    minutes = technician.minutes.get(day, 0)
    return float("inf") if minutes is None else float(minutes)


def _left(technician: Technician, day: int, used: dict[tuple[str, int], float]) -> float:
    return max(0.0, _limit(technician, day) - used.get((technician.id, day), 0.0))
