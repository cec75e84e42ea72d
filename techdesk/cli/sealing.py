"""Encryption of the laptop's store from the shell: seal, unseal, unlock, lock, passphrase."""

from pathlib import Path
from typing import Annotated

import typer

from techdesk.cli import passphrases
from techdesk.cli.options import Json
from techdesk.cli.session import put, say, session
from techdesk.errors import Refused
from techdesk.models import seal as seals
from techdesk.models import sealed_store
from techdesk.paths import store_path

app = typer.Typer()
Keyring = Annotated[
    bool, typer.Option("--keyring/--no-keyring", help="Let this system's keyring open the store, so that nothing asks.")
]


@app.command()
def seal(keyring: Keyring = True, as_json: Json = False) -> None:
    """Encrypt the store and the files beside it. Also finishes what was broken off."""
    session.json = as_json
    path = store_path()
    if sealed_store.is_encrypted(path):
        passphrases.ensure_open(path)
        sealed_store.encrypt(path, "")
        said = "The store is encrypted already, and so is all that lies beside it."
    else:
        sealed_store.encrypt(path, passphrases.new_passphrase())
        if keyring:
            seals.remember(path)
        said = "The store is encrypted. Backups that were made before are not: delete them."
    _tell(said, as_json)


@app.command()
def unseal(as_json: Json = False) -> None:
    """Decrypt the store and the files beside it."""
    session.json = as_json
    path = store_path()
    if sealed_store.is_encrypted(path):
        passphrases.present_passphrase(path)
    sealed_store.decrypt(path)
    _tell("The store is plain again.", as_json)


@app.command()
def unlock(as_json: Json = False) -> None:
    """Let this system's keyring open the encrypted store, so that commands do not ask."""
    session.json = as_json
    path = _encrypted()
    passphrases.ensure_open(path)
    if not seals.remember(path):
        raise Refused(
            "This system has no keyring that is open, so each command asks: name a file in TECHDESK_PASSPHRASE_FILE, or "
            "install one (docs/security.md)."
        )
    _tell("Unlocked.", as_json)


@app.command()
def lock(as_json: Json = False) -> None:
    """Forget what opens the encrypted store: the next command asks for the passphrase."""
    session.json = as_json
    seals.lock(_encrypted())
    _tell("Locked.", as_json)


@app.command()
def passphrase(
    recover: Annotated[
        bool, typer.Option("--recover", help="It is lost: use the one-time code that the coordinator gives.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Change the passphrase of the encrypted store."""
    session.json = as_json
    path = _encrypted()
    remembered = seals.is_remembered(path)
    if recover:
        sealed_store.unlock_with_code(path, passphrases.asked_code())
        sealed_store.renew(path, passphrases.new_passphrase())
        said = "The store has a new passphrase and a new key: the code opens nothing any more."
    else:
        passphrases.present_passphrase(path)
        seals.change_passphrase(path, passphrases.new_passphrase(from_file=False))
        said = "The passphrase is changed."
    if remembered:
        seals.remember(path)
    _tell(said, as_json)


def _encrypted() -> Path:
    path = store_path()
    if not sealed_store.is_encrypted(path):
        raise Refused("The store is not encrypted: techdesk seal  encrypts it.")
    return path


def _tell(said: str, as_json: bool) -> None:
    """Says how the store is now."""
    path = store_path()
    encrypted = sealed_store.is_encrypted(path)
    remembered = encrypted and seals.is_remembered(path)
    if as_json:
        put({"encrypted": encrypted, "keyring": remembered, "said": said})
        return
    say(said)
    if encrypted:
        say("The keyring opens it for you." if remembered else "Each command asks for the passphrase.")
