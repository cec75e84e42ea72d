"""The index of everything that may be done: each command's name on the wire, and the module that it lives in.

A command is a frozen dataclass, valid once it is made, with a `NAME` and a `VERSION`. Its handler is a function
`(tx, command, act) -> Outcome`, registered with `@handles(Command)`. A command may also have a merger, registered with
`@merges(Command)`, that says what becomes of it when its handler refuses it after others' work was put before it.

What an older techdesk has made is brought up version by version, by functions registered with `@upcasts(Command, n)`.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from importlib import import_module
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from techdesk.desk.tx import Act, Tx
from techdesk.errors import BadInput, Refused

HOMES = {
    "organisation.record": "people",
    "site.record": "people",
    "contact.record": "people",
    "technician.record": "people",
    "leave.record": "people",
    "agreement.record": "agreements",
    "agreement.move": "agreements",
    "wish.record": "agreements",
    "travel.keep": "roads",
    "plan.draft": "rotations",
    "plan.move": "rotations",
    "plan.publish": "publishing",
    "plan.drop": "rotations",
    "day.accept": "dispatching",
    "calendar.record": "calendars",
    "calendar.days": "calendars",
    "priorities.record": "targets",
    "ticket.log": "tickets",
    "ticket.edit": "tickets",
    "ticket.assign": "tickets",
    "ticket.note": "tickets",
    "ticket.attach": "attachments",
    "ticket.detach": "attachments",
    "ticket.import": "history",
    "work.start": "work",
    "work.stop": "work",
    "work.log": "work",
    "work.correct": "work",
    "ticket.hold": "work",
    "ticket.escalate": "holds",
    "ticket.close": "closing",
    "ticket.resolve": "closing",
    "ticket.reopen": "closing",
    "ticket.cancel": "closing",
    "ticket.merge": "duplicates",
    "ticket.follow": "following",
    "ticket.join": "majors",
    "ticket.major": "majors",
    "survey.send": "surveys",
    "survey.answer": "surveys",
    "survey.expire": "surveys",
    "closing.rules": "rules",
    "visit.plan": "visits",
    "visit.start": "visits",
    "visit.wrap": "visits",
    "visit.sign": "visits",
    "visit.cancel": "visits",
    "visit.confirm": "bookings",
    "visit.move": "bookings",
    "visit.travel": "bookings",
    "visit.miss": "bookings",
    "visit.rebook": "bookings",
    "visit.agree": "bookings",
    "task.add": "visits",
    "task.set": "visits",
    "checklist.record": "checklists",
    "checklist.step": "checklists",
    "run.begin": "answers",
    "run.answer": "answers",
    "run.fail": "answers",
    "run.finish": "answers",
    "run.photo": "attachments",
    "run.skip": "answers",
    "model.record": "inventory",
    "model.merge": "models",
    "model.apart": "models",
    "device.record": "inventory",
    "device.offer": "inventory",
    "device.move": "devices",
    "device.swap": "devices",
    "device.dispose": "devices",
    "device.lend": "loans",
    "loan.end": "loans",
    "repair.open": "repairs",
    "repair.edit": "repairs",
    "repair.move": "repairs",
    "audit.start": "audits",
    "audit.scan": "audits",
    "audit.unscan": "audits",
    "audit.finish": "audits",
    "licence.record": "licences",
    "licence.use": "licences",
    "part.record": "spares",
    "location.record": "spares",
    "level.set": "spares",
    "stock.move": "spares",
    "stock.count": "counting",
    "stock.explain": "counting",
    "serial.found": "counting",
    "transfer.send": "transfers",
    "transfer.receive": "transfers",
    "reservation.make": "reservations",
    "reservation.set": "reservations",
    "kit.record": "kits",
    "kit.line": "kits",
    "supplier.record": "suppliers",
    "article.record": "articles",
    "view.save": "views",
    "problem.log": "problems",
    "problem.edit": "problems",
    "problem.move": "problems",
    "problem.link": "problems",
    "ticket.release": "holds",
    "change.raise": "changes",
    "change.edit": "changes",
    "change.move": "changes",
    "inbox.settle": "inbox",
    "desk.undo": "undoing",
}


class NewerCommand(BadInput):
    """An operation that only a newer techdesk can read."""


class Changed(NamedTuple):
    """What a command did to one thing that people name: its reference and the state that it is in now."""

    ref: str
    state: str
    id: str = ""


class Outcome(NamedTuple):
    """What came of a command: what changed, and one sentence that says it."""

    changed: tuple[Changed, ...] = ()
    said: str = ""
    # plain, or how it differs from what its author saw: merged, conflict, rejected, parked
    kind: str = "plain"


class Command(Protocol):
    """Any frozen dataclass with a name on the wire."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int]
    __dataclass_fields__: ClassVar[dict[str, Any]]


C = TypeVar("C", bound=Command)
Handler = Callable[[Tx, C, Act], Outcome]
Merger = Callable[[Tx, C, Act, Refused], Outcome]
Upcast = Callable[[dict[str, Any]], dict[str, Any]]

_classes: dict[str, type[Command]] = {}
_handlers: dict[type[Command], Handler[Any]] = {}
_mergers: dict[type[Command], Merger[Any]] = {}
_upcasts: dict[tuple[str, int], Upcast] = {}


def handles(command: type[C]) -> Callable[[Handler[C]], Handler[C]]:
    """Makes the function the handler of that command."""

    def register(handler: Handler[C]) -> Handler[C]:
        _classes[command.NAME] = command
        _handlers[command] = handler
        return handler

    return register


def merges(command: type[C]) -> Callable[[Merger[C]], Merger[C]]:
    """Makes the function say what becomes of that command when it comes late."""

    def register(merger: Merger[C]) -> Merger[C]:
        _mergers[command] = merger
        return merger

    return register


def upcasts(command: type[C], version: int) -> Callable[[Upcast], Upcast]:
    """Makes the function turn the arguments of that version of the command into those of the next. It must not change what
    it is given."""

    def register(upcast: Upcast) -> Upcast:
        _upcasts[command.NAME, version] = upcast
        return upcast

    return register


def perform(tx: Tx, command: Command, act: Act) -> Outcome:
    """Runs a command's handler; when merging, a refusal goes to its merger if it has one. Raises Refused."""
    try:
        with tx.savepoint():
            return _handlers[type(command)](tx, command, act)
    except Refused as refusal:
        merger = _mergers.get(type(command))
        if merger is None or not act.merging:
            raise
        return merger(tx, command, act, refusal)


def encode(command: Command) -> dict[str, Any]:
    """The command's arguments as JSON values; those that have their default are left out."""
    args = {}
    for field in fields(command):
        value = getattr(command, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if value != default:
            args[field.name] = value
    return args


def decode(name: str, args: dict[str, Any], version: int) -> Command:
    """The command of that name, as that version of it was encoded. Arguments that this program does not know are left aside.
    BadInput if it cannot be made; NewerCommand for one that a newer techdesk has made."""
    known = command_class(name)
    if version > known.VERSION:
        raise NewerCommand(f"The operation {name} was made by a newer techdesk: update this one.")
    names = {field.name for field in fields(known)}
    try:
        for number in range(version, known.VERSION):
            upcast = _upcasts.get((name, number))
            args = args if upcast is None else upcast(args)
        return known(**{key: _frozen(value) for key, value in args.items() if key in names})
    except (TypeError, LookupError) as error:
        raise BadInput(f"The operation {name} cannot be read: {error}.") from None


def command_class(name: str) -> type[Command]:
    """The command with that name on the wire; loads the module that it lives in. NewerCommand if there is none."""
    if name not in HOMES:
        raise NewerCommand(f"This version does not know the operation '{name}': update techdesk.")
    if name not in _classes:
        import_module(f"techdesk.desk.{HOMES[name]}")
    return _classes[name]


def prepared(command: C, tx: Tx, take_ref: Callable[[], str]) -> C:
    """The command as it goes into the outbox: with a ticket number if it makes a ticket, and with what its author saw."""
    if getattr(command, "ref", "given") is None:
        command = replace(command, ref=take_ref())
    if hasattr(command, "seen"):
        command = replace(command, **command.seen(tx))
    return command


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value
