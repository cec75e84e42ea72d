"""Loans: a device that somebody has for a while, until a day."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.devices import device, label, put_device, where, words
from techdesk.desk.story import tell_story
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import NotFound, Refused

STATES = ("out", "returned", "lost")


@dataclass(frozen=True, kw_only=True)
class LendDevice:
    """Lends a device that is in stock to a class or role (never a pupil by name) until a day, for a ticket or while a repair
    lasts. Without a place it goes where the ticket is."""

    NAME: ClassVar[str] = "device.lend"
    VERSION: ClassVar[int] = 1
    id: str
    device_id: str
    borrower: str
    due: str | None = None
    ticket_id: str | None = None
    repair_id: str | None = None
    site_id: str | None = None
    room: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "borrower", checks.words(self.borrower, "The borrower", longest=100))
        if self.due is not None:
            object.__setattr__(self, "due", clock.parse_day(self.due).isoformat())


@dataclass(frozen=True, kw_only=True)
class EndLoan:
    """Says that a lent device is back, in which state and where; or (`outcome` lost) that it does not come back."""

    NAME: ClassVar[str] = "loan.end"
    VERSION: ClassVar[int] = 1
    loan_id: str
    outcome: str = "returned"
    state: str = "in_stock"
    location_id: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.outcome, "The outcome", STATES[1:])
        checks.one_of(self.state, "The state", ("in_stock", "in_service", "faulty"))


@handles(LendDevice)
def lend_device(tx: Tx, command: LendDevice, act: Act) -> Outcome:
    row = device(tx, command.device_id)
    if row["state"] != "in_stock":
        raise Refused(f"{label(row)} is {where(tx, row)}: only a device that is in stock is lent.")
    ticket = tx.get("ticket", command.ticket_id) if command.ticket_id else None
    site = command.site_id or (ticket or {}).get("site_id") or row["site_id"]
    room = command.room or (None if command.site_id else (ticket or {}).get("room"))
    tx.put("loan", {"id": command.id, "device_id": command.device_id, "borrower": command.borrower, "due": command.due,
                    "ticket_id": command.ticket_id, "repair_id": command.repair_id, "lent_at": act.at})  # fmt: skip
    until = f", until {command.due}" if command.due else ""
    lent: Row = {"state": "on_loan", "holder": command.borrower, "site_id": site, "room": room, "location_id": None}
    put_device(tx, act, row, "lend", lent, note=f"to {command.borrower}{until}", ticket_id=command.ticket_id)
    if ticket is not None:
        note = f"{label(row)} to {command.borrower}{until}"
        tell_story(tx, act, str(ticket["id"]), "lend", str(ticket["state"]), note=note)
    said = f"{label(row)} is lent to {command.borrower}{until}."
    return Outcome((Changed(label(row), "on_loan", command.device_id),), said)


@handles(EndLoan)
def end_loan(tx: Tx, command: EndLoan, act: Act) -> Outcome:
    loan = tx.get("loan", command.loan_id)
    if loan is None:
        raise NotFound("That loan is not in this store: sync, or look with  techdesk device loans.")
    row = device(tx, str(loan["device_id"]))
    if loan["state"] != "out":
        if act.merging and loan["state"] == command.outcome:
            return Outcome(said=f"{label(row)} was {loan['state']} already.")
        raise Refused(f"The loan of {label(row)} to {loan['borrower']} is {loan['state']} already.")
    tx.put("loan", {"id": loan["id"], "state": command.outcome, "ended_at": act.at})
    ended: Row = {"state": "lost"}
    if command.outcome == "returned":
        ended = {"state": command.state, "holder": None, "room": None, "location_id": command.location_id}
    if row["state"] == "on_loan":
        note = "; ".join(filter(None, (f"from {loan['borrower']}", command.note)))
        row = put_device(tx, act, row, "return", ended, note=note, ticket_id=_text(loan["ticket_id"]))
    said = f"{label(row)} is {'back' if command.outcome == 'returned' else 'lost'}: {words(row['state'])}."
    return Outcome((Changed(label(row), str(row["state"]), str(row["id"])),), said)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
