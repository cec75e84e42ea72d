"""Tickets with a past: what another desk's export tells of them."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.ids import named_id
from techdesk.desk.story import ENDED, STATES
from techdesk.desk.targets import due_times
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import BadInput

COLUMNS = (
    "ref", "text", "kind", "site_id", "room", "reporter", "service", "device_id", "symptom", "category", "tags",
    "impact", "urgency", "priority", "channel", "owner_id", "role", "state", "hold_reason", "hold_until", "opened_at",
    "respond_due", "fix_due", "responded_at", "resolved_at", "closed_at", "resolution", "cause", "told_in_person",
    "reopened", "source", "source_key", "source_digest",
)  # fmt: skip

Event = tuple[str, str | None, str, str, str | None, str | None]

# A ticket that was worked on here keeps these.
ENDINGS = ("state", "open", "owner_id", "role", "hold_reason", "resolved_at", "closed_at", "resolution", "cause")


@dataclass(frozen=True, kw_only=True)
class ImportTicket:
    """A ticket as another desk's export has it. `id` hangs on its source and key alone, so that a second import, here or on
    another laptop, meets the same ticket.

    columns: the ticket's columns (see COLUMNS); at least text, state, opened_at, source, source_key. `ref`, if there, is the
    number it had; else it is given one of ours. `source_digest` tells whether the export says anything new.
    events: its history, oldest first: (moment, who, act, state, note, details as JSON).
    """

    NAME: ClassVar[str] = "ticket.import"
    VERSION: ClassVar[int] = 1
    id: str
    columns: dict[str, Value]
    events: tuple[Event, ...] = ()
    ref: str | None = ""

    def __post_init__(self) -> None:
        unknown = self.columns.keys() - set(COLUMNS)
        if unknown:
            raise BadInput(f"A ticket has no field '{min(unknown)}': correct the mapping.")
        for name in ("text", "state", "opened_at", "source", "source_key"):
            if not self.columns.get(name):
                raise BadInput(f"The ticket has no {name.replace('_', ' ')}: correct the row, or the mapping.")
        checks.one_of(str(self.columns["state"]), "The state", STATES)
        object.__setattr__(
            self, "columns", self.columns | {"text": checks.words(str(self.columns["text"]), "The ticket")}
        )


@handles(ImportTicket)
def import_ticket(tx: Tx, command: ImportTicket, act: Act) -> Outcome:
    current = tx.get("ticket", command.id)
    row: Row = dict(command.columns)
    row |= {"id": command.id, "title": checks.title_of(str(row["text"])), "open": 0 if row["state"] in ENDED else 1}
    if row["open"] and row.get("priority") and not row.get("fix_due"):
        row |= due_times(tx, row, int(row["priority"] or 0))
    if current is None:
        row["ref"] = _free_ref(tx, command)
    elif current["source_digest"] == row.get("source_digest"):
        return Outcome((Changed(str(current["ref"]), str(current["state"]), command.id),))
    else:
        row = _without(row, _touched_here(tx, current) | {"ref"})
    tx.put("ticket", row)
    for id, (at, who, name, state, note, details) in _told_apart(command):
        tx.append(
            "ticket_event",
            {"id": id, "ticket_id": command.id, "at": at, "laptop": str(row["source"]), "by_whom": who, "act": name,
             "state": state, "note": note, "details": details},
        )  # fmt: skip
    now = (current or {}) | row
    return Outcome((Changed(str(now["ref"]), str(now["state"]), command.id),))


def _told_apart(command: ImportTicket) -> Iterator[tuple[str, Event]]:
    """The lines with their ids. An id hangs on what the line says, so that a later export, with lines before or between
    those that are here, adds only what is new."""
    seen: Counter[Event] = Counter()
    for event in command.events:
        seen[event] += 1
        yield named_id(command.id, *(str(part) for part in event), str(seen[event])), event


def _free_ref(tx: Tx, command: ImportTicket) -> str:
    """The number that the export gives, or one of our own (made in `with_ref`) when it gives none. A number that another
    ticket has already is told apart by the source."""
    ref = str(command.columns.get("ref") or command.ref)
    return ref if not tx.find("ticket", ref=ref, limit=1) else f"{ref}@{command.columns['source']}"


def _touched_here(tx: Tx, current: Row) -> set[str]:
    """The columns that people of this desk have changed since the import: the export's word does not replace theirs."""
    own = [event for event in tx.find("ticket_event", ticket_id=current["id"]) if event["laptop"] != current["source"]]
    touched = {name for event in own for name in json.loads(str(event["details"] or "{}"))}
    return touched | set(ENDINGS) if own else touched


def _without(row: Row, columns: set[str]) -> Row:
    return {name: value for name, value in row.items() if name not in columns or name == "id"}
