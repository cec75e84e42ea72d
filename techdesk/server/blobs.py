"""Files of attachments: taken in and given out in parts, each request signed like a sync.

A laptop gets only files that an attachment names which it may see itself. It may send those, what its own technician has
attached, also when the school was lost since, and what its operations in quarantine name; one that was shut out the latter
two. About any other it is told exactly what it is told about one that has not come yet, so a guessed SHA-256 gives nothing
away. Files are kept in the database,
because several servers may stand beside each other on it.
"""

import re
from collections.abc import Collection, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple, cast

from techdesk import clock
from techdesk.desk.attachments import MOST_BYTES
from techdesk.desk.tx import Value
from techdesk.errors import BadInput
from techdesk.server import grants, laptops, quarantine
from techdesk.server.declined import Declined
from techdesk.server.laptops import Laptop, Signed
from techdesk.server.storage import Session, Storage
from techdesk.sync import scopes, wire

DIGEST = re.compile(r"[0-9a-f]{64}")
NUMBER = re.compile(r"0|[1-9][0-9]{0,11}")
# A file of which nothing more has come for so long is begun anew; one that no attachment names goes after so long, because
# until then a laptop may take back that it was taken off.
UNFINISHED_DAYS = 14
UNNAMED_DAYS = 30
NAMED = "SELECT 1 FROM attachment AS a WHERE a.org = blob.org AND blob.sha256 IN (a.sha256, a.thumbnail_sha256)"


class Limits(NamedTuple):
    """The largest file, and all files of an organisation together, in bytes."""

    most_bytes: int = MOST_BYTES
    quota: int = 20 * 10**9


class Blobs:
    """Used by any number of threads; one object a server process."""

    def __init__(self, storage: Storage, limits: Limits | None = None) -> None:
        self._storage = storage
        self._limits = limits or Limits()
        self._swept: dict[int, str] = {}

    def status(self, signed: Signed, path: str, body: bytes) -> bytes:
        """How far the files are here that the laptop asks about: {"files": {sha256: {"bytes", "have"}}}. Those that it may
        not know of are left out."""
        with self._storage.transaction() as session:
            laptop = _admitted(session, signed, path, body)
            digests = _asked(body)
            sizes = _sendable(session, laptop, digests)
            found = {
                digest: {"bytes": size, "have": have} for digest, size, have in _held(session, laptop, sizes.keys())
            }
            self._sweep(session, laptop.org)
        files = {digest: found.get(digest, {"bytes": max(each), "have": 0}) for digest, each in sizes.items()}
        return wire.dumps({"files": files})

    def put(self, signed: Signed, path: str, digest: str, first: int, part: bytes) -> bytes:
        """Takes in the part that begins with the byte number `first`. Returns {"have"}; Declined with the code offset and
        `have` when another part is wanted, large or quota when it is too much, damaged when the whole is not what its SHA-256
        says (then none of it is kept), absent when no attachment names it."""
        with self._storage.transaction() as session:
            laptop = _admitted(session, signed, path, part)
            sizes = _sendable(session, laptop, [digest]).get(digest)
            if sizes is None:
                raise _absent()
            self._check_size(max(sizes))
            if not 0 < len(part) <= wire.MOST_PART:
                raise BadInput(f"A part of a file has 1 to {wire.MOST_PART} bytes: update techdesk.")
            size, have = self._begun(session, laptop, digest, max(sizes))
            if have == size:
                return wire.dumps({"have": have})
            if first != have or have + len(part) > max(sizes):
                raise Declined(409, "offset", "Another part of the file is wanted: sync again.", have=have)
            have += len(part)
            _keep_part(session, laptop.org, digest, first, part)
            whole = have in sizes and _digest(session, laptop.org, digest) == digest
            if whole or have < max(sizes):
                session.run(
                    "UPDATE blob SET have = ?, bytes = ?, kept_at = ? WHERE org = ? AND sha256 = ?",
                    have, have if whole else max(sizes), clock.moment(clock.now()), laptop.org, digest,
                )  # fmt: skip
                return wire.dumps({"have": have})
            _forget(session, laptop.org, [digest])
        sentence = "The file came to something else than it is: sync again; if that does not help, attach it again."
        raise Declined(422, "damaged", sentence)

    def get(self, signed: Signed, path: str, digest: str, first: int, length: int, body: bytes = b"") -> bytes:
        """Some bytes of a file that is here whole; Declined, absent, for any other."""
        length = min(length, wire.MOST_PART)
        with self._storage.transaction() as session:
            laptop = _admitted(session, signed, path, body)
            if laptop.revoked_at is not None:
                raise quarantine.shut_out(laptop, laptop.last_dseq + 1)
            if not _named(session, laptop, [digest]):
                raise _absent()
            held = _held(session, laptop, [digest])
            if not held or held[0][1] != held[0][2]:
                raise _absent()
            return _read(session, laptop.org, digest, first, first + length)

    def _check_size(self, size: int) -> None:
        most = self._limits.most_bytes
        if size > most:
            raise Declined(413, "large", f"This server takes files of at most {most / 1e6:g} MB: make it smaller, and attach "
                           "it again.")  # fmt: skip

    def _begun(self, session: Session, laptop: Laptop, digest: str, size: int) -> tuple[int, int]:
        """The size of a file and how much of it is here; its row is made when it is new, and locked."""
        select = f"SELECT bytes, have FROM blob WHERE org = ? AND sha256 = ?{session.locking}"
        found = session.rows(select, laptop.org, digest)
        if not found:
            used = session.rows("SELECT coalesce(sum(bytes), 0) AS used FROM blob WHERE org = ?", laptop.org)[0]["used"]
            if int(used or 0) + size > self._limits.quota:
                full = f"The files of this organisation fill the {self._limits.quota / 1e9:g} GB that its server has for them"
                raise Declined(507, "quota", f"{full}: ask your coordinator.")
            session.run(
                "INSERT INTO blob (org, sha256, bytes, have, kept_at) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING",
                laptop.org, digest, size, clock.moment(clock.now()),
            )  # fmt: skip
            found = session.rows(select, laptop.org, digest)
        return int(found[0]["bytes"] or 0), int(found[0]["have"] or 0)

    def _sweep(self, session: Session, org: int) -> None:
        """Once a day: forgets what was never finished, and what no attachment has named for long."""
        now = clock.now()
        day = clock.moment(now)[:10]
        if self._swept.get(org) != day:
            sweep(session, org, clock.moment(now))
            self._swept[org] = day


def sweep(session: Session, org: int, now: str) -> None:
    """Forgets the files of an organisation that were not finished in `UNFINISHED_DAYS`, and those that no attachment has
    named for `UNNAMED_DAYS`."""
    session.run(
        f"UPDATE blob SET unnamed_since = NULL WHERE org = ? AND unnamed_since IS NOT NULL AND EXISTS ({NAMED})", org
    )
    for digest in quarantine.files(session, org):  # they wait for a coordinator
        session.run("UPDATE blob SET unnamed_since = NULL WHERE org = ? AND sha256 = ?", org, digest)
    session.run(
        f"UPDATE blob SET unnamed_since = ? WHERE org = ? AND unnamed_since IS NULL AND NOT EXISTS ({NAMED})", now, org
    )
    gone = session.rows(
        "SELECT sha256 FROM blob WHERE org = ? AND (unnamed_since < ? OR (have < bytes AND kept_at < ?))",
        org, _days_before(now, UNNAMED_DAYS), _days_before(now, UNFINISHED_DAYS),
    )  # fmt: skip
    _forget(session, org, [str(row["sha256"]) for row in gone])


def proper(digest: str) -> str:
    """The SHA-256 in an address; what is none is answered like one that is not here."""
    if not DIGEST.fullmatch(digest):
        raise _absent()
    return digest


def number(text: str) -> int:
    """A number of bytes in an address, written in one way only, because the address is signed. Raises BadInput."""
    if not NUMBER.fullmatch(text):
        raise BadInput("The address of a part has no proper number: update techdesk.")
    return int(text)


def _days_before(now: str, days: int) -> str:
    return clock.moment(clock.parse(now) - timedelta(days=days))


def _absent() -> Declined:
    return Declined(
        404, "absent", "The server does not have that file: the laptop that it was attached on has not sent it."
    )


def _admitted(session: Session, signed: Signed, path: str, body: bytes) -> Laptop:
    return laptops.admit(session, laptops.prove(session, signed, "POST", path, body), signed.counter)


def _asked(body: bytes) -> list[str]:
    document = wire.loads(body)
    digests = document.get("sha256") if isinstance(document, dict) else None
    if (
        not isinstance(digests, list)
        or len(digests) > wire.MOST_FILES
        or not all(isinstance(each, str) for each in digests)
    ):
        raise BadInput(f"The request names no list of at most {wire.MOST_FILES} files: update techdesk.")
    return [each for each in digests if DIGEST.fullmatch(each)]


def _sendable(session: Session, laptop: Laptop, digests: Sequence[str]) -> dict[str, set[int]]:
    """Those of the files that the laptop may send, each with the sizes that are said of it."""
    found = {} if laptop.revoked_at is not None else _named(session, laptop, digests)
    kept = quarantine.files(session, laptop.org, laptop.id) if len(found) < len(set(digests)) else {}
    for more in (_where(session, laptop, digests, "author = ?", [laptop.technician_id]), kept):
        for digest in more.keys() & set(digests):
            found.setdefault(digest, set()).update(more[digest])
    return found


def _named(session: Session, laptop: Laptop, digests: Sequence[str]) -> dict[str, set[int]]:
    """Those of the files that an attachment names which the laptop may see, each with the sizes that are said of it."""
    allowed = grants.allowed(session.tx(laptop.org), laptop)
    return _where(session, laptop, digests, *scopes.condition("attachment", allowed, common=True, org=laptop.org))


def _where(
    session: Session, laptop: Laptop, digests: Sequence[str], term: str, values: Sequence[str | int]
) -> dict[str, set[int]]:
    """Those that an attachment names for which the term is true."""
    if not digests:
        return {}
    marks = ", ".join("?" * len(digests))
    found: dict[str, set[int]] = {}
    for column, size in (("sha256", "bytes"), ("thumbnail_sha256", "thumbnail_bytes")):
        rows = session.rows(
            f"SELECT {column} AS digest, {size} AS size FROM attachment WHERE org = ? AND {column} IN ({marks}) AND {term}",
            laptop.org, *digests, *values,
        )  # fmt: skip
        for row in rows:
            found.setdefault(str(row["digest"]), set()).add(int(row["size"] or 0))
    return found


def _held(session: Session, laptop: Laptop, digests: Collection[str]) -> list[tuple[str, int, int]]:
    """(SHA-256, size, how much is here) of those files that are here, whole or in part."""
    if not digests:
        return []
    rows = session.rows(
        f"SELECT sha256, bytes, have FROM blob WHERE org = ? AND sha256 IN ({', '.join('?' * len(digests))})",
        laptop.org, *digests,
    )  # fmt: skip
    return [(str(row["sha256"]), int(row["bytes"] or 0), int(row["have"] or 0)) for row in rows]


def _keep_part(session: Session, org: int, digest: str, first: int, part: bytes) -> None:
    session.run(
        "INSERT INTO blob_part (org, sha256, first, data) VALUES (?, ?, ?, ?)", org, digest, first, cast(Value, part)
    )


def _read(session: Session, org: int, digest: str, first: int, end: int) -> bytes:
    rows = session.rows(
        "SELECT first, data FROM blob_part WHERE org = ? AND sha256 = ? AND first > ? AND first < ? ORDER BY first",
        org, digest, first - wire.MOST_PART, end,
    )  # fmt: skip
    if not rows:
        return b""
    begins = int(rows[0]["first"] or 0)
    return b"".join(bytes(cast(Any, row["data"])) for row in rows)[max(0, first - begins) : end - begins]


def _digest(session: Session, org: int, digest: str) -> str:
    found, first = sha256(), 0
    while data := _read(session, org, digest, first, first + wire.MOST_PART):
        found.update(data)
        first += len(data)
    return found.hexdigest()


def _forget(session: Session, org: int, digests: Sequence[str]) -> None:
    for digest in digests:
        session.run("DELETE FROM blob_part WHERE org = ? AND sha256 = ?", org, digest)
        session.run("DELETE FROM blob WHERE org = ? AND sha256 = ?", org, digest)
