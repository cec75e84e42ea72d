"""The health of a laptop's store; a copy of it, and the way back."""

import contextlib
import glob
import json
import os
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

from techdesk import clock
from techdesk.errors import BadInput, StoreUnusable
from techdesk.models.cipher import PLAIN, head, is_encrypted
from techdesk.models.files import Files
from techdesk.models.kept import kept_stores, look_into
from techdesk.models.migrations import LATEST
from techdesk.models.store import APPLICATION_ID, Store, connect
from techdesk.paths import make_private_file, make_private_folder

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
            return [
                *_store(connection, path), _encryption(path), _disk(path), *_work(connection), *_kept(path),
                *_files(connection, path),
            ]  # fmt: skip
        except sqlite3.Error as error:
            return [Finding("store", False, f"{path} is damaged: {error}"), _disk(path)]


class LastLook(NamedTuple):
    """When the store was last looked at as a whole, and what was wrong."""

    at: str
    wrong: tuple[str, ...]


def keep_look(path: Path, findings: list[Finding]) -> None:
    """Keeps what was found beside the store, for the sync screen; a store that is not there has nothing to keep."""
    document = {"at": clock.moment(clock.now()), "wrong": [each.what for each in findings if not each.good]}
    with contextlib.suppress(OSError):  # a full or read-only disk is among what was just said
        if path.exists():
            path.with_name("last-doctor").write_text(json.dumps(document), encoding="utf-8")


def last_look(path: Path) -> LastLook | None:
    """What `techdesk doctor` found last; None when it was never run, or its note cannot be read."""
    try:
        kept = json.loads(path.with_name("last-doctor").read_text(encoding="utf-8"))
        return LastLook(clock.moment(clock.parse(kept["at"])), tuple(map(str, kept["wrong"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _store(connection: sqlite3.Connection, path: Path) -> list[Finding]:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    broken = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
    return [
        Finding("store", application == APPLICATION_ID, f"{path} ({path.stat().st_size / 1e6:.1f} MB)"),
        Finding("schema", version == LATEST, f"version {version}, this program's is {LATEST}"),
        Finding("integrity", broken == ["ok"], "; ".join(broken)),
    ]


def _encryption(path: Path) -> Finding:
    """Whether all that lies beside an encrypted store is encrypted too."""
    if not is_encrypted(path):
        return Finding("encryption", True, "none: techdesk seal  encrypts the store")
    from techdesk.models.sealed_files import plain_ones

    plain = [file.name for file in plain_ones(path)]
    copies = [file.name for file in path.parent.glob(f"{path.stem}.*{path.suffix}") if head(file) == PLAIN]
    if plain:
        return Finding("encryption", False, f"{', '.join(plain)} not encrypted: run  techdesk seal  again")
    if copies:
        return Finding("encryption", False, f"an earlier store is not encrypted, delete it: {', '.join(copies)}")
    return Finding("encryption", True, "the store and the files beside it")


def _disk(path: Path) -> Finding:
    folder = next(each for each in (path.parent, *path.parents) if each.exists())
    free = shutil.disk_usage(folder).free // 1_000_000
    writable = os.access(folder, os.W_OK)
    return Finding(
        "disk", free >= LEAST_FREE_MB and writable, f"{free:,} MB free{'' if writable else ', not writable'}"
    )


def _work(connection: sqlite3.Connection) -> list[Finding]:
    # What came back from the server was compared with its clock: a moment of long ago that was wrong says nothing of now.
    waiting, last = connection.execute("SELECT count(*), max(at) FROM operation WHERE state <> 'done'").fetchone()
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    now = clock.moment(clock.now())
    ahead = clock.seconds_between(now, last) if last else 0
    offset = int(float(meta.get("clock_offset") or 0))
    good = ahead < SKEW_SECONDS and abs(offset) < SKEW_SECONDS
    found = "as the server's" if meta.get("clock_offset") else "not compared with a server yet"
    if not good:
        found = f"{clock.in_words(max(ahead, abs(offset)))} off: set it right; order does not hang on it"
    items = connection.execute(
        "SELECT count(*) FROM inbox_item WHERE state = 'open' AND (technician_id = ? OR technician_id IS NULL)",
        (meta.get("technician"),),
    ).fetchone()[0]
    server = meta.get("server") or "none yet (techdesk enrol URL CODE)"
    return [
        Finding("clock", good, found),
        Finding("pending", True, f"{waiting:,} operations to send; server: {server}"),
        Finding("inbox", True, f"{items} to settle"),
    ]


def _kept(path: Path) -> list[Finding]:
    """Stores that were set aside with work in them that was never sent, or that cannot be read."""
    looked = [look_into(each, path) for each in kept_stores(path)]
    return [Finding("kept", each.unsent is None, each.said) for each in looked if each.unsent != 0]


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
    """Copies the store into one file, whole and consistent, while it is in use; the attached files with it. The copy of an
    encrypted one is encrypted: the same passphrase opens it, through the seal that is written beside it."""
    if target.is_dir():
        raise BadInput(f"{target} is a folder: name the file of the copy.")
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        make_private_file(part)
        with contextlib.closing(_blank(part, store.path)) as copy:
            store.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            _pack(copy, Files(store.path))
        _copy_seal(store.path, part, target)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise StoreUnusable(f"The copy {target} cannot be written: {error}.") from error


def _blank(part: Path, path: Path) -> sqlite3.Connection:
    """A new file that a store can be copied into."""
    if not is_encrypted(path):
        return sqlite3.connect(part)
    from techdesk.models import cipher, seal

    return cipher.connect(part, seal.key_of(path), 0)


def _copy_seal(path: Path, part: Path, target: Path) -> None:
    """Puts a seal beside a copy, if it needs one. It goes by the passphrase alone."""
    from techdesk.models import seal

    if is_encrypted(path):
        seal.write(target, replace(seal.read(path), store=head(part).hex(), entry="", half="", backend=""))
    else:
        seal.seal_path(target).unlink(missing_ok=True)


def restore_store(path: Path, source: Path) -> Path | None:
    """Puts a copy, or a store that was kept so, in the store's place. Returns where the former store is kept. Raises
    StoreLocked for a copy that is encrypted and locked, and BadInput and StoreUnusable for what is no copy; then nothing is
    changed."""
    if not source.is_file():
        raise BadInput(f"There is no copy {source}: name a file made by  techdesk backup.")
    findings = examine(source)
    if not all(finding.good for finding in findings if finding.what in ("store", "schema", "integrity")):
        raise StoreUnusable(f"{source} is no whole copy of a store of this version: nothing was changed.")
    make_private_folder(path.parent)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    make_private_file(part)
    shutil.copyfile(source, part)
    kept, file_key = _set_aside(path) if path.exists() else (None, None)
    if is_encrypted(part):
        shutil.copyfile(_seal_of(source), _seal_of(path))
    part.replace(path)
    with contextlib.closing(connect(path)) as store:
        if file_key is not None:  # the files beside it are as the former store left them
            store.execute("INSERT OR IGNORE INTO meta VALUES ('file_key', ?)", (file_key,))
        _unpack(store, Files(path))
    if Files(source).folder.is_dir():
        shutil.copytree(Files(source).folder, Files(path).folder, dirs_exist_ok=True)
    if kept is not None and _seal_of(kept).exists():
        from techdesk.models import seal

        with contextlib.suppress(StoreUnusable):
            seal.lock(kept)  # what is kept goes by its passphrase alone
    return kept


def set_aside(path: Path) -> list[Path]:
    """The former stores that `restore_store` has kept beside this one, the oldest first."""
    stamp = "[0-9]" * 8 + "T" + "[0-9]" * 6
    return sorted(path.parent.glob(f"{glob.escape(path.stem)}.{stamp}{glob.escape(path.suffix)}"))


def _set_aside(path: Path) -> tuple[Path, str | None]:
    """Keeps the present store, also one that is damaged, under another name; with the key of the files beside it."""
    now = datetime.now(UTC)
    names = (f"{path.stem}.{now + timedelta(seconds=more):%Y%m%dT%H%M%S}{path.suffix}" for more in count())
    # One that was kept in the same second stays.
    kept = next(each for each in map(path.with_name, names) if not each.exists())
    file_key = None
    with contextlib.suppress(sqlite3.Error, StoreUnusable), contextlib.closing(connect(path)) as present:
        present.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = present.execute("SELECT value FROM meta WHERE key = 'file_key'").fetchone()
        file_key = str(found[0]) if found else None
    for ending in ("-wal", "-shm", ".seal", ""):
        if (file := path.with_name(path.name + ending)).exists():
            file.replace(kept.with_name(kept.name + ending))
    if Files(path).folder.is_dir():
        Files(path).folder.replace(Files(kept).folder)
    return kept, file_key


def _seal_of(path: Path) -> Path:
    return path.with_name(path.name + ".seal")


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


def _unpack(store: sqlite3.Connection, files: Files) -> None:
    """Puts the files of a copy beside the store that it has become."""
    if not store.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (PACKED,)).fetchone():
        return
    for (data,) in store.execute(f"SELECT data FROM {PACKED}"):
        files.add(data)
    store.execute(f"DROP TABLE {PACKED}")
    store.execute("VACUUM")
