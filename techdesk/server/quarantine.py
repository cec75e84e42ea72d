"""What a laptop hands in after it was revoked, or sends of schools that are not its own: kept, not run, until a coordinator
releases or drops it."""

import json
from collections.abc import Sequence

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.desk.tx import Act
from techdesk.server import log
from techdesk.server.belonging import belonging
from techdesk.server.declined import Declined
from techdesk.server.enrolment import SERVER
from techdesk.server.laptops import Laptop
from techdesk.server.log import Logged
from techdesk.server.storage import Session
from techdesk.sync import wire
from techdesk.sync.wire import Operation

# What one laptop may leave here, in characters of JSON: more than a year of work, and no way to fill a disk.
MOST_KEPT = 32 * 1024 * 1024
# What the files of one laptop's operations here may weigh together, in bytes: a hundred photos of a phone.
MOST_FILES = 100 * 1024 * 1024
# The entry of the log in which it is told what became of operations here.
COMMAND = "quarantine.decide"
RELEASED = "it is decided: a coordinator released it, and it was run in its author's name"
DROPPED = "it is decided: a coordinator dropped it, and it is not done"


def keep(session: Session, laptop: Laptop, sent: Sequence[Operation]) -> int:
    """Keeps what is new of it, in its order. Returns the number of the operation that is wanted next. The laptop's row is
    locked."""
    found = session.rows(
        "SELECT max(dseq) AS last, coalesce(sum(length(operation)), 0) AS size FROM quarantine WHERE laptop = ?",
        laptop.id,
    )[0]
    expected = max(laptop.last_dseq, int(found["last"] or 0)) + 1
    size, now = int(found["size"] or 0), clock.moment(clock.now())
    here = _here(session, laptop, [operation.mid for operation in sent if operation.dseq < expected])
    for operation in sent:
        if operation.dseq < expected and operation.mid not in here:
            return operation.dseq  # another copy of the laptop has handed in others under their numbers
        if operation.dseq != expected:
            continue
        text = _text(operation)
        size += len(text)
        if size > MOST_KEPT:
            break
        _insert(session, laptop, operation, text, now)
        expected += 1
    return expected


def _here(session: Session, laptop: Laptop, mids: Sequence[str]) -> set[str]:
    """Those of the operations that are in quarantine, or in the log."""
    marks = ", ".join("?" * len(mids)) or "NULL"
    found = session.rows(
        f"SELECT mid FROM quarantine WHERE org = ? AND mid IN ({marks})"
        f" UNION SELECT mid FROM change_log WHERE org = ? AND mid IN ({marks})", laptop.org, *mids, laptop.org, *mids,
    )  # fmt: skip
    return {str(row["mid"]) for row in found}


def hold(session: Session, laptop: Laptop, operation: Operation) -> None:
    """Keeps an operation that is in the log as rejected, because it is about schools that are not its author's."""
    _insert(session, laptop, operation, _text(operation), clock.moment(clock.now()))


def _text(operation: Operation) -> str:
    return json.dumps(operation._asdict(), separators=(",", ":"))


def _insert(session: Session, laptop: Laptop, operation: Operation, text: str, now: str) -> None:
    session.run(
        "INSERT INTO quarantine (org, mid, laptop, dseq, operation, received_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (org, mid) DO NOTHING",
        laptop.org, operation.mid, laptop.id, operation.dseq, text, now,
    )  # fmt: skip


def waiting(session: Session, laptop: str) -> list[Operation]:
    """What that laptop has here, in its order."""
    found = session.rows("SELECT operation FROM quarantine WHERE laptop = ? ORDER BY dseq", laptop)
    return [Operation(**json.loads(str(row["operation"]))) for row in found]


def files(session: Session, org: int, laptop: str | None = None) -> dict[str, set[int]]:
    """The files that operations here name, by their SHA-256, each with the sizes that are said of it: all of an
    organisation, or the first ones of a laptop, as far as their weight is allowed."""
    whose, values = ("", ()) if laptop is None else (" AND laptop = ?", (laptop,))
    rows = session.rows(
        f"SELECT operation FROM quarantine WHERE org = ?{whose} AND operation LIKE ? ORDER BY dseq", org, *values,
        '%"sha256":%',
    )  # fmt: skip
    found: dict[str, set[int]] = {}
    size = 0
    for row in rows:
        args = json.loads(str(row["operation"]))["args"]
        for name, of in (("thumbnail_sha256", "thumbnail_bytes"), ("sha256", "bytes")):
            digest, bytes = args.get(name), args.get(of)
            if isinstance(digest, str) and isinstance(bytes, int) and bytes > 0:
                size += bytes
                if laptop is None or size <= MOST_FILES:
                    found.setdefault(digest, set()).add(bytes)
    return found


def tell_decided(session: Session, laptop: Laptop, held: Sequence[Operation], done: str) -> None:
    """Settles what the author and the coordinators were told of operations that the log has as kept from schools which are
    not their author's, with the sentence `done`; in an entry of the server's own."""
    head, now = log.head(session, laptop.org, locked=True), clock.moment(clock.now())
    tx = session.tx(laptop.org)
    act = Act(new_id(), now, None, SERVER, merging=True)
    tx.begin(act)
    for operation in held:
        for item in tx.find("inbox_item", entity_id=laptop.technician_id, mid=operation.mid, state="open"):
            # As who puts it aside: so a choice that is still on its way is no other one.
            tx.put("inbox_item", {"id": item["id"], "state": "settled", "choice": "theirs", "done": done})
    if not tx.writes:
        return
    told = Operation(act.mid, 0, "", COMMAND, 1, {"mids": [each.mid for each in held]}, now, None, 0.0)
    args, belongs = wire.args_text(told), belonging(tx, tx.writes)
    entry = Logged(
        act.mid, SERVER, 0, COMMAND, 1, args, now, None, 0.0, "plain", None, log.written(tx.writes),
        wire.digest(told, args), log.was(tx.writes), None, belongs.scope, belongs.parts,
    )  # fmt: skip
    log.append(session, head, [entry], now, head.next_number)


def clear(session: Session, laptop: str, last: int) -> int:
    """Forgets what is in the log now, up to the operation with the number `last`. Returns how many."""
    return session.run("DELETE FROM quarantine WHERE laptop = ? AND dseq <= ?", laptop, last)


def shut_out(laptop: Laptop, expected: int) -> Declined:
    """The answer to a revoked laptop."""
    return Declined(
        403,
        "revoked",
        f"This laptop was shut out on {str(laptop.revoked_at)[:10]}: ask your coordinator; what it had not sent yet is kept "
        "for them on the server.",
        expects_dseq=expected,
    )
