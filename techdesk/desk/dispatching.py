"""A day's dispatch made so: routes accepted, the tickets given to those who go, their visits planned, parts put by at the
store; and an emergency taken in, with what it takes from others owed to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.fetching import Taken, put_by, words_of
from techdesk.desk.ids import named_id
from techdesk.desk.merging import tell
from techdesk.desk.story import guard, move
from techdesk.desk.tx import Act, Row, Tx
from techdesk.desk.visits import AHEAD, ESTIMATES
from techdesk.errors import BadInput, NotFound, Refused

MOST_ROUTES, MOST_STOPS = 500, 100
MOST_TIMES = 10  # that one comes to the same site on one day


class RouteStop(NamedTuple):
    """A stop: a visit of a site with the tickets it is for, or (without a site) a pass at the store. `visit_id` is a visit
    that is planned already. Moments; `driving` minutes to it; `take` are parts with their numbers."""

    site_id: str | None
    visit_id: str | None
    arrives: str
    starts: str
    ends: str
    driving: float
    tickets: tuple[str, ...] = ()
    take: tuple[tuple[str, int], ...] = ()


class Route(NamedTuple):
    """A technician's route; without stops the technician has none."""

    technician_id: str
    leaves: str | None
    returns: str | None
    driving: float
    stops: tuple[RouteStop, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AcceptDay:
    """Makes routes those of a day (YYYY-MM-DD), in the place of what these technicians had: their tickets are theirs, each
    stop is a visit, and parts are put by at the store `store_id`. `emergency` is the ticket for which the day is turned
    over, and `taken` the visits that it takes away, with the minutes that their sites are owed.

    `base` says by which operation each of these technicians had a route when the author looked; the store fills it in.
    When somebody else has dispatched one of them meanwhile, that stands.
    """

    NAME: ClassVar[str] = "day.accept"
    VERSION: ClassVar[int] = 1
    day: str
    routes: tuple[Route, ...]
    store_id: str | None = None
    emergency: str | None = None
    taken: tuple[tuple[str, int], ...] = ()
    base: tuple[tuple[str, str | None], ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "routes", tuple(_route(each) for each in self.routes))
        object.__setattr__(self, "taken", tuple((visit, minutes) for visit, minutes in self.taken))
        if self.base is not None:
            object.__setattr__(self, "base", tuple((technician, mid) for technician, mid in self.base))
        clock.parse_day(self.day)
        if not 0 < len(self.routes) <= MOST_ROUTES:
            raise BadInput(f"A day has routes of 1 to {MOST_ROUTES} technicians, not of {len(self.routes)}.")
        if len({route.technician_id for route in self.routes}) < len(self.routes):
            raise BadInput("A technician has one route a day: put their stops together.")
        for _, minutes in self.taken:
            checks.minutes(minutes)

    def seen(self, tx: Tx) -> dict[str, Any]:
        """By which operation each technician had a route, to be kept in the operation."""
        rows = {
            route.technician_id: tx.get("day_route", route_id(self.day, route.technician_id)) for route in self.routes
        }
        return {"base": tuple((one, None if row is None else row["mid"]) for one, row in rows.items())}


def _route(given: Any) -> Route:
    try:
        technician, leaves, returns, driving, stops = given
        made = tuple(_stop(*each) for each in stops)
    except (TypeError, ValueError):
        raise BadInput(
            "A route is a technician, two moments, minutes of driving and stops: dispatch the day again."
        ) from None
    if len(made) > MOST_STOPS:
        raise BadInput(f"A route has at most {MOST_STOPS} stops, not {len(made)}.")
    for stop in made:
        if not stop.arrives <= stop.starts <= stop.ends:
            raise BadInput("A stop ends after it starts, and starts after one is there: dispatch the day again.")
        for _, many in stop.take:
            checks.whole(many, "The number of pieces to take along", 1, 10_000)
    return Route(technician, leaves, returns, float(driving), made)


def _stop(
    site: str | None, visit: str | None, arrives: str, starts: str, ends: str, driving: float,
    tickets: Iterable[str] = (), take: Iterable[tuple[str, int]] = (),
) -> RouteStop:  # fmt: skip
    parts = tuple((part, many) for part, many in take)
    return RouteStop(site, visit, arrives, starts, ends, float(driving), tuple(tickets), parts)


def route_id(day: str, technician: str) -> str:
    """The id of a technician's route of a day: the same on every laptop."""
    return named_id("day_route", day, technician)


def visit_ids(day: str, technician: str, site: str) -> Iterator[str]:
    """The ids of the visits that dispatching makes for a technician at a site on a day, the first one first."""
    number = 0
    while True:
        yield named_id("day_visit", day, technician, site, str(number))
        number += 1


@handles(AcceptDay)
def accept_day(tx: Tx, command: AcceptDay, act: Act) -> Outcome:
    people = {route.technician_id: _technician(tx, route.technician_id) for route in command.routes}
    if any(tx.get("site", site) is None for site in _sites(command)):
        raise NotFound("One of the sites is not known here: sync, then dispatch the day again.")
    if act.merging:
        _refuse_others(tx, command, people)
    emergency = tx.get("ticket", command.emergency) if command.emergency else None
    if emergency is not None:
        guard(emergency, "assign")
    before = {visit for route in command.routes for visit in _made(tx, command.day, route.technician_id)}
    owed = sum(_take_away(tx, act, visit, minutes, emergency) for visit, minutes in command.taken)
    kept: set[str] = set()
    given = 0
    for route in command.routes:
        id = route_id(command.day, route.technician_id)
        given += _put_route(tx, command, act, route, id, kept)
    _call_off(tx, before - kept)
    put_by(tx, command.day, command.store_id, _taken_along(command, people))
    routes = sum(bool(route.stops) for route in command.routes)
    what = f"{command.day}: {routes} route{'' if routes == 1 else 's'}, {given} tickets given out"
    more = f"; {owed} min are owed for {emergency['ref']}" if owed and emergency else ""
    changed = tuple(Changed(str(row["name"]), "dispatched", route_id(command.day, id)) for id, row in people.items())
    return Outcome(changed, f"{what}{more}.")


@merges(AcceptDay)
def accept_late(tx: Tx, command: AcceptDay, act: Act, refusal: Refused) -> Outcome:
    """Somebody else has dispatched the day meanwhile, or the emergency is over: what is there stays. Its author is told."""
    seen = dict(command.base or ())
    routes = {
        route.technician_id: tx.get("day_route", route_id(command.day, route.technician_id)) for route in command.routes
    }
    other = [(one, row) for one, row in routes.items() if row is not None and row["mid"] != seen.get(one)]
    technician, row = other[0] if other else (command.routes[0].technician_id, None)
    tell(tx, act, "conflict", ("technician", technician), f"{command.day} stays as it was dispatched first",
         mine={"dispatch": command.day}, theirs={"dispatch": command.day},
         theirs_by=None if row is None else row["author"])  # fmt: skip
    return Outcome(said=str(refusal), kind="conflict")


def _technician(tx: Tx, id: str) -> Row:
    found = tx.get("technician", id)
    if found is None:
        raise NotFound("One of the technicians is not known here: sync, then dispatch the day again.")
    return found


def _sites(command: AcceptDay) -> set[str]:
    return {stop.site_id for route in command.routes for stop in route.stops if stop.site_id is not None}


def _refuse_others(tx: Tx, command: AcceptDay, people: dict[str, Row]) -> None:
    for technician, mid in command.base or ():
        row = tx.get("day_route", route_id(command.day, technician))
        if row is not None and row["mid"] != mid:
            name = people[technician]["name"] if technician in people else "somebody"
            raise Refused(f"The day of {name} was dispatched by somebody else meanwhile: dispatch {command.day} again.")


def _made(tx: Tx, day: str, technician: str) -> list[str]:
    """The visits that an earlier dispatch of the day made for a technician."""
    found = []
    for stop in tx.find("day_stop", route_id=route_id(day, technician)):
        if stop["visit_id"] is not None and is_made(day, technician, str(stop["site_id"]), str(stop["visit_id"])):
            found.append(str(stop["visit_id"]))
    return found


def is_made(day: str, technician: str, site: str, visit: str) -> bool:
    """Whether a visit was made by dispatching that day, and by nobody's plan."""
    ids = visit_ids(day, technician, site)
    return any(next(ids) == visit for _ in range(MOST_TIMES))


def _put_route(tx: Tx, command: AcceptDay, act: Act, route: Route, id: str, kept: set[str]) -> int:
    """Puts a route with its stops, visits and tasks; the visits go to `kept`. Returns how many tickets it gives out."""
    for old in tx.find("day_stop", route_id=id):
        tx.delete("day_stop", str(old["id"]))
    if not route.stops:
        tx.delete("day_route", id)
        return 0
    tx.put("day_route", {"id": id, "technician_id": route.technician_id, "day": command.day, "leaves": route.leaves,
                         "returns": route.returns, "driving": route.driving, "mid": act.mid})  # fmt: skip
    given = 0
    for rank, stop in enumerate(route.stops, start=1):
        visit = None
        if stop.site_id is not None:
            visit = _put_visit(tx, command.day, route.technician_id, stop, kept)
            ours = is_made(command.day, route.technician_id, stop.site_id, visit)
            given += _put_tasks(tx, act, route.technician_id, visit, stop, ours)
        tx.put("day_stop", {
            "id": tx.fresh_id(), "route_id": id, "rank": rank, "site_id": stop.site_id, "visit_id": visit,
            "arrives": stop.arrives, "starts": stop.starts, "ends": stop.ends, "driving": stop.driving,
            "take": words_of(tx, stop.take)})  # fmt: skip
    return given


def _put_visit(tx: Tx, day: str, technician: str, stop: RouteStop, kept: set[str]) -> str:
    """The visit of a stop: the one that is planned already, or one of our own. What has begun is left as it is."""
    id, site = stop.visit_id, str(stop.site_id)
    if id is None:
        id = next(each for each in visit_ids(day, technician, site) if each not in kept)
    kept.add(id)
    row = tx.get("visit", id)
    if row is None:
        tx.put("visit", {"id": id, "site_id": site, "technician_id": technician, "planned_start": stop.starts,
                         "planned_end": stop.ends})  # fmt: skip
    elif row["state"] in ("planned", "confirmed", "cancelled"):
        same = (row["planned_start"], row["planned_end"]) == (stop.starts, stop.ends)
        state = row["state"] if same and row["state"] != "cancelled" else "planned"
        tx.put(
            "visit", {"id": id, "planned_start": stop.starts, "planned_end": stop.ends, "state": state, "reason": None}
        )
    return id


def _put_tasks(tx: Tx, act: Act, technician: str, visit: str, stop: RouteStop, ours: bool) -> int:
    """Puts the tickets on the visit's list, in their order, and gives them to the technician. Those that were ended
    meanwhile are left out; on a visit of ours those go that an earlier dispatch put there. Returns how many were given."""
    tasks = {str(task["ticket_id"]): task for task in tx.find("visit_task", visit_id=visit) if task["ticket_id"]}
    for ticket, task in tasks.items():
        if ours and ticket not in stop.tickets and task["state"] == "todo" and task["id"] == _task_id(visit, ticket):
            tx.delete("visit_task", str(task["id"]))
    given = 0
    for rank, id in enumerate(stop.tickets, start=1):
        row = tx.get("ticket", id)
        if row is None or not row["open"]:
            continue
        if id not in tasks:
            tx.put("visit_task", {"id": _task_id(visit, id), "visit_id": visit, "ticket_id": id, "rank": rank,
                                  "title": row["title"], "room": row["room"],
                                  "estimate": ESTIMATES[int(row["priority"] or 4)]})  # fmt: skip
        if row["owner_id"] != technician:
            state = "assigned" if row["state"] in ("new", "triaged") else str(row["state"])
            move(tx, act, row, "assign", state, owner_id=technician)
            given += 1
    return given


def _task_id(visit: str, ticket: str) -> str:
    return named_id("day_task", visit, ticket)


def _call_off(tx: Tx, visits: Iterable[str]) -> None:
    """Calls off visits of an earlier dispatch that nobody makes now; what others put on their lists is carried."""
    for id in sorted(visits):
        row = tx.get("visit", id)
        if row is None or row["state"] not in AHEAD:
            continue
        for task in tx.find("visit_task", visit_id=id):
            if task["id"] == _task_id(id, str(task["ticket_id"])) and task["state"] == "todo":
                tx.delete("visit_task", str(task["id"]))
        tx.put("visit", {"id": id, "state": "cancelled", "reason": "the day was dispatched anew"})


def _take_away(tx: Tx, act: Act, id: str, minutes: int, emergency: Row | None) -> int:
    """An emergency takes a visit, or what is left of one: its site is owed the minutes. Returns them."""
    row = tx.get("visit", id)
    if row is None or emergency is None or row["state"] not in (*AHEAD, "on_site"):
        return 0
    why = f"displaced by {emergency['ref']}"
    for task in tx.find("visit_task", visit_id=id):
        if task["state"] in ("todo", "doing") and row["state"] == "on_site":
            tx.put("visit_task", {"id": task["id"], "state": "carried", "reason": why})
    columns: Row = {"id": id, "displaced": int(row["displaced"] or 0) + minutes, "displaced_by": emergency["id"]}
    if row["state"] != "on_site":
        columns |= {"state": "missed", "reason": why}
    tx.put("visit", columns)
    return minutes


def _taken_along(command: AcceptDay, people: dict[str, Row]) -> list[Taken]:
    """What each technician of a day takes from the store: their id, their van's, and parts with their numbers."""
    found = []
    for route in command.routes:
        van = people[route.technician_id]["stock_location_id"]
        parts = tuple(each for stop in route.stops for each in stop.take)
        found.append(Taken(route.technician_id, None if van is None else str(van), parts))
    return found
