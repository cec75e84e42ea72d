"""This laptop's own key: an Ed25519 key in a file beside the store, which never leaves it, and is encrypted when
the store is.

A store that turned out to be a copy has a key of its own, in a file that is named after its new id. The first one's stays: a
store that is put back to an older state is that laptop again."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from techdesk.errors import NoConnection, StoreUnusable
from techdesk.models.sealed_files import Box

NAME = "laptop.key"


def key_path(store: Path, laptop: str | None = None) -> Path:
    """Where the key of the laptop with that store, and that id, is."""
    own = store.with_name(f"laptop-{laptop}.key")
    return own if laptop is not None and own.exists() else store.with_name(NAME)


def load(store: Path, laptop: str | None = None) -> Ed25519PrivateKey:
    """The key of the laptop with that id. Raises NoConnection when it is not there or no key."""
    return _read(store, key_path(store, laptop))


def _read(store: Path, path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(Box(store).open(path.read_bytes()), password=None)
    except (OSError, ValueError) as error:
        raise NoConnection(
            f"The key of this laptop, {path}, cannot be read ({error}): restore it from a backup, or ask for a new "
            "invitation."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise NoConnection(f"The file {path} holds a key of another kind: restore it from a backup.")
    return key


def make(store: Path, copy: str | None = None) -> Ed25519PrivateKey:
    """The key, made when there is none: readable by its owner alone where the system knows owners. `copy` is the id of a
    laptop whose store was another's."""
    path = store.with_name(NAME if copy is None else f"laptop-{copy}.key")
    if path.exists():
        return _read(store, path)
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(Box(store).shut(text))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreUnusable(f"The key {path} cannot be written ({error.strerror}): check the folder.") from error
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half, as the server keeps it."""
    return key.public_key().public_bytes_raw().hex()
