"""A day's order made from what the store knows: the roads, who goes out, the visits that stand, and what stands already."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from techdesk import clock
from techdesk.desk.dispatching import is_made
from techdesk.errors import BadInput
from techdesk.models.queries.dispatching import Facts
from techdesk.models.queries.rotations import Crew
from techdesk.models.rows import VisitLine
from techdesk.planning.day import Ticket
from techdesk.planning.day_order import HERE, ORPHANED, PLANNED, ROUNDING, VISIT, Order, Person, pin
from techdesk.planning.day_tickets import add_tickets
from techdesk.planning.drafting import ROADS
from techdesk.planning.travel import Place, Roads

AHEAD = ("planned", "confirmed", "travelling")


def order_of(facts: Facts) -> Order:
    """The day to be planned. Raises BadInput when nobody works, or nobody can be sent."""
    midnight = datetime.combine(facts.day, time(), ZoneInfo(HERE)).astimezone(UTC)
    order = Order(facts=facts, midnight=midnight, notes=list(facts.notes))
    working = [one for one in facts.crew if one.works(facts.day.isoformat(), facts.day.weekday())]
    if not working:
        raise BadInput(
            f"Nobody works on {facts.day:%a %d %b %Y}: choose another day, or look at leave and working days."
        )
    _roads(order, working)
    for one in working:
        _add_person(order, one)
    if not order.people:
        raise BadInput(
            f"Nobody can be sent on {facts.day:%a %d %b %Y}: {' '.join(order.notes) or 'the working day is over.'}"
        )
    _add_visits(order)
    add_tickets(order)
    _keep_to(order)
    return order


def _roads(order: Order, working: Sequence[Crew]) -> None:
    facts = order.facts
    shelf = facts.stores[0] if facts.stores else None
    places = [Place(id=one.id, lat=one.latitude, lon=one.longitude) for one in facts.stands.values()]
    places += [Place(id=one.id, lat=one.latitude, lon=one.longitude) for one in working]
    if shelf is not None:
        places.append(Place(id=shelf.id, lat=shelf.latitude, lon=shelf.longitude))
    roads = Roads(detour=ROADS.detour, kmh=ROADS.kmh, parking=ROADS.parking, minutes=facts.ways)
    order.travel, lost = roads.matrix(places)
    order.places = {place.id: number for number, place in enumerate(places)}
    known = {place.id: place for place in places}
    for id in lost:
        place = known[id]
        order.lost[id] = (
            f"its coordinates ({place.lat:g}, {place.lon:g}) are hundreds of kilometres from all the others: correct them"
            if place.known
            else "nobody knows where it is: give it coordinates"
        )
    if shelf is not None and shelf.id not in order.lost:
        order.store = shelf
    elif shelf is not None:
        order.notes.append(
            f'No route passes {shelf.name}, because {order.lost[shelf.id]}:  techdesk part place "{shelf.name}" --at LAT,LON'
        )


def _add_person(order: Order, one: Crew) -> None:
    facts = order.facts
    home = one.id
    if one.id in order.lost:
        if order.store is None:
            order.notes.append(f"{one.name} cannot be sent, because of the base {order.lost[one.id]}: {_how_base(one)}")
            return
        home = order.store.id
        order.notes.append(
            f"{one.name} starts from {order.store.name}, because of the base {order.lost[one.id]}: {_how_base(one)}"
        )
    spans = one.week[facts.day.weekday()]
    begins, ends = (
        order.minute(clock.parse_there(f"{facts.day}T{minute // 60 % 24:02}:{minute % 60:02}", HERE))
        + minute // 1440 * 1440
        for minute in (spans[0].begin, spans[-1].end)
    )
    now = order.minute(facts.now)
    start = None
    there = any(line.technician_id == one.id and line.state == "on_site" for line in facts.visits)
    if (begins < now or there) and now < 24 * 60:
        begins, start = now, _whereabouts(order, one)
    if begins >= ends:
        return
    order.people[one.id] = Person(crew=one, van=facts.vans.get(one.id), hours=(begins, ends), home=home, start=start)


def _how_base(one: Crew) -> str:
    return f' techdesk technician edit "{one.name}" --base LAT,LON'


def _whereabouts(order: Order, one: Crew) -> str | None:
    """The site where a technician is, or was last today; None when that is at home or cannot be routed from."""
    begun = [line for line in order.facts.visits if line.technician_id == one.id and line.actual_start is not None]
    last = max(begun, key=lambda line: str(line.actual_start), default=None)
    return None if last is None or last.site_id in order.lost else last.site_id


def _add_visits(order: Order) -> None:
    """The visits that stand as jobs: pinned to their technician, who is given the time that they take."""
    now = order.minute(order.facts.now)
    for line in sorted(order.facts.visits, key=lambda each: (each.planned_start, each.id)):
        ends = order.minute(line.planned_end)
        if line.state not in (*AHEAD, "on_site") or (ends <= now and line.state != "on_site"):
            continue
        if line.state == "planned" and is_made(order.facts.day.isoformat(), line.technician_id, line.site_id, line.id):
            continue  # an earlier dispatch made it: it is planned anew
        if line.site_id in order.lost:
            order.notes.append(f"The visit to {line.site} is on no route, because {order.lost[line.site_id]}.")
            continue
        _add_visit(order, line, now, ends)
    for person in list(order.people.values()):
        _give_time(order, person)


def _add_visit(order: Order, line: VisitLine, now: float, ends: float) -> None:
    id = VISIT + line.id
    starts = max(order.minute(line.planned_start), now)
    minutes = max(0.0, ends - starts)
    stays = line.technician_id in order.people
    skills = frozenset({pin(line.technician_id)}) if stays else order.facts.stands[line.site_id].skills
    if not stays:
        order.notes.append(
            f"{line.technician or 'Its technician'} does not come, so {line.site} is offered to the others."
        )
    window = (now, now) if line.state == "on_site" else (starts, starts)
    order.visits[id] = line
    order.jobs[id] = Ticket(
        id=id, name=line.site, place=order.places[line.site_id], minutes=minutes, window=window, skills=skills,
        weight=PLANNED if stays else ORPHANED,
    )  # fmt: skip


def _give_time(order: Order, person: Person) -> None:
    """Widens windows and hours as far as the visits that are promised need it, each after the other."""
    own = [id for id, line in order.visits.items() if line.technician_id == person.crew.id]
    if not own:
        return
    first = order.jobs[own[0]]
    site = order.visits[own[0]].site_id
    at = person.start or person.home
    begins = person.hours[0]
    if person.start is None:
        begins = max(order.minute(order.facts.now), min(begins, first.window[0] - order.way(at, site) - ROUNDING))
    now = begins
    for id in own:
        job, site = order.jobs[id], order.visits[id].site_id
        now = max(now + order.way(at, site), job.window[0])
        order.jobs[id] = Ticket(**(vars(job) | {"window": (job.window[0], max(job.window[1], now + ROUNDING))}))
        now, at = now + job.minutes, site
    ends = max(person.hours[1], now + order.way(at, person.home) + len(own) * ROUNDING)
    order.people[person.crew.id] = Person(**(vars(person) | {"hours": (begins, ends)}))


def _keep_to(order: Order) -> None:
    """What stands already, in the order of each technician's day: visits, what was accepted, then what is theirs."""
    times: dict[str, list[tuple[float, str]]] = {}
    for id, line in order.visits.items():
        times.setdefault(line.technician_id, []).append((order.jobs[id].window[0], id))
    placed: set[str] = set()
    for route in order.facts.before:
        for stop in route.stops:
            for ticket, *_ in stop.tickets:
                if ticket in order.tickets:
                    times.setdefault(route.technician_id, []).append((order.minute(stop.starts), ticket))
                    placed.add(ticket)
    for id, waiting in order.tickets.items():
        if id not in placed and waiting.owner_id in order.people:
            times.setdefault(str(waiting.owner_id), []).append((24 * 60.0, id))
    order.previous = {one: [id for _, id in sorted(found, key=lambda each: each[0])] for one, found in times.items()}
