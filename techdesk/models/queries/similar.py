"""Tickets that read like another, solved ones first: to learn from. (`alike` names the open ones that may be the same thing.)

`recall` finds them by their telling words; the nearest are then compared by their whole texts: how much of what is said both
say, pairs of neighbouring words, the device's model and kind, the site. `benchmarks/similar.py` measures it beside BM25.
"""

import sqlite3

from techdesk.models.queries.recall import READ, Recall, recall, telling
from techdesk.models.queries.search import words_of
from techdesk.models.rows import Similar

# So many of the nearest are compared by their whole texts.
MOST_COMPARED = 60
# What is added to the likeness of the words, which is from 0 to 1.
SAME_MODEL, SAME_CATEGORY, SAME_SITE, SOLVED = 0.25, 0.15, 0.02, 0.1
# What a pair of neighbours counts beside the words in it; how much the length of the other text counts.
PAIR, LENGTH = 0.3, 1.4
# Less than this share of what is said is chance; with this much, one word is enough.
MUCH = 0.2
LEAST = 0.06


def similar_to(
    connection: sqlite3.Connection,
    text: str,
    *,
    leave_out: str | None = None,
    model: str | None = None,
    site: str | None = None,
    limit: int = 3,
) -> list[Similar]:
    """Tickets that share the most telling words with the text, those on a device of the same model or kind before others,
    solved ones first. `model` is the id of the model of the ticket's device, `site` that of its site; `score` from 0 to about
    1.5, of which words make up to 1."""
    own = _number(connection, leave_out)
    known = recall(connection, text, leave_out=own)
    return _nearest(connection, known, own, model, site)[:limit]


def _number(connection: sqlite3.Connection, id: str | None) -> int:
    found = connection.execute("SELECT n FROM ticket WHERE id = ?", (id,)).fetchone() if id else None
    return -1 if found is None else int(found[0])


def _nearest(
    connection: sqlite3.Connection, known: Recall, own: int, model: str | None, site: str | None
) -> list[Similar]:
    scores = known.scores()
    for pair in known.pairs:
        for row in pair.rows:
            scores[row] = scores.get(row, 0.0) + PAIR * pair.weight
    # Those that score alike are in or out together: row numbers are each store's own.
    least = sorted(scores.values(), reverse=True)[:MOST_COMPARED][-1:]
    rows = [row for row, score in scores.items() if [score] >= least][: 4 * MOST_COMPARED]
    marks = ", ".join("?" * len(rows))
    found = connection.execute(
        f"""
        SELECT t.n, t.ref, t.title, t.resolution, substr(t.text, 1, {READ}), m.kept_id = own.kept_id,
               m.category = own.category, t.site_id = ?, s.name FROM ticket t
        LEFT JOIN site s ON s.id = t.site_id LEFT JOIN device d ON d.id = t.device_id
        LEFT JOIN model_of m ON m.id = d.model_id LEFT JOIN model_of own ON own.id = ? WHERE t.n IN ({marks})
        """,
        (site, model, *rows),
    )
    told = []
    for row, ref, title, resolution, body, same_model, same_category, same_site, name in found:
        share, shared, score = _likeness(known, body)
        kind = SAME_MODEL if same_model else SAME_CATEGORY if same_category else 0.0
        few = 1 if same_category or share >= MUCH else min(2, len(known.words) + bool(known.strange))
        if row == own or share < (LEAST / 2 if kind else LEAST) or len(shared) < few:
            continue
        why = "same model, " if same_model else "same kind of device, " if same_category else ""
        score += kind + (SAME_SITE if same_site else 0.0) + (SOLVED if resolution else 0.0)
        told.append(Similar(ref, round(score, 2), f"{why}shares {', '.join(shared[:5])}", title, resolution, name))
    return sorted(told, key=lambda each: (-each.score, each.ref))


def _likeness(known: Recall, body: str) -> tuple[float, list[str], float]:
    """How much of what is said the other text says too, from 0 to 1; the words that both say; and the share for ranking, less
    for a text that says much else."""
    there = {word.casefold() for word in words_of(body)}
    shared = [term for term in known.words if term.meant in there]
    pairs = sum(term.weight for term in known.pairs)
    mine = sum(term.weight for term in known.words) + PAIR * pairs + known.strange
    both = sum(term.weight for term in shared)
    held = {term.text for term in known.pairs}
    lowered = " ".join(word.casefold() for word in words_of(body)) if held else ""
    both += PAIR * sum(term.weight for term in known.pairs if term.text in lowered)
    extra = sum(map(telling, there)) / max(1, len(known.words))
    share = both / mine if mine else 0.0
    return share, [term.meant for term in shared], share / max(1.0, extra) ** (LENGTH / 2)
