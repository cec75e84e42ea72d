"""What a store remembers of a text: for each of its telling words, the newest tickets that hold it.

One look bounds what it costs, whatever the store's size: of a word that many tickets hold, the newest ones stand for all.
Two laptops that hold the same tickets remember the same, but for such a word: which are the newest ones is in the order in
which they came to each.
`similar` and `advice` both stand on it. Nothing is kept beside the full-text index, so there is nothing to rebuild, to send
or to erase.
"""

import sqlite3
from itertools import pairwise
from math import log
from typing import NamedTuple

from techdesk.models.queries.search import COMMON, words_of

# Of a word, the newest so many tickets are looked at.
SAMPLE = 256
# Of a text, so many words are looked for, and so many pairs of neighbours.
MOST_WORDS, MOST_PAIRS = 24, 12
# A text's first letters, beyond which a mail's signature and its history begin.
READ = 2000
# What mail programs, exports and spreadsheets put between the words.
NOISE = frozenset(("x000d", "nbsp", "http", "https", "www", "com", "cid", "png", "jpg", "image001", "mailto", "gmail"))
# An unknown word is taken for a known one that differs by a letter, if it is at least so long.
SHORTEST_MISSPELT, MOST_MISSPELT = 5, 3
RANGE = 400
# How words begin: so many letters stand for all forms of a word, and the first digits of a number for what is numbered alike.
# Only words that few tickets hold need it, and of a text so many are looked for.
STEM, MOST_STEMS, MOST_NUMBERS = 5, 12, 6
DIGITS, DIGITS_AFTER = (3, 4), (1, 2, 3)
# Names and numbers are strange words too, so no more than these count.
MOST_STRANGE = 3


class Term(NamedTuple):
    """A word, or a pair of neighbours, with the row numbers of the tickets that hold it, newest first, and its weight: how
    much it tells, as the logarithm of how rare it is. `meant` is how the store spells it."""

    text: str
    meant: str
    rows: list[int]
    weight: float


class Recall(NamedTuple):
    """The terms of a text that this store knows. `size` is about how many tickets there are, `strange` the weight of the
    words that nobody has said before; `begins` are words and numbers that begin alike (`print*`, `job 13*`)."""

    words: list[Term]
    pairs: list[Term]
    size: int
    strange: float
    begins: list[Term] = []

    def terms(self) -> list[Term]:
        """All of them."""
        return [*self.words, *self.pairs, *self.begins]

    def scores(self) -> dict[int, float]:
        """How much each ticket has in common with the text, by row number."""
        found: dict[int, float] = {}
        for term in self.words:
            for row in term.rows:
                found[row] = found.get(row, 0.0) + term.weight
        return found


def recall(connection: sqlite3.Connection, text: str, *, leave_out: int = -1, begins: bool = False) -> Recall:
    """What the store remembers of a text; `leave_out` is the row number of its own ticket."""
    size = int(connection.execute("SELECT count(*) FROM ticket").fetchone()[0])
    said = [word.casefold() for word in words_of(text[:READ])]
    chosen = [word for word in dict.fromkeys(said) if telling(word)][: 2 * MOST_WORDS]
    words: list[Term] = []
    misspelt = strange = 0
    for word in chosen:
        rows, meant = _holding(connection, f'"{word}"'), word
        if not any(row != leave_out for row in rows) and len(word) >= SHORTEST_MISSPELT and misspelt < MOST_MISSPELT:
            misspelt += 1
            meant = _meant(connection, word)
            rows = _holding(connection, f'"{meant}"') if meant != word else []
        rows = [row for row in rows if row != leave_out]
        if rows:
            words.append(Term(word, meant, rows, _weight(rows, size)))
        else:
            strange += 1
    words = sorted(words, key=lambda term: (-term.weight, term.text))[:MOST_WORDS]
    neighbours = _pairs(connection, said, words, leave_out, size)
    found = Recall(words, neighbours, size, min(strange, MOST_STRANGE) * log(1 + size))
    if begins:
        held = {term.text: len(term.rows) for term in words}
        rare = [word for word in chosen if held.get(word, 0) < SAMPLE]
        found = found._replace(begins=_begins(connection, said, rare, leave_out, size))
    return found


def telling(word: str) -> bool:
    """Whether a word may tell what a ticket is about."""
    return len(word) > 1 and word not in COMMON and word not in NOISE


def telling_words(text: str) -> list[str]:
    """The telling words of a text, each once, in their order."""
    return [word for word in dict.fromkeys(word.casefold() for word in words_of(text)) if telling(word)]


def _pairs(connection: sqlite3.Connection, said: list[str], words: list[Term], leave_out: int, size: int) -> list[Term]:
    known = {term.text: term for term in words}
    neighbours = [pair for pair in dict.fromkeys(pairwise(said)) if all(word in known for word in pair)]
    neighbours.sort(key=lambda pair: -max(known[word].weight for word in pair))
    found = []
    for one, two in neighbours[:MOST_PAIRS]:
        rows = _holding(connection, f'"{known[one].meant} {known[two].meant}"')
        rows = [row for row in rows if row != leave_out]
        if rows:
            found.append(Term(f"{one} {two}", f"{one} {two}", rows, _weight(rows, size)))
    return found


def _begins(connection: sqlite3.Connection, said: list[str], rare: list[str], leave_out: int, size: int) -> list[Term]:
    """The beginnings of rare words, and of numbers with the word before them."""
    stems = [word[:STEM] for word in rare if len(word) >= STEM and not _numbered(word)][:MOST_STEMS]
    numbers = dict.fromkeys(pair for pair in pairwise(["", *said]) if _numbered(pair[1]))
    for before, number in list(numbers)[:MOST_NUMBERS]:
        stems += [number[:many] for many in DIGITS if many < len(number)]
        if telling(before):
            stems += [
                f"{before} {number[:many]}" for many in DIGITS_AFTER if many <= len(number) and _numbered(number[:many])
            ]
    found = []
    for stem in dict.fromkeys(stems):
        rows = [row for row in _holding(connection, f'"{stem}" *') if row != leave_out]
        if rows:
            found.append(Term(f"{stem}*", f"{stem}*", rows, _weight(rows, size)))
    return found


def _numbered(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _holding(connection: sqlite3.Connection, phrase: str) -> list[int]:
    """The newest tickets whose text holds the phrase, at most SAMPLE."""
    rows = connection.execute(
        "SELECT rowid FROM ticket_search WHERE ticket_search MATCH ? ORDER BY rowid DESC LIMIT ?",
        (f"text : {phrase}", SAMPLE),
    )
    return [row for (row,) in rows]


def _weight(rows: list[int], size: int) -> float:
    """How rare a word is; where only the newest of its tickets were looked at, how close they stand tells."""
    number = len(rows) if len(rows) < SAMPLE else len(rows) * size / max(1, rows[0] - rows[-1] + 1)
    return log(1 + (size - number + 0.5) / (number + 0.5)) if number < size else 0.01


def _meant(connection: sqlite3.Connection, word: str) -> str:
    """The word of the store that differs from this one by one letter (more, less, another, or two changed places) and begins
    alike; the word itself, if there is none."""
    for begin in dict.fromkeys((word[:2], word[0] + word[2])):
        rows = connection.execute(
            "SELECT term FROM ticket_words WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? LIMIT ?",
            (begin, begin + "\U0010ffff", len(word) - 1, len(word) + 1, RANGE),
        )
        for (term,) in rows:
            if _one_letter(word, term):
                return str(term)
    return word


def _one_letter(one: str, two: str) -> bool:
    """Whether one edit makes the one word the other."""
    if len(one) > len(two):
        one, two = two, one
    start = 0
    while start < len(one) and one[start] == two[start]:
        start += 1
    if len(one) < len(two):
        return one[start:] == two[start + 1 :]
    rest = start + 1
    swapped = one[start : start + 2] == two[start : start + 2][::-1] and one[start + 2 :] == two[start + 2 :]
    return one[rest:] == two[rest:] or swapped
