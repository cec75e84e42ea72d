"""A real authority's schools in a two-week rotation: `python -m benchmarks.rotation SCHOOLS.csv TERM_DATES.ics`.

Eight technicians, each based at a school of their own corner; a school with 600 pupils or more is visited twice in the
cycle, the others once, for half a day (180 minutes). The cycle is the two weeks from --from on (by default around a bank
holiday). Prints minutes of driving of (a) the nearest school next, by cluster, and (b) the planner; then one technician is
lost and the plan is made again. Ends with 1 when a school has a visit on a closed day, a technician is over hours or a
cadence is not kept.
"""

import argparse
import csv
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also as python benchmarks/rotation.py

from techdesk.planning import rotation as planner
from techdesk.planning.cycle import Draft, PlannedVisit, Rotation, Site, Technician
from techdesk.planning.travel import Place, Roads

DAYS, WEEK, HOURS, SLOT, LARGE, CREW = 10, 5, 480.0, 180.0, 600, 8


def schools(path: Path) -> list[dict[str, str]]:
    """The rows of the schools' file with coordinates, each school once."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Latitude"] and row["Longitude"]]
    return list({row["Establishment"]: row for row in rows}.values())


def term_days(path: Path) -> set[date]:
    """The days on which schools are open: the all-day events of a calendar that holds nothing else."""
    text = path.read_text(encoding="utf-8").replace("\r\n ", "").replace("\n ", "")
    starts = [line.rsplit(":", 1)[1] for line in text.splitlines() if line.startswith("DTSTART")]
    return {date(int(day[:4]), int(day[4:6]), int(day[6:8])) for day in starts}


def bases(rows: list[dict[str, str]]) -> list[int]:
    """Schools in the middle of eight neighbourhoods: where technicians start. Found by moving each middle to the school
    nearest to its neighbours' mean, from schools that lie far from each other."""
    where = [(float(row["Latitude"]), float(row["Longitude"]) * 0.6) for row in rows]

    def apart(one: tuple[float, float], two: tuple[float, float]) -> float:
        return (one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2

    chosen = [0]
    while len(chosen) < CREW:
        chosen.append(max(range(len(where)), key=lambda row: min(apart(where[row], where[one]) for one in chosen)))
    for _ in range(20):
        around: dict[int, list[tuple[float, float]]] = {one: [] for one in chosen}
        for spot in where:
            around[min(chosen, key=lambda one: apart(spot, where[one]))].append(spot)
        means = [
            (sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots)) for spots in around.values()
        ]
        chosen = [min(range(len(where)), key=lambda row: apart(where[row], mean)) for mean in means]
    return chosen


def real_case(rows: list[dict[str, str]], open_days: set[date], first: date) -> Rotation:
    """The rotation of a real authority."""
    dates = [first + timedelta(days=week * 7 + day) for week in range(2) for day in range(5)]
    days = tuple(number for number, day in enumerate(dates) if day in open_days)
    places = [Place(id=row["Establishment"], lat=float(row["Latitude"]), lon=float(row["Longitude"])) for row in rows]
    travel, lost = Roads(detour=1.35, kmh=35.0, parking=4.0).matrix(places)
    sites = [
        Site(
            id=row["Establishment"],
            place=None if row["Establishment"] in lost else number,
            visits=2 if int(row["Number of pupils on roll"] or 0) >= LARGE else 1,
            minutes=SLOT,
            open_days=days,
        )
        for number, row in enumerate(rows)
    ]
    crew = [
        Technician(id=f"T{number}", base=base, minutes=dict.fromkeys(range(DAYS), HOURS))
        for number, base in enumerate(bases(rows), 1)
    ]
    return Rotation(days=DAYS, week=WEEK, sites=sites, technicians=crew, travel=travel)


def nearest_by_cluster(case: Rotation, clusters: Sequence[str]) -> tuple[float, int, list[int]]:
    """What one would do by hand: each cluster goes to the technician whose base is nearest and who has room, and each day
    is filled with the nearest school that is still due. Minutes of driving, visits without room, and half
    days out of each technician."""
    travel, crew = case.travel, case.technicians
    due = {row: site.visits for row, site in enumerate(case.sites)}
    days = list(case.sites[0].open_days)
    driven = 0.0
    room = {number: len(days) * 2 for number in range(len(crew))}
    for cluster in sorted(set(clusters), key=lambda name: -sum(one == name for one in clusters)):
        rows = [row for row in due if clusters[row] == cluster]
        while any(due[row] for row in rows):
            free = [number for number in room if room[number] > 0]
            if not free:
                return driven, sum(due.values()), [len(days) * 2 - left for left in room.values()]
            who = min(free, key=lambda number: sum(travel[crew[number].base][row] for row in rows))
            driven += _days_by_hand(case, who, rows, due, room)
    return driven, sum(due.values()), [len(days) * 2 - left for left in room.values()]


def _days_by_hand(case: Rotation, who: int, rows: list[int], due: dict[int, int], room: dict[int, int]) -> float:
    travel, base = case.travel, case.technicians[who].base
    driven = 0.0
    while room[who] > 0 and any(due[row] for row in rows):
        at, clock, today = base, 0.0, set[int]()
        while True:
            left = [row for row in rows if due[row] and row not in today]
            fits = [row for row in left if clock + travel[at][row] + SLOT + travel[row][base] <= HOURS]
            if not fits:
                break
            row = min(fits, key=lambda one: travel[at][one])
            clock += travel[at][row] + SLOT
            driven += travel[at][row]
            due[row] -= 1
            today.add(row)
            at = row
        driven += travel[at][base]
        room[who] -= 2
    return driven


def faults(case: Rotation, draft: Draft) -> list[str]:
    """Every promise that a draft breaks."""
    found = [f"{one.site} has {one.missing} visits too few: {one.why}" for one in draft.unmet]
    sites = {site.id: site for site in case.sites}
    crew = {one.id: one for one in case.technicians}
    for one in draft.rounds:
        limit = crew[one.technician].minutes.get(one.day) or 0.0
        if one.travel + one.on_site > limit + 1e-6:
            found.append(
                f"{one.technician} works {one.travel + one.on_site:.0f} of {limit:.0f} minutes on day {one.day}"
            )
        found += [f"{site} on closed day {one.day}" for site in one.sites if one.day not in sites[site].open_days]
    for site in case.sites:
        days = sorted(visit.day for visit in draft.visits if visit.site == site.id)
        if len(days) != site.visits or len(set(days)) != site.visits:
            found.append(f"{site.id} is visited on days {days} instead of {site.visits} times")
    return found


def _share_changed(before: Draft, after: Draft, lost: str) -> float:
    """The share of the other technicians' visits that differ."""
    old = {(v.site, v.day, v.technician) for v in before.visits if v.technician != lost}
    new = {(v.site, v.day, v.technician) for v in after.visits}
    return len(old - new) / max(1, len(old))


def _told(title: str, case: Rotation, draft: Draft, spent: float) -> list[str]:
    found = faults(case, draft)
    load = sorted(draft.load().values())
    print(f"{title}: {draft.travel:.0f} minutes of driving, {len(draft.visits)} visits, {spent:.1f} s;", end=" ")
    print(
        f"hours a technician {load[0] / 60:.1f} to {load[-1] / 60:.1f};", "; ".join(found[:5]) or "every promise kept"
    )
    return found


def main() -> int:
    """Plans, prints, checks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("schools", type=Path)
    parser.add_argument("term_dates", type=Path)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=date(2026, 4, 27))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--cpu", action="store_true")
    asked = parser.parse_args()
    if not (asked.schools.exists() and asked.term_dates.exists()):
        print("Skipped: the schools' file or the term dates are not here.")
        return 0
    rows = schools(asked.schools)
    case = real_case(rows, term_days(asked.term_dates), asked.first)
    by_hand, no_room, halves = nearest_by_cluster(case, [row["Cluster"] for row in rows])
    print(f"(a) nearest by cluster: {by_hand:.0f} minutes of driving, {no_room} visits without room;", end=" ")
    print(f"half days out a technician {min(halves)} to {max(halves)}")
    began = time.perf_counter()
    draft = planner.plan(case, seconds=asked.seconds, cpu=asked.cpu)
    broken = _told("(b) planner", case, draft, time.perf_counter() - began)
    lost = max(draft.load(), key=lambda one: draft.load()[one])
    fewer = Rotation(
        days=case.days,
        week=case.week,
        sites=case.sites,
        technicians=[one for one in case.technicians if one.id != lost],
        travel=case.travel,
        previous=[PlannedVisit(site=v.site, day=v.day, technician=v.technician, rank=v.rank) for v in draft.visits],
    )
    began = time.perf_counter()
    again = planner.plan(fewer, seconds=asked.seconds / 2, cpu=asked.cpu)
    broken += _told(f"(c) without {lost}", fewer, again, time.perf_counter() - began)
    print(f"    {100 * _share_changed(draft, again, lost):.0f} % of the others' visits changed")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
