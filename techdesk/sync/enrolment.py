"""Enrolment, the laptop's side: it shows its code and public key once, and is a known device from then on."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from techdesk import clock
from techdesk.desk.ids import derived_id
from techdesk.desk.tx import Row, Write
from techdesk.errors import BadInput, NoConnection, Refused
from techdesk.models.introduce import code_of
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import FIRST_NUMBER, Store
from techdesk.sync import forking, keys, reading, rebase, wire
from techdesk.sync.arrivals import kept_cursor
from techdesk.sync.connection import Connection, ServerRefused, SignedConnection, checked_url, warnings
from techdesk.sync.outbox import Outbox
from techdesk.sync.wire import Cursor, Request

# Refusals that say nothing of the laptop.
FAILED = ("http", "failed", "database")


class Enrolment(NamedTuple):
    """What the laptop is now: whose, where, and what its owner should know about the connection."""

    server: str
    organisation: str
    technician: str
    laptop: str
    warnings: tuple[str, ...]


def enrol(store: Store, url: str, code: str, connect: Callable[[str], Connection] = Connection) -> Enrolment:
    """Makes this laptop a known device of the technician who was invited, and adopts that technician's id in everything
    that was done here before. One that is enrolled already may be enrolled again with a server that was put back to a state
    from before that: it keeps its id, and what the server lost waits to be sent again. One whose key is lost becomes another
    laptop, which goes on where it was. One that the server knows, at another address than before, syncs with that from now
    on; the code is not used.

    Raises BadInput for an address that is none, Refused when the server knows this laptop there, NoConnection.
    """
    url = checked_url(url)
    again = store.meta("server") is not None
    asked = {
        "code": code,
        "laptop": store.meta("laptop"),
        "laptop_name": store.meta("laptop_name") or "laptop",
        "technician": store.meta("technician"),
        "van": _van(store),
    }
    connection = connect(url)
    try:
        asked |= _known_before(store, connection) if again else _new(store)
        answer = _read(connection.post(wire.ENROL_PATH, wire.dumps(asked), {}), str(asked["laptop_name"]))
    except _Known:
        return _moved(store, url)
    finally:
        connection.close()
    with store.transaction() as tx:
        if again:
            _return(store, tx, url, str(asked["laptop"]), answer)
        elif store.meta("server") is None:
            _adopt(store, tx, url, answer)
    return Enrolment(url, answer.organisation[1], str(answer.technician["name"]), answer.laptop_name, warnings(url))


def _new(store: Store) -> dict[str, Any]:
    return {"public_key": keys.public_text(keys.make(store.path)), "highest_number": _highest_number(store)}


class _Known(Exception):
    """The server knows this laptop, by the key that it has."""


def _moved(store: Store, url: str) -> Enrolment:
    """Goes on with the server at another address. Raises Refused where it is at that already."""
    organisation = str(store.meta("organisation_name"))
    if url == store.meta("server"):
        raise Refused(f"This laptop is enrolled already, at {url} with {organisation}: run  techdesk sync.")
    store.set_meta(server=url)
    name = store.connection.execute("SELECT name FROM technician WHERE id = ?", (store.meta("technician"),)).fetchone()
    laptop = store.meta("laptop_name") or "laptop"
    return Enrolment(url, organisation, "nobody" if name is None else str(name[0]), laptop, warnings(url))


def _known_before(store: Store, connection: Connection) -> dict[str, Any]:
    """What a laptop brings that was enrolled before. Raises _Known."""
    laptop = str(store.meta("laptop"))
    try:
        key = keys.load(store.path, laptop)
    except NoConnection:
        return _as_another(store, laptop)
    try:
        request = Request(kept_cursor(store), [], 0, clock.moment(clock.now()))
        SignedConnection(connection, laptop, key).exchange(wire.request_body(request))
        raise _Known
    except ServerRefused as refusal:
        if refusal.code == "signature":
            return _as_another(store, laptop)
        if refusal.code in FAILED:
            raise
        if refusal.code != "unknown":
            raise _Known from None
    trimmed, _, hash = (store.meta("trimmed") or "0:").partition(":")
    return {
        "public_key": keys.public_text(key),
        "highest_number": _highest_used(store),
        "organisation": store.meta("organisation"),
        "last_dseq": int(trimmed),
        "last_hash": hash,
    }


class _Answer(NamedTuple):
    organisation: tuple[str, str]
    cursor: Cursor
    laptop_name: str
    technician: Row
    van: Row
    numbers: tuple[int, int]
    server_time: str


def _read(body: bytes, laptop_name: str) -> _Answer:
    """What the server said; one of before names the laptop as it named itself."""
    try:
        document = wire.loads(body)
        if document["protocol"] != wire.PROTOCOL:
            raise NoConnection("The server speaks another protocol than this laptop: update the older of the two.")
        organisation, numbers = document["organisation"], document["numbers"]
        technician, van = document["technician"], document["van"]
        if not all(isinstance(each, str) for each in (technician["id"], technician["name"], van["id"])):
            raise BadInput("The technician has no proper name.")
        clock.parse(document["server_time"])
        return _Answer(
            (str(organisation["id"]), str(organisation["name"])),
            reading.read_cursor(document["cursor"]),
            str(document.get("laptop_name") or laptop_name),
            dict(technician),
            dict(van),
            (int(numbers[0]), int(numbers[1])),
            str(document["server_time"]),
        )
    except (KeyError, TypeError, ValueError, BadInput):
        raise NoConnection("The server's answer cannot be read: update techdesk on both ends.") from None


def _van(store: Store) -> str:
    """The stock location of this laptop's technician; where a laptop that was shut out holds no rows any more, an id for the
    one that the server makes if it knows none."""
    technician = str(store.meta("technician"))
    if store.meta("shut_out") is not None:
        return derived_id(technician, 1)
    found = store.connection.execute("SELECT stock_location_id FROM technician WHERE id = ?", (technician,)).fetchone()
    if found is None or found[0] is None:
        raise Refused("The technician of this store has no van: run  techdesk doctor.")
    return str(found[0])


def _highest_number(store: Store) -> int:
    """The highest ticket number that this laptop gave out on its own; 0 when it gave none."""
    following = store.connection.execute("SELECT max(next) FROM number_block WHERE last IS NULL").fetchone()[0]
    return 0 if following is None or following <= FIRST_NUMBER else int(following) - 1


def _as_another(store: Store, laptop: str) -> dict[str, Any]:
    """A laptop without its key is another one, as a copy would be; noted, so that it is the same when an answer is lost."""
    forking.note(store, laptop)
    new = str(store.meta("forking"))
    box = Outbox(store)
    last = box.first_waiting() - 1
    return {
        "laptop": new,
        "public_key": keys.public_text(keys.make(store.path, new)),
        "highest_number": _highest_used(store),
        "organisation": store.meta("organisation"),
        "last_dseq": last,
        "last_hash": box.hash_of(last),
    }


def _highest_used(store: Store) -> int:
    """The highest ticket number that is leased to this laptop, or that a ticket here has."""
    leased = store.connection.execute("SELECT max(last) FROM number_block").fetchone()[0]
    used = store.connection.execute(
        "SELECT max(CAST(ref AS INTEGER)) FROM ticket WHERE ref GLOB '[0-9]*-[A-Z]*' AND length(ref) < 12"
    ).fetchone()[0]
    return max(int(leased or 0), int(used or 0))


def _return(store: Store, tx: SqliteTx, url: str, laptop: str, answer: _Answer) -> None:
    """Is known again, as that laptop. The cursor stays: where the server was put back, the next sync finds that it is of
    another history, reads everything anew, and sends again what is not there."""
    technician, van = str(answer.technician["id"]), _van(store)
    rebase.take_back(store, tx)
    store.set_meta(laptop_name=answer.laptop_name)
    _rename(store, str(store.meta("technician")), technician)
    _rename(store, van, str(answer.van["id"]))
    rebase.replay(store, tx)
    # What was leased then may have been leased again since.
    store.connection.execute("DELETE FROM number_block")
    store.connection.execute("INSERT INTO number_block VALUES (?, ?)", answer.numbers)
    store.set_meta(server=url, laptop=laptop, laptop_code=code_of(laptop), technician=technician, forking=None)


def _adopt(store: Store, tx: SqliteTx, url: str, answer: _Answer) -> None:
    """Becomes the technician that the server named. Everything that was done here, none of which was ever sent, is taken
    back, rewritten to that technician's id and van, and done again."""
    technician, van = str(answer.technician["id"]), str(answer.van["id"])
    columns = rebase.columns_here(store.connection)
    old = str(store.meta("technician")), _van(store)
    rebase.take_back(store, tx)
    store.set_meta(laptop_name=answer.laptop_name)
    _introduce_nobody(store, old)
    _rename(store, old[0], technician)
    _rename(store, old[1], van)
    for table, row in (("technician", answer.technician), ("stock_location", answer.van)):
        known = {name: value for name, value in row.items() if name in columns[table]}
        tx.apply(Write(table, str(row["id"]), None, known))
    rebase.replay(store, tx)
    store.connection.execute("DELETE FROM number_block WHERE last IS NULL")
    store.connection.execute("INSERT OR IGNORE INTO number_block VALUES (?, ?)", answer.numbers)
    offset = (clock.parse(answer.server_time) - clock.now()).total_seconds()
    store.set_meta(
        server=url,
        organisation=answer.organisation[0],
        organisation_name=answer.organisation[1],
        technician=technician,
        cursor=json.dumps(answer.cursor._asdict()),
        clock_offset=f"{offset:.1f}",
    )


def _introduce_nobody(store: Store, ids: tuple[str, str]) -> None:
    """A new store introduces its user by the name of the account, and a van: those two `ids`. The server has made both by the
    invitation's words, so what would introduce them is left with nothing to say."""
    introduced = int(store.meta("introduced") or 0)
    for dseq, args in store.connection.execute(
        "SELECT dseq, args FROM operation WHERE dseq <= ? AND command IN ('technician.record', 'location.record')",
        (introduced,),
    ).fetchall():
        id = json.loads(args)["id"]
        if id in ids:
            store.connection.execute("UPDATE operation SET args = ? WHERE dseq = ?", (json.dumps({"id": id}), dseq))


def _rename(store: Store, old: str, new: str) -> None:
    """Puts one id in place of another in every operation. An id is 36 characters that stand for nothing else."""
    if old != new:
        store.connection.execute(
            "UPDATE operation SET args = replace(args, ?1, ?2), actor = replace(actor, ?1, ?2)"
            " WHERE instr(args, ?1) OR actor = ?1",
            (old, new),
        )
