"""Cells into values: what people and programs write in tables, read without guessing more than the mapping says."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from techdesk import clock

_Number = TypeVar("_Number", int, float)
FIRST_YEAR, LAST_YEAR = 1970, 2200
# Excel counts days from here (its 1900 was a leap year).
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a wall-clock day, as all of Excel's
YES = frozenset(("1", "y", "yes", "true", "t", "x", "on"))
NO = frozenset(("0", "n", "no", "false", "f", "off"))
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# No maker gives these to a device: they are what firmware says when nobody filled them in.
PLACEHOLDERS = frozenset(
    ("", "none", "null", "n/a", "na", "nil", "unknown", "default string", "defaultstring", "tobefilledbyoem", "oem",
     "systemserialnumber", "serialnumber", "notspecified", "notapplicable", "notavailable", "invalid", "empty",
     "chassisserialnumber", "123456789", "1234567890", "sernum", "missing", "tba", "tbc")
)  # fmt: skip


def no_escapes(text: str) -> str:
    """Excel's escaped control characters as themselves: `_x000D_` before a line end is the rest of CR LF."""
    if "_x" not in text:
        return text
    text = re.sub(r"_x000[Dd]_(?=\r?\n)", "", text)
    return _ESCAPED.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    if code == 0x0D:
        return "\n"
    return chr(code) if code in (0x09, 0x0A, 0x5F) else "" if code < 0x20 else match[0]


def no_mojibake(text: str) -> str:
    """UTF-8 that was read as Windows-1252, read again; as it was unless the way back is exact."""
    if text.isascii():
        return text
    try:
        return text.encode("cp1252", "techdesk.windows").decode("utf-8")
    except UnicodeError:
        return text


def neutral(text: str) -> str:
    """Text that a spreadsheet takes as text: an apostrophe before what would be a formula (see `plain`)."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def plain(text: str) -> str:
    """Takes back what `neutral` did."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text


CLEANERS: dict[str, Callable[[str], str]] = {
    "excel-escapes": no_escapes,
    "mojibake": no_mojibake,
    "apostrophes": plain,
}


def is_placeholder(text: str) -> bool:
    """Whether a text is what firmware says when nobody filled it in. Digits alone may be a label, so they are none."""
    bare = re.sub(r"[\W_]", "", text.casefold())
    return not bare or (not bare.isdigit() and (bare in PLACEHOLDERS or text.strip().casefold() in PLACEHOLDERS))


def is_identity(serial: str | None) -> bool:
    """Whether a serial number tells one device from all others."""
    if not serial:
        return False
    bare = re.sub(r"[^a-z0-9/]", "", serial.casefold())
    return len(bare) > 1 and len(set(bare)) > 1 and bare not in PLACEHOLDERS and serial.casefold() not in PLACEHOLDERS


def number(text: str) -> float:
    """A number as people write it: £1,234.50, 1.234,50, 35.2. Raises ValueError."""
    bare = re.sub(r"[\s'£$€]|\b(?:GBP|USD|EUR)\b", "", text)
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", bare):
        bare = bare.replace(",", "")
    elif re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})*,\d+", bare) or re.fullmatch(r"[-+]?\d+,\d+", bare):
        bare = bare.replace(".", "").replace(",", ".")
    if not re.fullmatch(r"[-+]?(\d{1,15}(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?", bare):
        raise ValueError("it is not a number")
    return float(bare)


def integer(text: str) -> int:
    """A whole number; 210.0 is one too. Raises ValueError."""
    if text.isdecimal() and len(text) < 16:
        return int(text)
    value = number(text)
    if not value.is_integer() or abs(value) > 2**53:
        raise ValueError("it is not a whole number")
    return int(value)


def count(text: str) -> int:
    """A whole number that is not below zero. Raises ValueError."""
    return _not_below_zero(integer(text))


def money(text: str) -> float:
    """An amount that is not below zero. Raises ValueError."""
    return _not_below_zero(number(text))


def _not_below_zero(value: _Number) -> _Number:
    if value < 0:
        raise ValueError("it is below zero")
    return value


def is_yes(text: str) -> bool:
    """Whether it says yes."""
    return text.strip().casefold() in YES


def is_no(text: str) -> bool:
    """Whether it says no."""
    return text.strip().casefold() in NO


def flag(text: str) -> int:
    """1 or 0 for yes and no in their usual spellings. Raises ValueError."""
    bare = text.strip().casefold()
    if bare in YES or bare in NO:
        return int(bare in YES)
    raise ValueError("it is neither yes nor no")


@lru_cache(maxsize=1 << 15)
def moment(text: str, formats: tuple[str, ...], timezone: ZoneInfo) -> clock.Moment:
    """The stored moment of a time as the source writes it; a time without an offset is the source's local time.
    Raises ValueError."""
    when = _read(text, formats)
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone)
    return clock.moment(when.astimezone(UTC))


@lru_cache(maxsize=1 << 13)
def day(text: str, formats: tuple[str, ...]) -> str:
    """YYYY-MM-DD of a date (a time with it is left out). Raises ValueError."""
    return date.isoformat(_read(text, formats).date())


def _read(text: str, formats: tuple[str, ...]) -> datetime:
    for format in formats:
        try:
            when = _in_format(text, format)
        except ValueError:
            continue
        if not FIRST_YEAR <= when.year <= LAST_YEAR:
            raise ValueError(f"the year {when.year} cannot be right")
        return when
    raise ValueError(f"it is not a date in the form {' or '.join(formats)}")


def _in_format(text: str, format: str) -> datetime:
    if format == "iso":
        return datetime.fromisoformat(text)
    if format == "excel":
        days = float(text)
        if not 20_000 <= days <= 80_000:
            raise ValueError
        return EXCEL_EPOCH + timedelta(seconds=round(days * 86_400))
    return datetime.strptime(text, format)  # noqa: DTZ007  the zone is the mapping's
