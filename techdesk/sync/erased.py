"""Operations whose words a laptop had to erase, because it may not read them any more: what is left of them, and how they
are known again."""

from typing import Any

from techdesk.sync import wire
from techdesk.sync.wire import Operation

# What a laptop keeps of the arguments of such an operation: their digest.
ERASED = "erased"
UNDO = "desk.undo"


def wordless(command: str, args: dict[str, Any]) -> dict[str, Any]:
    """What is left of an operation's arguments. An undo says still what it takes back: the server does that by its own
    journal, and so also where a restored one has lost the undo."""
    if command == UNDO and {"mid", "command"} <= args.keys():
        return {"mid": args["mid"], "command": args["command"], "writes": "[]"}
    return {}


def digest(operation: Operation) -> str:
    """Its digest; of one whose words were erased, the digest that it had."""
    kept = operation.args.get(ERASED)
    return str(kept) if kept is not None else wire.digest(operation, wire.args_text(operation))


def is_same(operation: Operation, known: str) -> bool:
    """Whether an operation is the one whose digest is `known`, though its words may have been erased here or there: a store
    and its copy may hold different schools."""
    left = wordless(operation.command, operation.args)
    forms: tuple[dict[str, Any], ...] = (operation.args, left, {})
    return operation.args == left or known in {digest(operation._replace(args=form)) for form in forms}
