"""Identity (UUIDv7) and the ticket numbers that people say aloud."""

import os
import time

from techdesk.errors import BadInput

# Letters that are not mistaken for a digit or for each other when read aloud or off paper.
CHECK_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXY"


_last = (0, 0)


def new_id(milliseconds: int | None = None) -> str:
    """A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then 74 bits that are random but for this: within a millisecond
    the first 12 of them count up, so that what one program makes sorts in the order that it was made. Written here because
    the standard library has none before Python 3.14."""
    global _last
    stamp = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    random = int.from_bytes(os.urandom(10))
    if milliseconds is None:
        step = _last[1] + 1 if stamp <= _last[0] else random >> 68 & 0x7FF
        stamp, step = max(stamp, _last[0]) + step // 4096, step % 4096
        _last = (stamp, step)
        random = random & (1 << 64) - 1 | step << 64
    value = (stamp & (1 << 48) - 1) << 80 | random & (1 << 80) - 1
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return _text(value)


def derived_id(parent: str, offset: int) -> str:
    """The id of the `offset`-th row that the operation `parent` makes: the same on every machine that runs it."""
    value = int(parent.replace("-", ""), 16)
    tail = (1 << 62) - 1
    return _text(value & ~tail | (value + offset) & tail)


def named_id(*names: str) -> str:
    """The id (UUIDv8) of a thing that other systems name: the same wherever the same names are imported."""
    from hashlib import sha256  # 4 ms for OpenSSL, which only an import of files pays

    value = int.from_bytes(sha256("\x1f".join(names).encode()).digest()[:16])
    value = value & ~(0xF << 76) | 0x8 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return _text(value)


def _text(value: int) -> str:
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def ticket_ref(number: int) -> str:
    """A ticket's number with its check letter: 4127 -> '4127-K'. The weights catch one wrong digit and two swapped."""
    weighted = sum(int(digit) * weight for weight, digit in enumerate(reversed(str(number)), start=2))
    return f"{number}-{CHECK_LETTERS[weighted % len(CHECK_LETTERS)]}"


def spoken_ref(text: str) -> str:
    """The full reference for what a person typed: '4127', '4127k' and ' 4127-K' all mean '4127-K'.

    Text that does not look like a number is returned as it is; a wrong check letter is refused.
    """
    cleaned = text.strip().upper()
    digits, letter = cleaned.rstrip(CHECK_LETTERS + "-"), cleaned.lstrip("0123456789").lstrip("-")
    if not digits.isascii() or not digits.isdigit() or len(letter) > 1:
        return text.strip()
    ref = ticket_ref(int(digits))
    if letter and not ref.endswith(letter):
        raise BadInput(
            f"There is no ticket {cleaned}: {digits} goes with the letter {ref[-1]}. Look at the number again."
        )
    return ref
