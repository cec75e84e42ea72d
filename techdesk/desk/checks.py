"""What a command may hold: each check returns the value, cleaned, or raises BadInput with a sentence."""

import math
from collections.abc import Iterable

from techdesk.errors import BadInput

LONGEST_TEXT = 100_000
MOST_MINUTES = 24 * 60
# How minutes are spent.
MODES = ("on_site", "remote", "travel", "waiting")


def words(text: str, what: str, *, longest: int = LONGEST_TEXT) -> str:
    """Text with something in it. It is stored as given, but for blanks at its ends."""
    cleaned = legible(text, what, longest=longest)
    if not cleaned:
        raise BadInput(f"{what} is empty: write a few words.")
    return cleaned


def legible(text: str, what: str, *, longest: int = LONGEST_TEXT) -> str:
    """Text that can be stored: of bounded length, and real characters (no half of a surrogate pair)."""
    if len(text) > longest:
        raise BadInput(f"{what} is {len(text):,} characters long: {longest:,} at most are kept. Shorten it.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput(f"{what} holds bytes that are no text in UTF-8: check how it was typed or saved.") from None
    return text.strip()


def whole(value: int, what: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    if type(value) is not int or not least <= value <= most:
        raise BadInput(f"{what} is {value}: it must be a whole number from {least:,} to {most:,}.")
    return value


def finite(value: float | None, what: str) -> float | None:
    """A number that can be added up and written as JSON: neither infinite nor no number at all."""
    if value is not None and not math.isfinite(value):
        raise BadInput(f"{what} is {value}: write it in digits.")
    return value


def minutes(value: int | None) -> int | None:
    """Minutes of work on one entry: a day at most."""
    return None if value is None else whole(value, "The number of minutes", 0, MOST_MINUTES)


def answers(timeliness: int | None, quality: int | None) -> None:
    """The answers to the two questions, 1 to 5 each."""
    for name, answer in (("timeliness", timeliness), ("quality", quality)):
        if answer is not None:
            whole(answer, f"The answer for {name}", 1, 5)


def one_of(value: str, what: str, allowed: Iterable[str]) -> str:
    """One of a closed set of words."""
    choices = tuple(allowed)
    if value not in choices:
        raise BadInput(f"{what} is '{value}': it must be one of {', '.join(choices)}.")
    return value


def title_of(text: str) -> str:
    """The first line that says something, short enough for a list."""
    for line in text.splitlines():
        if line.strip():
            return line.strip()[:200]
    return text.strip()[:200]
