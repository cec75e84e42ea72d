"""How well the tickets that read alike are found: one that the same group solved first, among the first 3 and 5, and the mean
reciprocal rank; plain BM25 (FTS5 over all words) beside techdesk's; the same with two letters of the longest word in each
other's place; and milliseconds in a store of 100,000.

    python -m benchmarks.similar --folds 5 FILE
"""

import argparse
import json
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from benchmarks.fixture import store_with
from benchmarks.suggest import COLUMNS, Said, folds, read, store_of
from techdesk.models.queries.alike import open_like
from techdesk.models.queries.search import words_of
from techdesk.models.queries.similar import similar_to
from techdesk.models.store import Store

MOST = 10
Search = Callable[[sqlite3.Connection, str], list[str]]


def plain(connection: sqlite3.Connection, text: str) -> list[str]:
    """The references of the best by BM25 over the text, with all of its words."""
    words = dict.fromkeys(words_of(text[:2000]))
    asked = "text : (" + " OR ".join(f'"{word}"' for word in words) + ")" if words else '""'
    rows = connection.execute(
        "SELECT t.ref FROM (SELECT rowid, rank FROM ticket_search WHERE ticket_search MATCH ? ORDER BY rank LIMIT ?) f"
        " JOIN ticket t ON t.n = f.rowid ORDER BY f.rank", (asked, MOST),
    )  # fmt: skip
    return [ref for (ref,) in rows]


def ours(connection: sqlite3.Connection, text: str) -> list[str]:
    """The references that techdesk finds."""
    return [each.ref for each in similar_to(connection, text, limit=MOST)]


def misspelt(text: str) -> str:
    """The text with two letters changed about in the longest word of its first line."""
    first = text.split("\n", 1)[0]
    word = max((each for each in first.split() if each.isalpha()), key=len, default="")
    at = Random(text).randrange(1, len(word) - 1) if len(word) > 4 else 0
    return first.replace(word, word[:at] + word[at + 1] + word[at] + word[at + 2 :], 1) if at else first


def measure(search: Search, store: Store, test: list[Said], spell: Callable[[str], str]) -> dict[str, float]:
    """Sums over the test's tickets."""
    groups = dict(store.connection.execute("SELECT ref, category FROM ticket"))
    sums = dict.fromkeys(("hit_1", "hit_3", "hit_5", "mrr", "ms"), 0.0)
    for row in test:
        asked = spell(row.text)
        began = time.perf_counter()
        found = [groups[ref] == row.group for ref in search(store.connection, asked)]
        sums["ms"] += (time.perf_counter() - began) * 1000
        for most in (1, 3, 5):
            sums[f"hit_{most}"] += any(found[:most])
        sums["mrr"] += 1 / (found.index(True) + 1) if True in found else 0
    return sums


def at_scale(rows: int, folder: Path | None) -> dict[str, float]:
    """Median milliseconds in a store of many tickets."""
    found: dict[str, float] = {"rows": rows}
    with Store(store_with(rows, folder) / "techdesk.db") as store:
        connection = store.connection
        texts = connection.execute("SELECT text, site_id FROM ticket ORDER BY n LIMIT 100 OFFSET 500").fetchall()
        measures: dict[str, Callable[[str, str], object]] = {
            "bm25": lambda text, site: plain(connection, text),
            "similar": lambda text, site: similar_to(connection, text),
            "open_like": lambda text, site: open_like(connection, text, site),
        }
        for name, call in measures.items():
            taken = []
            for text, site in texts:
                began = time.perf_counter()
                call(text, site)
                taken.append((time.perf_counter() - began) * 1000)
            found |= {f"{name}_median_ms": round(statistics.median(taken), 1), f"{name}_worst_ms": round(max(taken), 1)}
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("file", type=Path, nargs="?")
    asked.add_argument("--folds", type=int, default=5)
    asked.add_argument("--columns", default=COLUMNS, help="subject, body, caller and group")
    asked.add_argument(
        "--rows", type=int, default=100_000, help="tickets of the store that the time is taken in; 0: none"
    )
    asked.add_argument("--folder", type=Path, help="where that store is kept")
    given = asked.parse_args()
    document: dict[str, object] = {"benchmark": "similar"}
    if given.file:
        rows = read(given.file, given.columns)
        of = folds(rows, given.folds)
        totals: dict[str, dict[str, float]] = {}
        for fold in range(given.folds):
            test = [row for row, each in zip(rows, of, strict=True) if each == fold]
            with store_of([row for row, each in zip(rows, of, strict=True) if each != fold]) as store:
                for name, search in (("bm25", plain), ("techdesk", ours)):
                    for how, spell in (("", str), ("_misspelt", misspelt)):
                        total = totals.setdefault(name + how, {})
                        for key, value in measure(search, store, test, spell).items():
                            total[key] = total.get(key, 0.0) + value
        document["tickets"] = len(rows)
        document |= {name: {key: round(value / len(rows), 4) for key, value in total.items()}
                     for name, total in totals.items()}  # fmt: skip
    if given.rows:
        document["at_scale"] = at_scale(given.rows, given.folder)
    print(json.dumps(document))


if __name__ == "__main__":
    main()
