"""The health of a server's database, looked at while servers run on it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from techdesk.desk.tx import Row
from techdesk.server import log, migrations
from techdesk.server.log import Head
from techdesk.server.storage import SqliteStorage, Storage, existing, opened
from techdesk.sync import wire

LEAST_FREE_MB = 500
ENTRIES_AT_ONCE = 1000


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    good: bool
    found: str


def examine(database: str | Path) -> list[Finding]:
    """Looks at everything; the log is read whole, some entries a transaction, so that nobody waits long. Raises BadInput
    where there is no database, StoreUnusable for one that cannot be opened."""
    storage = opened(existing(database))
    try:
        found = [_schema(storage)]
        found += _file(Path(database)) if isinstance(storage, SqliteStorage) else [_size(storage)]
        with storage.transaction() as session:
            orgs = [int(row["org"] or 0) for row in session.rows("SELECT org FROM org_head ORDER BY org")]
        for org in orgs:
            found += _organisation(storage, org)
        return found
    finally:
        storage.close()


def _schema(storage: Storage) -> Finding:
    """A database may be further than this program: then a newer server has added to it."""
    with storage.transaction() as session:
        had = session.rows("SELECT version, contracted FROM schema_version")[0]
    known, left = len(migrations.STEPS), len(migrations.CONTRACTS) - int(had["contracted"] or 0)
    said = f"version {had['version']}, this program's is {known}"
    return Finding("schema", True, said + ("; run  techdesk server contract" if left > 0 else ""))


def _file(path: Path) -> list[Finding]:
    """The file and its disk; SQLite's own check on a connection that holds nobody up."""
    with closing(sqlite3.connect(path)) as connection:
        said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    free = shutil.disk_usage(path.parent).free // 10**6
    return [
        Finding("file", said == "ok", f"{path}, {path.stat().st_size / 10**6:.1f} MB, {said}"),
        Finding("disk", free >= LEAST_FREE_MB, f"{free:,} MB free"),
    ]


def _size(storage: Storage) -> Finding:
    with storage.transaction() as session:
        size = session.rows("SELECT pg_database_size(current_database()) AS size, version() AS version")[0]
    version = " ".join(str(size["version"]).split()[:2])
    return Finding("database", True, f"{version}, {int(size['size'] or 0) / 10**6:.1f} MB")


def _organisation(storage: Storage, org: int) -> list[Finding]:
    with storage.transaction() as session:
        head = log.head(session, org)
        waiting = session.rows("SELECT count(*) AS found FROM quarantine WHERE org = ?", org)[0]["found"]
        enrolled = session.rows(
            "SELECT count(*) AS found, max(last_sync) AS last, count(revoked_at) AS revoked FROM laptop WHERE org = ?",
            org,
        )[0]
        files = session.rows(
            "SELECT count(*) AS found, coalesce(sum(have), 0) AS size,"
            " count(CASE WHEN have < bytes THEN 1 END) AS unfinished FROM blob WHERE org = ?",
            org,
        )[0]
        short = session.rows(
            "SELECT b.sha256 AS digest FROM blob AS b WHERE b.org = ? AND b.have <> (SELECT coalesce(sum(length(p.data)), 0)"
            " FROM blob_part AS p WHERE p.org = b.org AND p.sha256 = b.sha256) LIMIT 1",
            org,
        )
    wrong = _first_wrong(storage, head)
    said = f"{head.seq:,} entries without a gap, each following the one before" if wrong is None else wrong
    if wrong is None and head.trimmed:
        said += f"; what the first {head.trimmed:,} wrote is let go"
    laptops = f"{enrolled['found']} enrolled, {enrolled['revoked']} shut out, last sync {enrolled['last'] or 'never'}"
    return [
        Finding(f"{head.name}: log", wrong is None, said),
        Finding(f"{head.name}: laptops", True, laptops),
        Finding(f"{head.name}: files", not short, _files_said(files, short)),
        Finding(f"{head.name}: quarantine", not waiting, f"{waiting} operations wait for a decision"),
    ]


def _files_said(files: Row, short: list[Row]) -> str:
    if short:
        return f"the file {short[0]['digest']} is not whole: restore a backup"
    return f"{files['found']:,}, {int(files['size'] or 0) / 10**6:.1f} MB; {files['unfinished']} unfinished"


def _first_wrong(storage: Storage, head: Head) -> str | None:
    """The first place where the log is not what its chain of hashes says; None when there is none."""
    seq, chain = 0, ""
    for row in _entries(storage, head):
        seq += 1
        if row["seq"] != seq:
            return f"entry {seq} is missing: restore a backup"
        linked = (str(row[name]) for name in ("digest", "laptop", "kind", "writes"))
        # What an entry wrote is in its hash: where that was let go, the hash is believed.
        chain = wire.link(chain, seq, *linked) if seq > head.trimmed else str(row["chain"])
        if chain != row["chain"]:
            return f"entry {seq} was changed after it was written: restore a backup"
    if seq != head.seq or chain != head.chain:
        return f"it ends at entry {seq}, and its head says {head.seq}: restore a backup"
    return None


def _entries(storage: Storage, head: Head) -> Iterator[Row]:
    last = 0
    while last < head.seq:
        with storage.transaction() as session:
            rows = session.rows(
                "SELECT seq, digest, laptop, kind, writes, chain FROM change_log WHERE org = ? AND seq > ? AND seq <= ?"
                " ORDER BY seq LIMIT ?", head.org, last, head.seq, ENTRIES_AT_ONCE,
            )  # fmt: skip
        if not rows:
            return
        yield from rows
        last = int(rows[-1]["seq"] or 0)
