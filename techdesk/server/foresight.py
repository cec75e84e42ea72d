"""What the operations of a page are going to read, read at once: nothing but speed hangs on it. What is not foreseen here is
read when it is asked for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from techdesk.desk.commands import HOMES, command_class
from techdesk.models.buffered import BufferedTx
from techdesk.server.laptops import Laptop
from techdesk.sync.wire import Operation

Lookup = tuple[str, str]
# For each argument, the tables and columns in which the handlers look for its value.
BY_ARGUMENT: dict[str, tuple[Lookup, ...]] = {
    "ticket_id": (("ticket", "id"), ("ticket", "parent_id"), ("visit_task", "ticket_id")),
    "ref": (("ticket", "ref"), ("ticket_alias", "alias")),
    "site_id": (("site", "id"),),
    "device_id": (("device", "id"),),
    "part_id": (("part", "id"),),
    "visit_id": (("visit", "id"), ("visit_task", "visit_id")),
    "task_id": (("visit_task", "id"),),
    "owner_id": (("technician", "id"),),
    "item_id": (("inbox_item", "id"),),
}
# The tables of the commands that make or change the row `id`, where the command does not say it itself.
MADE = {"ticket.log": "ticket", "ticket.import": "ticket", "task.add": "visit_task", "visit.plan": "visit"}


def foresee(tx: BufferedTx, laptop: Laptop, operations: Sequence[Operation]) -> None:
    """Reads what these operations of a laptop will ask for."""
    wanted: dict[Lookup, set[str]] = defaultdict(set)
    for operation in operations:
        for lookup, value in _lookups(operation):
            wanted[lookup].add(value)
    if operations:
        wanted["technician", "id"].add(laptop.technician_id)
        wanted["timer", "technician_id"].add(laptop.technician_id)
    tx.foresee(wanted)


def _lookups(operation: Operation) -> Iterator[tuple[Lookup, str]]:
    for name, value in operation.args.items():
        for lookup in BY_ARGUMENT.get(name, ()):
            yield from ((lookup, each) for each in _texts(value))
    if operation.command == "ticket.close":
        yield from ((("part", "id"), each) for each in _texts(operation.args.get("parts")))
    table = _table(operation.command)
    if table is not None:
        yield from (((table, "id"), each) for each in _texts(operation.args.get("id")))


def _table(command: str) -> str | None:
    if command not in HOMES or command in MADE:
        return MADE.get(command)
    found: str | None = getattr(command_class(command), "TABLE", None)
    return found


def _texts(value: Any) -> Iterable[str]:
    """The texts in an argument."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
