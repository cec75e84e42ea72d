"""SQLCipher, through the standard library's words: its connections, and its errors as errors of `sqlite3`.

A database file is encrypted with a raw key of 32 bytes, so that SQLCipher derives none from a passphrase at each opening
(256,000 rounds of PBKDF2); what protects the key is in `techdesk.models.seal`. Pages, the write-ahead log and journals are
encrypted (AES-256, HMAC-SHA-512); the first 16 bytes of the file are a random salt, which names it.
"""

import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import cast

from techdesk.errors import StoreUnusable

PLAIN = b"SQLite format 3\0"
ERRORS = ("DatabaseError", "DataError", "IntegrityError", "InterfaceError", "InternalError", "NotSupportedError",
          "OperationalError", "ProgrammingError")  # fmt: skip


_looked_into: dict[tuple[int, int], int] = {}


def head(path: Path) -> bytes:
    """The first 16 bytes of a database file: `PLAIN`, or the salt of an encrypted one. Empty when there is no file.

    A POSIX system takes from a process all locks on a file when it closes that file anywhere, SQLite's among them; another
    program would then think itself alone with the store. So a file that was looked into stays open.
    """
    try:
        if os.name == "nt":
            with path.open("rb") as file:
                return file.read(len(PLAIN))
        found = path.stat()
        if (found.st_dev, found.st_ino) not in _looked_into:
            handle = os.open(path, os.O_RDONLY)
            found = os.fstat(handle)
            _looked_into[found.st_dev, found.st_ino] = handle
        return os.pread(_looked_into[found.st_dev, found.st_ino], len(PLAIN), 0)
    except FileNotFoundError:
        return b""


def is_encrypted(path: Path) -> bool:
    """Whether the file is neither a plain database nor one that is still empty."""
    return head(path) not in (PLAIN, b"")


def connect(path: Path, key: bytes | None, seconds: float) -> sqlite3.Connection:
    """A connection in autocommit mode that waits so long for others; without a key, to a plain file.

    Raises StoreUnusable, with what to install, when SQLCipher is missing, and `sqlite3.DatabaseError` for a wrong key.
    """
    library = _library()
    connection = library.connect(str(path), isolation_level=None, check_same_thread=False, timeout=seconds)
    try:
        if key is not None:
            connection.execute(f"PRAGMA key = {literal(key)}")
        connection.execute("SELECT count(*) FROM sqlite_master")
    except BaseException:
        connection.close()
        raise
    return cast("sqlite3.Connection", connection)


def literal(key: bytes | None) -> str:
    """A raw key as SQLCipher's statements have it; none for a plain file."""
    return "''" if key is None else f"\"x'{key.hex()}'\""


@cache
def _library() -> ModuleType:
    """SQLCipher's module, which is loaded for encrypted stores alone (10 ms).

    It has classes of errors of its own. They are made kinds of the standard library's, so that every `except` that was
    written for a plain store is right for an encrypted one.
    """
    try:
        from sqlcipher3 import dbapi2  # type: ignore[import-untyped]
    except ImportError:
        raise StoreUnusable(
            "An encrypted store needs SQLCipher: run  pip install 'techdesk[encrypted]'  and try again."
        ) from None
    for name in ERRORS:
        theirs, ours = getattr(dbapi2, name), getattr(sqlite3, name)
        if not issubclass(theirs, ours):
            theirs.__bases__ = (*theirs.__bases__, ours)
    with closing(dbapi2.connect(":memory:")) as nothing:
        nothing.execute("PRAGMA cipher_log_level = NONE")  # else it writes to stderr itself when a key is wrong
    return cast("ModuleType", dbapi2)
