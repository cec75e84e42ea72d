"""The van packs itself: what the open tickets of a visit are likely to need, from the parts that fit their devices and from
what fixed the like, against what the van holds; where to get the rest, or from whom to order it and by when."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from techdesk import clock
from techdesk.desk.ids import named_id
from techdesk.desk.reservations import ReservePart
from techdesk.errors import NotFound
from techdesk.models.queries.likely_parts import PackedTicket, Part, likely_of, named_in, parts_by_id
from techdesk.models.queries.maintaining import step_parts
from techdesk.models.queries.reserving import kit_lines, put_by, reserved_for
from techdesk.models.queries.spares import van_of
from techdesk.models.rows import PickLine, VisitLine

MOST_OPEN = 15
"""So many open tickets of a site are packed for while its visit names none."""
TASKS = """
    SELECT t.id, t.ref, t.title || ' ' || t.text, t.symptom, t.category, m.kept_id, m.name FROM visit_task k
    JOIN ticket t ON t.id = k.ticket_id AND t.open = 1 LEFT JOIN device d ON d.id = t.device_id
    LEFT JOIN model_of m ON m.id = d.model_id
    WHERE k.visit_id = ? AND k.state IN ('todo', 'doing', 'carried') GROUP BY t.id ORDER BY t.priority, t.ref
"""
WAITING = """
    SELECT t.id, t.ref, t.title || ' ' || t.text, t.symptom, t.category, m.kept_id, m.name FROM visit v
    JOIN ticket t ON t.site_id = v.site_id AND t.open = 1 AND (t.owner_id IS NULL OR t.owner_id = v.technician_id)
    LEFT JOIN device d ON d.id = t.device_id LEFT JOIN model_of m ON m.id = d.model_id
    WHERE v.id = ? AND v.state IN ('planned', 'confirmed', 'travelling')
    ORDER BY t.priority, coalesce(t.fix_due, '9999'), t.opened_at, t.id LIMIT ?
"""


def pick(connection: sqlite3.Connection, visit_id: str, technician: str | None) -> list[PickLine]:
    """What one visit is likely to need, by SKU: see `pick_for`."""
    return pick_for(connection, [visit_id], technician)


def pick_for(
    connection: sqlite3.Connection, visit_ids: Sequence[str], technician: str | None, kits: Iterable[str] = (),
    now: str | None = None,
) -> list[PickLine]:  # fmt: skip
    """What visits together are likely to need, what is missing first. `kits` are ids of kits to be taken along. `now` is
    when it is asked, for what is to be ordered (a moment; without one, what is past is not marked)."""
    parts = parts_by_id(connection)
    wanted = _Wanted()
    for visit_id in visit_ids:
        _of_visit(connection, visit_id, parts, wanted)
    for kit_id in kits:
        for line in kit_lines(connection, kit_id):
            wanted.add(line.part_id, line.quantity, None, f"in the kit {line.kit}")
    van = van_of(connection, technician)
    day = _first_day(connection, visit_ids)
    lines = [
        _line(connection, parts[part_id], wanted, van, (day, visit_ids, now))
        for part_id in wanted.count
        if part_id in parts
    ]
    return sorted(lines, key=lambda each: (max(0, each.in_van) >= each.needed, each.sku))


class _Wanted:
    """How many of each part, for which tickets, and the reasons."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.refs: defaultdict[str, list[str]] = defaultdict(list)
        self.why: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, part_id: str, quantity: int, ref: str | None, why: str) -> None:
        if quantity < 1 or (ref is not None and ref in self.refs[part_id]):
            return
        self.count[part_id] += quantity
        if ref is not None:
            self.refs[part_id].append(ref)
        if why not in self.why[part_id]:
            self.why[part_id].append(why)


def _of_visit(connection: sqlite3.Connection, visit_id: str, parts: dict[str, Part], wanted: _Wanted) -> None:
    tickets = [PackedTicket(*row) for row in connection.execute(TASKS, (visit_id,))]
    if not tickets:
        tickets = [PackedTicket(*row) for row in connection.execute(WAITING, (visit_id, MOST_OPEN))]
    for ticket, found in likely_of(connection, tickets, parts):
        for part, why in found:
            wanted.add(part, 1, ticket.ref, why)
    steps = connection.execute(
        "SELECT title FROM visit_task WHERE visit_id = ? AND ticket_id IS NULL AND state IN ('todo', 'doing', 'carried')",
        (visit_id,),
    ).fetchall()
    for (title,) in steps:
        for part in named_in(str(title), parts):
            wanted.add(part, 1, None, f"for the step '{title}'")
    for part, quantity, why in step_parts(connection, visit_id):
        wanted.add(part, quantity, None, why)


def _first_day(connection: sqlite3.Connection, visit_ids: Sequence[str]) -> str | None:
    marks = ", ".join("?" * len(visit_ids))
    found = connection.execute(
        f"SELECT min(planned_start) FROM visit WHERE id IN ({marks})", list(visit_ids)
    ).fetchone()
    return None if found[0] is None else str(found[0])[:10]


def _line(
    connection: sqlite3.Connection, part: Part, wanted: _Wanted, van: str | None,
    when: tuple[str | None, Sequence[str], str | None],
) -> PickLine:  # fmt: skip
    """A part's line: where the missing pieces are, and what is left to be ordered."""
    day, visit_ids, now = when
    needed, source, shelves = wanted.count[part.id], [], _shelves(connection, part.id)
    held = next((balance for place, _, _, balance in shelves if place == van), 0)
    missing = needed - max(0, held)
    for place, name, kind, balance in shelves:
        free = balance - put_by(connection, part.id, place, visit_ids)
        if place != van and missing > 0 and free > 0:
            taken = min(missing, free)
            missing -= taken
            source.append(f"{taken} from {name}" + (" (ask)" if kind == "van" else ""))
    order = max(0, missing)
    order_by, late = _order_by(connection, part.supplier, day, now) if order else (None, 0)
    reserved = reserved_for(connection, part.id, visit_ids)
    return PickLine(part.sku, part.name, needed, held, wanted.refs[part.id], part.id, "; ".join(wanted.why[part.id]),
                    reserved, ", ".join(source), order, part.supplier if order else None, order_by, late)  # fmt: skip


def _shelves(connection: sqlite3.Connection, part_id: str) -> list[tuple[str, str, str, int]]:
    """Where a part is, stores before vans."""
    return connection.execute(
        "SELECT b.location_id, l.name, l.kind, b.quantity FROM stock_balance b JOIN stock_location l ON l.id = b.location_id"
        " WHERE b.part_id = ? ORDER BY l.kind <> 'store', l.kind <> 'site', b.quantity DESC, l.name",
        (part_id,),
    ).fetchall()


def _order_by(
    connection: sqlite3.Connection, supplier: str | None, day: str | None, now: str | None
) -> tuple[str | None, int]:
    """The last day to order on for a visit's day; and 1 if it has passed, or nobody knows how long the supplier takes."""
    found = connection.execute(
        "SELECT lead_days FROM supplier WHERE name = ? COLLATE NOCASE ORDER BY id LIMIT 1", (supplier,)
    ).fetchone()
    if day is None or found is None or found[0] is None:
        return None, 1
    last = working_days_before(date.fromisoformat(day), int(found[0])).isoformat()
    return last, int(now is not None and last < now[:10])


def working_days_before(day: date, count: int) -> date:
    """The day that is so many working days before another: suppliers do not deliver at weekends."""
    while count > 0:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day


def to_reserve(
    connection: sqlite3.Connection, visits: Sequence[VisitLine], me: str | None, kits: Sequence[str] = (),
    now: str | None = None,
) -> list[ReservePart]:  # fmt: skip
    """What puts by what each visit needs; kits go with the first. Raises NotFound for a technician without a van."""
    van = van_of(connection, me)
    if van is None:
        raise NotFound("You have no van to pack: a coordinator gives you one with a stock location.")
    commands = []
    for number, visit in enumerate(visits):
        for line in pick_for(connection, [visit.id], me, kits if number == 0 else (), now):
            for place, pieces in _shares(connection, line, van, visit.id):
                # The same visit, part and place have the same id on every laptop.
                commands.append(ReservePart(
                    id=named_id("reservation", visit.id, line.part_id, place), part_id=line.part_id, quantity=pieces,
                    location_id=place, to_id=van, visit_id=visit.id, until=visit.planned_start[:10], reason=line.why,
                ))  # fmt: skip
    return commands


def _shares(connection: sqlite3.Connection, line: PickLine, van: str, visit_id: str) -> list[tuple[str, int]]:
    """From which places how many pieces are put by: the van first, then stores. Others' vans are asked, not emptied."""
    left, shares = line.needed - line.reserved, []
    shelves = _shelves(connection, line.part_id)
    for place, _, _, held in sorted((each for each in shelves if each[0] == van or each[2] == "store"),
                                    key=lambda each: each[0] != van):  # fmt: skip
        free = min(left, held - put_by(connection, line.part_id, place, (visit_id,)))
        if free > 0:
            shares.append((place, free))
            left -= free
    return shares


def where_from(line: PickLine) -> str:
    """Where the missing pieces are had, in words: from a shelf, or by an order until a day."""
    words = [line.source] if line.source else []
    if line.order:
        whom = f" from {line.supplier}" if line.supplier else ""
        if line.order_by is None:
            when = ", and say how long they take:  techdesk supplier add NAME --lead-days N" if line.supplier else ""
        else:
            when = f" by {day_text(line.order_by)}{', which is past: order now' if line.late else ''}"
        words.append(f"order {line.order}{whom}{when}")
    return "; ".join(words)


def day_text(day: str) -> str:
    """A day as people say it."""
    return f"{clock.parse_day(day):%a %d %b}"
