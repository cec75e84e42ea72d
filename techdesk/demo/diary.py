"""The demo's diary: commands with the moment and the person of each, run in the order of time."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from random import Random

from techdesk import clock
from techdesk.demo.shapes import Technician
from techdesk.desk.commands import Command, perform, prepared
from techdesk.desk.ids import ticket_ref
from techdesk.desk.tx import Act
from techdesk.models.journal import carried
from techdesk.models.store import FIRST_NUMBER, Store


class Ids:
    """Ids in the form of UUIDv7 that hang on the seed alone, so that the same seed gives the same rows."""

    def __init__(self, seed: int) -> None:
        self._seed, self._rng = seed, Random(f"{seed}:ids")

    def at(self, when: datetime) -> str:
        """An id of that moment, the next in the series."""
        return _id(when, self._rng.getrandbits(74))

    def of(self, when: datetime, command: Command) -> str:
        """The id of an operation, which hangs on nothing but what is done and when."""
        digest = hashlib.blake2b(f"{self._seed}:{when.isoformat()}:{command}".encode(), digest_size=10).digest()
        return _id(when, int.from_bytes(digest) & (1 << 74) - 1)


def _id(when: datetime, bits: int) -> str:
    stamp = int(when.timestamp() * 1000) & (1 << 48) - 1
    return str(uuid.UUID(int=stamp << 80 | 0x7 << 76 | bits >> 62 << 64 | 0x2 << 62 | bits & (1 << 62) - 1))


class Diary:
    """Collects what is done, by whom and when, in any order."""

    def __init__(self, ids: Ids) -> None:
        self.ids = ids
        self._entries: list[tuple[datetime, int, Technician, Command]] = []

    def write(self, when: datetime, who: Technician, command: Command) -> None:
        """Notes a command for that moment; of two at one moment the one noted first is run first."""
        self._entries.append((when, len(self._entries), who, command))

    def perform(self, store: Store, until: datetime) -> None:
        """Runs what is due by `until`, in one transaction: the commands' own handlers, each an operation of its own. What
        lies later has not happened yet."""
        numbers = _refs()
        with store.transaction() as tx:
            for when, _, who, command in sorted(self._entries, key=lambda entry: entry[:2]):
                if when > until:
                    break
                ready = prepared(command, tx, lambda: next(numbers))
                act = Act(self.ids.of(when, command), clock.moment(when), who.id, who.laptop)
                tx.begin(act)
                perform(tx, ready, act)
                if tx.writes:
                    store.record(act, ready, carried(ready), tx.writes)


def _refs() -> Iterator[str]:
    """The laptop's ticket numbers, from its first on."""
    number = FIRST_NUMBER
    while True:
        yield ticket_ref(number)
        number += 1
