"""One day by chance: people work on their laptops, processes die, the road fails; then all is healed and looked at."""

import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from threading import Thread
from typing import NamedTuple

from tests.faults.road import Road
from tests.faults.stage import Failed, Ran, Servers, run
from tests.faults.truth import Ledger, check

LAPTOPS = ("ann", "ben", "cy")
STEPS = 26
SKU = "CHG-45"
# Exit codes of a command that was not done, and had nothing to hide: refused, not found, locked or full, no connection.
NOT_DONE = (1, 3, 4, 5)
# Where a process may die, and at which time at the latest that it comes there.
WORKING = (("before commit", 1), ("after commit", 1), ("in a transaction", 7))
FILING = (("before replace", 1), ("after replace", 1), ("before fsync", 2), ("after fsync", 2))
SYNCING = (
    ("before commit", 3),
    ("after commit", 3),
    ("in a transaction", 20),
    ("before request", 3),
    ("after request", 3),
)
DECADE = 10 * 366 * 86_400


class Sum(NamedTuple):
    """What a day came to: processes killed, those of servers among them, and what befell the road."""

    kills: int
    server_kills: int
    happened: list[str]


class Day:
    """`deadly` is the share of commands in which the process dies."""

    def __init__(
        self, seed: int, folder: Path, database: str, servers: int, steps: int = STEPS, deadly: float = 0.4
    ) -> None:
        self.chance = Random(seed)
        self.folder = folder
        self.steps = steps
        self.deadly = deadly
        self.ledger = Ledger()
        self.road = Road(Random(seed + 1))
        (folder / "server").mkdir(parents=True)
        self.servers = Servers(folder / "server", database, servers, self.road)
        self.homes = [folder / name for name in LAPTOPS]
        self.kills = 0
        self.words = 0
        self.began = time.monotonic()
        self.trace: list[str] = []
        # What each laptop did since its last sync: an undo may take some of it out of the outbox without a trace.
        self._unsent: dict[Path, set[str]] = {home: set() for home in self.homes}
        self._kept: Path | None = None

    def play(self) -> Sum:
        """The whole day. Raises Failed, with what happened in `trace`."""
        try:
            self._open()
            self.road.faulty = 0.35
            for _ in range(self.steps):
                self.chance.choices(DEEDS, WEIGHTS)[0](self)
                if self.chance.random() < 0.12:
                    self.servers.kill(self.chance)
                self.servers.start(self.chance if self.chance.random() < 0.5 else None)
            self._heal()
            check(self.servers.database, self.homes, self.ledger)
            self._examine()
        finally:
            try:
                self.servers.stop()
            finally:
                self.road.close()
        return Sum(self.kills + self.servers.kills, self.servers.kills, self.road.happened)

    # What people do.

    def log(self) -> None:
        self._work("log", f"Toner low {self._word()}")

    def note(self) -> None:
        if ref := self._ref():
            self._work("note", ref, f"Smells warm {self._word()}")

    def close(self) -> None:
        if ref := self._ref():
            self._work("close", ref, "-m", f"New drum {self._word()}", "--minutes", "7", "--told")

    def receive(self) -> None:
        self._work("part", "receive", SKU, str(self.chance.randint(1, 5)), "-m", self._word())

    def photo(self) -> None:
        word = self._word()
        path = self.folder / f"photo{self.words}.txt"
        path.write_text(f"{word} " * self.chance.randint(1, 60_000), encoding="utf-8")
        if ref := self._ref():
            self._work("note", ref, f"Seen {word}", "--photo", str(path))

    def undo(self) -> None:
        home = self._home()
        told = self._run(home, "undo")
        if told.code in (0, 6, None):
            self.ledger.doubt(self._unsent[home])

    def sync(self) -> None:
        home = self._home()
        if self._run(home, "sync").code in (0, 6):
            self._unsent[home] = set()

    def together(self) -> None:
        """Two processes on one store."""
        home = self._home()
        other = Thread(target=run, args=(home, "sync"))
        other.start()
        self._work("log", f"Meanwhile {self._word()}", home=home)
        other.join()

    def full_disk(self) -> None:
        home, word = self._home(), self._word()
        told = run(home, "log", f"No room {word} {'x' * 9000}", fault=f"full:{self.chance.randint(0, 2)}")
        self._take(home, told, {word}, "log on a full disk")

    def wrong_clock(self) -> None:
        home, word = self._home(), self._word()
        fault = f"clock:{self.chance.choice((-DECADE, DECADE))}"
        self._take(home, run(home, "log", f"Odd time {word}", fault=fault), {word}, "log with a wrong clock")
        run(home, "sync", fault=fault)

    def cloned_home(self) -> None:
        """Somebody copies a laptop, and both go on."""
        if len(self.homes) < 5:
            home = self._home()
            copy = self.folder / f"{home.name}-copy{len(self.homes)}"
            shutil.copytree(home, copy)
            self.homes.append(copy)
            self._unsent[copy] = set(self._unsent[home])
            self.trace.append(f"{copy.name} is a copy of {home.name}")

    def damaged_store(self) -> None:
        """A page of a store is damaged; its backup is put back. What was not in the backup nor synced is gone with it."""
        home, backup = self._home(), self.folder / f"backup{self.words}.db"
        if run(home, "backup", str(backup)).code != 0:
            raise Failed("a backup failed")
        _damage(home / "techdesk.db")
        told = run(home, "doctor")
        if told.code != 4:
            raise Failed(f"doctor finds nothing wrong with a damaged store: {told}")
        told = run(home, "restore", str(backup))
        if told.code != 0:
            raise Failed(f"a backup cannot be put back: {told}")
        self.trace.append(f"{home.name} was damaged, and put back")

    def server_backup(self) -> None:
        """The server is backed up, or put back to the backup."""
        if self._kept is None:
            self._kept = self.folder / "server-backup.db"
            told = self.servers.run("backup", str(self._kept))
            self.trace.append("the server is backed up")
        else:
            self.servers.stop()
            told = self.servers.run("restore", str(self._kept), "--replace")
            self.trace.append("the server is put back")
            self._kept = None
        if told.code != 0:
            raise Failed(f"the server's backup or restore failed: {told}")
        if self._kept is None:
            for path in self.folder.glob("server-backup.db*"):
                path.unlink()

    # How it is done.

    def _open(self) -> None:
        self.servers.start()
        for home in self.homes:
            told = self.servers.run("invite", home.name, "--json")
            code = told.json["code"]
            if run(home, "enrol", f"http://127.0.0.1:{self.road.port}", code).code != 0:
                raise Failed(f"{home.name} cannot enrol")
        run(self.homes[0], "part", "add", SKU, "Charger board")
        for home in self.homes:
            run(home, "sync")

    def _word(self) -> str:
        self.words += 1
        return f"w{self.words:04d}w"

    def _home(self) -> Path:
        return self.chance.choice(self.homes)

    def _ref(self) -> str | None:
        """A ticket that some laptop knows."""
        connection = sqlite3.connect(self._home() / "techdesk.db")
        try:
            found = connection.execute("SELECT ref FROM ticket ORDER BY id").fetchall()
        finally:
            connection.close()
        return str(self.chance.choice(found)[0]) if found else None

    def _work(self, *arguments: str, home: Path | None = None) -> None:
        home = home or self._home()
        words = {f"w{self.words:04d}w"}
        self._take(home, self._run(home, *arguments), words, " ".join(arguments))

    def _run(self, home: Path, *arguments: str) -> Ran:
        if self.chance.random() >= self.deadly:
            told = run(home, *arguments)
        elif self.chance.random() < 0.3:
            told = run(home, *arguments, kill_after=self.chance.uniform(0.1, 1.2 if arguments[0] == "sync" else 0.5))
        else:
            points = SYNCING if arguments[0] == "sync" else WORKING + FILING if "--photo" in arguments else WORKING
            point, most = self.chance.choice(points)
            told = run(home, *arguments, fault=f"kill:{point}:{self.chance.randint(1, most)}")
        self.kills += told.code is None
        came = "killed" if told.code is None else told.code
        seconds = time.monotonic() - self.began
        self.trace.append(f"{seconds:5.1f} {home.name}: {' '.join(arguments)[:60]} -> {came}")
        return told

    def _take(self, home: Path, told: Ran, words: set[str], what: str) -> None:
        """Believes what the process reported."""
        if told.code in (0, 6):
            self.ledger.done |= words
        elif told.code is None:
            self.ledger.maybe |= words
        elif told.code not in NOT_DONE:
            raise Failed(f"{home.name}: {what} ended with {told.code}: {told.err}")
        self._unsent[home] |= words

    def _heal(self) -> None:
        """Everything works again; all sync until nothing moves."""
        self.road.faulty = 0.0
        self.servers.stop()
        self.servers.start()
        for _ in range(6):
            moved = 0
            for home in self.homes:
                told = run(home, "sync", "--json")
                if told.code not in (0, 6):
                    raise Failed(f"{home.name} cannot sync after all is healed: {told.err or told.out}")
                moved += told.json["sent"] + told.json["received"]
            if not moved:
                return
        raise Failed("the laptops do not come to rest")

    def _examine(self) -> None:
        for home in self.homes:
            told = run(home, "doctor")
            if told.code != 0:
                raise Failed(f"{home.name}: doctor is not content: {told.out}")
        told = self.servers.run("doctor")
        if told.code != 0:
            raise Failed(f"the server's doctor is not content: {told.out}")


def _damage(store: Path) -> None:
    """Overwrites a page in the middle of a store, which nobody has open."""
    connection = sqlite3.connect(store)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'operation'").fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with store.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\x5a" * size)


DEED = Callable[[Day], None]
KINDS: tuple[tuple[int, DEED], ...] = (
    (7, Day.log), (5, Day.note), (5, Day.close), (3, Day.receive), (2, Day.photo), (2, Day.undo), (9, Day.sync),
    (2, Day.together), (1, Day.full_disk), (1, Day.wrong_clock), (1, Day.cloned_home), (1, Day.damaged_store),
    (2, Day.server_backup),
)  # fmt: skip
WEIGHTS = [weight for weight, _ in KINDS]
DEEDS = [deed for _, deed in KINDS]
