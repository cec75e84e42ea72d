"""Stores that `restore` has set aside beside the present one, and the work in them that is nowhere else."""

import contextlib
import re
import sqlite3
from pathlib import Path
from typing import NamedTuple

from techdesk.errors import StoreUnusable
from techdesk.models.store import connect

# How the name of a store that was set aside goes on, in front of its ending: when that was.
WHEN = re.compile(r"\d{8}T\d{6}")


class KeptStore(NamedTuple):
    """A store that was set aside. `unsent` counts the operations in it that were never sent and that the present store does
    not have; None when it cannot be read: it is encrypted and locked, or damaged. `server` is whether it has one."""

    path: Path
    unsent: int | None
    server: bool

    @property
    def said(self) -> str:
        """What is in it that the present store does not have, and the command that brings it back."""
        if self.unsent is None:
            return f"{self.path} cannot be read, it is locked or damaged: work may wait in it; run  {self.way_back}"
        many = "1 operation that was" if self.unsent == 1 else f"{self.unsent:,} operations that were"
        return f"{self.path} holds {many} not sent: run  {self.way_back}"

    @property
    def way_back(self) -> str:
        """The command that brings back what is in it."""
        return "techdesk sync --kept" if self.server else f"techdesk restore {self.path}"


def kept_stores(path: Path) -> list[Path]:
    """The stores that were set aside beside the one at that path, the oldest first."""
    return sorted(
        each for each in path.parent.glob(f"{path.stem}.*{path.suffix}")
        if WHEN.fullmatch(each.name.removeprefix(f"{path.stem}.").removesuffix(path.suffix))
    )  # fmt: skip


def look_into(kept: Path, path: Path) -> KeptStore:
    """What a store that was set aside holds and the present one, at `path`, does not."""
    try:
        with contextlib.closing(connect(kept, read_only=True)) as store:
            meta = dict(store.execute("SELECT key, value FROM meta WHERE key IN ('server', 'introduced')"))
            waits = store.execute(
                "SELECT mid FROM operation WHERE state <> 'done' AND dseq > ?", (int(meta.get("introduced") or 0),)
            ).fetchall()
    except (sqlite3.Error, StoreUnusable):
        return KeptStore(kept, None, True)
    return KeptStore(kept, len({mid for (mid,) in waits} - _all_of(path)), meta.get("server") is not None)


def _all_of(path: Path) -> set[str]:
    with contextlib.closing(connect(path, read_only=True)) as store:
        return {mid for (mid,) in store.execute("SELECT mid FROM operation")}
