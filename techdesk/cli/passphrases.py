"""Asking for a passphrase: on the terminal, without an echo, and never on the command line."""

import getpass
import sys
from pathlib import Path

from techdesk.cli.session import tell
from techdesk.errors import BadInput, StoreLocked

TRIES = 3


def ensure_open(path: Path) -> None:
    """Asks for the passphrase of a store that is encrypted and locked. Raises StoreLocked, StoreUnusable."""
    from techdesk.models import seal
    from techdesk.models.sealed_store import is_encrypted

    if seal.seal_path(path).exists() and is_encrypted(path):
        try:
            seal.key_of(path)
        except StoreLocked:
            ask_to_unlock(path)


def ask_to_unlock(path: Path) -> None:
    """Asks until the passphrase is right, three times at most. Raises StoreLocked: also where there is nobody to ask."""
    from techdesk.models import seal

    if seal.passphrase_file() is not None or not _somebody_is_there():
        seal.key_of(path)
    for left in reversed(range(TRIES)):
        try:
            seal.unlock(path, _asked(f"Passphrase of {path}: "))
            return
        except StoreLocked as error:
            if not left:
                raise
            tell(str(error))


def present_passphrase(path: Path) -> str:
    """The passphrase that opens the store now, for what must not be done by whoever merely sits at the laptop."""
    from techdesk.models import seal

    passphrase = seal.passphrase_file()
    if passphrase is None:
        passphrase = _asked("The present passphrase: ")
    seal.unlock(path, passphrase)
    return passphrase


def new_passphrase(*, from_file: bool = True) -> str:
    """A passphrase to be, asked for twice, or that of the file that TECHDESK_PASSPHRASE_FILE names. Raises BadInput."""
    from techdesk.models import seal

    found = seal.passphrase_file() if from_file else None
    if found is not None:
        return seal.checked_passphrase(found)
    first = seal.checked_passphrase(_asked("A new passphrase: "))
    if _asked("The same again: ") != first:
        raise BadInput("The two passphrases differ, so nothing was changed: do it again.")
    return first


def asked_passphrase(prompt: str) -> str:
    """The passphrase of something else than a store: asked for, or in the file that TECHDESK_PASSPHRASE_FILE names."""
    from techdesk.models import seal

    found = seal.passphrase_file()
    return _asked(prompt) if found is None else found


def asked_code() -> str:
    """The code that a coordinator gave."""
    return _asked("The code from your coordinator: ")


def _asked(prompt: str) -> str:
    if not _somebody_is_there():
        raise BadInput("This asks for a passphrase: run it on a terminal, or name a file in TECHDESK_PASSPHRASE_FILE.")
    return getpass.getpass(prompt)


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()
