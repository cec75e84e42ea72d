"""Attached files, after the operations: what this laptop has goes up, small pictures of open tickets and
of checklists under way come down.

In small parts, each answered before the next: a link that breaks off costs one part, and the next try goes on where the other
end says. Nothing here can harm the sync of operations, which is over by then: what does not get through is told, and waits.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from techdesk.errors import BadInput, NoConnection, StoreUnusable
from techdesk.models.files import Files
from techdesk.models.store import Change, Store
from techdesk.sync import unsent, wire
from techdesk.sync.connection import ServerRefused, SignedConnection, Stopped

LOG = logging.getLogger("techdesk.sync")
# The first part; the next are larger while the link holds. Once it has broken off, they grow only after so many in a row, and
# shrink when not even one got through between two breaks; it is given up after so many breaks without a part between.
FIRST_PART = 64 * 1024
LEAST_PART = 8 * 1024
IN_A_ROW = 4
TRIES = 6
# Refusals that are about one file alone.
OF_ONE = ("large", "quota", "damaged", "absent")


class Carried(NamedTuple):
    """What came of it: files that went up and came down, those that still wait to be sent, and what a person should know."""

    sent: int = 0
    received: int = 0
    waiting: int = 0
    warnings: tuple[str, ...] = ()


class Bytes(NamedTuple):
    """How far the files have come, both ways together."""

    done: int
    all: int


Told = Callable[[Bytes], None]


def carry(
    store: Store, signed: SignedConnection, told: Told, cancelled: Callable[[], bool], *, everything: bool = False
) -> Carried:
    """Sends what the server lacks, small pictures first, and fetches those of open tickets and of checklists under way;
    with `everything` the files themselves as well. Never raises for the network or the disk: what went wrong is among the
    warnings."""
    up = unsent.waiting(store)
    down = [digest for digest in _wanted(store, everything=everything) if not Files(store.path).has(digest)]
    carrier = _Carrier(store, signed, told, cancelled)
    try:
        if up or down:
            carrier.carry(up, down)
    except (NoConnection, StoreUnusable) as error:
        carrier.warnings.append(str(error))
    left = len(unsent.waiting(store)) if up else 0
    if left and not cancelled():
        carrier.warnings.append(f"{left} {'file' if left == 1 else 'files'} still to send: the next sync goes on.")
    return Carried(carrier.sent, carrier.received, left, tuple(dict.fromkeys(carrier.warnings)))


def fetch(store: Store, signed: SignedConnection, digests: Iterable[str], told: Told) -> list[str]:
    """Fetches files. Returns those that did not come, because the server does not have them. Raises NoConnection,
    StoreUnusable; what has come of a file by then is kept, and the next try goes on there."""
    files = Files(store.path)
    carrier = _Carrier(store, signed, told, lambda: False)
    missing = [digest for digest in dict.fromkeys(digests) if not files.has(digest)]
    if missing:
        carrier.carry([], missing)
    return [digest for digest in missing if not files.has(digest)]


def hand_in(store: Store, signed: SignedConnection, cancelled: Callable[[], bool]) -> int:
    """Sends what is kept for the server, from a laptop that was shut out. How many the network, or its person, kept it from
    sending: they stay, to be sent with the next sync. What the server does not take goes with everything else."""
    carrier = _Carrier(store, signed, lambda _: None, cancelled)
    try:
        if up := unsent.waiting(store):
            carrier.carry(up, [])
    except (NoConnection, StoreUnusable) as error:
        LOG.warning("files that were not sent yet stay here: %s", error)
        return len(unsent.waiting(store))
    left = unsent.waiting(store) if cancelled() else []
    unsent.let_go(store, set(unsent.waiting(store)).difference(left))
    return len(left)


def _wanted(store: Store, *, everything: bool) -> list[str]:
    """The small pictures of open tickets and of checklists under way, the newest first; with `everything` the files too,
    after them."""
    select = (
        "SELECT {} FROM attachment a LEFT JOIN ticket t ON t.id = a.ticket_id LEFT JOIN checklist_run r ON r.id = a.run_id"
        " WHERE t.open = 1 OR r.state = 'due' ORDER BY a.created_at DESC"
    )
    columns = ["a.thumbnail_sha256", "a.sha256"] if everything else ["a.thumbnail_sha256"]
    found = [digest for column in columns for (digest,) in store.connection.execute(select.format(column))]
    return [str(digest) for digest in dict.fromkeys(found) if digest is not None]


class _Carrier:
    def __init__(self, store: Store, signed: SignedConnection, told: Told, cancelled: Callable[[], bool]) -> None:
        self._store = store
        self._signed = signed
        self._told = told
        self._cancelled = cancelled
        self._files = Files(store.path)
        self._size = FIRST_PART
        self._broken = self._through = 0
        self._before_growing = 1
        self._progress = Bytes(0, 0)
        self.sent = self.received = 0
        self.warnings: list[str] = []

    def carry(self, up: list[str], down: list[str]) -> None:
        """Asks how far the server has what, then carries one file after the other."""
        there = self._status([*up, *(digest for digest in down if digest not in up)])
        unsent.let_go(self._store, [digest for digest in up if digest not in there])
        up = [digest for digest in up if digest in there]
        down = [digest for digest in down if digest in there and there[digest].have == there[digest].bytes]
        whole = [digest for digest in up if there[digest].have == there[digest].bytes]
        self._keep_sent(whole)
        up = [digest for digest in up if digest not in whole]
        self._progress = Bytes(0, sum(there[digest].bytes for digest in (*up, *down)))
        for digest in up:
            self.sent += self._each(lambda digest=digest: self._send(digest, there[digest].have))  # type: ignore[misc]
        for digest in down:
            self.received += self._each(lambda digest=digest: self._fetch(digest, there[digest].bytes))  # type: ignore[misc]

    def _each(self, carry: Callable[[], bool]) -> int:
        """Carries one file; a refusal that is about it alone is told, and the others go on."""
        if self._cancelled():
            return 0
        try:
            return int(carry())
        except ServerRefused as refusal:
            if refusal.code not in OF_ONE:
                raise
            self.warnings.append(str(refusal))
            return 0

    def _send(self, digest: str, have: int) -> bool:
        try:
            data = self._files.read(digest)
        except StoreUnusable as error:  # damaged, or gone meanwhile: the others can still go
            self.warnings.append(str(error))
            return False
        asked: set[int] = set()
        while have < len(data):
            if self._cancelled():
                return False
            part = data[have : have + self._size]
            try:
                answer = self._signed.call(f"{wire.BLOBS_PATH}/{digest}/{have}", part)
                have = self._came(have, _have(answer, len(data)))
            except ServerRefused as refusal:
                wanted = refusal.document.get("have")
                if (
                    refusal.code != "offset"
                    or not isinstance(wanted, int)
                    or wanted in asked
                    or not 0 <= wanted <= len(data)
                ):
                    raise
                asked.add(wanted)  # a part whose answer was lost, or another laptop that has the same file
                have = self._came(have, wanted)
            except NoConnection as error:
                self._slow_down(error)
        self._keep_sent([digest])
        return True

    def _fetch(self, digest: str, size: int) -> bool:
        while (have := self._files.received(digest)) < size:
            if self._cancelled():
                return False
            try:
                data = self._signed.call(f"{wire.BLOBS_PATH}/{digest}/{have}/{self._size}", b"")
            except ServerRefused:
                raise
            except NoConnection as error:
                self._slow_down(error)
                continue
            if not data:
                raise NoConnection("The server sends nothing of a file that it has: sync again.")
            self._files.receive(digest, data)
            self._came(have, have + len(data))
        if not self._files.complete(digest):
            self.warnings.append("A file came damaged: the next sync fetches it again.")
            return False
        self._keep_sent([digest])
        return True

    def _came(self, before: int, have: int) -> int:
        """A part went through: the next may be larger."""
        self._broken, self._through = 0, self._through + 1
        if self._through >= self._before_growing:
            self._size, self._through = min(2 * self._size, wire.MOST_PART), 0
        self._progress = self._progress._replace(done=self._progress.done + max(0, have - before))
        self._told(self._progress)
        return have

    def _slow_down(self, error: NoConnection) -> None:
        """The link broke off: smaller parts get through between two breaks."""
        self._broken, self._through, self._before_growing = self._broken + 1, 0, IN_A_ROW
        if self._broken >= TRIES or isinstance(error, Stopped):
            raise error
        if self._broken > 1:
            self._size = max(self._size // 2, LEAST_PART)

    def _status(self, digests: list[str]) -> dict[str, "_There"]:
        found: dict[str, _There] = {}
        for some in _some(digests):
            body = wire.dumps({"protocol": wire.PROTOCOL, "sha256": some})
            while True:
                try:
                    answer = self._signed.call(wire.BLOBS_PATH, body)
                    break
                except ServerRefused as refusal:
                    if refusal.code == "http":
                        raise NoConnection(
                            "The server is older than this techdesk, and takes no files: they stay here."
                        ) from None
                    raise
                except NoConnection as error:
                    self._slow_down(error)
            found |= _read_status(answer)
        return found

    def _keep_sent(self, digests: list[str]) -> None:
        """Remembers that the server has them, and says so to whoever shows them."""
        if not digests:
            return
        with self._store.transaction():
            self._store.connection.executemany(
                "INSERT OR IGNORE INTO file_sent VALUES (?)", [(digest,) for digest in digests]
            )
        unsent.let_go(self._store, digests)
        self._store.announce(Change(frozenset(("attachment",)), frozenset()))


class _There(NamedTuple):
    """A file at the server: its size, and how much of it is there."""

    bytes: int
    have: int


def _some(digests: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(digests), wire.MOST_FILES):
        yield digests[first : first + wire.MOST_FILES]


def _have(answer: bytes, most: int) -> int:
    document = _document(answer)
    have = document.get("have")
    if not isinstance(have, int) or not 0 <= have <= most:
        raise NoConnection("The server's answer about a file cannot be read: update techdesk on both ends.")
    return have


def _read_status(answer: bytes) -> dict[str, _There]:
    files = _document(answer).get("files")
    if not isinstance(files, dict):
        raise NoConnection("The server's answer about files cannot be read: update techdesk on both ends.")
    found = {}
    for digest, each in files.items():
        size, have = (each.get("bytes"), each.get("have")) if isinstance(each, dict) else (None, None)
        if isinstance(size, int) and isinstance(have, int) and 0 <= have <= size:
            found[str(digest)] = _There(size, have)
    return found


def _document(answer: bytes) -> dict[str, object]:
    try:
        document = wire.loads(answer)
    except BadInput as error:
        raise NoConnection(str(error)) from None
    return document if isinstance(document, dict) else {}
