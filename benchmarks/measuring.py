"""How the benchmarks measure: whole processes, in turns, so that a busy machine slows all alike; the median counts."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

Command = list[str]


def techdesk() -> Command:
    """The installed command; else the module."""
    script = Path(sys.executable).with_name("techdesk.exe" if os.name == "nt" else "techdesk")
    return [str(script)] if script.exists() else [sys.executable, "-m", "techdesk"]


def environment(home: Path) -> dict[str, str]:
    """The environment of a run on a store. Bytecode is kept, as an installed techdesk has it."""
    here = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**here, "TECHDESK_HOME": str(home), "NO_COLOR": "1"}


def seconds(command: Command, home: Path) -> float:
    """How long a process takes from its start to its end. Stops the benchmark with what it said when it fails."""
    began = time.perf_counter()
    ran = subprocess.run(command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    spent = time.perf_counter() - began
    if ran.returncode:
        raise SystemExit(f"{command[0]} {command[-1]} failed: {ran.stderr.decode(errors='replace').strip()[-300:]}")
    return spent


def in_turns(measures: dict[str, Callable[[int], float]], runs: int) -> dict[str, float]:
    """The median of each measure in milliseconds, over so many rounds in which each has its turn; one more round before
    them warms the disk's cache and is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(runs + 1):
        for name, measure in measures.items():
            spent = measure(number)
            if number:
                taken[name].append(spent * 1000)
    return {name: round(statistics.median(values), 1) for name, values in taken.items()}
