"""A day's tickets as jobs: which ones somebody is sent for, when, with which skills, tools and parts; why not the rest."""

from collections import Counter
from collections.abc import Mapping

from techdesk import clock
from techdesk.desk import service_hours
from techdesk.models.queries.dispatching import Stand, Waiting
from techdesk.planning.day import Ticket
from techdesk.planning.day_order import URGENT, Left, Order, role_skill

WEIGHTS = {1: 16.0, 2: 8.0, 3: 4.0, 4: 2.0, 5: 1.0}
MOST = 80  # tickets that one day is planned for, worst first
SENT = ("support", "technical")  # roles whose tickets somebody drives out for


def add_tickets(order: Order) -> None:
    """Adds the tickets that somebody is sent for; the others are left with the reason, or counted."""
    facts = order.facts
    listed = {ticket: id for id in order.visits for ticket in facts.lists.get(order.visits[id].id, ())}
    room = {id: _room(order, id) for id in order.visits}
    skipped: Counter[str] = Counter()
    for ticket in facts.tickets:
        if ticket.id != facts.emergency:
            if ticket.id in listed:
                if ticket.owner_id in (None, order.visits[listed[ticket.id]].technician_id):
                    order.inside.setdefault(listed[ticket.id], []).append(ticket)
                continue
            why = _not_today(order, ticket)
            if why:
                skipped[why] += 1
                continue
            visit = _fits_visit(order, ticket, room)
            if visit:
                order.inside.setdefault(visit, []).append(ticket)
                room[visit] -= ticket.minutes
                continue
            if len(order.tickets) >= MOST:
                skipped["are less urgent than what a day can hold"] += 1
                continue
        _add_ticket(order, ticket)
    order.notes += [f"{many} tickets {why}." for why, many in skipped.items()]
    if any(order.jobs[id].skills for id in order.tickets):
        order.notes += [
            f"{person.crew.name} names no skill, so goes only where none is asked for:"
            f' techdesk technician edit "{person.crew.name}" --skills ...'
            for person in order.people.values()
            if not person.crew.skills
        ]


def _room(order: Order, id: str) -> float:
    """Minutes of a visit that no ticket on its list takes."""
    on_list = order.facts.lists.get(order.visits[id].id, set())
    return order.jobs[id].minutes - sum(ticket.minutes for ticket in order.facts.tickets if ticket.id in on_list)


def _not_today(order: Order, ticket: Waiting) -> str:
    """Why nobody is sent for a ticket that day; empty when somebody is."""
    if ticket.site_id is None or ticket.site_id not in order.facts.stands:
        return "name no school: triage them"
    if ticket.waits:
        return "are on hold"
    if ticket.role not in SENT:
        return "are with those whom nobody drives out for"
    if ticket.kind == "how_to" and ticket.priority > 2:
        return "are questions: answer them from afar"
    visit = order.facts.coming.get(ticket.site_id)
    if ticket.priority > 3 and visit is not None and visit <= (ticket.fix_due or "9999"):
        return "wait for a visit that is planned before they are due"
    return ""


def _fits_visit(order: Order, ticket: Waiting, room: Mapping[str, float]) -> str:
    """The visit of the ticket's school that takes it along; empty without one that has the time and the skill."""
    for id, line in order.visits.items():
        person = order.people.get(line.technician_id)
        if line.site_id != ticket.site_id or person is None or room[id] < ticket.minutes:
            continue
        due = order.minute(ticket.fix_due) if ticket.fix_due else None
        late = due is not None and order.minute(order.facts.now) <= due < order.jobs[id].window[0] + ticket.minutes
        if not late and _skills(order, ticket) <= order.technician(person).skills:
            return id
    return ""


def _skills(order: Order, ticket: Waiting) -> frozenset[str]:
    """What a ticket asks of who comes: its school's wishes, its role, and words that anybody names as a skill."""
    named = {skill for one in order.facts.crew for skill in one.skills}
    by_stem = {skill.removesuffix("s"): skill for skill in named}
    skills = {by_stem[word.removesuffix("s")] for word in ticket.words if word.removesuffix("s") in by_stem}
    role = {role_skill("technical")} if ticket.role == "technical" else set()
    return frozenset(order.facts.stands[str(ticket.site_id)].skills | skills | role)


def _add_ticket(order: Order, ticket: Waiting) -> None:
    stand = order.facts.stands.get(str(ticket.site_id))
    if stand is None:
        order.left.append(Left(ticket=ticket, why="it names no school: triage it first"))
        return
    if stand.id in order.lost:
        order.left.append(Left(ticket=ticket, why=order.lost[stand.id]))
        return
    window = _window(order, ticket, stand)
    if isinstance(window, str):
        order.left.append(Left(ticket=ticket, why=window))
        return
    urgent = ticket.id == order.facts.emergency
    due = order.minute(ticket.fix_due) if ticket.fix_due else None
    weight = URGENT if urgent else WEIGHTS[ticket.priority] * (2 if due is not None and due < 24 * 60 else 1)
    if due is not None and window[0] <= due - ticket.minutes < window[1]:
        order.bounded[ticket.id] = window[1]
        window = (window[0], due - ticket.minutes)
    tools, parts = _needs(order, ticket)
    order.tickets[ticket.id] = ticket
    order.jobs[ticket.id] = Ticket(
        id=ticket.id, name=ticket.ref, place=order.places[stand.id], minutes=ticket.minutes, window=window,
        skills=_skills(order, ticket), tools=tools, parts=parts, weight=weight,
    )  # fmt: skip


def _window(order: Order, ticket: Waiting, stand: Stand) -> tuple[float, float] | str:
    """When work may begin there that day, or why it may not."""
    opened = service_hours.openings(stand.hours, order.facts.day)
    if not opened:
        return f"{stand.name} is closed that day"
    opens, closes = (order.minute(clock.moment(each)) for each in (opened[0][0], opened[-1][1]))
    now = order.minute(order.facts.now)
    latest = max(opens, closes - ticket.minutes)
    if now > latest:
        return f"{stand.name} closes before it could be done"
    return max(opens, now), latest


def _needs(order: Order, ticket: Waiting) -> tuple[frozenset[str], dict[str, int]]:
    """The tools and parts that are to be brought. What no van and no store holds stands in nobody's way, but is said."""
    shelves = [person.van for person in order.people.values() if person.van] + ([order.store] if order.store else [])
    held = {part for part in ticket.parts if any(shelf.pieces.get(part) for shelf in shelves)}
    names = order.facts.parts
    for part in ticket.parts:
        if part not in held:
            order.notes.append(
                f"{ticket.ref} is likely to need {names[part].sku}, which no van and no store holds: order it."
            )
    return frozenset(p for p in held if names[p].tool), {p: 1 for p in held if not names[p].tool}
