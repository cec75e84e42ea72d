"""What opens an encrypted store: its key, and the file beside it that keeps the key shut.

The key is 32 random bytes. It is kept in no file as it is, but in two forms, either of which gives it back:

- encrypted (ChaCha20-Poly1305) with a key that scrypt derives from the passphrase;
- for the daily verbs, split into two random halves whose exclusive or is the key. One half is in the seal, the other in the
  keyring of the operating system: neither says anything without the other. `lock` destroys both.
"""

import json
import os
import unicodedata
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from techdesk.errors import BadInput, StoreLocked, StoreUnusable
from techdesk.models import keyrings
from techdesk.models.cipher import head

KEY_BYTES = 32
# scrypt's cost: 128 MB and about 0.3 s for each guess at a passphrase.
COST = 2**17
MOST_COST = 2**21
LEAST_LETTERS = 12
PASSPHRASE_FILE = "TECHDESK_PASSPHRASE_FILE"
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The file beside an encrypted store, all in hexadecimal.

    store: the salt of the store that it opens.
    check: tells whether a key is the right one.
    wrapped: nonce and encrypted key; `salt` and `cost` are scrypt's.
    entry, half: the name of the keyring's entry and the half of the key that is kept here; empty when there is none.
    backend: the class of keyring that has the entry, where the library need not look for one.
    """

    store: str
    check: str
    salt: str
    cost: int
    wrapped: str
    entry: str = ""
    half: str = ""
    backend: str = ""


_in_hand: dict[str, bytes] = {}


def seal_path(store: Path) -> Path:
    """The seal of the store in that file."""
    return store.with_name(store.name + ".seal")


def key_of(path: Path) -> bytes:
    """The key of an encrypted store: this process has it, the keyring gives it, or the passphrase is in the file that
    TECHDESK_PASSPHRASE_FILE names. Raises StoreLocked for none of these, StoreUnusable for a seal that is no use."""
    found = read(path)
    if found.check not in _in_hand:
        key = _from_keyring(found) or _from_file(found)
        if key is None:
            raise StoreLocked(path)
        _in_hand[found.check] = key
    return _in_hand[found.check]


def _from_keyring(seal: Seal) -> bytes | None:
    if not seal.entry:
        return None
    half = keyrings.half(seal.entry, seal.backend)
    if half is None or len(half) != KEY_BYTES:
        return None
    key = _exclusive_or(bytes.fromhex(seal.half), half)
    return key if _check(key) == seal.check else None


def unlock(path: Path, passphrase: str) -> None:
    """Opens the store for this process. Raises StoreLocked for a wrong passphrase."""
    found = read(path)
    _in_hand[found.check] = _unwrapped(found, passphrase)


def unlock_with(path: Path, key: bytes) -> None:
    """Opens the store for this process with the key itself. Raises StoreLocked for another store's key."""
    found = read(path)
    if _check(key) != found.check:
        raise StoreLocked(path, "This code is not that of this store: compare it with what the coordinator has.")
    _in_hand[found.check] = key


def lock(path: Path) -> None:
    """Forgets the key: in this process, in the keyring and in the seal, so that the next command asks."""
    found = read(path)
    _in_hand.pop(found.check, None)
    if found.entry:
        write(path, replace(found, entry="", half="", backend=""))
        keyrings.forget(found.entry)


def remember(path: Path) -> bool:
    """Lets the keyring open the store from now on; False when there is no keyring, or it is locked."""
    found, key, half = read(path), key_of(path), os.urandom(KEY_BYTES)
    entry = found.entry or os.urandom(8).hex()
    if not keyrings.keep(entry, half):
        return False
    write(path, replace(found, entry=entry, half=_exclusive_or(key, half).hex(), backend=keyrings.backend_name()))
    return True


def is_remembered(path: Path) -> bool:
    """Whether the keyring opens the store."""
    return _from_keyring(read(path)) is not None


def change_passphrase(path: Path, passphrase: str) -> None:
    """Shuts the key of an open store with another passphrase."""
    found = read(path)
    made = make(key_of(path), passphrase)
    write(path, replace(found, salt=made.salt, cost=made.cost, wrapped=made.wrapped))


def checked_passphrase(text: str) -> str:
    """A new passphrase. Raises BadInput for one that is too short to stand against guessing."""
    if len(_normal(text)) < LEAST_LETTERS:
        raise BadInput(
            f"A passphrase has at least {LEAST_LETTERS} characters, as four or five words have: choose a longer one."
        )
    return text


def make(key: bytes, passphrase: str) -> Seal:
    """A seal for that key; the store is named when there is one."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    salt, nonce = os.urandom(16), os.urandom(12)
    wrapped = nonce + ChaCha20Poly1305(_derived(passphrase, salt, COST)).encrypt(nonce, key, None)
    return Seal(store="", check=_check(key), salt=salt.hex(), cost=COST, wrapped=wrapped.hex())


def read(path: Path) -> Seal:
    """The seal of the store as it is: during a change of keys there are two, and the salt tells which.

    Raises StoreUnusable when it is missing or damaged."""
    salt = head(path).hex()
    for file in (seal_path(path), next_path(path)):
        with suppress(FileNotFoundError):
            found = parsed(file)
            if found.store == salt:
                return found
    raise StoreUnusable(
        f"The file {seal_path(path)}, which opens {path}, is missing or another store's: put it back from a backup, or ask "
        "your coordinator for a new invitation."
    )


def next_path(path: Path) -> Path:
    """The seal of what is about to take the store's place."""
    return seal_path(path).with_name(seal_path(path).name + ".next")


def write(path: Path, seal: Seal, file: Path | None = None) -> None:
    """Writes a store's seal whole or not at all, readable by its owner alone where the system knows owners."""
    from techdesk.models.sealed_files import put_file

    put_file(file or seal_path(path), json.dumps({"format": FORMAT, **asdict(seal)}, indent=1).encode("ascii"))


def parsed(file: Path) -> Seal:
    """The seal in that file. Raises StoreUnusable for a damaged one, FileNotFoundError."""
    try:
        document: dict[str, Any] = json.loads(file.read_bytes())
        if document.pop("format") != FORMAT:
            raise StoreUnusable(f"{file} was written by a newer techdesk: update this one.")
        found = Seal(**document)
        proper = 2**10 <= found.cost <= MOST_COST and all(
            isinstance(value, int) or name == "backend" or bytes.fromhex(value) is not None
            for name, value in asdict(found).items()
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        proper = False
    if not proper:
        raise StoreUnusable(f"{file} is damaged: put it back from a backup; without it the store cannot be opened.")
    return found


def _unwrapped(seal: Seal, passphrase: str) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    wrapped = bytes.fromhex(seal.wrapped)
    derived = _derived(passphrase, bytes.fromhex(seal.salt), seal.cost)
    try:
        return ChaCha20Poly1305(derived).decrypt(wrapped[:12], wrapped[12:], None)
    except (InvalidTag, ValueError):
        raise StoreLocked(
            None, "That is not the passphrase of this store: try again, or see docs/security.md for a lost one."
        ) from None


def _derived(passphrase: str, salt: bytes, cost: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=KEY_BYTES, n=cost, r=8, p=1).derive(_normal(passphrase).encode("utf-8"))


def _normal(passphrase: str) -> str:
    """The same letters are the same bytes, whatever keyboard they came from."""
    return unicodedata.normalize("NFKC", passphrase)


def _check(key: bytes) -> str:
    import hashlib

    return hashlib.sha256(b"techdesk check" + key).hexdigest()[:16]


def _exclusive_or(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def passphrase_file() -> str | None:
    """The passphrase in the file that TECHDESK_PASSPHRASE_FILE names; None when it names none. Raises BadInput."""
    name = os.environ.get(PASSPHRASE_FILE)
    if not name:
        return None
    try:
        lines = Path(name).expanduser().read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The file {name}, which {PASSPHRASE_FILE} names, cannot be read: {error}.") from None
    return lines[0] if lines else ""


def _from_file(seal: Seal) -> bytes | None:
    passphrase = passphrase_file()
    return None if passphrase is None else _unwrapped(seal, passphrase)
