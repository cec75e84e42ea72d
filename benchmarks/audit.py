"""An audit of 300 scans among 20,000 devices: how long each scan takes to show its answer, its commit included.

`python -m benchmarks.audit` prints the median, the 95th percentile and the worst of one audit through the store (as the shell
and the writer of the interface do it), and beside it what as many bare commits cost on this disk. It fails when a scan takes
longer than 30 ms.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from techdesk.desk.audits import ScanLabel, StartAudit
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.people import RecordSite
from techdesk.models.queries import audits
from techdesk.models.store import Store

MOST_MS = 30.0


def _furnish(store: Store, devices: int, sites: int = 40, rooms: int = 25) -> tuple[str, list[str]]:
    """The inventory of a district; returns the first site and all tags."""
    site_ids, models = [new_id() for _ in range(sites)], [new_id() for _ in range(30)]
    commands = [RecordSite(id=id, code=str(2000 + n), name=f"School {n}") for n, id in enumerate(site_ids)]
    store.perform_all([*commands, *(RecordModel(id=id, name=f"Model {n}") for n, id in enumerate(models))])
    tags = [f"LT-{number:05}" for number in range(devices)]
    store.perform_all([
        RecordDevice(id=new_id(), tag=tag, serial=f"SN{n:06}", model_id=models[n % 30], site_id=site_ids[n // rooms % sites],
                     room=f"Room {n % rooms}") for n, tag in enumerate(tags)
    ])  # fmt: skip
    return site_ids[0], tags


def _scan(store: Store, audit: str, label: str) -> float:
    """Milliseconds from a label to its answer."""
    began = time.perf_counter()
    device = audits.scanned(store.connection, label)
    store.perform(ScanLabel(id=new_id(), audit_id=audit, label=label, device_id=device))
    return (time.perf_counter() - began) * 1000


def _bare(store: Store, number: int) -> list[float]:
    """Milliseconds of commits that write one row: the disk's own share."""
    taken = []
    for each in range(number):
        began = time.perf_counter()
        with store.transaction():
            store.set_meta(benchmark=str(each))
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _figures(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    at = {"median": 0.5, "p95": 0.95}
    return {name: round(ordered[int(share * (len(ordered) - 1))], 2) for name, share in at.items()} | {
        "worst": round(ordered[-1], 2)
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--devices", type=int, default=20_000)
    asked.add_argument("--scans", type=int, default=300)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "techdesk.db") as store:
        site, tags = _furnish(store, given.devices)
        audit = new_id()
        store.perform(StartAudit(id=audit, site_id=site, room="Room 1"))
        chance = random.Random(5)
        labels = chance.sample(tags, given.scans - given.scans // 10) + [f"X-{n}" for n in range(given.scans // 10)]
        chance.shuffle(labels)
        scans, bare = [], []
        for label in labels:
            scans.append(_scan(store, audit, label))
            bare += _bare(store, 1)
        began = time.perf_counter()
        audits.missing(store.connection, audit)
        listing = round((time.perf_counter() - began) * 1000, 2)
    found = {"benchmark": "audit", "devices": given.devices, "scans": len(labels), "scan_ms": _figures(scans),
             "bare_commit_ms": _figures(bare), "missing_list_ms": listing, "most_ms": MOST_MS}  # fmt: skip
    print(json.dumps(found))
    if found["scan_ms"]["worst"] > MOST_MS:  # type: ignore[index]
        raise SystemExit(f"A scan took longer than {MOST_MS:g} ms: compare with the bare commits of this disk.")


if __name__ == "__main__":
    main()
