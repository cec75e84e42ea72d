"""The sheet of a visit with 40 tasks, from the shell's first byte to the file on disk, as text, HTML and PDF.

`python -m benchmarks.visit_sheet` prints one JSON line, medians of whole processes in milliseconds. The floor of the same run
is `techdesk visit list`, which reads the visits and writes no file.
"""

import argparse
import json
import resource
import subprocess
import tempfile
from pathlib import Path

from benchmarks.measuring import environment, in_turns, seconds, techdesk
from benchmarks.today import made

LIMIT = 2000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--tasks", type=int, default=40)
    asked.add_argument("--runs", type=int, default=7)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        made(home / "techdesk.db", given.tasks)
        ways = {
            form: [*techdesk(), "visit", "report", "-f", form, "-o", str(home / f"sheet.{form}")]
            for form in ("text", "html", "pdf")
        } | {"floor": [*techdesk(), "visit", "list", "--all"]}
        wall = in_turns({name: lambda _, way=way: seconds(way, home) for name, way in ways.items()}, given.runs)
        used = {name: _processor(way, home) for name, way in ways.items()}
    print(json.dumps({
        "benchmark": "visit_sheet", "unit": "ms", "tasks": given.tasks, "runs": given.runs, **wall, "processor": used,
        "limit": LIMIT, "within": max(used.values()) <= LIMIT,
    }))  # fmt: skip


def _processor(command: list[str], home: Path) -> float:
    """Milliseconds of processor time of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000, 1)


if __name__ == "__main__":
    main()
