"""What encryption at rest costs: cold verbs on a plain and on an encrypted store of the same rows, in turns.

keyring: the keyring opens the store (one in a file; a system's own adds its own time). passphrase: no keyring, so the key is
derived from the passphrase in a file each time. `python -m benchmarks.encrypted --rows 1000 100000` prints one JSON line:
medians in milliseconds, ratios to plain, and the seconds that `techdesk seal` took.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

from benchmarks.cold_verbs import FIX, _open_refs
from benchmarks.fixture import copy_of, store_with
from benchmarks.measuring import Command, in_turns, seconds, techdesk

PASSPHRASE_FILE = "TECHDESK_PASSPHRASE_FILE"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, nargs="+", default=[1000, 100_000])
    asked.add_argument("--runs", type=int, default=11, help="rounds that count")
    asked.add_argument("--folder", type=Path, help="where the stores are kept")
    given = asked.parse_args()
    sizes = {}
    for rows in given.rows:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
            sizes[rows] = _compared(store_with(rows, given.folder), Path(place), given.runs)
    print(json.dumps({"benchmark": "encrypted", "unit": "ms", "runs": given.runs, "rows": sizes}))


def _compared(store: Path, place: Path, runs: int) -> dict[str, object]:
    plain, sealed = copy_of(store, place / "plain"), copy_of(store, place / "sealed")
    refs = iter(_open_refs(plain, 3 * (runs + 1)))
    passphrase = place / "passphrase"
    passphrase.write_text("four random words\n", encoding="utf-8")
    os.environ["PYTHON_KEYRING_BACKEND"] = "benchmarks.keyring_in_file.Keyring"
    os.environ["BENCHMARK_KEYRING"] = str(place / "keyring.json")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    sealing = _with_file(passphrase, [*techdesk(), "seal"], sealed)

    def close() -> Command:
        return [*techdesk(), "close", next(refs), "-m", FIX, "--minutes", "10"]

    found: dict[str, object] = {"seal_seconds": round(sealing, 2)}
    for verb, command in {"close": close, "list": lambda: [*techdesk(), "list"],
                          "find": lambda: [*techdesk(), "find", "charger"]}.items():  # fmt: skip
        taken = in_turns(
            {
                "plain": lambda _, command=command: seconds(command(), plain),  # type: ignore[misc]
                "keyring": lambda _, command=command: seconds(command(), sealed),  # type: ignore[misc]
            },
            runs,
        )
        found[verb] = taken | {"times_plain": round(taken["keyring"] / taken["plain"], 2)}
    (place / "keyring.json").unlink()
    slow = in_turns({"passphrase": lambda _: _with_file(passphrase, [*techdesk(), "list"], sealed)}, 3)
    return found | {"list_with_passphrase_file": slow["passphrase"]}


def _with_file(passphrase: Path, command: Command, home: Path) -> float:
    os.environ[PASSPHRASE_FILE] = str(passphrase)
    try:
        return seconds(command, home)
    finally:
        del os.environ[PASSPHRASE_FILE]


if __name__ == "__main__":
    main()
