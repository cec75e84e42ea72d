"""What tickets are likely to need: the parts that fit their devices and are named, and what fixed the like before."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from techdesk.models.queries.search import COMMON, words_of

LOOKED_AT = 300
"""So many of the latest closed tickets on a model are looked through for what fixed the like."""
OFTEN = 0.25
"""From this share of like faults on, a part that fixed them is packed; and it must have fixed two."""
NAMED = """
    SELECT t.id, t.ref, t.title || ' ' || t.text, t.symptom, t.category, m.kept_id, m.name FROM ticket t
    LEFT JOIN device d ON d.id = t.device_id LEFT JOIN model_of m ON m.id = d.model_id
    WHERE t.id IN (SELECT value FROM json_each(?))
"""
# The planner would rather read every ticket that has ended than go by the devices of a model.
PAST = """
    SELECT t.id, t.title, t.symptom, t.category
    FROM device d CROSS JOIN ticket t INDEXED BY ticket_device ON t.device_id = d.id AND t.open = 0
    WHERE d.model_id IN (SELECT id FROM model_of WHERE kept_id = ?) AND t.state IN ('closed', 'resolved')
    ORDER BY t.opened_at DESC, t.id LIMIT ?
"""
SPENT = """
    SELECT ticket_id, part_id FROM stock_movement WHERE ticket_id IN (SELECT value FROM json_each(?))
    GROUP BY ticket_id, part_id HAVING sum(iif(reason = 'issue', quantity, -quantity)) > 0
"""


class Part(NamedTuple):
    id: str
    sku: str
    name: str
    supplier: str | None
    stems: frozenset[str]


class _Fault(NamedTuple):
    id: str
    stems: frozenset[str]
    symptom: str | None
    category: str | None


class _Model(NamedTuple):
    fits: set[str]
    faults: list[_Fault]


NO_MODEL = _Model(set(), [])


class PackedTicket(NamedTuple):
    id: str
    ref: str
    text: str
    symptom: str | None
    category: str | None
    model_id: str | None
    model: str | None


def likely(connection: sqlite3.Connection, ticket_ids: Sequence[str]) -> dict[str, list[str]]:
    """The ids of the parts that each of these tickets is likely to need, by the ticket's id."""
    tickets = [PackedTicket(*row) for row in connection.execute(NAMED, (json.dumps(list(ticket_ids)),))]
    return {
        ticket.id: [part for part, _ in found]
        for ticket, found in likely_of(connection, tickets, parts_by_id(connection))
    }


def likely_of(
    connection: sqlite3.Connection, tickets: Sequence[PackedTicket], parts: dict[str, Part]
) -> Iterator[tuple[PackedTicket, list[tuple[str, str]]]]:
    known: dict[str, _Model] = {}
    for ticket in tickets:
        model = ticket.model_id
        if model is not None and model not in known:
            known[model] = _model(connection, model)
        yield ticket, _for_ticket(connection, ticket, parts, known.get(model or "", NO_MODEL))


def _model(connection: sqlite3.Connection, id: str) -> _Model:
    """What fits a model, and its newest faults that were put right."""
    fits = connection.execute(
        "SELECT part_id FROM part_fit WHERE model_id IN (SELECT id FROM model_of WHERE kept_id = ?)", (id,)
    )
    faults = connection.execute(PAST, (id, LOOKED_AT))
    return _Model({str(part) for (part,) in fits}, [_Fault(one, _stems(title), *more) for one, title, *more in faults])


def _for_ticket(
    connection: sqlite3.Connection, ticket: PackedTicket, parts: dict[str, Part], model: _Model
) -> list[tuple[str, str]]:
    """The parts that a ticket is likely to need, each with why."""
    stems = _stems(ticket.text)
    found = {part: f"fits {ticket.model}, and its words name it" for part in model.fits if stems & parts[part].stems}
    found |= _past_fixes(connection, ticket, model.faults)
    found |= {part: "the ticket names it" for part in named_in(ticket.text, parts) if part not in found}
    return [(part, why) for part, why in found.items() if part in parts]


def _past_fixes(connection: sqlite3.Connection, ticket: PackedTicket, faults: list[_Fault]) -> dict[str, str]:
    """The parts that went into like faults on the same model before."""
    words, alike = _stems(ticket.text), []
    for fault in faults:
        if fault.id == ticket.id:
            continue
        common = len(words & fault.stems)
        same = fault.symptom is not None and fault.symptom == ticket.symptom
        if same or common >= 2 or (common and fault.category is not None and fault.category == ticket.category):
            alike.append(fault.id)
    used = Counter(str(part) for _, part in connection.execute(SPENT, (json.dumps(alike),)))
    return {
        part: f"fixed {count} of {len(alike)} like faults on {ticket.model}"
        for part, count in used.items()
        if count >= 2 and count >= OFTEN * len(alike)
    }


def named_in(text: str, parts: dict[str, Part]) -> list[str]:
    """The parts that a text names outright: by SKU, or by every word of their name."""
    folded, stems = text.casefold(), _stems(text)
    return [
        part.id
        for part in parts.values()
        if (len(part.sku) > 3 and part.sku.casefold() in folded) or (len(part.stems) > 1 and part.stems <= stems)
    ]


def _stems(text: str) -> frozenset[str]:
    """The words that tell something, but for their endings."""
    words = (word.casefold() for word in words_of(text) if len(word) > 3 and not word.isdigit())
    return frozenset(word[:5] for word in words if word not in COMMON)


def parts_by_id(connection: sqlite3.Connection) -> dict[str, Part]:
    rows = connection.execute("SELECT id, sku, name, supplier FROM part")
    return {id: Part(id, sku, name, supplier, _stems(name)) for id, sku, name, supplier in rows}
