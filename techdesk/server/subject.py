"""Which rows an operation is about, by its arguments alone."""

from collections.abc import Iterator

from techdesk.desk.commands import HOMES, command_class
from techdesk.desk.tx import Act
from techdesk.sync import wire
from techdesk.sync.wire import Operation

# Which argument names the row that a command is about, and the table of that row.
ABOUT = {
    "ticket_id": "ticket",
    "visit_id": "visit",
    "task_id": "visit_task",
    "part_id": "part",
    "transfer_id": "stock_transfer",
    "reservation_id": "stock_reservation",
    "movement_id": "stock_movement",
    "item_id": "inbox_item",
    "loan_id": "loan",
    "repair_id": "repair",
    "audit_id": "audit",
    "scan_id": "audit_scan",
    "agreement_id": "agreement",
    "rotation_id": "rotation",
    "run_id": "checklist_run",
}
# Other arguments that name a row.
NAMES = ABOUT | {
    "duplicate_of": "ticket",
    "owner_id": "technician",
    "technician_id": "technician",
    "site_id": "site",
    "device_id": "device",
    "with_id": "device",
    "licence_id": "licence",
    "model_id": "device_model",
    "other_id": "device_model",
    "from_id": "stock_location",
    "to_id": "stock_location",
    "location_id": "stock_location",
    "store_id": "stock_location",
    "emergency": "ticket",
    "kit_id": "kit",
    "checklist_id": "checklist",
    "step_id": "checklist_step",
}


def about(operation: Operation, act: Act) -> tuple[str, str]:
    """The row that an operation is about: what it names, what it edits, else its author."""
    for name, table in ABOUT.items():
        if isinstance(operation.args.get(name), str):
            return table, operation.args[name]
    id = operation.args.get("id")
    if operation.command in HOMES and isinstance(id, str):
        edited = getattr(command_class(operation.command), "TABLE", None)
        if edited is None and operation.command in ("ticket.log", "ticket.import"):
            edited = "ticket"
        if edited is not None:
            return str(edited), id
    if isinstance(operation.args.get("device_id"), str):
        return "device", operation.args["device_id"]
    return "technician", str(act.actor)


def needed(operation: Operation) -> Iterator[tuple[str, str]]:
    """The rows that an operation names, those that it is about first; the row that it edits, where its author saw it."""
    for name, table in NAMES.items():
        id = operation.args.get(name)
        if isinstance(id, str) and wire.ID.fullmatch(id):
            yield table, id
    for id in operation.args.get("other_ids") or ():
        if isinstance(id, str) and wire.ID.fullmatch(id):
            yield "device_model", id
    for part in operation.args.get("parts") or ():
        if isinstance(part, list) and part and isinstance(part[0], str) and wire.ID.fullmatch(part[0]):
            yield "part", part[0]
    row = operation.args.get("id")
    if isinstance(operation.args.get("base"), dict) and isinstance(row, str) and operation.command in HOMES:
        edited: str | None = getattr(command_class(operation.command), "TABLE", None)
        if edited is not None and wire.ID.fullmatch(row):
            yield edited, row
