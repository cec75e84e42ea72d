"""The health of a laptop's store; a copy of it, and the way back."""

import contextlib
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from techdesk import clock
from techdesk.errors import BadInput, StoreUnusable
from techdesk.models.files import Files
from techdesk.models.migrations import LATEST
from techdesk.models.store import APPLICATION_ID, Store, connect

LEAST_FREE_MB = 200
SKEW_SECONDS = 300
# The table in which a copy of the store carries the attached files.
PACKED = "packed_file"


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    good: bool
    found: str


def examine(path: Path) -> list[Finding]:
    """Looks at the store without changing it."""
    if not path.exists():
        return [Finding("store", True, f"{path} is not there yet: it is made at first use"), _disk(path)]
    try:
        connection = connect(path, read_only=True)
    except sqlite3.Error as error:
        return [Finding("store", False, f"{path} cannot be opened: {error}"), _disk(path)]
    with contextlib.closing(connection):
        try:
            return [*_store(connection, path), _disk(path), *_work(connection), *_files(connection, path)]
        except sqlite3.Error as error:
            return [Finding("store", False, f"{path} is damaged: {error}"), _disk(path)]


def _store(connection: sqlite3.Connection, path: Path) -> list[Finding]:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    broken = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
    return [
        Finding("store", application == APPLICATION_ID, f"{path} ({path.stat().st_size / 1e6:.1f} MB)"),
        Finding("schema", version == LATEST, f"version {version}, this program's is {LATEST}"),
        Finding("integrity", broken == ["ok"], "; ".join(broken)),
    ]


def _disk(path: Path) -> Finding:
    folder = next(each for each in (path.parent, *path.parents) if each.exists())
    free = shutil.disk_usage(folder).free // 1_000_000
    writable = os.access(folder, os.W_OK)
    return Finding(
        "disk", free >= LEAST_FREE_MB and writable, f"{free:,} MB free{'' if writable else ', not writable'}"
    )


def _work(connection: sqlite3.Connection) -> list[Finding]:
    waiting, last = connection.execute(
        "SELECT count(*) FILTER (WHERE state <> 'done'), max(at) FROM operation"
    ).fetchone()
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    now = clock.moment(clock.now())
    ahead = clock.seconds_between(now, last) if last else 0
    offset = int(float(meta.get("clock_offset") or 0))
    good = ahead < SKEW_SECONDS and abs(offset) < SKEW_SECONDS
    found = "as the server's" if meta.get("clock_offset") else "not compared with a server yet"
    if not good:
        found = f"{max(ahead, abs(offset)) // 60} min off: set it right; order does not hang on it"
    items = connection.execute("SELECT count(*) FROM inbox_item WHERE state = 'open'").fetchone()[0]
    server = meta.get("server") or "none yet (techdesk enrol URL CODE)"
    return [
        Finding("clock", good, found),
        Finding("pending", True, f"{waiting:,} operations to send; server: {server}"),
        Finding("inbox", True, f"{items} to settle"),
    ]


def _files(connection: sqlite3.Connection, path: Path) -> list[Finding]:
    """The files that attachments name; each that is here is read. One that is neither here nor on the server is lost."""
    files = Files(path)
    rows = connection.execute(
        "SELECT a.sha256, a.name, t.ref, f.sha256 IS NOT NULL FROM attachment a"
        " LEFT JOIN ticket t ON t.id = a.ticket_id LEFT JOIN file_sent f ON f.sha256 = a.sha256"
    ).fetchall()
    if not rows:
        return []
    own = " ".join(args for (args,) in connection.execute("SELECT args FROM operation WHERE command = 'ticket.attach'"))
    wrong = []
    for digest, name, ref, sent in rows:
        if not files.has(digest) and not sent and digest in own:
            wrong.append(f"{name} of {ref} is missing: attach it again")
        elif files.has(digest) and not files.sound(digest):
            wrong.append(f"{name} of {ref} is damaged: delete {files.path(digest)}")
    here = sum(files.has(digest) for digest, *_ in rows)
    return [
        Finding("files", not wrong, "; ".join(wrong) or f"{here} of {len(rows)} attached files are here, all whole")
    ]


def copy_store(store: Store, target: Path) -> None:
    """Copies the store into one file, whole and consistent, while it is in use; the attached files with it."""
    if target.is_dir():
        raise BadInput(f"{target} is a folder: name the file of the copy.")
    part = target.with_name(target.name + ".part")
    try:
        with contextlib.closing(sqlite3.connect(part)) as copy:
            store.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            _pack(copy, Files(store.path))
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise StoreUnusable(f"The copy {target} cannot be written: {error}.") from error


def restore_store(path: Path, source: Path) -> Path | None:
    """Puts a copy in the store's place. Returns where the former store is kept."""
    if not source.is_file():
        raise BadInput(f"There is no copy {source}: name a file made by  techdesk backup.")
    findings = examine(source)
    if not all(finding.good for finding in findings if finding.what in ("store", "schema", "integrity")):
        raise StoreUnusable(f"{source} is no whole copy of a store of this version: nothing was changed.")
    kept = None
    if path.exists():
        kept = path.with_name(f"{path.stem}.{datetime.now(UTC):%Y%m%dT%H%M%S}{path.suffix}")
        with contextlib.closing(connect(path)) as present:
            present.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path.replace(kept)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        if Files(path).folder.is_dir():
            Files(path).folder.replace(Files(kept).folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)
    _unpack(path)
    return kept


def _pack(copy: sqlite3.Connection, files: Files) -> None:
    """Puts the files that the copy's attachments name into a table of the copy."""
    copy.execute(f"CREATE TABLE {PACKED} (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL)")
    named = copy.execute(
        "SELECT sha256 FROM attachment UNION SELECT thumbnail_sha256 FROM attachment WHERE thumbnail_sha256 IS NOT NULL"
    ).fetchall()
    for (digest,) in named:
        if files.has(digest) and files.sound(digest):
            copy.execute(f"INSERT INTO {PACKED} VALUES (?, ?)", (digest, files.read(digest)))
    copy.commit()


def _unpack(path: Path) -> None:
    """Puts the files of a copy beside the store that it has become."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as store:
        if not store.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (PACKED,)).fetchone():
            return
        files = Files(path)
        for (data,) in store.execute(f"SELECT data FROM {PACKED}"):
            files.add(data)
        store.execute(f"DROP TABLE {PACKED}")
        store.execute("VACUUM")
