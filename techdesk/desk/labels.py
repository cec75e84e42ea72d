"""Tags and serial numbers: people and scanners write one in several ways, and mean the same piece."""

import unicodedata


def folded(text: str) -> str:
    """What is left of a tag or serial number when it does not matter how it is written: case, blanks at the ends, and the
    wide or joined forms of letters that scanners and lists give (Unicode's NFKC)."""
    bare = text.strip()
    return bare.lower() if bare.isascii() else unicodedata.normalize("NFKC", bare).casefold()
