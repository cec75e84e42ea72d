"""Enrolled laptops: who a request comes from, proved by the signature of the device's own key."""

import base64
import binascii
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from techdesk import clock
from techdesk.server.declined import Declined
from techdesk.server.storage import Session
from techdesk.sync import wire


class Laptop(NamedTuple):
    """Who sent it."""

    org: int
    id: str
    name: str
    key: str
    technician_id: str
    role: str
    last_dseq: int
    last_hash: str
    last_counter: int
    revoked_at: str | None = None
    scopes: str = "[]"


COLUMNS = ", ".join(Laptop._fields)
# What a laptop's name may be followed by.
MOST_NAME = 190


class Signed(NamedTuple):
    """The headers of a signed request: `counter` grows with every request of a laptop."""

    laptop: str
    counter: int
    signature: bytes


def read_headers(laptop: str | None, counter: str | None, signature: str | None) -> Signed:
    """The three headers. Declined when they are missing or no such thing."""
    try:
        number = int(counter or "")
        if not 0 <= number < 1 << 63:
            raise ValueError
        return Signed(str(laptop), number, base64.b64decode(signature or "", validate=True))
    except (ValueError, binascii.Error):
        raise Declined(401, "unsigned", "The request is not signed: enrol this laptop with  techdesk enrol.") from None


def prove(session: Session, signed: Signed, method: str, path: str, body: bytes) -> Laptop:
    """The laptop that signed the request. Declined for one that is unknown, for a signature that is not the laptop's, and
    for a request that came before."""
    found = session.rows(f"SELECT {COLUMNS} FROM laptop WHERE id = ?", signed.laptop)
    if not found:
        raise Declined(
            401, "unknown", "The server does not know this laptop: ask for an invitation and run  techdesk enrol."
        )
    laptop = Laptop(**found[0])  # type: ignore[arg-type]
    message = wire.signed_message(method, path, laptop.id, signed.counter, body)
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(laptop.key)).verify(signed.signature, message)
    except InvalidSignature:
        raise Declined(
            401, "signature", "The signature is not this laptop's: enrol it again, its key file was replaced."
        ) from None
    if signed.counter <= laptop.last_counter:
        raise _replayed(laptop)
    return laptop


def known(session: Session, id: str) -> Laptop:
    """The laptop with that id, which is enrolled."""
    return Laptop(**session.rows(f"SELECT {COLUMNS} FROM laptop WHERE id = ?", id)[0])  # type: ignore[arg-type]


def admit(session: Session, laptop: Laptop, counter: int) -> Laptop:
    """Uses the request's counter up, and returns the laptop as it is now, revoked or not; its row is locked from here on."""
    found = session.rows(
        f"UPDATE laptop SET last_counter = ?, last_sync = CASE WHEN revoked_at IS NULL THEN ? ELSE last_sync END"
        f" WHERE id = ? AND last_counter < ? RETURNING {COLUMNS}",
        counter, clock.moment(clock.now()), laptop.id, counter,
    )  # fmt: skip
    if not found:
        raise _replayed(laptop)
    return Laptop(**found[0])  # type: ignore[arg-type]


def free_name(session: Session, org: int, wanted: str) -> str:
    """That name, or with the first number from 2 on that makes it one which no other laptop of the organisation has: the
    names are those that people shut laptops out by. The organisation's head is locked."""
    taken = {str(row["name"]).casefold() for row in session.rows("SELECT name FROM laptop WHERE org = ?", org)}
    name, number = wanted, 2
    while name.casefold() in taken:
        name, number = f"{wanted[:MOST_NAME]}-{number}", number + 1
    return name


def advance(session: Session, laptop: Laptop) -> None:
    """Keeps how far the laptop's own sequence has come."""
    session.run(
        "UPDATE laptop SET last_dseq = ?, last_hash = ? WHERE id = ?", laptop.last_dseq, laptop.last_hash, laptop.id
    )


def _replayed(laptop: Laptop) -> Declined:
    sentence = "That request came before: nothing was done again. Sync once more."
    return Declined(401, "replayed", sentence, last=laptop.last_counter)
