"""Numbers for tickets that a laptop named itself when its lease was used up: `T-KLMN-3` gets one of the organisation's when
it arrives, and keeps the name that it had, which may be on a label, as an alias for ever."""

import re
from typing import Any

from techdesk.desk.ids import ticket_ref
from techdesk.desk.tx import Tx
from techdesk.sync.wire import Operation

OWN_NAME = re.compile(r"T-[A-Z]{4}-\d{1,9}")
COMMAND = "ticket.log"


def named_by_laptop(operation: Operation) -> str | None:
    """The name that a laptop gave the ticket that this operation captures; None when it used a leased number."""
    ref = operation.args.get("ref")
    return ref if operation.command == COMMAND and isinstance(ref, str) and OWN_NAME.fullmatch(ref) else None


def numbered(tx: Tx, args: dict[str, Any], following: int) -> dict[str, Any]:
    """The arguments with the first free number from `following` on."""
    while tx.find("ticket", ref=ticket_ref(following), limit=1):
        following += 1
    return args | {"ref": ticket_ref(following)}


def keep_name(tx: Tx, ticket_id: str, name: str, laptop: str) -> None:
    """Keeps the name as an alias; with the laptop's name behind it where another ticket has it, of a copy of that laptop."""
    taken = tx.find("ticket_alias", alias=name, limit=1) or tx.find("ticket", ref=name, limit=1)
    alias = f"{name}/{laptop}" if taken else name
    tx.append("ticket_alias", {"id": tx.fresh_id(), "ticket_id": ticket_id, "alias": alias})
