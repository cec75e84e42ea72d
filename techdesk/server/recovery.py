"""The way back from a lost passphrase, the coordinators' side: the organisation's recovery key, and what it opens.

The private half is written to a file that its own passphrase shuts, and belongs elsewhere than on the server. The server
keeps the public half, and for each laptop with an encrypted store that store's key, shut with it.
"""

import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from techdesk import clock
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models import recovery_code
from techdesk.server import laptops, syncing
from techdesk.server.admittance import laptops_named, session_of
from techdesk.server.declined import Declined
from techdesk.server.laptops import Signed
from techdesk.server.storage import Storage
from techdesk.sync import wire
from techdesk.sync.escrow import INFO

MOST_SEALED = 1024


def make_key(
    database: str | Path, file: Path, passphrase: str, organisation: str | None = None, *, replace: bool = False
) -> str:
    """Makes an organisation's recovery key: the private half goes into a new file, shut with that passphrase, the public
    half to the server. Returns the public half; laptops leave their keys with their next sync. Raises BadInput, NotFound,
    and Refused where there is one already that is not to be replaced."""
    with session_of(database) as session:
        found = session.rows("SELECT org, name, recovery_key FROM org_head ORDER BY name")
        found = [row for row in found if organisation is None or row["name"] == organisation]
        if not found:
            raise NotFound("There is no such organisation on this server: invite its first person, then do it again.")
        if len(found) > 1:
            raise BadInput("The server has several organisations: say which with --organisation.")
        if found[0]["recovery_key"] is not None and not replace:
            raise Refused(
                f"{found[0]['name']} has a recovery key already: use that, or make another with --replace. The first one "
                "goes on opening what was left for it until each laptop has synced again."
            )
        key = X25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw().hex()
        session.run("UPDATE org_head SET recovery_key = ? WHERE org = ?", public, found[0]["org"])
        _write(file, key, passphrase)
    return public


def code_of(
    database: str | Path, name: str, file: Path, passphrase: str, organisation: str | None = None
) -> tuple[str, str]:
    """The name of the laptop, and the code that opens its store. Raises BadInput for a file or passphrase that is not that
    of the recovery key, NotFound for a laptop that is unknown or has left nothing."""
    key = _read(file, passphrase)
    with session_of(database) as session:
        found = laptops_named(session, name, organisation)
        if len(found) > 1:
            names = ", ".join(f"{each.laptop} ({each.short_id})" for each in found)
            raise BadInput(f"'{name}' has several laptops: name one by its name or the beginning of its id: {names}.")
        laptop = found[0]
        left = session.rows("SELECT sealed FROM escrow WHERE laptop = ?", laptop.id)
    if not left:
        raise NotFound(
            f"{laptop.laptop} has left no key here: its store is not encrypted, or it has not synced since. What it had "
            "sent is here; enrol it anew."
        )
    try:
        sealed = bytes.fromhex(str(left[0]["sealed"]))
        suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
        return laptop.laptop, recovery_code.written(suite.decrypt(sealed, key, INFO + laptop.id.encode("ascii")))
    except (InvalidTag, ValueError):
        raise BadInput(
            f"{file} does not open what {laptop.laptop} has left: use the recovery key that was in force then."
        ) from None


def keep(storage: Storage, signed: Signed, method: str, path: str, body: bytes) -> dict[str, Any]:
    """Keeps what a laptop leaves, in place of what it had left. Raises Declined, BadInput."""
    with storage.transaction() as session:
        laptop = laptops.prove(session, signed, method, path, body)
    document = wire.loads(wire.decompress(body))
    syncing.same_protocol(document)
    sealed, recovery_key = str(document.get("sealed")), str(document.get("recovery_key"))
    try:
        proper = 0 < len(bytes.fromhex(sealed)) <= MOST_SEALED
    except ValueError:
        proper = False
    if not proper:
        raise BadInput("The key that was left is no such thing: update techdesk on both ends.")
    with storage.transaction() as session:
        laptop = laptops.admit(session, laptop, signed.counter)
        if laptop.revoked_at is not None:
            raise Declined(403, "revoked", "This laptop was shut out: ask your coordinator.")
        if (
            session.rows("SELECT recovery_key FROM org_head WHERE org = ?", laptop.org)[0]["recovery_key"]
            != recovery_key
        ):
            raise Declined(409, "recovery_key", "The organisation has another recovery key by now: sync again.")
        session.run(
            "INSERT INTO escrow (laptop, org, recovery_key, sealed, left_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (laptop) DO UPDATE SET recovery_key = excluded.recovery_key, sealed = excluded.sealed,"
            " left_at = excluded.left_at",
            laptop.id, laptop.org, recovery_key, sealed, clock.moment(clock.now()),
        )  # fmt: skip
    return {"protocol": wire.PROTOCOL}


def _write(file: Path, key: X25519PrivateKey, passphrase: str) -> None:
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode("utf-8")),
    )
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise BadInput(f"The file {file} cannot be made ({error.strerror}): name a new one.") from None


def _read(file: Path, passphrase: str) -> X25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), passphrase.encode("utf-8"))
    except OSError as error:
        raise BadInput(f"The file {file} cannot be read ({error.strerror}): name that of the recovery key.") from None
    except (ValueError, TypeError):
        raise BadInput(f"{file} is no recovery key, or its passphrase is another: try again.") from None
    if not isinstance(key, X25519PrivateKey):
        raise BadInput(f"{file} holds a key of another kind: name that of the recovery key.")
    return key
