"""The rotation: who is at which school on which half day, and what frames each visit."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from techdesk.clock import moment
from techdesk.demo.days import at, is_school_day
from techdesk.demo.diary import Diary
from techdesk.demo.shapes import Place, Technician
from techdesk.demo.trust import Trust
from techdesk.demo.vocabulary import words
from techdesk.desk.bookings import MissVisit
from techdesk.desk.ids import derived_id
from techdesk.desk.visits import AddTask, CancelVisit, PlanVisit, SetTask, SignVisit, StartVisit, WrapVisit
from techdesk.desk.work import LogWork

STARTS = (8.5, 13.0)
LENGTH = timedelta(hours=3)
# How reasons begin for which a school is owed the visit.
OWN = ("Technician", "Called")
WEEKS = 4
AHEAD = timedelta(days=24)
PLANNED_BEFORE = timedelta(days=14)


@dataclass
class Round:
    """One visit. `free` is when the next job in it can begin; `steps` are its maintenance: (title, room, minutes)."""

    id: str
    place: Place
    technician: Technician
    start: datetime
    end: datetime
    steps: list[tuple[str, str, int]] = field(default_factory=list)
    called_off: bool = False
    done: int = 0

    def __post_init__(self) -> None:
        self.free = self.start + timedelta(minutes=12)

    def take(self, minutes: int) -> datetime | None:
        """The moment at which a job of so many minutes begins; None when the visit has no room for it."""
        begins, ends = self.free, self.free + timedelta(minutes=minutes + 2)
        if self.called_off or ends > self._last():
            return None
        self.free = ends
        return begins

    def _last(self) -> datetime:
        return self.end - timedelta(minutes=15 + sum(step[2] for step in self.steps))


SINCE_CARRIED = timedelta(days=6)


def rotation(
    diary: Diary, rng: Random, trust: Trust, since: date, now: datetime, taken: tuple[datetime, datetime]
) -> dict[str, list[Round]]:
    """Every school's visits from `since` until some weeks from now, in order; none of the laptop's technician falls into
    the time `taken` by the visit under way, nor near it at the first school."""
    rounds: dict[str, list[Round]] = {place.id: [] for place in trust.places}
    halves = slots(trust)
    day, last = since + timedelta(days=1), now.date() + AHEAD
    while day <= last:
        if is_school_day(day) or (day >= now.date() and day.weekday() < 5):
            for place, half in halves.get((week_of(day), day.weekday()), ()):
                visit = _round(diary, rng, place, at(day, STARTS[half]))
                if not _clashes(trust, place, visit.start, taken):
                    rounds[place.id].append(visit)
        day += timedelta(days=1)
    for each in sorted((visit for visits in rounds.values() for visit in visits), key=lambda visit: visit.start):
        planned = max(at(since, 7.6), each.start - PLANNED_BEFORE)
        _plan(diary, rng, each, planned)
    return rounds


def week_of(day: date) -> int:
    """The week of the cycle that a day is in."""
    return day.toordinal() // 7 % WEEKS


def slots(trust: Trust) -> dict[tuple[int, int], list[tuple[Place, int]]]:
    """Each technician's half days of four weeks: large schools every week, small ones every second; the rest what is left."""
    found: dict[tuple[int, int], list[tuple[Place, int]]] = {}
    for technician in trust.technicians:
        free = {(week, day, half) for week in range(WEEKS) for day in range(5) for half in range(2)}
        for number, place in enumerate(each for each in trust.places if each.technician is technician):
            weeks = range(WEEKS) if place.phase == "Secondary" else range(number % 2, WEEKS, 2)
            for week in weeks:
                wish = [(week, (number * 2 + step // 2) % 5, (number + step) % 2) for step in range(10)]
                slot = next((each for each in wish if each in free), None)
                if slot:
                    free.discard(slot)
                    found.setdefault(slot[:2], []).append((place, slot[2]))
    return found


def _clashes(trust: Trust, place: Place, start: datetime, taken: tuple[datetime, datetime]) -> bool:
    margin = timedelta(minutes=30)
    overlaps = start < taken[1] + margin and start + LENGTH > taken[0] - margin
    near = abs((start.date() - taken[0].date()).days) < 3
    return (place.technician is trust.me and overlaps) or (place is trust.places[0] and near)


def _round(diary: Diary, rng: Random, place: Place, start: datetime) -> Round:
    steps = [tuple(step) for step in rng.sample(words("voices")["visits"]["steps"], rng.choice((1, 1, 2, 2, 3)))]
    steps = [(title, room if room in place.rooms else "Office", minutes) for title, room, minutes in steps]
    return Round(diary.ids.at(start), place, place.technician, start, start + LENGTH, steps, rng.random() < 0.025)


def _plan(diary: Diary, rng: Random, visit: Round, planned: datetime) -> None:
    diary.write(planned, visit.technician, PlanVisit(
        id=visit.id, site_id=visit.place.id, technician_id=visit.technician.id,
        planned_start=moment(visit.start), planned_end=moment(visit.end)))  # fmt: skip
    if visit.called_off:
        reason = rng.choice(words("voices")["visits"]["cancelled"])
        # What is the desk's own doing is missed, and owed.
        gone = MissVisit if reason.startswith(OWN) else CancelVisit
        diary.write(visit.start - timedelta(minutes=55), visit.technician, gone(visit_id=visit.id, reason=reason))


def live(diary: Diary, rng: Random, visit: Round, now: datetime) -> None:
    """Writes what frames a visit: arrival and travel, maintenance, waiting, wrap and signature. What has been closed in it
    is counted before (`done`)."""
    if visit.called_off:
        return
    who, travel = visit.technician, rng.randint(8, 34)
    arrives = visit.start + timedelta(minutes=rng.randint(0, 6), seconds=rng.randrange(60))
    diary.write(arrives, who, StartVisit(visit_id=visit.id, travel_minutes=travel, mileage=round(travel * 0.45, 1)))
    diary.write(arrives, who, LogWork(minutes=travel, visit_id=visit.id, mode="travel"))
    leaves = visit.end + timedelta(minutes=rng.randint(-8, 9), seconds=rng.randrange(60))
    begins = leaves - timedelta(minutes=12 + sum(step[2] for step in visit.steps))
    for number, (title, room, minutes) in enumerate(visit.steps, start=1):
        begins += timedelta(minutes=minutes)
        _step(diary, rng, visit, (derived_id(visit.id, number), title, room, minutes), begins, now)
    if rng.random() < 0.14:
        note = rng.choice(words("voices")["visits"]["waiting"])
        diary.write(leaves - timedelta(minutes=11), who, LogWork(
            minutes=rng.choice((10, 15, 25, 47)), visit_id=visit.id, mode="waiting", note=note))  # fmt: skip
    summary = rng.choice(words("voices")["visits"]["summary"])
    said = summary.format(done=visit.done, who=visit.place.signatory())
    late = rng.choice(words("voices")["visits"]["late"])
    diary.write(leaves, who, WrapVisit(visit_id=visit.id, summary=said, reason=late))
    if rng.random() < 0.94:
        diary.write(leaves + timedelta(minutes=2), who, SignVisit(visit_id=visit.id, signatory=visit.place.signatory()))


def _step(
    diary: Diary, rng: Random, visit: Round, step: tuple[str, str, str, int], ends: datetime, now: datetime
) -> None:
    task, title, room, minutes = step
    diary.write(visit.start - timedelta(minutes=40), visit.technician, AddTask(
        id=task, visit_id=visit.id, title=title, room=room, estimate=minutes))  # fmt: skip
    if rng.random() < 0.18:
        # What is carried stands on the list of the next visit, so only what has none yet is.
        state = "carried" if now - visit.end < SINCE_CARRIED else "dropped"
        diary.write(ends, visit.technician, SetTask(task_id=task, state=state, reason="incidents came first"))
        return
    spent = max(3, minutes + rng.randint(-4, 6))
    diary.write(ends, visit.technician, SetTask(task_id=task, state="done", actual=spent))
    diary.write(ends, visit.technician, LogWork(minutes=spent, visit_id=visit.id, proactive=1, note=title))
