"""From what the store knows to what the planner plans, and back: the lines of a draft, each with its hour, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from techdesk.desk.publishing import MOST_VISITS
from techdesk.desk.rotations import LONGEST
from techdesk.errors import BadInput
from techdesk.models.queries.rotations import Crew, PlanLine, School
from techdesk.planning.cycle import Draft, PlannedVisit, Rotation, Site, Technician, Unmet, Weights
from techdesk.planning.dates import Openings, at_work, cycle_weeks, dates_of, mostly
from techdesk.planning.roadbook import RoadBook, road_book
from techdesk.planning.travel import Roads

TERM_WEEKS = 13  # of an English school year of 39 weeks
ROADS = Roads(detour=1.35, kmh=35.0, parking=4.0)  # between schools of a town, with parking and walking in
Line = tuple[str, int | None, str | None, int, int | None, int, int, str | None]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be planned: a cycle of `weeks` weeks for the days from `first` to `last`. `without` are ids of technicians
    who do not come; `before` are the lines of the rotation that is planned from, and `starts` the Monday on which the cycle
    begins (by default the first week)."""

    weeks: int
    first: date
    last: date
    crew: Sequence[Crew]
    schools: Sequence[School]
    ways: Mapping[tuple[str, str], float] = field(default_factory=dict)
    roads: Roads = ROADS
    without: Collection[str] = ()
    before: Sequence[PlanLine] = ()
    starts: date | None = None
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A rotation for the planner. `days` says which day of the cycle (0 is its first Monday, weekends count) each of the
    planner's days is; `notes` are sentences about what is odd or left out."""

    rotation: Rotation
    wanted: Wanted
    days: tuple[int, ...]
    starts: date
    book: RoadBook
    notes: tuple[str, ...]


def prepare(wanted: Wanted) -> Prepared:
    """What the planner needs. Raises BadInput when there is nobody to send or nothing to visit."""
    if not 1 <= wanted.weeks <= 6:
        raise BadInput(f"A cycle has 1 to 6 weeks, not {wanted.weeks}: say  --weeks 2.")
    if wanted.last < wanted.first:
        raise BadInput("The first day is after the last: check --from and --to.")
    if wanted.last - wanted.first >= LONGEST:
        raise BadInput("A rotation is planned for ten years at most: say an earlier day with  --to.")
    openings, notes = Openings(), list[str]()
    crew = _crew(wanted, notes)
    schools = _schools(wanted, notes)
    mondays = cycle_weeks(wanted.starts or wanted.first, wanted.last, wanted.schools, openings)
    if not mondays:
        raise BadInput(f"No school is open from {wanted.first} to {wanted.last}: choose other days.")
    many = sum(visits_in(school, wanted.weeks) for school in schools) * len(mondays) // wanted.weeks
    if many > MOST_VISITS:
        raise BadInput(
            f"That comes to some {many:,} visits, and {MOST_VISITS:,} are published at once at most: say an earlier  --to."
        )
    weekdays = sorted({day for one in crew for day in range(7) if one.week[day]})
    days = tuple(week * 7 + day for week in range(wanted.weeks) for day in weekdays)
    dates = [dates_of(day, wanted.weeks, mondays, wanted.first, wanted.last) for day in days]
    book = road_book(crew, schools, wanted.ways, wanted.roads)
    ids = [*(school.id for school in schools), *(one.id for one in crew)]
    lost = _lost(crew, schools, book, notes)
    sites = [
        _site(wanted, school, None if school.id in lost else place, dates, openings)
        for place, school in enumerate(schools)
    ]
    people = [
        Technician(
            id=one.id, name=one.name, base=len(schools) + row, minutes=_minutes(one, days, dates), skills=one.skills
        )
        for row, one in enumerate(crew)
        if one.id not in lost
    ]
    rotation = Rotation(
        days=len(days), week=len(weekdays) or 1, sites=sites, technicians=people, weights=wanted.weights,
        travel=[[book.between(one, two) for two in ids] for one in ids], previous=_previous(wanted, days),
    )  # fmt: skip
    return Prepared(rotation=rotation, wanted=wanted, days=days, starts=mondays[0], book=book, notes=tuple(notes))


def lines_of(prepared: Prepared, draft: Draft) -> list[Line]:
    """The lines of a draft, as the command `plan.draft` takes them."""
    crew = {one.id: one for one in prepared.wanted.crew}
    minutes = {site.id: int(site.minutes) for site in prepared.rotation.sites}
    why = reasons(prepared, draft)
    found: list[Line] = []
    for made in draft.rounds:
        day = prepared.days[made.day]
        stops = [(site, minutes[site]) for site in made.sites]
        times = prepared.book.day(made.technician, crew[made.technician].begins(day % 7), stops)
        for rank, (site, starts) in enumerate(zip(made.sites, times.starts, strict=True), 1):
            said = why.get((site, made.day, made.technician))
            found.append((site, day, made.technician, rank, starts, minutes[site], 0, said))
    found += [(one.site, None, None, 0, None, minutes[one.site], one.missing, one.why) for one in draft.unmet]
    return found


def explained(prepared: Prepared, draft: Draft) -> Draft:
    """The draft with what only the store's side knows of sites that cannot be routed to."""
    far = {school.id for school in prepared.wanted.schools if school.latitude is not None} & prepared.book.lost
    said = dict.fromkeys(far, "its coordinates lie too far from the other schools to be right: correct them")
    never = {site.id for site in prepared.rotation.sites if not site.open_days}
    for school in prepared.wanted.schools:
        longest = max((end - begin for spans in school.hours.week for begin, end in spans), default=0)
        if school.id in never and 0 < longest < school.minutes:
            said[school.id] = (
                f"a visit of {school.minutes} minutes is longer than the {longest} minutes that it is open"
            )
    unmet = {one.site: replace(one, why=said.get(one.site, one.why)) for one in draft.unmet}
    agreed = {school.id: visits_in(school, prepared.wanted.weeks) for school in prepared.wanted.schools}
    for site in prepared.rotation.sites:
        rest = agreed[site.id] - site.visits
        if rest > 0:
            why = f"{agreed[site.id]} visits were agreed, and it is open on only {site.visits} days of the cycle"
            known = unmet.get(site.id, Unmet(site=site.id, missing=0, why=why))
            unmet[site.id] = replace(known, missing=known.missing + rest)
    return replace(draft, unmet=tuple(unmet.values()))


def reasons(prepared: Prepared, draft: Draft) -> dict[tuple[str, int, str], str]:
    """Why a visit is where it was not before, by site, day and technician."""
    if not prepared.rotation.previous:
        return {}
    sites = {site.id: site for site in prepared.rotation.sites}
    people = {one.id: one for one in prepared.rotation.technicians}
    names = {one.id: one.name for one in prepared.wanted.crew}
    found: dict[tuple[str, int, str], str] = {}
    for change in draft.changes:
        if change.after is None:
            continue
        old, site = change.before, sites[change.site]
        if old is None:
            said = "new: it was not in the plan before"
        elif old.technician not in people:
            said = f"{names.get(old.technician, 'its technician')} does not come"
        elif not people[old.technician].minutes.get(old.day):
            said = f"{names[old.technician]} does not work on that day any more"
        elif old.day not in site.open_days:
            said = "the school is closed on the day it had, or does not want it"
        elif not site.skills <= people[old.technician].skills:
            said = f"{names[old.technician]} lacks skills that it needs"
        else:
            said = "it makes room for others"
        found[change.after.site, change.after.day, change.after.technician] = said
    return found


def _crew(wanted: Wanted, notes: list[str]) -> list[Crew]:
    crew = [one for one in wanted.crew if one.id not in wanted.without and any(one.week)]
    notes += [f"{one.name} works on no day: left out." for one in wanted.crew if not any(one.week)]
    if not crew:
        raise BadInput("There is no technician to send: say when somebody works with  techdesk technician edit.")
    return crew


def _schools(wanted: Wanted, notes: list[str]) -> list[School]:
    """The schools that were promised visits; all of them when none was."""
    ended = [one for one in wanted.schools if one.ends is not None and one.ends < wanted.first.isoformat()]
    notes += [f"{one.name}: its agreement ended on {one.ends}, and none of its visits is planned." for one in ended]
    live = [one for one in wanted.schools if one not in ended]
    agreed = [one for one in live if one.visits or (one.visits is None and one.per_term)]
    if not wanted.schools:
        raise BadInput("There is no school to visit: import some with  techdesk import sites FILE.")
    if not live:
        raise BadInput("The agreements of all schools have ended: renew some with  techdesk agreement add.")
    if not agreed:
        notes.append(f"No school has an agreement or wishes: each is planned once in {wanted.weeks} weeks.")
        return live
    if len(agreed) < len(live):
        left = len(live) - len(agreed)
        notes.append(f"{left} school{'s have' if left > 1 else ' has'} no visits agreed, and none planned.")
    notes += [
        f"{one.name}: its agreement ends on {one.ends}, and no visit is made after it."
        for one in agreed
        if one.ends is not None and one.ends < wanted.last.isoformat()
    ]
    for one in agreed:
        bought = visits_in(one._replace(visits=None), wanted.weeks) if one.per_term else 0
        if visits_in(one, wanted.weeks) < bought:
            notes.append(
                f"{one.name} wishes fewer visits than it bought: {visits_in(one, wanted.weeks)} of {bought} in"
                f" {wanted.weeks} weeks are planned."
            )
    rare = sum(one.visits is not None and one.visits * wanted.weeks < one.weeks for one in agreed)
    if rare:
        notes.append(
            f"{rare} of the schools want less than a visit in {wanted.weeks} weeks, and get one: plan more --weeks."
        )
    return agreed


def _lost(crew: Sequence[Crew], schools: Sequence[School], book: RoadBook, notes: list[str]) -> set[str]:
    """Places that cannot be routed to, each told."""
    for school in (each for each in schools if each.id in book.lost):
        why = "has no coordinates" if school.latitude is None else "lies too far from the others to be right"
        notes.append(f"{school.name} {why}: it is not planned.")
    for one in (each for each in crew if each.id in book.lost):
        why = "has no base" if one.latitude is None else "has a base too far from the schools to be right"
        notes.append(f"{one.name} {why}, and is not sent out: say where with  techdesk technician edit --base LAT,LON.")
    needed = frozenset().union(*(one.skills for one in schools)) if schools else frozenset()
    if needed:
        notes += [f"{one.name} has no skills noted." for one in crew if not one.skills]
    return set(book.lost)


def _site(
    wanted: Wanted, school: School, place: int | None, dates: Sequence[Sequence[date]], openings: Openings
) -> Site:
    will_do = [[each for each in among if openings.takes(school, each)] for among in dates]
    open_days = tuple(day for day, among in enumerate(dates) if mostly(among, will_do[day]))
    visits = visits_in(school, wanted.weeks)
    crowded = 0 < len(open_days) < visits  # a visit on each of its days then; `explained` tells of the rest
    return Site(
        id=school.id, name=school.name, place=place, visits=len(open_days) if crowded else visits,
        minutes=float(school.minutes), open_days=open_days, skills=school.skills, technician=school.technician_id,
        apart=1 if crowded else None,
    )  # fmt: skip


def visits_in(school: School, weeks: int) -> int:
    """How often a school is visited in a cycle of so many weeks: as it wishes, else by what it has bought for a term."""
    if school.visits is not None:
        return max(1, round(school.visits * weeks / school.weeks)) if school.visits else 0
    if school.per_term is not None:
        return max(1, round(school.per_term * weeks / TERM_WEEKS)) if school.per_term else 0
    return 1


def _minutes(one: Crew, days: Sequence[int], dates: Sequence[Sequence[date]]) -> dict[int, float | None]:
    found: dict[int, float | None] = {}
    for number, (day, among) in enumerate(zip(days, dates, strict=True)):
        if one.minutes(day % 7) and mostly(among, [each for each in among if at_work(one, each)]):
            found[number] = float(one.minutes(day % 7))
    return found


def _previous(wanted: Wanted, days: Sequence[int]) -> list[PlannedVisit]:
    number = {day: index for index, day in enumerate(days)}
    return [
        PlannedVisit(
            site=line.site_id, day=number.get(line.day, -1), technician=line.technician_id or "", rank=line.rank
        )
        for line in wanted.before
        if line.day is not None
    ]
