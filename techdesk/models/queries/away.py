"""What is away and is to come back, and what runs out: repairs at suppliers, loans, licences; what is overdue first."""

import sqlite3
from typing import NamedTuple

from techdesk.models.queries import device_story, licences, suppliers
from techdesk.models.queries.device_story import DeviceEventLine, LoanLine, RepairLine
from techdesk.models.queries.licences import LicenceLine
from techdesk.models.queries.suppliers import SupplierRow

KINDS = {"repairs": "repair", "loans": "loan", "licences": "licence"}


class AwayLine(NamedTuple):
    """One of them: exactly one of the last three is set. `who` has it or sells it, `overdue` is 1 where it should be done."""

    key: str
    kind: str
    label: str
    about: str | None
    state: str
    who: str | None
    due: str | None
    overdue: int
    words: str
    repair: RepairLine | None = None
    loan: LoanLine | None = None
    licence: LicenceLine | None = None


class AwayCard(NamedTuple):
    """A line with all that is known of who has it, and of the device."""

    line: AwayLine
    supplier: SupplierRow | None
    reference: str | None
    note: str | None
    events: list[DeviceEventLine]


def away(connection: sqlite3.Connection, filter: str, today: str) -> list[AwayLine]:
    """What a filter's words let through: repairs, loans, licences, overdue, all (what has ended too), or other words."""
    words = filter.casefold().split()
    ended = "all" in words
    kinds = {KINDS[word] for word in words if word in KINDS} or set(KINDS.values())
    said = [word for word in words if word not in KINDS and word not in ("all", "overdue")]
    lines = [line for line in _lines(connection, today, ended) if line.kind in kinds]
    lines = [line for line in lines if line.overdue or "overdue" not in words]
    lines = [line for line in lines if all(word in _text(line) for word in said)]
    return sorted(lines, key=lambda line: (not line.overdue, line.state == "closed", line.due or "9999", line.label))


def card(connection: sqlite3.Connection, line: AwayLine, today: str) -> AwayCard:
    """Everything about one of them."""
    out = line.repair or line.loan
    repair = line.repair and connection.execute("SELECT reference, note FROM repair WHERE id = ?", (line.repair.id,))
    reference, note = (repair.fetchone() if repair else None) or (None, None)
    supplier = suppliers.row(connection, line.who, today) if line.who and line.kind != "loan" else None
    return AwayCard(line, supplier, reference, note, device_story.events(connection, out.device_id, 8) if out else [])


def _lines(connection: sqlite3.Connection, today: str, ended: bool) -> list[AwayLine]:
    found = licences.licences(connection, today) if ended else licences.to_think_of(connection, today)
    return [
        *(_of_repair(each) for each in device_story.repairs(connection, today, ended=ended)),
        *(_of_loan(each) for each in device_story.loans(connection, today, ended=ended)),
        *(_of_licence(each) for each in found),
    ]


def _of_repair(each: RepairLine) -> AwayLine:
    key, label = f"repair:{each.id}", each.tag or "?"
    return AwayLine(
        key, "repair", label, each.model, each.state, each.supplier, each.due, each.overdue, each.fault, each
    )


def _of_loan(each: LoanLine) -> AwayLine:
    key, label, state = f"loan:{each.id}", each.tag or "?", "lent" if each.state == "out" else each.state
    late, words = int(each.state == "overdue"), f"to {each.borrower}"
    return AwayLine(key, "loan", label, each.model, state, each.borrower, each.due, late, words, loan=each)


def _of_licence(each: LicenceLine) -> AwayLine:
    over = each.seats is not None and each.used > each.seats
    seats = (
        f"{each.used} of {'any number of' if each.seats is None else each.seats} seats{', too many' if over else ''}"
    )
    state = "too few seats" if over and each.state == "active" else each.state
    late = int(over or each.state == "expired")
    return AwayLine(
        f"licence:{each.id}",
        "licence",
        each.product,
        None,
        state,
        each.supplier,
        each.expires,
        late,
        seats,
        licence=each,
    )


def _text(line: AwayLine) -> str:
    ref = line.repair.reference if line.repair else None
    return " ".join(filter(None, (line.label, line.about, line.state, line.who, line.words, ref))).casefold()
