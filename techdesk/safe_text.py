"""Text that strangers wrote, made safe to draw. Only what is drawn changes; stored text never does.

A ticket may be pasted from anywhere: an escape sequence would move the terminal's cursor, a bidi override would show a
sentence backwards, and an invisible character would shift every column after it.
"""

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Joiners, emoji variations and skin tones: terminals disagree on the width of what they build, so the
# parts are drawn side by side, where every part has one width.
_DROPPED = frozenset([0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)])

# Printable by category, yet drawn as nothing.
_BLANK = frozenset([0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0])

# Cc controls, Cf formats (bidi, zero width, tags), Cs lone surrogates (they cannot be encoded, so
# writing one to the terminal raises), Cn unassigned (their width is anyone's guess).
_UNSAFE_CATEGORIES = frozenset(["Cc", "Cf", "Cs", "Cn"])

_SPACES = frozenset("\t\n\r\v\f\N{NEXT LINE}\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}\N{NO-BREAK SPACE}")


def _safe_character(character: str) -> str:
    """What is drawn for one character: itself, a space, a visible stand-in, or nothing."""
    code = ord(character)
    if character in _SPACES:
        return " "
    if code in _DROPPED:
        return ""
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures: ESC becomes a visible ␛
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if code in _BLANK or unicodedata.category(character) in _UNSAFE_CATEGORIES:
        return REPLACEMENT
    return character


class _Table(dict[int, str]):
    """A translation table that learns each character the first time it is met."""

    def __missing__(self, code: int) -> str:
        self[code] = safe = _safe_character(chr(code))
        return safe


_TABLE = _Table()


def safe_text(text: str) -> str:
    """`text` as one line that cannot move the cursor, reverse its neighbours or hide characters.

    Accents, wide characters and right-to-left letters stay. The length may change: joiners are dropped.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_TABLE)


def cells(text: str) -> int:
    """How many cells a safe text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, width: int) -> str:
    """A safe text with blanks up to `width` cells."""
    return text + " " * max(0, width - cells(text))


def clipped(text: str, width: int) -> str:
    """A safe text cut to `width` cells; a cut one ends in `…`."""
    if cells(text) <= width:
        return text
    kept, used = "", 1
    for character in text:
        used += _cells(character)
        if used > width:
            break
        kept += character
    return kept + "…"
