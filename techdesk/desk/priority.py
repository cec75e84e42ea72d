"""Priority = impact x urgency, by a published matrix; and what each priority promises.

Both are the organisation's to set (`targets.RecordPriorities`); what stands here counts until it has.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from techdesk.desk.checks import whole
from techdesk.desk.tx import Row, Tx
from techdesk.errors import BadInput

IMPACTS = {1: "whole school", 2: "several classes or a service", 3: "one class", 4: "one person"}
URGENCIES = {1: "work stopped or safeguarding", 2: "badly hindered", 3: "inconvenient", 4: "whenever"}
RANKS = (1, 2, 3, 4, 5)

# Rows are impact 1 to 4, columns urgency 1 to 4.
Matrix = tuple[tuple[int, ...], ...]
MATRIX: Matrix = (
    (1, 1, 2, 3),
    (1, 2, 3, 4),
    (2, 3, 4, 5),
    (3, 4, 5, 5),
)

# A working day, as people count it in targets.
DAY = 8 * 60
_UNITS = {"m": 1, "h": 60, "d": DAY}


class Target(NamedTuple):
    """Minutes of service hours to respond and to fix."""

    respond: int
    fix: int


# P5 is served at the next visit and has no target.
TARGETS: dict[int, Target | None] = {
    1: Target(60, 4 * 60),
    2: Target(2 * 60, DAY),
    3: Target(4 * 60, 3 * DAY),
    4: Target(DAY, 5 * DAY),
    5: None,
}


class Priorities(NamedTuple):
    """What an organisation has published."""

    matrix: Matrix
    targets: dict[int, Target | None]


def priority(impact: int, urgency: int, by: Matrix = MATRIX) -> int:
    """Priority 1 to 5 from impact and urgency 1 to 4. Raises BadInput outside of them."""
    return by[whole(impact, "The impact", 1, 4) - 1][whole(urgency, "The urgency", 1, 4) - 1]


def published(tx: Tx) -> Priorities:
    """What the organisation has set, with what counts by default where it has not."""
    rows = tx.find("priorities", limit=1)
    return read(rows[0]) if rows else Priorities(MATRIX, TARGETS)


def read(row: Row) -> Priorities:
    """The priorities that a row holds."""
    own = row.get("matrix")
    found = dict(TARGETS)
    for rank in RANKS:
        if (said := row.get(f"target_{rank}")) is not None:
            found[rank] = target(str(said))
    return Priorities(matrix(str(own)) if own else MATRIX, found)


@lru_cache(16)
def matrix(text: str) -> Matrix:
    """Four rows, for impact 1 to 4, of four priorities each, for urgency 1 to 4, such as `1123 1234 2345 3455`. Raises
    BadInput for a matrix with a hole."""
    found = tuple(tuple(int(digit) for digit in row) for row in re.findall(r"[0-9]+", text.replace(",", "")))
    if [len(row) for row in found] != [4, 4, 4, 4] or not all(1 <= each <= 5 for row in found for each in row):
        raise BadInput(
            f"'{text}' is no whole matrix: write four rows of four priorities from 1 to 5, a row for each impact, "
            "as  1123 1234 2345 3455."
        )
    return found


@lru_cache(32)
def target(text: str) -> Target | None:
    """Time to respond and to fix, such as `1h/4h`, `30m/1h30m` or `1d/5d` (a day is 8 hours of service); `none` for no
    target. Raises BadInput."""
    said = text.strip().casefold()
    if said == "none":
        return None
    respond, slash, fix = said.partition("/")
    if not slash:
        raise BadInput(f"'{text}' is no target: write the time to respond and to fix, as  1h/4h  or  none.")
    found = Target(_minutes(respond, text), _minutes(fix, text))
    if found.respond > found.fix:
        raise BadInput(f"'{text}' promises to fix before it responds: write the shorter time first.")
    return found


def _minutes(said: str, text: str) -> int:
    parts = re.findall(r"(\d{1,4})([mhd])", said.strip())
    total = sum(int(number) * _UNITS[unit] for number, unit in parts)
    if "".join(number + unit for number, unit in parts) != said.strip() or not 0 < total <= 250 * DAY:
        raise BadInput(f"'{text}' is no target: write the time to respond and to fix, as  1h/4h  or  none.")
    return total


def words(minutes: int) -> str:
    """Minutes of service as people say them: 2 days, 4 h, 1 h 30 min."""
    if minutes % DAY == 0:
        return f"{minutes // DAY} day{'s' if minutes > DAY else ''}"
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
