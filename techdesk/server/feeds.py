"""Private calendars: whoever has the address of one may read the visits of a technician or of a site, and nothing else.

The address holds 160 random bits; the database keeps their SHA-256 alone, so nobody can read an address out of it or out of a
backup. A feed says where and when somebody goes, not what is done there, nor how one gets in.
"""

import hashlib
import re
import secrets
import time
from collections import deque
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.errors import BadInput, NotFound
from techdesk.models.visit_events import EVENT, ORDER, Event, lines
from techdesk.server.admittance import session_of
from techdesk.server.declined import Declined
from techdesk.server.laptops import Laptop, Signed
from techdesk.server.snapshots import admitted
from techdesk.server.storage import Session, Storage
from techdesk.sync import wire

PATH = wire.FEEDS_PATH + "/{secret}.ics"
SECRET = re.compile(r"[0-9a-hjkmnp-tv-z]{32}")
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
# A calendar holds visits from so many days back on.
DAYS_BACK = 180
# Subscribers ask every hour or so. What asks more often than this, one feed or all unknown addresses together, waits.
MOST, SECONDS = 30, 60
USED_EVERY = 3600
# Addresses of one technician's calendar that may be in use beside each other: one a device that subscribes.
MOST_OWN = 5
COLUMNS = ("id", "version", "updated_at", "planned_start", "planned_end", "state", "summary", "site", "address", "postcode",
           "latitude", "longitude", "technician")  # fmt: skip


class Feed(NamedTuple):
    """A feed without its secret: `kind` is technician or site, `name` whose. Moments as text."""

    id: str
    name: str
    kind: str
    organisation: str
    made_at: str
    used_at: str | None
    revoked_at: str | None


class Made(NamedTuple):
    """A new feed, and the path of its address, which is never shown again."""

    feed: Feed
    path: str


class Throttle:
    """Lets through so many requests of one kind in so many seconds. Used by any number of threads; what it keeps is bounded
    by the number of feeds."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: dict[str, deque[float]] = {}

    def take(self, key: str) -> None:
        """Raises Declined when it was too often."""
        now = time.monotonic()
        with self._lock:
            asked = self._asked.setdefault(key, deque(maxlen=MOST))
            if len(asked) == MOST and now - asked[0] < SECONDS:
                raise Declined(
                    429, "often", f"This calendar is asked for more than {MOST} times in {SECONDS} s: ask later."
                )
            asked.append(now)


def make(database: str | Path, name: str, organisation: str | None = None) -> Made:
    """Makes a feed for the technician or the site of that name or code. Raises NotFound, BadInput."""
    with session_of(database) as session:
        org, kind, subject, said = _subject(session, name, organisation)
        id, path = _made(session, org, kind, subject, said)
        made = next(each for each in _feeds(session, None) if each.id == id)
    return Made(made, path)


def own(storage: Storage, signed: Signed, body: bytes) -> dict[str, Any]:
    """What a laptop asks of the calendar of its own technician: a new address, or (`revoke`) that all end. Raises Declined
    for one that was shut out, or has as many as it may."""
    laptop, document = admitted(storage, signed, wire.FEEDS_PATH, body)
    with storage.transaction() as session:
        used = session.rows(
            "SELECT id FROM feed WHERE org = ? AND kind = 'technician' AND subject = ? AND revoked_at IS NULL",
            laptop.org, laptop.technician_id,
        )  # fmt: skip
        if document.get("revoke") is True:
            for row in used:
                session.run("UPDATE feed SET revoked_at = ? WHERE id = ?", clock.moment(clock.now()), row["id"])
            return {"protocol": wire.PROTOCOL, "path": None, "ended": len(used)}
        if len(used) >= MOST_OWN:
            raise Declined(
                429,
                "often",
                f"Your calendar has {MOST_OWN} addresses: end them with  techdesk visit feed --revoke  first.",
            )
        _, path = _made(session, laptop.org, "technician", laptop.technician_id, _name(session, laptop))
    return {"protocol": wire.PROTOCOL, "path": path, "ended": 0}


def _name(session: Session, laptop: Laptop) -> str:
    rows = session.rows("SELECT name FROM technician WHERE org = ? AND id = ?", laptop.org, laptop.technician_id)
    return str(rows[0]["name"]) if rows else laptop.name


def _made(session: Session, org: int, kind: str, subject: str, name: str) -> tuple[str, str]:
    """A new feed: its id, and the path of its address."""
    secret, id = "".join(secrets.choice(LETTERS) for _ in range(32)), new_id()
    session.run(
        "INSERT INTO feed (id, org, name, secret_sha256, kind, subject, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        id, org, name, _digest(secret), kind, subject, clock.moment(clock.now()),
    )  # fmt: skip
    return id, PATH.format(secret=secret)


def listed(database: str | Path, organisation: str | None = None) -> list[Feed]:
    """All feeds, or those of an organisation."""
    with session_of(database) as session:
        return _feeds(session, organisation)


def revoke(database: str | Path, name: str, organisation: str | None = None) -> list[Feed]:
    """Ends the feeds of the technician or site of that name or code, or the one whose id begins so. Raises NotFound."""
    wanted = name.strip().casefold()
    with session_of(database) as session:
        theirs = _of_code(session, wanted)
        meant = [
            each
            for each in _feeds(session, organisation)
            if each.revoked_at is None
            and (
                each.name.casefold() == wanted or each.id in theirs or (len(wanted) >= 8 and each.id.startswith(wanted))
            )
        ]
        if not meant:
            raise NotFound(f"No feed in use is named '{name}': see  techdesk server feeds.")
        now = clock.moment(clock.now())
        for each in meant:
            session.run("UPDATE feed SET revoked_at = ? WHERE id = ?", now, each.id)
        ids = {each.id for each in meant}
        return [each for each in _feeds(session, None) if each.id in ids]


def text(storage: Storage, throttle: Throttle, secret: str) -> bytes:
    """The calendar with that secret. Declined when there is none, or it is asked for too often: the answer to an address that
    was ended is that to one that never was."""
    if not SECRET.fullmatch(secret):
        throttle.take("unknown")
        raise _absent()
    with storage.reading() as session:
        found = session.rows(
            "SELECT id, org, kind, subject, name, used_at FROM feed WHERE secret_sha256 = ? AND revoked_at IS NULL",
            _digest(secret),
        )
        if not found:
            throttle.take("unknown")
            raise _absent()
        feed = found[0]
        throttle.take(str(feed["id"]))
        column = "technician_id" if feed["kind"] == "technician" else "site_id"
        since = clock.moment(clock.now() - timedelta(days=DAYS_BACK))
        rows = session.rows(
            f"{EVENT} FROM visit AS v LEFT JOIN site AS s ON s.org = v.org AND s.id = v.site_id"
            " LEFT JOIN technician AS p ON p.org = v.org AND p.id = v.technician_id"
            f" WHERE v.org = ? AND v.{column} = ? AND v.planned_start >= ? {ORDER}",
            feed["org"], feed["subject"], since,
        )  # fmt: skip
    events: list[Event] = [tuple((row | {"summary": None})[name] for name in COLUMNS) for row in rows]
    _note_use(storage, str(feed["id"]), feed["used_at"])
    return "".join(lines(events, f"Visits: {feed['name']}")).encode()


def _note_use(storage: Storage, id: str, used_at: object) -> None:
    """Keeps when a feed was asked for, at most once an hour: reading it must not cost a write."""
    now = clock.moment(clock.now())
    if used_at is None or clock.seconds_between(str(used_at), now) >= USED_EVERY:
        with storage.transaction() as session:
            session.run("UPDATE feed SET used_at = ? WHERE id = ?", now, id)


def _subject(session: Session, name: str, organisation: str | None) -> tuple[int, str, str, str]:
    """The organisation, kind, id and name of the technician or site that is meant."""
    wanted = name.strip().casefold()
    found: list[tuple[int, str, str, str]] = []
    for kind in ("technician", "site"):
        rows = session.rows(
            f"SELECT t.org AS org, t.id AS id, t.name AS name, t.code AS code, o.name AS organisation FROM {kind} AS t"
            " JOIN org_head AS o ON o.org = t.org"
        )
        found += [
            (int(row["org"] or 0), kind, str(row["id"]), str(row["name"]))
            for row in rows
            if wanted in (str(row["name"]).casefold(), str(row["code"] or "").casefold())
            and wanted
            and (organisation is None or row["organisation"] == organisation)
        ]
    if not found:
        raise NotFound(f"No technician and no site is named '{name}' here: sync a laptop that has it first.")
    if len(found) > 1:
        raise BadInput(f"'{name}' is more than one technician or site: use its code, or --organisation.")
    return found[0]


def _of_code(session: Session, wanted: str) -> set[str]:
    """The ids of the feeds of whom that code names."""
    found: set[str] = set()
    for kind in ("technician", "site"):
        rows = session.rows(
            f"SELECT f.id AS id, t.code AS code FROM feed AS f JOIN {kind} AS t ON t.org = f.org AND t.id = f.subject"
            " WHERE f.kind = ?",
            kind,
        )
        found |= {str(row["id"]) for row in rows if wanted and str(row["code"] or "").casefold() == wanted}
    return found


def _feeds(session: Session, organisation: str | None) -> list[Feed]:
    rows = session.rows(
        "SELECT f.id AS id, f.name AS name, f.kind AS kind, o.name AS organisation, f.made_at AS made_at,"
        " f.used_at AS used_at, f.revoked_at AS revoked_at FROM feed AS f JOIN org_head AS o ON o.org = f.org"
        " ORDER BY o.name, f.name, f.made_at, f.id"
    )
    found = [Feed(**row) for row in rows]  # type: ignore[arg-type]
    return [each for each in found if organisation is None or each.organisation == organisation]


def _digest(secret: str) -> str:
    """The secret is 160 random bits, so a plain hash cannot be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _absent() -> Declined:
    return Declined(404, "absent", "There is no calendar at this address: ask your coordinator for a new one.")
