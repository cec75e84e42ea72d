"""A program in a real pseudo-terminal: what it draws, and when. Not on Windows, which has no pty in the standard library."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

COLUMNS, LINES = 120, 40
SEQUENCES = re.compile(rb"\x1b\[[0-9;:?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>]")


class Terminal:
    """Runs a command in a pty of 120 x 40 and keeps what it writes."""

    def __init__(self, command: list[str], home: Path, *, folder: Path | None = None) -> None:
        self._near, far = pty.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        environment = {**os.environ, "TECHDESK_HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environment.pop("NO_COLOR", None)
        self.written = b""
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=far, stdout=far, stderr=far, env=environment, cwd=folder, start_new_session=True
        )
        os.close(far)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the program and its children, asked first."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                os.killpg(self._process.pid, sign)
                try:
                    self._process.wait(3)
                except subprocess.TimeoutExpired:
                    continue
        os.close(self._near)

    def press(self, key: str) -> None:
        """Types a key."""
        os.write(self._near, key.encode())

    def text(self) -> str:
        """All that was written, without control sequences."""
        return SEQUENCES.sub(b"", self.written).decode(errors="replace")

    def until(self, shown: Callable[[str], bool], longest: float = 60) -> float:
        """Reads until what was written satisfies `shown`. Returns the seconds since the start of the program. Stops the
        benchmark, with the last of what was drawn, when that takes too long."""
        while not shown(self.text()):
            drew = self._read(0.5)
            over = time.perf_counter() - self.began > longest
            if over or (not drew and self._process.poll() is not None):
                raise SystemExit(f"Nothing of what was waited for was drawn: {self.text()[-600:]!r}")
        return time.perf_counter() - self.began

    def settle(self, quiet: float = 0.3, longest: float = 20) -> float:
        """Reads until nothing was written for `quiet` seconds. Returns the moment of the last writing (perf_counter), or 0
        when nothing was written at all."""
        last, ends = 0.0, time.perf_counter() + longest
        while time.perf_counter() < ends:
            if not self._read(quiet):
                break
            last = time.perf_counter()
        return last

    def key_to_repaint(self, key: str) -> tuple[float, float]:
        """Types a key; the seconds until the first change on the screen and until it has settled."""
        self.settle(0.12)
        began = time.perf_counter()
        self.press(key)
        if not self._read(5):
            raise SystemExit(f"Nothing was drawn within five seconds of {key!r}.")
        first = time.perf_counter()
        return first - began, max(first, self.settle(0.06, 2)) - began

    def _read(self, wait: float) -> bool:
        if not select.select([self._near], [], [], wait)[0]:
            return False
        try:
            read = os.read(self._near, 1 << 16)
        except OSError:  # the program has ended
            return False
        self.written += read
        return bool(read)
