"""Enrolment: a laptop brings a code and its public key, and becomes a known device of the person who was invited."""

import re
from typing import Any, NamedTuple

from techdesk import clock
from techdesk.desk.commands import Command, encode, perform
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordTechnician
from techdesk.desk.spares import RecordLocation
from techdesk.desk.tx import Act, Row
from techdesk.errors import BadInput
from techdesk.models.sql import SqlTx
from techdesk.server import laptops, log
from techdesk.server.declined import Declined
from techdesk.server.invites import code_hash
from techdesk.server.log import Head, Logged
from techdesk.server.storage import Session, Storage
from techdesk.sync import wire
from techdesk.sync.wire import Operation

NUMBERS = 50
MOST_NUMBER = 10**8
SERVER = "server"
KEY = re.compile("[0-9a-f]{64}")


class Enrolling(NamedTuple):
    """What a laptop brings: the ids of itself, its technician and that technician's van, and the highest ticket number that
    it gave out on its own. One that was enrolled before, with a server that was put back since, also brings the id of its
    organisation, and the number and chain's hash of the last operation that its store does not keep any more."""

    code: str
    public_key: str
    laptop: str
    laptop_name: str
    technician: str
    van: str
    highest_number: int
    organisation: str | None = None
    last_dseq: int = 0
    last_hash: str = ""


def read(document: Any) -> Enrolling:
    """The request as JSON has it. Raises BadInput."""
    try:
        given = {name: document[name] for name in Enrolling._fields if name in document}
        found = Enrolling(**given)
        ids = (found.laptop, found.technician, found.van)
        texts = (
            found.code,
            found.laptop_name,
            found.last_hash,
            "" if found.organisation is None else found.organisation,
        )
        proper = all(type(text) is str and "\0" not in text and text.isprintable() for text in texts)
        proper = proper and all(type(number) is int for number in (found.highest_number, found.last_dseq))
        proper = proper and all(wire.ID.fullmatch(id) for id in ids) and bool(KEY.fullmatch(found.public_key))
        proper = proper and 0 < len(found.laptop_name) <= 200 and 0 <= found.highest_number <= MOST_NUMBER
        proper = proper and 0 <= found.last_dseq <= MOST_NUMBER and len(found.last_hash) <= 64
    except (KeyError, TypeError, ValueError):
        proper = False
    if not proper:
        raise BadInput("The request to enrol is not complete: update techdesk on both ends.")
    return found


def enrol(storage: Storage, enrolling: Enrolling) -> dict[str, Any]:
    """Uses the code up. The answer tells the laptop its name and whose it is now, and the rows of its technician and van. A
    laptop whose answer was lost may ask again with the same code and key. Raises Declined."""
    now = clock.moment(clock.now())
    with storage.transaction() as session:
        invite = _invite(session, enrolling, now)
        head = log.head(session, int(invite["org"] or 0), locked=True)
        if enrolling.organisation not in (None, head.id):
            raise Declined(403, "organisation", "That code is another organisation's: ask your own for an invitation.")
        tx = session.tx(head.org)
        technician, commands = _technician(tx, str(invite["name"]), enrolling)
        entries = [_entry(tx, command, technician, now) for command in commands]
        name = _register(session, head, enrolling, invite, technician, now)
        first = max(head.next_number, enrolling.highest_number + 1)
        log.append(session, head, entries, now, first + NUMBERS)
        row = tx.get("technician", technician) or {}
        van = tx.get("stock_location", str(row["stock_location_id"]))
    return {
        "protocol": wire.PROTOCOL,
        "organisation": {"id": head.id, "name": head.name},
        "cursor": {"epoch": head.epoch, "seq": 0, "chain": ""},
        "laptop_name": name,
        "technician": row,
        "van": van,
        "numbers": [first, first + NUMBERS - 1],
        "server_time": clock.moment(clock.now()),
    }


def _invite(session: Session, enrolling: Enrolling, now: str) -> Row:
    found = session.rows(
        f"SELECT org, name, role, scopes, expires, used_at, used_by FROM invite WHERE code_hash = ?{session.locking}",
        code_hash(enrolling.code),
    )
    if not found:
        raise Declined(403, "code", "That code is not known here: check its letters, or ask for a new invitation.")
    invite = found[0]
    again = session.rows("SELECT key FROM laptop WHERE id = ?", enrolling.laptop)
    same = bool(again) and again[0]["key"] == enrolling.public_key
    if invite["used_at"] is not None and not (same and invite["used_by"] == enrolling.laptop):
        raise Declined(403, "code", "That code has been used: ask for a new invitation.")
    if str(invite["expires"]) < now:
        raise Declined(403, "code", f"That code ran out on {str(invite['expires'])[:10]}: ask for a new invitation.")
    if again and not same:
        raise Declined(
            409,
            "enrolled",
            "A laptop with this store's id is enrolled already: its store is a copy, so start a new one.",
        )
    return invite


def _technician(tx: SqlTx, name: str, enrolling: Enrolling) -> tuple[str, list[Command]]:
    """The technician of that name, with the commands that make what is missing of them: the person, the van."""
    commands: list[Command] = []
    known = tx.find("technician", name=name, limit=1)
    if known and known[0]["stock_location_id"]:
        return str(known[0]["id"]), commands
    # The id that the laptop brings may be another person's, on a store that was used by two.
    id = enrolling.technician if tx.get("technician", enrolling.technician) is None else new_id()
    van = enrolling.van if tx.get("stock_location", enrolling.van) is None else new_id()
    if known:
        id = str(known[0]["id"])
        commands.append(RecordTechnician(id=id, stock_location_id=van))
    else:
        commands.append(RecordTechnician(id=id, name=name, stock_location_id=van))
    commands.append(RecordLocation(id=van, name=f"Van of {name}", kind="van", technician_id=id))
    return id, commands


def _entry(tx: SqlTx, command: Command, technician: str, now: str) -> Logged:
    """Runs a command of the server's own and gives its entry."""
    act = Act(new_id(), now, technician, SERVER, merging=True)
    tx.begin(act)
    outcome = perform(tx, command, act)
    sent = Operation(act.mid, 0, "", command.NAME, command.VERSION, encode(command), now, technician, 0.0)
    args = wire.args_text(sent)
    return Logged(act.mid, SERVER, 0, command.NAME, command.VERSION, args, now, technician, 0.0, outcome.kind, None,
                  log.written(tx.writes), wire.digest(sent, args), log.was(tx.writes), scope="")  # fmt: skip


def _register(session: Session, head: Head, enrolling: Enrolling, invite: Row, technician: str, now: str) -> str:
    """The laptop's name: its own, or one like it that no other laptop of the organisation has."""
    known = session.rows("SELECT name FROM laptop WHERE id = ?", enrolling.laptop)
    name = str(known[0]["name"]) if known else laptops.free_name(session, head.org, enrolling.laptop_name)
    session.run(
        "INSERT INTO laptop (org, id, name, key, technician_id, role, scopes, last_dseq, last_hash, last_counter,"
        " enrolled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (id) DO NOTHING",
        head.org, enrolling.laptop, name, enrolling.public_key, technician, invite["role"],
        invite["scopes"], enrolling.last_dseq, enrolling.last_hash, now,
    )  # fmt: skip
    session.run(
        "UPDATE invite SET used_at = ?, used_by = ? WHERE code_hash = ? AND used_at IS NULL",
        now, enrolling.laptop, code_hash(enrolling.code),
    )  # fmt: skip
    return name
