"""The laptop's store, encrypted: opening it, encrypting it, decrypting it, and giving it another key."""

import os
import sqlite3
from pathlib import Path

from techdesk.errors import Refused
from techdesk.models import cipher, converting, keyrings, recovery_code, seal, sealed_files
from techdesk.models.store import Store


def connect(path: Path, seconds: float) -> sqlite3.Connection:
    """A bare connection to a store that is encrypted, or was when this was asked. Raises StoreLocked, StoreUnusable."""
    converting.settle(path)
    if cipher.is_encrypted(path):
        return cipher.connect(path, seal.key_of(path), seconds)
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=seconds)


def is_encrypted(path: Path) -> bool:
    """Whether the store is encrypted."""
    converting.settle(path)
    return cipher.is_encrypted(path)


def encrypt(path: Path, passphrase: str) -> None:
    """Encrypts the store, made if there is none, and the files beside it. For a store that is encrypted already the files
    that are not yet. Raises StoreUnusable when another program has it open; it may be killed and done again."""
    if not is_encrypted(path):
        with Store(path) as store:
            files = store.meta("file_key") or os.urandom(seal.KEY_BYTES).hex()
        key = os.urandom(seal.KEY_BYTES)
        converting.convert(path, None, key, seal.make(key, passphrase), {"file_key": files})
        seal.unlock_with(path, key)
    sealed_files.shut_all(path)


def decrypt(path: Path) -> None:
    """Decrypts the store and the files beside it. Raises StoreUnusable, Refused for a store that is plain."""
    if is_encrypted(path):
        key, entry = seal.key_of(path), seal.read(path).entry
        converting.convert(path, key, None, None, {})
        if entry:
            keyrings.forget(entry)
    with Store(path) as store:
        if store.meta("file_key") is None:
            raise Refused("The store is not encrypted: there is nothing to do.")
        sealed_files.open_all(path)
        store.set_meta(file_key=None)


def unlock_with_code(path: Path, code: str) -> None:
    """Opens the store for this process with the code that a coordinator gave. Raises BadInput, StoreLocked."""
    seal.unlock_with(path, recovery_code.read(code))


def renew(path: Path, passphrase: str) -> None:
    """Encrypts an open store with another key: the one that it had opens nothing any more."""
    old, entry = seal.key_of(path), seal.read(path).entry
    new = os.urandom(seal.KEY_BYTES)
    converting.convert(path, old, new, seal.make(new, passphrase), {})
    seal.unlock_with(path, new)
    if entry:
        keyrings.forget(entry)
