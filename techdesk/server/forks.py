"""Copied laptops: a laptop whose store is a copy of one that goes on elsewhere gets an identity of its own, and the
coordinators are told."""

import logging
from datetime import timedelta
from typing import Any

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.desk.merging import tell
from techdesk.desk.tx import Act
from techdesk.server import laptops, log, syncing
from techdesk.server.declined import Declined
from techdesk.server.enrolment import SERVER
from techdesk.server.laptops import Laptop, Signed
from techdesk.server.log import Head, Logged
from techdesk.server.storage import Session, Storage
from techdesk.sync import reading, wire
from techdesk.sync.wire import Fork, Operation

LOG = logging.getLogger("techdesk.server")
COMMAND = "laptop.fork"
# New laptops that come of one invitation in 24 hours: a home that was copied to a whole classroom, and no more.
MOST_A_DAY = 40


def fork(storage: Storage, signed: Signed, method: str, path: str, body: bytes) -> dict[str, Any]:
    """Makes a new laptop of the same technician, with the same role and scopes, whose own sequence goes on from the last
    operation that came back to it; what the other copy has sent already is known by its id. The same new id with the same
    key gets the same answer. Raises Declined, or BadInput for a body that is no such document."""
    with storage.transaction() as session:
        laptop = laptops.prove(session, signed, method, path, body)
    document = wire.loads(wire.decompress(body))
    syncing.same_protocol(document)
    asked = reading.read_fork(document)
    with syncing.history_noted(storage, signed), storage.transaction() as session:
        laptop = laptops.admit(session, laptop, signed.counter)
        if laptop.revoked_at is not None:
            raise Declined(
                403, "revoked", "This laptop was shut out, and so is every copy of it: ask your coordinator."
            )
        head = log.head(session, laptop.org, locked=True)
        name = _known(session, laptop, asked) or _made(session, head, laptop, asked)
    return {"protocol": wire.PROTOCOL, "laptop_name": name}


def _known(session: Session, laptop: Laptop, asked: Fork) -> str | None:
    """The name of the new laptop, where it is known already."""
    found = session.rows("SELECT org, name, key FROM laptop WHERE id = ?", asked.laptop)
    if not found:
        return None
    if (found[0]["org"], found[0]["key"]) != (laptop.org, asked.public_key):
        raise Declined(409, "taken", "Another laptop has taken that id: sync again.")
    return str(found[0]["name"])


def _made(session: Session, head: Head, laptop: Laptop, asked: Fork) -> str:
    with syncing.history_told(laptop):
        log.same_history(session, head, asked.cursor)
    now = clock.now()
    family = str(session.rows("SELECT coalesce(family, id) AS id FROM laptop WHERE id = ?", laptop.id)[0]["id"])
    _not_too_many(session, family, clock.moment(now - timedelta(days=1)))
    first = session.rows("SELECT name FROM laptop WHERE id = ?", family)
    name = laptops.free_name(session, laptop.org, str(first[0]["name"]) if first else laptop.name)
    session.run(
        "INSERT INTO laptop (org, id, name, key, technician_id, role, scopes, last_dseq, last_hash, last_counter,"
        " enrolled_at, family) SELECT org, ?, ?, ?, technician_id, role, scopes, ?, ?, 0, ?, ? FROM laptop WHERE id = ?",
        asked.laptop, name, asked.public_key, asked.last_dseq, asked.last_hash, clock.moment(now), family, laptop.id,
    )  # fmt: skip
    entry = _told(session, head, laptop, name, asked, clock.moment(now))
    log.append(session, head, [entry], clock.moment(now), head.next_number)
    LOG.warning("laptop %s (%s) is a copy: from now on it is %s (%s)", laptop.id, laptop.name, asked.laptop, name)
    return name


def _not_too_many(session: Session, family: str, since: str) -> None:
    made = session.rows(
        "SELECT count(*) AS found FROM laptop WHERE family = ? AND enrolled_at > ?", family, since
    )[0]["found"]  # fmt: skip
    if int(made or 0) >= MOST_A_DAY:
        raise Declined(
            429,
            "copies",
            f"{made} copies of this laptop came in the last 24 hours: ask your coordinator for an invitation, or sync again "
            "tomorrow; nothing here is lost.",
        )


def _told(session: Session, head: Head, laptop: Laptop, name: str, asked: Fork, now: str) -> Logged:
    """The log's entry, which leaves an item in the inbox of everyone who coordinates."""
    tx = session.tx(head.org)
    act = Act(new_id(), now, None, SERVER, merging=True)
    tx.begin(act)
    when = now[:16].replace("T", " ")
    outlived = (
        f"the server was put back to a state that is older than what the laptop {laptop.name} keeps of its own work: it is "
        f"{name} from now on, and what it did between the two is here again only with a newer backup"
    )
    done = (
        outlived
        if asked.last_dseq > laptop.last_dseq
        else (
            f"the store of the laptop {laptop.name} was copied or put back, and both go on: what synced on {when} UTC is "
            f"{name} from now on; shut out the one that nobody should have"
        )
    )
    tell(tx, act, "merged", ("technician", laptop.technician_id), done, mine={}, theirs={})
    operation = Operation(
        act.mid, 0, "", COMMAND, 1, {"laptop": laptop.id, "copy": asked.laptop, "name": name}, now, None, 0.0
    )
    args = wire.args_text(operation)
    return Logged(act.mid, SERVER, 0, COMMAND, 1, args, now, None, 0.0, "merged", None, log.written(tx.writes),
                  wire.digest(operation, args), log.was(tx.writes))  # fmt: skip
