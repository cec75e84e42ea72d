"""How well solved tickets tell what a new one is, beside TF-IDF with a linear classifier of scikit-learn (measured here, no
part of techdesk): the right group first, and among the first three; and milliseconds of processor a ticket, in a
store of 100,000 too.

    python -m benchmarks.suggest --folds 5 [--seed N] FILE
    python -m benchmarks.suggest --train FILE --test FILE

The files are CSV with the columns Short description, Description, Caller and Assignment group (other names: --columns). Folds
keep all tickets of a caller together. techdesk's part goes through a real store, where the group stands as the category.
"""

import argparse
import csv
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.fixture import store_with
from techdesk.desk.checks import title_of
from techdesk.desk.ids import new_id, ticket_ref
from techdesk.models.queries.advice import advise
from techdesk.models.store import Store

COLUMNS = "Short description,Description,Caller,Assignment group"
AT = "2026-11-23T10:00:00.000Z"


class Said(NamedTuple):
    """A row of the file."""

    text: str
    caller: str
    group: str


def read(path: Path, columns: str = COLUMNS) -> list[Said]:
    """The rows that have a text and a group."""
    subject, body, caller, group = columns.split(",")
    csv.field_size_limit(sys.maxsize if sys.maxsize < 2**31 else 2**31 - 1)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = [
            Said(
                text(row.get(subject) or "", row.get(body) or ""), row.get(caller) or "", (row.get(group) or "").strip()
            )
            for row in csv.DictReader(file)
        ]
    return [row for row in rows if row.text and row.group]


def text(subject: str, body: str) -> str:
    """One text of both, as an import of tickets makes it."""
    subject, body = subject.strip(), body.strip()
    return subject if not body or body == subject else f"{subject}\n{body}" if subject else body


def folds(rows: Sequence[Said], number: int, seed: int = 0) -> list[int]:
    """The fold of each row; a caller is in one of them, and all are about as long. A seed other than 0 splits otherwise, by
    callers in an order of chance."""
    sizes, of = [0] * number, {}
    callers = sorted(Counter(row.caller for row in rows).items(), key=lambda item: (-item[1], item[0]))
    if seed:
        random.Random(seed).shuffle(callers)
    for caller, count in callers:
        of[caller] = sizes.index(min(sizes))
        sizes[of[caller]] += count
    return [of[row.caller] for row in rows]


@contextmanager
def store_of(rows: Sequence[Said]) -> Iterator[Store]:
    """A store in which the rows are solved tickets."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place, Store(Path(place) / "techdesk.db") as store:
        with store.transaction():
            store.connection.executemany(
                "INSERT INTO ticket (id, created_at, updated_at, ref, title, text, opened_at, state, open, category)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'closed', 0, ?)",
                [(new_id(), AT, AT, ticket_ref(1001 + number), title_of(row.text), row.text, AT, row.group)
                 for number, row in enumerate(rows)],
            )  # fmt: skip
        yield store


def ours(train: Sequence[Said], test: Sequence[Said]) -> tuple[list[list[str]], list[float]]:
    """The first three groups for each, and the milliseconds of processor it took."""
    found, taken = [], []
    with store_of(train) as store:
        for row in test:
            began = time.process_time()
            advice = advise(store.connection, row.text, fields=("category",)).get("category", [])
            taken.append((time.process_time() - began) * 1000)
            found.append([each.value for each in advice[:3]])
    return found, taken


def theirs(train: Sequence[Said], test: Sequence[Said]) -> dict[str, list[list[str]]]:
    """The same of linear classifiers over TF-IDF."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    made = {
        "linear_svc": make_pipeline(TfidfVectorizer(), LinearSVC()),
        "linear_svc_pairs": make_pipeline(TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)), LinearSVC()),
        "logistic_sgd": make_pipeline(
            TfidfVectorizer(sublinear_tf=True), SGDClassifier(loss="log_loss", alpha=1e-5, random_state=1)
        ),
        "letters_sgd": make_pipeline(
            TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5)),
            SGDClassifier(loss="log_loss", alpha=1e-5, random_state=1),
        ),
    }
    found = {}
    for name, model in made.items():
        model.fit([row.text for row in train], [row.group for row in train])
        best = np.argsort(-model.decision_function([row.text for row in test]), axis=1)[:, :3]
        found[name] = model.classes_[best].tolist()
    return found


def counted(test: Sequence[Said], found: Sequence[Sequence[str]]) -> Counter[str]:
    """How often the right one was first, and among the first three."""
    pairs = list(zip(test, found, strict=True))
    return Counter(top_1=sum(row.group in best[:1] for row, best in pairs),
                   top_3=sum(row.group in best[:3] for row, best in pairs))  # fmt: skip


def measure(parts: list[tuple[list[Said], list[Said]]], *, baseline: bool) -> dict[str, object]:
    """Both over all (train, test) pairs."""
    totals: dict[str, Counter[str]] = {}
    number, taken = 0, []
    for train, test in parts:
        number += len(test)
        found, spent = ours(train, test)
        taken += spent
        answers = {"techdesk": found} | (theirs(train, test) if baseline else {})
        for name, best in answers.items():
            totals[name] = totals.get(name, Counter()) + counted(test, best)
    shares = {
        name: {key: round(total[key] / number, 4) for key in ("top_1", "top_3")} for name, total in totals.items()
    }
    return {"tickets": number, **shares, "ms_a_ticket": round(statistics.median(taken), 1)}


def at_scale(texts: Sequence[str], rows: int, folder: Path | None) -> dict[str, float]:
    """Milliseconds of processor a ticket, all fields, in a store of many tickets: with its own texts and the file's."""
    found: dict[str, float] = {"rows": rows}
    with Store(store_with(rows, folder) / "techdesk.db") as store:
        own = [text for (text,) in store.connection.execute("SELECT text FROM ticket ORDER BY n LIMIT 100 OFFSET 500")]
        for name, some in (("own_texts", own), ("file_texts", texts)):
            taken = []
            for each in some:
                began = time.process_time()
                advise(store.connection, each)
                taken.append((time.process_time() - began) * 1000)
            if taken:
                found |= {f"{name}_median_ms": round(statistics.median(taken), 1),
                          f"{name}_worst_ms": round(max(taken), 1)}  # fmt: skip
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("file", nargs="?", type=Path, help="with --folds")
    asked.add_argument("--folds", type=int, default=5)
    asked.add_argument("--seed", type=int, default=0, help="with --folds: another split of the callers")
    asked.add_argument("--train", type=Path)
    asked.add_argument("--test", type=Path)
    asked.add_argument("--columns", default=COLUMNS, help="subject, body, caller and group")
    asked.add_argument(
        "--rows", type=int, default=100_000, help="tickets of the store that the time is taken in; 0: none"
    )
    asked.add_argument("--folder", type=Path, help="where that store is kept")
    asked.add_argument("--no-baseline", action="store_true", help="without scikit-learn")
    given = asked.parse_args()
    if given.train and given.test:
        parts = [(read(given.train, given.columns), read(given.test, given.columns))]
    elif given.file:
        rows = read(given.file, given.columns)
        of = folds(rows, given.folds, given.seed)
        parts = [([row for row, each in zip(rows, of, strict=True) if each != fold],
                  [row for row, each in zip(rows, of, strict=True) if each == fold])
                 for fold in range(given.folds)]  # fmt: skip
    else:
        asked.error("give a file for --folds, or --train and --test")
    document = {"benchmark": "suggest", **measure(parts, baseline=not given.no_baseline)}
    if given.rows:
        document["at_scale"] = at_scale([row.text for row in parts[0][1][:200]], given.rows, given.folder)
    print(json.dumps(document))


if __name__ == "__main__":
    main()
