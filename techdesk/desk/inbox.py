"""The inbox: outcomes that were not plain, and how they are settled."""

import json
from dataclasses import dataclass
from types import UnionType
from typing import Any, ClassVar, get_args, get_type_hints

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Command, Outcome, command_class, decode, handles
from techdesk.desk.merging import FieldEdit, lost_fields, tell
from techdesk.desk.story import ENDED, HOLD_REASONS, STATES, move, ticket
from techdesk.desk.tx import Act, Row, Tx, Value
from techdesk.errors import BadInput, NotFound, Refused

CHOICES = ("mine", "theirs", "edit", "again")
# Which command checks the fields of a row of that table.
EDITS = {
    "organisation": "organisation.record",
    "site": "site.record",
    "contact": "contact.record",
    "technician": "technician.record",
    "leave": "leave.record",
    "agreement": "agreement.record",
    "site_wish": "wish.record",
    "rotation_line": "plan.move",
    "device_model": "model.record",
    "device": "device.record",
    "repair": "repair.edit",
    "licence": "licence.record",
    "licence_site": "licence.use",
    "part": "part.record",
    "stock_location": "location.record",
    "stock_level": "level.set",
    "kit": "kit.record",
    "kit_line": "kit.line",
    "supplier": "supplier.record",
    "ticket": "ticket.edit",
    "problem": "problem.edit",
    "change": "change.edit",
    "calendar": "calendar.record",
    "priorities": "priorities.record",
    "article": "article.record",
    "closing_rules": "closing.rules",
    "visit": "visit.move",
    "checklist": "checklist.record",
    "checklist_step": "checklist.step",
}
# What the tables do not let be empty.
NEVER_EMPTY = {
    "organisation": ("name", "kind"),
    "site": ("code", "name", "timezone", "state"),
    "contact": ("site_id", "name", "may_sign"),
    "technician": ("name", "role", "state"),
    "leave": ("technician_id", "first", "last", "kind", "state"),
    "agreement": ("site_id", "warn_days", "state"),
    "site_wish": ("site_id", "visits", "weeks"),
    "travel_time": ("from_id", "to_id", "minutes"),
    "rotation": ("name", "weeks", "starts", "first", "last", "state"),
    "rotation_line": ("rotation_id", "site_id", "rank", "minutes", "missing"),
    "device_model": ("name", "standing"),
    "device": ("state",),
    "repair": ("device_id", "fault", "state", "opened_at"),
    "licence": ("product", "warn_days"),
    "licence_site": ("licence_id", "site_id", "used"),
    "part": ("sku", "name", "serialised"),
    "stock_location": ("name", "kind"),
    "stock_level": ("part_id", "location_id", "minimum", "target"),
    "kit": ("name",),
    "kit_line": ("kit_id", "part_id", "quantity"),
    "supplier": ("name",),
    "ticket": ("text", "kind", "impact", "urgency", "state", "channel", "role", "opened_at"),
    "calendar": ("name",),
    "priorities": (),
    "article": ("title", "body", "state"),
    "problem": ("title", "state", "opened_at"),
    "change": ("title", "reason", "risk", "state", "opened_at"),
    "closing_rules": (),
    "visit": ("site_id", "technician_id", "planned_start", "planned_end", "state", "displaced"),
    "checklist": ("name", "frequency", "state"),
    "checklist_step": ("checklist_id", "title", "rank", "required", "evidence", "quantity", "minutes", "state"),
    "visit_task": ("visit_id", "title", "rank", "estimate", "state"),
}
# Columns of a ticket that only go with a state.
HANGS_ON_STATE = ("hold_reason", "hold_until")
# What is nobody's choice: the row's own, and what follows from other columns.
NOT_CHOSEN = frozenset(
    ("id", "n", "created_at", "updated_at", "author", "version", "ref", "open", "closed_at", "resolved_at",
     "priority", "respond_due", "fix_due", "held_at", "stopped", "closed", "special", "merged_into")
)  # fmt: skip
# Done again, these would do something else: what they were about has gone on.
NOT_AGAIN = {
    "desk.undo": "An undo is not done again: change it by hand, then put this aside.",
    "inbox.settle": "That was a choice about another item: make it there again if it is still open, then put this aside.",
}


@dataclass(frozen=True, kw_only=True)
class SettleInbox:
    """Settles an item. `mine` puts my values in place of theirs, `edit` puts `values`, `theirs` leaves things as they are,
    and `again` says that what was refused has been done again, by a command of its own.

    `base` holds what the row said when the choice was made; the store fills it in. A value that has changed again by then
    stays, and makes a new item.
    """

    NAME: ClassVar[str] = "inbox.settle"
    VERSION: ClassVar[int] = 2
    item_id: str
    choice: str
    values: dict[str, Value] | None = None
    base: dict[str, Value] | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.choice, "The choice", CHOICES)
        if (self.choice == "edit") != bool(self.values):
            raise BadInput("To write the values oneself, say at least one: FIELD=VALUE.")

    def seen(self, tx: Tx) -> dict[str, Any]:
        """What the author saw of the fields that are put, to be kept in the operation."""
        item = tx.get("inbox_item", self.item_id)
        row = None if item is None else tx.get(str(item["entity"]), str(item["entity_id"]))
        if item is None or row is None:
            return {}
        values = _put_values(self, item, row)
        return {"base": {name: row[name] for name in values} or None}


@handles(SettleInbox)
def settle(tx: Tx, command: SettleInbox, act: Act) -> Outcome:
    item = tx.get("inbox_item", command.item_id)
    if item is None:
        raise NotFound("There is no such item in the inbox.")
    ref = str(item["ref"] or item["entity"])
    if item["state"] != "open":
        if act.merging and command.choice == "theirs" == item["choice"]:
            return Outcome(said="It was settled so already.")
        raise Refused(f"The item about {ref} was settled already: {kept(str(item['choice']))}.")
    kind = "plain"
    if command.choice in ("mine", "edit"):
        kind = _put(tx, act, command, item)
    elif command.choice == "again":
        again(item)  # raises Refused for what cannot be done again
    tx.put("inbox_item", {"id": item["id"], "state": "settled", "choice": command.choice})
    said = f"{kept(command.choice)}.".capitalize()
    return Outcome((Changed(ref, "settled", str(item["id"])),), f"{ref}: {said}", kind)


def kept(choice: str) -> str:
    """A choice in words."""
    return {"mine": "kept mine", "theirs": "kept theirs", "edit": "kept what was written instead",
            "again": "done again"}.get(choice, choice)  # fmt: skip


def again(item: Row) -> Command:
    """The command of an item that was rejected or parked, to be done anew. Raises Refused, with what can be done instead."""
    if item["kind"] == "waiting":
        raise Refused("It waits, and is done by itself when what it is about has come back: put it aside if you like.")
    if item["kind"] not in ("rejected", "parked"):
        raise Refused("That was done in part, so it is not done again: keep mine, keep theirs, or write the values.")
    args = json.loads(str(item["mine"]))
    name, version = str(args.pop("operation", "")), args.pop("version", 1)
    if name in NOT_AGAIN:
        raise Refused(NOT_AGAIN[name])
    if not args:
        raise Refused(
            "What it said cannot be read here: it is kept whole on the server. Do it by hand, then put it aside."
        )
    if "base" in args:
        args["base"] = None
    try:
        return decode(name, args, int(version))
    except (BadInput, TypeError, AttributeError, ValueError) as error:
        why = str(error).rstrip(".")
        raise Refused(f"It cannot be done again as it is ({why}): do it by hand, then put it aside.") from None


def choosable(item: Row, row: Row | None) -> tuple[str, ...]:
    """The fields of an item that can be put in place: those of mine that the row has and that are a person's choice. Raises
    Refused when there are none, with what can be done instead."""
    if item["kind"] == "waiting":
        raise Refused("It waits, and is done by itself when what it is about has come back: put it aside if you like.")
    if item["kind"] not in ("conflict", "merged"):
        raise Refused("It was not done at all, so there is nothing to compare: do it again, or put it aside.")
    if row is None:
        raise Refused("What it was about is gone: keep theirs.")
    mine = json.loads(str(item["mine"]))
    fields = tuple(name for name in mine if name in row and _chosen(str(item["entity"]), name))
    if item["entity"] == "visit" and "state" in fields:
        raise Refused(
            "A visit is started, wrapped or cancelled in Visits: do that if it is still right, then keep theirs."
        )
    if not fields:
        raise Refused("There is nothing of yours to put in its place; it only tells you: keep theirs.")
    return fields


def typed(item: Row, field: str, text: str) -> Value:
    """What was typed for a field, as that field holds it; None for an empty text. Raises BadInput."""
    words = text.strip()
    if not words:
        return None
    wanted = _types(str(item["entity"])).get(field, str)
    try:
        return float(words) if wanted is float else int(words) if wanted is int else text.strip()
    except ValueError:
        raise BadInput(f"'{words}' is no number, and {field.replace('_', ' ')} is one: type it in digits.") from None


def _types(table: str) -> dict[str, type]:
    if table not in EDITS:
        return {}
    hints = get_type_hints(command_class(EDITS[table]))
    return {
        name: next(each for each in get_args(hint) if each is not type(None))
        for name, hint in hints.items()
        if isinstance(hint, UnionType)
    }


def _put_values(command: SettleInbox, item: Row, row: Row) -> dict[str, Value]:
    """The values that the choice puts in place. Raises Refused or BadInput."""
    if command.choice not in ("mine", "edit"):
        return {}
    fields = choosable(item, row)
    if command.choice == "mine":
        mine = json.loads(str(item["mine"]))
        return {name: mine[name] for name in fields}
    values = dict(command.values or {})
    with_state = HANGS_ON_STATE if item["entity"] == "ticket" and "state" in fields else ()
    strange = sorted(values.keys() - {*fields, *with_state})
    if strange:
        raise BadInput(f"This item is about {', '.join(fields)}; {strange[0]} is edited on its own.")
    return values


def _put(tx: Tx, act: Act, command: SettleInbox, item: Row) -> str:
    """Puts the chosen values in place. What has changed again since the author looked stays, and becomes a new item. Returns
    the outcome's kind."""
    table, id = str(item["entity"]), str(item["entity_id"])
    row = tx.get(table, id)
    values = _put_values(command, item, row or {})
    if row is None:
        raise Refused("What it was about is gone: keep theirs.")
    _check(table, id, values)
    lost = lost_fields(values, command.base or {}, row) if act.merging else {}
    if "state" in lost:
        lost |= {name: values[name] for name in HANGS_ON_STATE if name in values}
    left = {name: value for name, value in values.items() if name not in lost}
    if table == "ticket":
        _put_ticket(tx, act, id, left)
    else:
        tx.put(table, {"id": id, **left})
    if table == "device":
        from techdesk.desk.devices import tell_changes  # a settlement of another table does not need it

        tell_changes(tx, act, row, row | left)
    if not lost:
        return "plain"
    theirs = {name: row[name] for name in lost}
    tell(tx, act, "conflict", (table, id), "it had changed again: their values were kept", mine=lost, theirs=theirs,
         theirs_by=row["author"])  # fmt: skip
    return "conflict"


def _chosen(table: str, name: str) -> bool:
    """Whether a column of that table is somebody's choice. A ticket's title follows from its text; a problem, a change, a
    repair, an agreement or a rotation moves by its own guarded commands alone."""
    if (table, name) == ("ticket", "title"):
        return False
    if name == "state" and table in ("problem", "change", "repair", "agreement", "rotation"):
        return False
    return name not in NOT_CHOSEN


def _check(table: str, id: str, values: Row) -> None:
    """Raises BadInput for a value that the field does not take."""
    empty = [name for name in NEVER_EMPTY.get(table, ()) if name in values and values[name] is None]
    if empty:
        raise BadInput(f"The {empty[0].replace('_', ' ')} cannot be empty: say what it is.")
    if table not in EDITS:
        return
    edit = command_class(EDITS[table])
    assert issubclass(edit, FieldEdit)
    names = edit.__dataclass_fields__
    given: dict[str, Any] = {name: value for name, value in values.items() if value is not None and name in names}
    edit(id=id, **given)


def _put_ticket(tx: Tx, act: Act, id: str, values: Row) -> None:
    if not values:
        return
    row = ticket(tx, id)
    state = str(values.get("state") or row["state"])
    checks.one_of(state, "The state", STATES)
    fields: dict[str, Any] = {name: value for name, value in values.items() if name != "state"}
    if state == "on_hold":
        reason = fields.get("hold_reason", row["hold_reason"])
        if reason not in HOLD_REASONS:
            raise BadInput(f"To hold a ticket say what it waits for: hold_reason={'|'.join(HOLD_REASONS)}.")
    elif any(fields.get(name) is not None for name in HANGS_ON_STATE):
        raise BadInput(
            f"{row['ref']} is {state.replace('_', ' ')}: a reason to hold goes with the state on_hold alone."
        )
    if fields.get("problem_id") is not None:
        from techdesk.desk.problems import problem  # few settlements are about one

        problem(tx, str(fields["problem_id"]))
    if state != row["state"]:
        fields |= _moments(act, row, state)
    move(tx, act, row, "settle", state, **fields)
    if fields.keys() & {"impact", "urgency", "site_id", "text"}:
        from techdesk.desk.targets import rerank  # time zones, which few settlements need

        rerank(tx, ticket(tx, id))


def _moments(act: Act, row: Row, state: str) -> Row:
    """When a ticket that comes into that state ended, as its other commands would have it."""
    if state not in ENDED:
        return {"closed_at": None, "resolved_at": None}
    resolved = row["resolved_at"] if state == "cancelled" else row["resolved_at"] or act.at
    return {"closed_at": None if state == "resolved" else act.at, "resolved_at": resolved}
