"""A later version of techdesk, for laptops and servers of different versions: a command whose field has another name, and a
command that the present version does not know."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from techdesk.desk import commands
from techdesk.desk.commands import Outcome, command_class
from techdesk.desk.tickets import LogTicket, NoteTicket, log_ticket, note_ticket
from techdesk.desk.tx import Act, Tx

PRESENT, LATER = 1, 2


@dataclass(frozen=True, kw_only=True)
class NewerNote:
    """A note as a later version might have it: `text` has become `words`."""

    NAME: ClassVar[str] = "ticket.note"
    VERSION: ClassVar[int] = 2
    ticket_id: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """A command that a later version might have: it captures a ticket."""

    NAME: ClassVar[str] = "ticket.report"
    VERSION: ClassVar[int] = 1
    id: str
    text: str
    ref: str | None = None


def note(tx: Tx, command: NewerNote, act: Act) -> Outcome:
    return note_ticket(tx, NoteTicket(ticket_id=command.ticket_id, text=command.words), act)


def report(tx: Tx, command: Report, act: Act) -> Outcome:
    return log_ticket(tx, LogTicket(id=command.id, text=command.text, ref=command.ref), act)


def upcast(args: dict[str, Any]) -> dict[str, Any]:
    return {"ticket_id": args["ticket_id"], "words": args["text"]}


def is_later() -> bool:
    """Whether the program that runs now is the later one."""
    return "ticket.report" in commands.HOMES


@contextmanager
def edition(version: int) -> Iterator[None]:
    """Inside, this process runs that version of the program."""
    if (version == LATER) == is_later():
        yield
        return
    for name in set(commands.HOMES) - {"ticket.report"}:
        command_class(name)  # all are registered before anything is put in place of them
    places: dict[str, dict[Any, Any]] = {
        "_classes": {"ticket.note": NewerNote, "ticket.report": Report},
        "_handlers": {NewerNote: note, Report: report},
        "_upcasts": {("ticket.note", 1): upcast},
        "HOMES": {"ticket.report": "tickets"},
    }
    kept = {name: getattr(commands, name) for name in places}
    for name, more in places.items():
        fewer = {key: value for key, value in kept[name].items() if key not in more}
        setattr(commands, name, fewer | (more if version == LATER else {}))
    if version == PRESENT:
        commands._classes["ticket.note"] = NoteTicket
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(commands, name, value)
