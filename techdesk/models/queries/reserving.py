"""What is put by for visits, and kits: the lists that packing goes by."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence

from techdesk.desk.reservations import SetReservation
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries import names
from techdesk.models.queries.spares import is_serial, van_of
from techdesk.models.stock_lines import KitLine, ReservationLine

RESERVED = """
    SELECT r.id, r.part_id, p.sku, p.name, r.quantity, r.location_id, l.name, r.to_id, r.visit_id, s.name, v.planned_start,
           r.until, r.reason, r.state
    FROM stock_reservation r JOIN part p ON p.id = r.part_id LEFT JOIN stock_location l ON l.id = r.location_id
    LEFT JOIN visit v ON v.id = r.visit_id LEFT JOIN site s ON s.id = v.site_id
"""


def put_by(connection: sqlite3.Connection, part_id: str, location_id: str, but_for: Sequence[str] = ()) -> int:
    """How many pieces of a part are put by at a location for other visits than those."""
    marks = ", ".join("?" * len(but_for))
    found = connection.execute(
        "SELECT coalesce(sum(quantity), 0) FROM stock_reservation WHERE location_id = ? AND part_id = ? AND state = 'open'"
        # What was put by for a visit that is over, or was called off, is free again.
        " AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.id = visit_id"
        " AND v.state NOT IN ('planned', 'confirmed', 'travelling', 'on_site'))"
        f" AND coalesce(visit_id, '') NOT IN ({marks})",
        [location_id, part_id, *but_for],
    ).fetchone()
    return int(found[0])


def reserved_for(connection: sqlite3.Connection, part_id: str, visit_ids: Sequence[str]) -> int:
    """How many pieces of a part are put by or picked for those visits, wherever."""
    marks = ", ".join("?" * len(visit_ids))
    found = connection.execute(
        "SELECT coalesce(sum(quantity), 0) FROM stock_reservation WHERE part_id = ? AND state IN ('open', 'picked')"
        f" AND visit_id IN ({marks})",
        [part_id, *visit_ids],
    ).fetchone()
    return int(found[0])


def reservations(
    connection: sqlite3.Connection, technician: str | None, states: Sequence[str] = ("open", "picked")
) -> list[ReservationLine]:
    """What is put by for a technician's visits and tickets, or for anybody's (None), by the day of need."""
    van, marks = van_of(connection, technician), ", ".join("?" * len(states))
    rows = connection.execute(
        f"{RESERVED} WHERE r.state IN ({marks}) AND (? IS NULL OR r.to_id IS ? OR v.technician_id = ?)"
        " ORDER BY coalesce(v.planned_start, r.until), p.sku, r.id",
        [*states, technician, van, technician],
    )
    return [ReservationLine(*row) for row in rows]


def to_set(
    connection: sqlite3.Connection, lines: Sequence[ReservationLine], state: str, texts: Sequence[str] = ()
) -> list[SetReservation]:
    """What says of reservations that they are picked, returned or released; only of the parts that are named, if any are, as
    `SKU`, or of so many or this piece of one as `SKU:N` and `SKU:SERIAL`. What is moved comes before what lies in the van
    already, so that what is left in the van is shared out in that order. Raises NotFound or BadInput."""
    whole: set[str] = set()
    counts: Counter[str] = Counter()
    serials: defaultdict[str, list[str]] = defaultdict(list)
    for text in texts:
        sku, colon, rest = text.rpartition(":")
        part = names.part_id(connection, sku if colon else text)
        if not colon:
            whole.add(part)
        elif is_serial(connection, part, rest):
            serials[part].append(rest)
        elif rest.isdecimal() and int(rest) > 0:
            counts[part] += int(rest)
        else:
            raise BadInput(f"'{rest}' is no number of pieces: write {sku}:2.")
    commands = []
    for line in sorted(lines, key=lambda each: each.location_id == each.to_id):
        part = line.part_id
        named, serials[part] = tuple(serials[part][: line.quantity]), serials[part][line.quantity :]
        counted = min(line.quantity, max(counts[part], len(named)))
        counts[part] -= counted
        if not texts or part in whole or counted:
            pieces = None if not counted or part in whole else counted
            commands.append(SetReservation(reservation_id=line.id, state=state, quantity=pieces, serials=named))
    over = [each for rest in serials.values() for each in rest]
    if commands and over:
        raise BadInput(f"{', '.join(over)}: so many pieces of that are not put by: see  techdesk part reserved.")
    return commands


def kit_lines(connection: sqlite3.Connection, kit_id: str | None = None) -> list[KitLine]:
    """What is in a kit, or in every one."""
    rows = connection.execute(
        "SELECT k.id, k.name, p.id, p.sku, p.name, l.quantity FROM kit k JOIN kit_line l ON l.kit_id = k.id"
        " JOIN part p ON p.id = l.part_id WHERE l.quantity > 0 AND (:kit IS NULL OR k.id = :kit)"
        " ORDER BY k.name COLLATE NOCASE, k.id, p.sku",
        {"kit": kit_id},
    )
    return [KitLine(*row) for row in rows]


def kit_id(connection: sqlite3.Connection, name: str) -> str:
    """The kit with that name. Raises NotFound."""
    found = connection.execute(
        "SELECT id FROM kit WHERE name = ? COLLATE NOCASE ORDER BY id", (name.strip(),)
    ).fetchone()
    if found is None:
        raise NotFound(
            f"There is no kit '{name}': see  techdesk part kits, or make it with  techdesk part kit NAME SKU:N."
        )
    return str(found[0])
