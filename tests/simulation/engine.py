"""What is injected into the real code: the clock, ids, randomness and where databases are. Installed once, it serves the
world of the run under way."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from techdesk import clock
from techdesk.desk import ids
from techdesk.models import introduce, store
from techdesk.server import admittance, invites, storage
from techdesk.sync import connection, erasing, exchanges, keys, rebase, snapshots
from tests.simulation.disk import Disk
from tests.simulation.editions import PRESENT, edition

BEGINNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Engine:
    """The clock and chance of the run under way.

    seconds: the true time since the beginning.
    ahead: how many seconds the machine whose code runs now believes it is later than that.
    disks, keys: the databases and the laptops' keys, by the path of the store.
    own_keys: the keys of laptops that were copies, by path and id.
    """

    def __init__(self) -> None:
        self.chance = random.Random(0)
        self.seconds = 0.0
        self.ahead = 0.0
        self._ids: dict[float, tuple[int, int]] = {}
        self.disks: dict[Path, Disk] = {}
        self.keys: dict[Path, Ed25519PrivateKey] = {}
        self.own_keys: dict[tuple[Path, str], Ed25519PrivateKey] = {}

    def start(self, seed: int) -> None:
        """A new run."""
        self.chance = random.Random(f"techdesk {seed}")
        self.seconds = self.ahead = 0.0
        self._ids = {}
        self.own_keys = {}
        ids._last = (0, 0)

    def copy_keys(self, source: Path, target: Path) -> None:
        """Copies the key files of a home to another."""
        self.keys[target] = self.keys[source]
        found = {laptop: key for (path, laptop), key in self.own_keys.items() if path == source}
        self.own_keys.update({(target, laptop): key for laptop, key in found.items()})

    def load_key(self, path: Path, laptop: str | None = None) -> Ed25519PrivateKey:
        return self.own_keys.get((path, str(laptop)), self.keys[path])

    def make_key(self, path: Path, copy: str | None = None) -> Ed25519PrivateKey:
        if copy is None:
            return self.keys[path]
        if (path, copy) not in self.own_keys:
            self.own_keys[path, copy] = Ed25519PrivateKey.from_private_bytes(self.urandom(32))
        return self.own_keys[path, copy]

    def now(self) -> datetime:
        """The time by the clock of the machine whose code runs now. Each look at it takes a moment."""
        self.seconds += 0.003
        return BEGINNING + timedelta(seconds=self.seconds + self.ahead)

    def time_ns(self) -> int:
        return int(self.now().timestamp() * 1000) * 1_000_000

    def monotonic(self) -> float:
        return self.seconds

    def urandom(self, size: int) -> bytes:
        return self.chance.randbytes(size)

    def choice(self, letters: str) -> str:
        return self.chance.choice(letters)

    @contextmanager
    def machine(self, ahead: float, version: int = PRESENT) -> Iterator[None]:
        """Inside, that version of the code runs, on a machine whose clock is off."""
        kept, self.ahead, last = self.ahead, ahead, ids._last
        # The program on each machine counts its own ids.
        ids._last = self._ids.get(ahead, (0, 0))
        try:
            with edition(version):
                yield
        finally:
            self._ids[ahead] = ids._last
            self.ahead, ids._last = kept, last


@contextmanager
def installed(engine: Engine) -> Iterator[Engine]:
    """Puts the engine in the place of the system, while it lasts."""

    def connect(path: Path, *, read_only: bool = False) -> Disk:
        return engine.disks[path]

    known: list[rebase.Columns] = []
    read_columns = rebase.columns_here

    def columns_here(connection: Disk) -> rebase.Columns:
        """Asked once: the tables of all stores are alike, and never change here."""
        if not known:
            known.append(read_columns(connection))
        return known[0]

    class OpenStorage:
        """`invite` closes what it opens; this server goes on."""

        def __init__(self, opened: storage.SqliteStorage) -> None:
            self.transaction = opened.transaction

        def close(self) -> None:
            return

    places: list[tuple[Any, str, Any]] = [
        (clock, "now", engine.now),
        (ids, "os", engine),
        (ids, "time", engine),
        (connection, "time", engine),
        (snapshots, "time", engine),
        (invites, "secrets", engine),
        (invites, "opened", OpenStorage),
        (admittance, "opened", OpenStorage),
        (store, "connect", connect),
        (keys, "load", engine.load_key),
        (keys, "make", engine.make_key),
        (rebase, "columns_here", columns_here),
        (exchanges, "keep_last_sync", lambda store: None),
        (erasing, "_rewrite", lambda connection: None),  # a whole run is one transaction
        (os, "fsync", lambda handle: None),  # no power cut comes
        (introduce, "user_name", lambda: "account"),
    ]
    kept = [getattr(place, name) for place, name, _ in places]
    for place, name, value in places:
        setattr(place, name, value)
    try:
        yield engine
    finally:
        for (place, name, _), value in zip(places, kept, strict=True):
            setattr(place, name, value)
