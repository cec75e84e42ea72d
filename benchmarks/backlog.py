"""A backlog of 200 MB: what a laptop needs to send it, and another to fetch it, and what a kill in the middle costs. Client
and server are processes of their own; the server is on SQLite. A backlog is notes of some kilobytes, or with --small the
everyday work of a desk. A third laptop does both, a quarter as much up. The floor, in the same run, is the
memory of a laptop that has nothing to say.

`python -m benchmarks.backlog [--megabytes N] [--small]` prints one JSON line.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket, NoteTicket
from techdesk.models.store import Store
from techdesk.sync.arrivals import kept_cursor
from techdesk.sync.client import sync
from techdesk.sync.outbox import waiting
from tests.sync.field import Field, running_server

TARGETS = {"client_mb": 150}
NOTE_BYTES = 8_000
AT_ONCE = 500
CLIENT = """
import sys
from pathlib import Path
from techdesk.models.store import Store
from techdesk.sync.client import sync
with Store(Path(sys.argv[1])) as store:
    sync(store, lambda done: print(done.sent + done.received, flush=True))
lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
print(int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024)
"""


def pile_up(store: Store, megabytes: float, *, small: bool) -> int:
    """Makes operations of so many megabytes; how many."""
    chance, made, size = Random(1), 0, 0
    ticket = new_id()
    store.perform(LogTicket(id=ticket, text="The backlog"))
    while size < megabytes * 1e6:
        text = "Trolley" if small else chance.randbytes(NOTE_BYTES // 2).hex()
        note = [NoteTicket(ticket_id=ticket, text=f"{text} {made + number}") for number in range(AT_ONCE)]
        store.perform_all(note)
        made += AT_ONCE
        size += AT_ONCE * (len(text) + 400)
    return made + 1


def run(store: Path, kill_at: int = 0) -> dict[str, Any]:
    """A sync in a process of its own, killed once so many entries are through."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(store)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stderr is not None
    said = ""
    for line in process.stdout:
        said = line
        if kill_at and int(line) >= kill_at:
            process.kill()
            break
    process.stdout.close()
    if process.wait() and not kill_at:
        raise SystemExit(process.stderr.read())
    return {"mb": int(said), "seconds": round(time.perf_counter() - began, 1)}


def measure(folder: Path, megabytes: float, *, small: bool) -> dict[str, Any]:
    with running_server(str(folder / "server.db"), folder / "said.txt") as server:
        field = Field(server, folder)
        ann, ben, cid = field.laptop("Ann"), field.laptop("Ben"), field.laptop("Cid")
        sync(ann)
        idle = run(ann.path)["mb"]
        made = pile_up(ann, megabytes, small=small)
        run(ann.path, kill_at=made // 2)
        left_to_send = waiting(ann)
        up = run(ann.path)
        before = kept_cursor(ben).seq
        run(ben.path, kill_at=made // 2)
        fetched = kept_cursor(ben).seq - before
        down = run(ben.path)
        if waiting(ann) or kept_cursor(ben).seq < made:
            raise SystemExit("not what was to be measured: something is left")
        pile_up(cid, megabytes / 4, small=small)
        both = run(cid.path)
        field.close()
    return {
        "benchmark": "backlog", "operations": made, "megabytes": megabytes, "send_mb": up["mb"], "fetch_mb": down["mb"],
        "both_mb": both["mb"],
        "idle_mb": idle, "send_rest_seconds": up["seconds"], "fetch_rest_seconds": down["seconds"],
        "sent_when_killed_half_way": round(1 - left_to_send / made, 2),
        "fetched_when_killed_half_way": round(fetched / made, 2), "targets": TARGETS,
    }  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--megabytes", type=float, default=200)
    asked.add_argument("--small", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        print(json.dumps(measure(Path(name), given.megabytes, small=given.small)))


if __name__ == "__main__":
    main()
