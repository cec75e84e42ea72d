"""Stores that `techdesk restore` set aside on a laptop which may not hold any more what is in them."""

import shutil
import sqlite3
from collections.abc import Collection
from pathlib import Path

from techdesk.errors import TechdeskError
from techdesk.models.checkup import set_aside
from techdesk.models.files import Files
from techdesk.models.sealed_files import erase
from techdesk.models.store import Store
from techdesk.sync import unsent


def erase_all(store: Store, acknowledged: int = 0) -> tuple[str, ...]:
    """Erases those of the same organisation, with their files; a sentence for each that stays: because it holds work that
    the server does not have, or cannot be looked into. The server has what is done, and up to the number `acknowledged`."""
    done = "SELECT mid FROM operation WHERE state = 'done' OR dseq <= ?"
    known = {mid for (mid,) in store.connection.execute(done, (acknowledged,))}
    organisation = store.meta("organisation")
    return tuple(said for each in set_aside(store.path) if (said := _erased(each, organisation, known)))


def _erased(path: Path, organisation: str | None, known: Collection[str]) -> str:
    here = f"An earlier store, set aside by a restore, stays in {path}"
    rid = f"then delete it, and the folder {Files(path).folder.name} beside it"
    try:
        with Store(path) as former:
            if former.meta("organisation") != organisation:
                return ""
            waiting = {mid for (mid,) in former.connection.execute("SELECT mid FROM operation WHERE state <> 'done'")}
            left = len(waiting.difference(known)) + len(unsent.waiting(former))
        if left:
            return f"{here}: it holds {left} that the server never got, so show it to your coordinator, {rid}."
        for ending in ("-wal", "-shm", ".seal", ""):
            if (file := path.with_name(path.name + ending)).exists():
                erase(file)
        for file in Files(path).folder.rglob("*"):
            if file.is_file():
                erase(file)
        shutil.rmtree(Files(path).folder, ignore_errors=True)
    except (sqlite3.Error, TechdeskError, OSError):
        return f"{here}: it cannot be looked into or removed, so ask your coordinator whether it is needed, {rid}."
    return ""
