"""Names of device models as people and programs spell them: what tells models apart, and what is only another way of writing.

Figures tell models apart, and so do words such as Pro or Air; a maker's name, `Notebook PC`, case, blanks and signs do not.
Nothing here decides: what reads the same is offered.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

# Words that makers and lists add to a model's name.
DULL = frozenset(
    ("notebook", "laptop", "desktop", "pc", "computer", "series", "tablet", "inch", "inches", "in", "wifi", "wlan", "the",
     "with", "and", "model", "generation", "gen", "th", "st", "nd", "rd", "projector", "printer", "chromebook", "all", "one")
)  # fmt: skip
# Words that make another model of the same figures.
TELLING = frozenset(
    ("pro", "air", "mini", "max", "plus", "se", "lite", "ultra", "touch", "flip", "spin", "go", "edge", "micro", "tower",
     "lte", "cellular", "fe", "active", "studio", "book", "elite")
)  # fmt: skip
MAKERS = {"hewlettpackard": "hp", "hewlettpackardenterprise": "hpe", "microsoftcorporation": "microsoft"}
OF_FIRMS = re.compile(r"\b(inc|ltd|limited|corp|corporation|co|company|gmbh|electronics|computers?|plc|llc|uk)\b")
# Makers that a name may begin with though the model's row does not name them.
KNOWN = frozenset(
    ("hp", "dell", "lenovo", "acer", "asus", "apple", "microsoft", "samsung", "google", "epson", "brother", "canon",
     "toshiba", "fujitsu", "viglen", "stone", "rm", "promethean", "smart", "benq", "hitachi", "casio", "ricoh",
     "kyocera", "xerox")
)  # fmt: skip
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
SAME = "spelled otherwise"
LIKE_WORDS, LIKE_NAMES = 0.84, 0.92


class Spelling(NamedTuple):
    """What is left of a name: its figures and its words, each sorted, and the maker as it is usually called."""

    figures: tuple[str, ...]
    words: tuple[str, ...]
    maker: str


@lru_cache(maxsize=1 << 13)
def spelling(name: str, maker: str | None) -> Spelling:
    """A model's name taken apart."""
    firm = maker_name(maker)
    plain = _plain(name)
    for written, usual in MAKERS.items():
        plain = plain.replace(written, usual)
    said = _plain(maker or "").split()
    tokens = _TOKEN.findall(plain.replace("hewlett packard", "hp"))
    figures = tuple(sorted(each.removesuffix(".0") for each in tokens if each[0].isdigit()))
    words = [each for each in tokens if not each[0].isdigit() and each not in DULL]
    first = next((each for each in words[:1] if each in KNOWN), "")
    left = [each for each in words if each not in said and each != firm and each != first]
    return Spelling(figures, tuple(sorted(left)), firm or first)


def maker_name(maker: str | None) -> str:
    """A maker's name without what firms are called."""
    bare = re.sub(r"[\W_]", "", OF_FIRMS.sub("", _plain(maker or "")))
    return MAKERS.get(bare, bare)


def number_key(number: str | None) -> str:
    """A model number without blanks and signs; empty for one that is too short to tell anything."""
    bare = re.sub(r"[\W_]", "", _plain(number or ""))
    return bare if len(bare) > 3 and any(each.isdigit() for each in bare) else ""


def alike(one: Spelling, other: Spelling) -> str:
    """Why two names may be one model's, in words; empty when they are not."""
    if one.figures != other.figures or not _same_maker(one.maker, other.maker):
        return ""
    # A name may begin with the maker that only the other row says.
    one, other = (each._replace(words=tuple(word for word in each.words if word not in (one.maker, other.maker)))
                  for each in (one, other))  # fmt: skip
    if one.words == other.words:
        return SAME if one.words or len("".join(one.figures)) > 2 else ""
    mine, theirs = set(one.words), set(other.words)
    apart = mine ^ theirs
    if apart & TELLING or any(len(each) < 3 for each in apart):
        return ""
    if one.figures and (mine < theirs or theirs < mine):
        return f"one says {' '.join(sorted(apart))} as well"
    least = LIKE_WORDS if one.figures else LIKE_NAMES
    likeness = SequenceMatcher(None, " ".join(one.words), " ".join(other.words)).ratio()
    return "nearly the same letters" if likeness >= least else ""


def _same_maker(one: str, other: str) -> bool:
    return not one or not other or one.startswith(other) or other.startswith(one)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("+", " plus "))
    return re.sub(r"[^\w. ]|_", " ", "".join(each for each in folded if not unicodedata.combining(each)))
