"""Photos over a bad link: a file goes up and comes down through a proxy of 384 kbit/s with round trips of 500 ms that breaks
off every two seconds. The server is a process of its own on SQLite. The floor is the time that the bytes alone take.

`python -m benchmarks.photos [--kilobytes N] [--cut SECONDS]` prints one JSON line.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.shaping import shaped
from techdesk.desk.attachments import AttachFile
from techdesk.errors import NoConnection
from techdesk.models.files import Files
from techdesk.sync.client import fetch_files, sync
from tests.sync.field import Field, log, running_server

BITS_PER_SECOND, ROUND_TRIP = 384_000, 0.5
MOST_TRIES = 50


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kilobytes", type=int, default=600)
    arguments.add_argument("--cut", type=float, default=2.0)
    chosen = arguments.parse_args()
    data = os.urandom(chosen.kilobytes * 1000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_server(str(folder / "server.db"), folder / "said.txt") as server:
            field = Field(server, folder)
            near, far = field.laptop("Near"), field.laptop("Far")
            digest = Files(near.path).add(data)
            near.perform(AttachFile(ticket_id=log(near, "Rack"), sha256=digest, bytes=len(data), name="rack.jpg",
                                    media_type="image/jpeg"))  # fmt: skip
            address = urlsplit(server.url)
            with shaped(str(address.hostname), int(address.port or 0), BITS_PER_SECOND, ROUND_TRIP, chosen.cut) as port:
                for store in (near, far):
                    store.set_meta(server=f"http://127.0.0.1:{port}")
                began, syncs, sent = time.monotonic(), 0, 0
                while sent == 0 and syncs < MOST_TRIES:
                    syncs, sent = syncs + 1, sync(near).files_sent
                up, began = time.monotonic() - began, time.monotonic()
                sync(far)
                tries = _fetched(far, digest)
                down = time.monotonic() - began
            whole = Files(far.path).read(digest) == data
            field.close()
    floor = len(data) * 8 / BITS_PER_SECOND
    print(json.dumps({"bytes": len(data), "cut_every": chosen.cut, "up_seconds": round(up, 1), "syncs": syncs,
                      "down_seconds": round(down, 1), "fetches": tries, "floor_seconds_each_way": round(floor, 1),
                      "whole": whole}))  # fmt: skip


def _fetched(store: object, digest: str) -> int:
    for number in range(1, MOST_TRIES + 1):
        try:
            fetch_files(store, [digest])  # type: ignore[arg-type]
            return number
        except NoConnection:
            continue
    raise SystemExit("the file does not come")


if __name__ == "__main__":
    main()
