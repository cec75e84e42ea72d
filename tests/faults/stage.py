"""The players: a server as a process (or two beside each other), and laptops driven through their command line."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.faults.road import Road

ROOT = Path(__file__).parents[2]
HOOKS = Path(__file__).parent / "hooks"
KILLED = (-9, 137)
PATIENCE = 120


class Ran(NamedTuple):
    """What came of a process: its exit code (None: it was killed), what it said."""

    code: int | None
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Failed(AssertionError):
    """Something that no fault explains."""


def environment(home: Path, fault: str) -> dict[str, str]:
    """That of a process of the campaign."""
    return os.environ | {
        "TECHDESK_HOME": str(home),
        "TECHDESK_FAULT": fault,
        "PYTHONPATH": os.pathsep.join((str(HOOKS), str(ROOT))),
        "NO_COLOR": "1",
    }


def run(home: Path, *arguments: str, fault: str = "", kill_after: float | None = None, stdin: str = "") -> Ran:
    """One command line. With `kill_after` it is killed after so many seconds, if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "techdesk", *arguments], env=environment(home, fault), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    try:
        out, err = process.communicate(stdin, timeout=PATIENCE if kill_after is None else kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        if kill_after is None:
            raise Failed(f"techdesk {' '.join(arguments)} did not end within {PATIENCE} s: {err}") from None
        return Ran(None, out, err)
    code = process.returncode
    if "Traceback (most recent call last)" in err:
        raise Failed(f"techdesk {' '.join(arguments)} ended with a traceback:\n{err}")
    return Ran(None if code in KILLED else code, out, err)


class Servers:
    """Server processes on one database; `count` of them beside each other."""

    def __init__(self, home: Path, database: str, count: int, road: Road) -> None:
        self.home = home
        self.database = database
        self.count = count
        self.road = road
        self.kills = 0
        self._running: list[tuple[subprocess.Popen[str], int, Any]] = []

    def run(self, *arguments: str) -> Ran:
        """One command of the server's own, such as invite or backup."""
        return run(self.home, "server", *arguments, "--database", self.database)

    def start(self, chance: Random | None = None) -> None:
        """Starts what does not run; with `chance`, processes that will be killed at some point."""
        self.reap()
        while len(self._running) < self.count:
            fault = _server_fault(chance) if chance else ""
            said = (self.home / f"said{time.monotonic_ns()}.txt").open("w+", encoding="utf-8")
            process = subprocess.Popen(
                [sys.executable, "-m", "techdesk", "server", "run", "--port", "0", "--database", self.database],
                env=environment(self.home, fault), stdin=subprocess.DEVNULL, stdout=said, stderr=said, text=True,
            )  # fmt: skip
            port = _port(process, Path(said.name))
            if port is None:  # it was killed before it listened
                self.kills += 1
                said.close()
                chance = None
                continue
            self._running.append((process, port, said))
        self.road.ends = [port for _, port, _ in self._running]

    def reap(self) -> None:
        """Lets go of those that have ended."""
        for process, port, said in [*self._running]:
            if process.poll() is not None:
                if process.returncode not in KILLED:
                    raise Failed(f"a server ended by itself: {Path(said.name).read_text()[-2000:]}")
                self._let_go(process, port, said)
                self.kills += 1
        self.road.ends = [port for _, port, _ in self._running]

    def kill(self, chance: Random) -> None:
        """Kills one of them, now."""
        if self._running:
            process, *_ = chance.choice(self._running)
            process.kill()
            process.wait(PATIENCE)
            self.reap()

    def stop(self) -> None:
        """Ends them as a service manager does. Raises Failed for a traceback in what they said."""
        for process, port, said in [*self._running]:
            process.terminate()
            process.wait(PATIENCE)
            self._let_go(process, port, said)
        self.road.ends = []

    def _let_go(self, process: Any, port: int, said: Any) -> None:
        self._running.remove((process, port, said))
        said.close()
        text = Path(said.name).read_text(encoding="utf-8", errors="replace")
        if "Traceback (most recent call last)" in text:
            raise Failed(f"a server had a traceback:\n{text[-4000:]}")


def _server_fault(chance: Random) -> str:
    if chance.random() < 0.5:
        return ""
    point = chance.choice(("before commit", "after commit", "after commit", "in a transaction"))
    return f"kill:{point}:{chance.randint(1, 40 if 'in a' in point else 12)}"


def _port(process: "subprocess.Popen[str]", said: Path) -> int | None:
    """The port that a server has said; None when it ended before."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        text = said.read_text(encoding="utf-8", errors="replace")
        if "http://" in text and "\n" in text.split("http://")[1]:
            return int(text.split("http://")[1].split()[0].rstrip("/.,;").rpartition(":")[2])
        if process.poll() is not None:
            if process.returncode in KILLED:
                return None
            raise Failed(f"a server did not start: {text}")
        time.sleep(0.02)
    raise Failed(f"a server did not say where it listens: {said.read_text()}")
