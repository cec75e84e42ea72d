"""Sums over the rows of a table, by which two ends find out whether they hold the same, and which rows differ.

A table's rows fall into buckets by their id; a bucket's sum is that of its rows' digests, so the order does not matter.
"""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from techdesk.sync import wire

BUCKETS = 256
# For each bucket that is not empty: how many rows, and their sum in hexadecimal.
Sums = dict[str, tuple[int, str]]


def digest(row: Sequence[Any]) -> int:
    """Of a row's values, in an order that both ends know."""
    return int.from_bytes(hashlib.blake2b(wire.dumps(row), digest_size=8).digest(), "big")


def bucket(id: str) -> str:
    """Where the row of that id falls."""
    return f"{zlib.crc32(id.encode('utf-8', 'surrogatepass')) % BUCKETS:02x}"


def sums(rows: Iterable[Sequence[Any]]) -> Sums:
    """Of rows whose first value is the id."""
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        place = bucket(row[0])
        count, total = found.get(place, (0, 0))
        found[place] = count + 1, (total + digest(row)) % 2**64
    return {place: (count, f"{total:016x}") for place, (count, total) in sorted(found.items())}


def digests(rows: Iterable[Sequence[Any]], buckets: Iterable[str]) -> dict[str, str]:
    """The digest of each row in those buckets, by id."""
    wanted = set(buckets)
    return {row[0]: f"{digest(row):016x}" for row in rows if bucket(row[0]) in wanted}
