"""Encrypting a store that is there, and decrypting it: whole before, whole after, whatever happens in between.

The new file is made beside the old one, checked, and takes its name in one step of the file system; which seal opens it
follows from its own first bytes. Whoever opens the store meanwhile waits at a lock; whoever opens it after a kill clears away
what was left. The lock is an SQLite file that does nothing else, because SQLite's locks are there on every system.
"""

import errno
import glob
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from techdesk.errors import StoreUnusable
from techdesk.models import cipher, seal
from techdesk.models.seal import Seal
from techdesk.models.sealed_files import erase, settle_folder
from techdesk.paths import make_private_file

WAIT_SECONDS = 10
# A program that has the store open keeps it open: there is little to wait for.
IN_USE_SECONDS = 2


def lock_path(store: Path) -> Path:
    """It is there while a conversion is under way, or was killed."""
    return store.with_name(store.name + ".converting")


def _new(store: Path) -> Path:
    return store.with_name(store.name + ".new")


def _former(store: Path) -> Path:
    return store.with_name(store.name + ".former")


def convert(path: Path, old: bytes | None, new: bytes | None, shut: Seal | None, facts: dict[str, str]) -> None:
    """Makes a store that `old` opens into one that `new` opens (None: plain), with its seal, and with those facts in `meta`.

    The former file is overwritten afterwards. Raises StoreUnusable when another program has the store open, and for a disk
    that is full; then nothing is changed. This process must not have it open: SQLCipher brings an SQLite of its own, and two
    in one process do not see each other's locks.
    """
    with _turn(path, make=True):
        _tidy(path)
        try:
            with closing(cipher.connect(path, old, IN_USE_SECONDS)) as connection:
                _copy(connection, _new(path), new, facts)
                if shut is not None:
                    made = replace(shut, store=cipher.head(_new(path)).hex())
                    seal.write(path, made, seal.next_path(path))
                if os.name == "nt":
                    connection.close()  # Windows renames no open file; nor one that another program has opened meanwhile
                _swap(path)
                _tidy(path)  # elsewhere the former file stays locked until it is overwritten: nobody can write to it
        except (sqlite3.Error, OSError) as error:
            raise StoreUnusable(_sentence(path, error)) from error
        finally:
            _tidy(path)


def settle(path: Path) -> None:
    """Waits for a conversion that is under way, and clears away what one that was killed has left."""
    with _turn(path, make=False) as mine:
        if mine:
            _tidy(path)


def _copy(connection: sqlite3.Connection, target: Path, key: bytes | None, facts: dict[str, str]) -> None:
    # Succeeds only where no other connection is; it leaves everything in the one file.
    if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
        raise sqlite3.OperationalError("database is locked")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA synchronous = FULL")
    make_private_file(target)
    connection.execute(f"ATTACH ? AS new KEY {cipher.literal(key)}", (str(target),))
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("SELECT sqlcipher_export('new')").fetchall()
    for pragma in ("application_id", "user_version"):
        value = connection.execute(f"PRAGMA main.{pragma}").fetchone()[0]
        connection.execute(f"PRAGMA new.{pragma} = {value}")
    for fact in facts.items():
        connection.execute(
            "INSERT INTO new.meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", fact
        )
    connection.execute("COMMIT")
    _compare(connection)
    connection.execute("DETACH new")


def _compare(connection: sqlite3.Connection) -> None:
    """Raises DatabaseError unless the copy is sound and has every row."""
    found = connection.execute("PRAGMA new.integrity_check(1)").fetchone()[0]
    tables = [
        str(row[0])
        for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
    ]
    counts = [
        [
            connection.execute(f'SELECT count(*) FROM {where}."{table}"').fetchone()[0]
            for table in tables
            if table != "meta"
        ]
        for where in ("main", "new")
    ]
    if found != "ok" or counts[0] != counts[1]:
        raise sqlite3.DatabaseError(f"the copy is not whole: {found}")


def _swap(path: Path) -> None:
    """The one step between before and after. By its second name the former file can be overwritten, also after a kill.

    (The store is not opened here but by SQLite: to close a file gives up all locks on it that the process has.)"""
    os.link(path, _former(path))
    _new(path).replace(path)
    settle_folder(path.parent)


def _tidy(path: Path) -> None:
    """Brings the files beside the store in step with what the store now is. It may be killed and run again."""
    for ending in ("", "-journal", "-wal", "-shm"):
        _new(path).with_name(_new(path).name + ending).unlink(missing_ok=True)
    former = _former(path)
    if former.exists():
        if path.exists() and not former.samefile(path):
            erase(former)
        else:
            former.unlink()
    for part in path.parent.glob(f"{glob.escape(seal.seal_path(path).name)}.*part"):
        part.unlink()
    following = seal.next_path(path)
    if following.exists() and cipher.is_encrypted(path) and seal.read(path) != _read_first(path):
        following.replace(seal.seal_path(path))
        settle_folder(path.parent)
    following.unlink(missing_ok=True)
    if cipher.head(path) == cipher.PLAIN:
        seal.seal_path(path).unlink(missing_ok=True)


def _read_first(path: Path) -> Seal | None:
    try:
        return seal.parsed(seal.seal_path(path))
    except FileNotFoundError:
        return None


@contextmanager
def _turn(path: Path, *, make: bool) -> Iterator[bool]:
    """Holds the lock; False when there is none any more. Raises StoreUnusable after some seconds' wait."""
    lock = lock_path(path)
    while True:
        before = _number(lock)
        if before is None and not make:
            yield False
            return
        with closing(sqlite3.connect(lock, isolation_level=None, timeout=WAIT_SECONDS)) as connection:
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise StoreUnusable(
                    f"The store {path} is being encrypted or decrypted by another program: try again when it has finished."
                ) from error
            after = _number(lock)
            mine = after is not None and before in (None, after)
            if mine:
                try:
                    yield True
                finally:
                    with suppress(PermissionError):  # Windows removes no file that is open: see below
                        lock.unlink(missing_ok=True)
        if mine:
            if os.name == "nt":
                with suppress(PermissionError):  # whoever waits for it removes it
                    lock.unlink(missing_ok=True)
            return


def _number(file: Path) -> int | None:
    try:
        return file.stat().st_ino
    except FileNotFoundError:
        return None


def _sentence(path: Path, error: Exception) -> str:
    said = str(error)
    if "locked" in said or isinstance(error, PermissionError):
        return f"The store {path} is in use: leave every other techdesk on it, then do it again. Nothing was changed."
    if isinstance(error, OSError) and error.filename2:
        return (
            f"The file system of {path} has no hard links, without which a store cannot be converted safely: set "
            "TECHDESK_HOME to a folder on the laptop's own disk. Nothing was changed."
        )
    if "full" in said or getattr(error, "errno", None) == errno.ENOSPC:
        return (
            f"The disk of {path} has no room for a second copy of the store: free some, then do it again. Nothing was "
            "changed."
        )
    return f"The store {path} could not be converted ({said}): run  techdesk doctor  and see how it is."
