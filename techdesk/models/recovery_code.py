"""A store's key as letters that can be read out: what a coordinator gives to a technician who lost the passphrase."""

import hashlib

from techdesk.errors import BadInput

# Base 32 without the letters that are mistaken for digits (I, L, O) or make words (U).
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KEY_BYTES = 32
# 256 bits of the key and 24 that notice a slip: 56 letters, in 14 groups.
CHECK_BYTES = 3
LENGTH = (KEY_BYTES + CHECK_BYTES) * 8 // 5


def written(key: bytes) -> str:
    """The code of a key, in groups of four."""
    number = int.from_bytes(key + _check(key), "big")
    code = "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return "-".join(code[at : at + 4] for at in range(0, LENGTH, 4))


def read(text: str) -> bytes:
    """The key that a code stands for: any case, with or without its dashes, O for 0 and I or L for 1. Raises BadInput."""
    code = "".join(letter for letter in text.upper() if letter.isalnum()).translate(str.maketrans("OIL", "011"))
    if len(code) != LENGTH or not set(code) <= set(LETTERS):
        raise BadInput(f"That is no code: it has {LENGTH} letters and digits, in groups of four. Type it again.")
    number = 0
    for letter in code:
        number = number << 5 | LETTERS.index(letter)
    found = number.to_bytes(KEY_BYTES + CHECK_BYTES, "big")
    key = found[:KEY_BYTES]
    if _check(key) != found[KEY_BYTES:]:
        raise BadInput("A letter of the code is wrong: compare it, and type it again.")
    return key


def _check(key: bytes) -> bytes:
    return hashlib.sha256(b"techdesk code" + key).digest()[:CHECK_BYTES]
