"""The books of the spares: what is on its way, what is to be settled, what each place is worth, who sells what."""

import sqlite3
from textwrap import shorten

from techdesk import clock
from techdesk.desk.ledger import TRANSIT
from techdesk.errors import BadInput, NotFound
from techdesk.models.queries.labels import fold_in
from techdesk.models.stock_lines import PlaceValue, ReviewLine, TransferLine

LONG_ON_THE_WAY = 7
"""Days after which pieces on their way are asked about."""
ASKED_FOR = 90
"""Days for which a difference is asked about."""
TRANSFER = """
    SELECT t.id, t.part_id, p.sku, p.name, t.quantity, a.name, t.to_id, b.name, t.sent_at, w.name, t.serial, t.note
    FROM stock_transfer t JOIN part p ON p.id = t.part_id LEFT JOIN stock_location a ON a.id = t.from_id
    LEFT JOIN stock_location b ON b.id = t.to_id LEFT JOIN technician w ON w.id = t.author
"""
UNEXPLAINED = """
    SELECT m.id, m.part_id, p.sku, coalesce(l.name, iif(coalesce(m.to_id, m.from_id) = ?, 'in transit', NULL)), m.reason,
           iif(m.to_id IS NULL, -m.quantity, m.quantity), m.at
    FROM stock_movement m JOIN part p ON p.id = m.part_id LEFT JOIN stock_location l ON l.id = coalesce(m.to_id, m.from_id)
    WHERE m.reason IN ('count', 'write_off') AND m.at >= ? AND m.note IS NULL
    AND NOT EXISTS (SELECT 1 FROM stock_remark r WHERE r.movement_id = m.id) ORDER BY m.at DESC, m.id DESC LIMIT 200
"""
SERIALS = """
    WITH folded AS (
        SELECT part_id, folded(serial) AS fold, location_id, sum(quantity) AS quantity,
               min(min(serial)) OVER (PARTITION BY part_id, folded(serial)) AS serial
        FROM stock_serial GROUP BY part_id, folded(serial), location_id
    ), apart AS (SELECT * FROM folded WHERE quantity <> 0)
    SELECT s.part_id, p.sku, s.serial, s.location_id, l.name, s.quantity
    FROM (SELECT part_id, fold FROM apart GROUP BY part_id, fold
          HAVING count(*) > 1 OR max(quantity) > 1 OR min(quantity) < 0) odd
    JOIN apart s ON s.part_id = odd.part_id AND s.fold = odd.fold JOIN part p ON p.id = s.part_id
    LEFT JOIN stock_location l ON l.id = s.location_id ORDER BY p.sku, s.serial, l.name
"""
# In transit a number is not asked for: it is asked where the pieces come to rest. What is fewer than none is asked as such.
UNEQUAL = """
    WITH folded AS (
        SELECT part_id, location_id, min(serial) AS serial, sum(quantity) AS quantity
        FROM stock_serial GROUP BY part_id, location_id, folded(serial)
    ), known AS (
        SELECT part_id, location_id, sum(quantity) AS held, min(quantity) AS least,
               group_concat(iif(quantity > 0, serial, NULL), ', ') AS serials
        FROM folded GROUP BY part_id, location_id
    )
    SELECT p.id, p.sku, b.location_id, l.name, b.quantity, coalesce(s.held, 0), s.serials
    FROM part p CROSS JOIN stock_balance b ON b.part_id = p.id JOIN stock_location l ON l.id = b.location_id
    LEFT JOIN known s ON s.part_id = b.part_id AND s.location_id = b.location_id
    WHERE p.serialised = 1 AND b.quantity >= 0 AND coalesce(s.least, 0) >= 0 AND b.quantity <> coalesce(s.held, 0)
    ORDER BY p.sku, l.name LIMIT 200
"""


def transfers(connection: sqlite3.Connection, to_id: str | None = None) -> list[TransferLine]:
    """What was sent and not received yet, to one location or to any, the oldest first."""
    rows = connection.execute(
        f"{TRANSFER} WHERE t.state = 'sent' AND (:to IS NULL OR t.to_id = :to) ORDER BY t.sent_at, t.id", {"to": to_id}
    )
    return [TransferLine(*row) for row in rows]


def transfer_id(connection: sqlite3.Connection, text: str, to_id: str | None) -> str:
    """The transfer that a person means: by a beginning of its id, or by the SKU of what is on its way, to them first. Raises
    NotFound, or BadInput if several fit."""
    wanted = text.strip().casefold()
    coming = [each for each in transfers(connection) if wanted in (each.sku.casefold(), each.name.casefold())]
    mine = [each for each in coming if each.to_id == to_id]
    fits = mine or coming
    if len(fits) > 1:
        some = ", ".join(f"{each.quantity} from {each.source} ({each.id[:18]})" for each in fits[:3])
        raise BadInput(f"'{text}' is on its way more than once: {some}. Name one by the beginning of its id.")
    if fits:
        return fits[0].id
    if len(wanted) >= 4:
        rows = connection.execute(
            "SELECT id FROM stock_transfer WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", (wanted, wanted + "g")
        ).fetchall()
        if len(rows) == 1:
            return str(rows[0][0])
    raise NotFound(f"'{text}' is not on its way here: see  techdesk part transit, or take it in with  part receive.")


def review(connection: sqlite3.Connection, now: str) -> list[ReviewLine]:
    """What of the books cannot be, or asks for a word: fewer than none, a serial number that is not in one place, other than
    as many serial numbers as pieces, pieces long on their way, differences that nobody has explained."""
    fold_in(connection)
    return [
        *_negative(connection),
        *_serials(connection),
        *_unequal(connection),
        *_on_the_way(connection, now),
        *_differences(connection, now),
    ]


def _negative(connection: sqlite3.Connection) -> list[ReviewLine]:
    rows = connection.execute(
        "SELECT b.part_id || ':' || b.location_id, b.part_id, p.sku, coalesce(l.name, iif(b.location_id = ?, 'in transit',"
        " NULL)), b.quantity FROM stock_balance b JOIN part p ON p.id = b.part_id"
        " LEFT JOIN stock_location l ON l.id = b.location_id WHERE b.quantity < 0 ORDER BY p.sku, l.name",
        (TRANSIT,),
    )
    return [
        ReviewLine("negative", id, part, sku, place, f"{quantity} by the books: more were used than were booked in",
                   f"part count {sku} N --location '{place}'")
        for id, part, sku, place, quantity in rows
    ]  # fmt: skip


def _serials(connection: sqlite3.Connection) -> list[ReviewLine]:
    found: dict[tuple[str, str, str], list[tuple[str | None, int]]] = {}
    for part, sku, serial, place, name, quantity in connection.execute(SERIALS):
        found.setdefault((part, sku, serial), []).append(("in transit" if place == TRANSIT else name, quantity))
    return [
        ReviewLine("serial", f"{part}:{serial}", part, sku, None, f"{serial} {_where(places)}",
                   f"part locate {sku} {serial} --location PLACE")
        for (part, sku, serial), places in found.items()
    ]  # fmt: skip


def _unequal(connection: sqlite3.Connection) -> list[ReviewLine]:
    found = []
    for part, sku, place, name, quantity, held, serials in connection.execute(UNEQUAL):
        named = f": {shorten(serials, 60)}" if serials else ""
        what = f"{quantity} by the books, but {held} serial number{'' if held == 1 else 's'}{named}"
        there = f"--location '{name}'"
        locate = f"part locate {sku} SERIAL {'--gone' if held > quantity else there}"
        found.append(
            ReviewLine(
                "serials", f"{part}:{place}", part, sku, name, what, f"{locate}; then  part count {sku} N {there}"
            )
        )
    return found


def _where(places: list[tuple[str | None, int]]) -> str:
    """What the books say of a serial number that cannot be."""
    there = [f"{name}{f' {count} times' if count > 1 else ''}" for name, count in places if count > 0]
    gone = [str(name) for name, count in places if count < 0]
    taken = f"was taken from {', '.join(gone)} without being there" if gone else ""
    return ", and ".join(filter(None, (f"is in {' and in '.join(there)}" if there else "", taken)))


def _on_the_way(connection: sqlite3.Connection, now: str) -> list[ReviewLine]:
    since = clock.later(now, -LONG_ON_THE_WAY * 24 * 60)
    return [
        ReviewLine("transit", each.id, each.part_id, each.sku, each.target,
                   f"{each.quantity} on their way from {each.source} since {each.sent_at[:10]}",
                   f"part arrived {each.id[:18]}, with --pieces and -m if not all came")
        for each in transfers(connection) if each.sent_at < since
    ]  # fmt: skip


def _differences(connection: sqlite3.Connection, now: str) -> list[ReviewLine]:
    since = clock.later(now, -ASKED_FOR * 24 * 60)
    return [
        ReviewLine("difference", id, part, sku, place,
                   f"{quantity:+d} {'counted' if reason == 'count' else 'written off'} on {at[:10]}, nobody said why",
                   f"part explain {id} WORDS")
        for id, part, sku, place, reason, quantity, at in connection.execute(UNEXPLAINED, (TRANSIT, since))
    ]  # fmt: skip


def values(connection: sqlite3.Connection) -> list[PlaceValue]:
    """What each location holds and is worth, what is in transit last. Fewer than none is worth nothing."""
    rows = connection.execute(
        """
        SELECT b.location_id, coalesce(l.name, iif(b.location_id = :transit, 'in transit', '?')),
               coalesce(l.kind, 'transit'), sum(b.quantity > 0), sum(max(b.quantity, 0)),
               round(sum(max(b.quantity, 0) * coalesce(p.unit_cost, 0)), 2),
               (SELECT count(*) FROM stock_level v LEFT JOIN stock_balance h
                ON h.location_id = v.location_id AND h.part_id = v.part_id
                WHERE v.location_id = b.location_id AND coalesce(h.quantity, 0) < v.minimum),
               sum(b.quantity > 0 AND p.unit_cost IS NULL)
        FROM stock_balance b JOIN part p ON p.id = b.part_id LEFT JOIN stock_location l ON l.id = b.location_id
        GROUP BY b.location_id
        HAVING b.location_id <> :transit OR sum(b.quantity <> 0)
        ORDER BY b.location_id = :transit, CASE l.kind WHEN 'store' THEN 0 WHEN 'van' THEN 1 ELSE 2 END, l.name, l.id
        """,
        {"transit": TRANSIT},
    )
    return [PlaceValue(*row) for row in rows]
