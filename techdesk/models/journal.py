"""An operation as text: its arguments as they travel, and the journal that undoes it."""

import json

from techdesk.desk.commands import Command, encode
from techdesk.desk.tx import Row, Write
from techdesk.errors import BadInput

# The arguments of one command, in bytes.
MOST_ARGS = 1024 * 1024


def carried(command: Command) -> str:
    """The command's arguments as they travel. Raises BadInput for more than a sync can carry: it is said while the author is
    there to change it, and nothing that is kept can hold the outbox up."""
    args = _json(encode(command))
    # A character is at most four bytes: only a long text need be counted.
    if len(args) * 4 > MOST_ARGS and (size := len(args.encode("utf-8", "surrogatepass"))) > MOST_ARGS:
        raise BadInput(
            f"This is {size / 2**20:.1f} MB, and a sync carries at most {MOST_ARGS // 2**20} MB at once: shorten it, or "
            "do it in parts."
        )
    return args


def journal(writes: list[Write]) -> str:
    """Writes as text: [table, id, before, after] each. Of a new row only its version is kept (the row itself holds the
    rest): by it a sync knows whether the row is still as it was made."""
    return _json([[w.table, w.id, w.before, w.after if w.before is not None else _made(w)] for w in writes])


def _made(write: Write) -> Row:
    return {"version": (write.after or {}).get("version")}


def read_journal(text: str) -> list[Write]:
    """The writes of a journal, in their order."""
    return [Write(*entry) for entry in json.loads(text)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
