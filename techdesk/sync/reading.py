"""Messages as they come in: taken apart, and refused with what is wrong with them."""

import re
from typing import Any, cast

from techdesk.errors import BadInput
from techdesk.sync import wire
from techdesk.sync.wire import ID, Cursor, Entry, Fork, Operation, Reply, Request, Wanted

_KEY = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def read_request(document: Any) -> Request:
    """The request that a JSON document is. Raises BadInput, naming what is wrong."""
    found = _fields(document, "The request", cursor=dict, operations=list, numbers_wanted=int, local_now=str)
    if len(found["operations"]) > wire.PAGE_OPERATIONS:
        raise BadInput(f"The request has more than {wire.PAGE_OPERATIONS} operations: send fewer at a time.")
    operations = [_operation(each) for each in found["operations"]]
    holding = document.get("holding", "*")
    if not isinstance(holding, str):
        raise BadInput("The request has no proper 'holding': update techdesk on both ends.")
    return Request(read_cursor(found["cursor"]), operations, found["numbers_wanted"], _moment(found["local_now"]),
                   holding, _wanted(document.get("wanted")))  # fmt: skip


def read_fork(document: Any) -> Fork:
    """The new identity that a JSON document is. Raises BadInput, naming what is wrong."""
    found = _fields(document, "The copy", laptop=str, public_key=str, last_dseq=int, last_hash=str, cursor=dict)
    if not ID.fullmatch(found["laptop"]) or not _KEY.fullmatch(found["public_key"]) or found["last_dseq"] < 0:
        raise BadInput("The copy has no proper id, key or number: update techdesk.")
    return Fork(**found | {"cursor": read_cursor(found["cursor"])})


def read_reply(document: Any) -> Reply:
    """The reply that a JSON document is. Raises BadInput, naming what is wrong."""
    found = _fields(
        document, "The reply", entries=list, more=bool, cursor=dict, head=int, server_time=str, expects_dseq=int
    )
    numbers = _numbers(document.get("numbers"))
    entries = [_entry(each) for each in found["entries"]]
    return Reply(entries, found["more"], read_cursor(found["cursor"]), found["head"], numbers,
                 _moment(found["server_time"]), found["expects_dseq"], _sites(document.get("sites")),
                 _public_key(document.get("recovery_key")))  # fmt: skip


def _numbers(document: Any) -> tuple[int, int] | None:
    if document is None:
        return None
    if not isinstance(document, list) or [type(each) for each in document] != [int, int]:
        raise BadInput("The reply has no proper 'numbers': update techdesk on both ends.")
    return document[0], document[1]


def _public_key(text: Any) -> str | None:
    """32 bytes in hexadecimal; None for anything else."""
    return text if isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) else None


def _operation(document: Any) -> Operation:
    found = _fields(
        document, "An operation", mid=str, dseq=int, prev_hash=str, command=str, version=int, args=dict, at=str
    )
    actor, offset = document.get("actor"), document.get("offset") or 0.0
    if found["dseq"] >= 1 << 63 or not 0 <= found["version"] < 1 << 31 or not _is_number(offset):
        raise BadInput("An operation has a number that cannot be: update techdesk.")
    if not ID.fullmatch(found["mid"]) or found["dseq"] < 1:
        raise BadInput("An operation has no proper id or number: update techdesk.")
    if len(found["command"]) > 100 or (actor is not None and not ID.fullmatch(str(actor))):
        raise BadInput("An operation has no proper name or author: update techdesk.")
    return Operation(**found | {"at": _moment(found["at"])}, actor=actor, offset=float(offset))


def _entry(document: Any) -> Entry:
    found = _fields(document, "An entry", seq=int, mid=str, laptop=str, command=str, at=str, kind=str, writes=list)
    if not all(isinstance(write, list) and len(write) == 4 and _is_write(*write) for write in found["writes"]):
        raise BadInput("An entry has no proper 'writes': update techdesk on both ends.")
    return Entry(**found, actor=document.get("actor"))


def _is_write(table: Any, id: Any, after: Any, _: Any) -> bool:
    return isinstance(table, str) and isinstance(id, str) and (after is None or isinstance(after, dict))


def _wanted(document: Any) -> Wanted | None:
    if document is None:
        return None
    found = _fields(document, "What is wanted", sites=list, common=bool, until=int)
    if (
        not all(isinstance(site, str) and site.isprintable() for site in found["sites"])
        or not 0 <= found["until"] < 1 << 63
    ):
        raise BadInput("What is wanted has no proper 'sites' or 'until': update techdesk on both ends.")
    return Wanted(**found)


def _sites(document: Any) -> list[str] | str | None:
    if document is None or document == "*":
        return cast("str | None", document)
    if not isinstance(document, list) or not all(isinstance(site, str) for site in document):
        raise BadInput("The reply has no proper 'sites': update techdesk on both ends.")
    return document


def read_cursor(document: Any) -> Cursor:
    """The cursor that a JSON object has. Raises BadInput."""
    found = _fields(document, "The cursor", epoch=str, seq=int, chain=str)
    if not 0 <= found["seq"] < 1 << 63:
        raise BadInput("The cursor has no proper 'seq': update techdesk on both ends.")
    return Cursor(**found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e12


def _moment(text: str) -> str:
    if not _MOMENT.fullmatch(text):
        raise BadInput(f"'{text[:40]}' is not a moment: write it as 2026-11-23T09:14:05.120Z.")
    return text


def _fields(document: Any, what: str, **types: type) -> dict[str, Any]:
    """Those fields of an object, each of its type; what else it has is left aside."""
    if not isinstance(document, dict):
        raise BadInput(f"{what} is not an object: update techdesk on both ends.")
    for name, kind in types.items():
        value = document.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise BadInput(f"{what} has no proper '{name}': update techdesk on both ends.")
    return cast(dict[str, Any], {name: document[name] for name in types})
