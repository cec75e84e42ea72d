"""The exchanges of one sync: what waits goes up, what is new comes down and under it."""

import logging
import time
from collections.abc import Callable

from techdesk import clock
from techdesk.errors import BadInput, NoConnection
from techdesk.models.store import Store
from techdesk.sync import blobs, erasing, escrow, former, holding, outbox, reading, retention, unsent, wire
from techdesk.sync.arrivals import FOREIGN, OWN, Arrivals
from techdesk.sync.connection import ServerRefused, SignedConnection, warnings
from techdesk.sync.forking import Copied, Outlived
from techdesk.sync.outbox import Outbox, Withdrawn
from techdesk.sync.regranting import Regranted
from techdesk.sync.reports import Progress, SyncReport, keep_last_sync
from techdesk.sync.wire import Operation, Reply, Request

LOG = logging.getLogger("techdesk.sync")
# Ticket numbers: never fewer than this in hand after a sync, and this many more at a time.
FEWEST_NUMBERS = 20
MORE_NUMBERS = 50
# A measured clock offset is kept when it moved by this many seconds, and told from this many on.
OFFSET_MOVED = 2.0
OFFSET_TOLD = 300.0
EMPTIED = "What this laptop held of the organisation is removed from it."


class Exchanges:
    """One sync under way: requests and replies until neither end has anything left."""

    def __init__(
        self,
        store: Store,
        signed: SignedConnection,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._store = store
        self._signed = signed
        self._progress = progress
        self._cancelled = cancelled
        self._outbox = Outbox(store)
        self._arrivals = Arrivals(store, self._outbox)

    def run(self) -> SyncReport:
        began = time.monotonic()
        start = first = self._outbox.first_waiting()
        entered = self._arrivals.cursor.seq
        asked_again = False
        newest = _newest_news(self._store)
        try:
            while True:
                reply, size, operations = self._exchange(start)
                if operations and reply.expects_dseq == start:
                    raise NoConnection(f"The server waits for operation {start} of this laptop: run  techdesk doctor.")
                start = self._following(start, reply.expects_dseq)
                last = self._outbox.last()
                stop = self._cancelled()
                done = not reply.more and start > last
                caught_up = self._arrivals.take(reply, size, last=done or stop)
                connection = self._signed.connection
                self._progress(
                    Progress(start - first, last - first + 1, reply.cursor.seq - entered, reply.head - entered,
                             bytes_up=connection.bytes_up, bytes_down=connection.bytes_down)
                )  # fmt: skip
                if stop:
                    break
                if done and reply.sites is not None:
                    raise Regranted(reply.sites)
                if done and caught_up:
                    unseen = self._outbox.first_waiting()
                    if unseen >= start:
                        break
                    # The server skipped some as known, and its log does not have them: a copy of this laptop has sent others
                    # under their numbers. It is asked to say so.
                    if asked_again:
                        raise NoConnection(f"The server does not give back operation {unseen} of this laptop: ask your "
                                           "coordinator; nothing here is lost.")  # fmt: skip
                    start, asked_again = unseen, True
        except NoConnection as error:
            self._arrivals.flush()  # what has arrived need not come again
            if isinstance(error, ServerRefused) and error.code == "revoked":
                raise self._shut_out(error, start) from None
            raise
        erasing.finish(self._store)
        retention.trim(self._store, reply.server_time)
        self._leave_key(reply.recovery_key)
        keep_last_sync(self._store.path)
        if self._arrivals.counts[FOREIGN]:
            with self._store.transaction():
                self._store.set_meta(news_after=str(newest))
        return self.report(time.monotonic() - began)

    def _leave_key(self, recovery_key: str | None) -> None:
        """What came after a sync that is done does not undo it."""
        try:
            escrow.leave_key(self._store, self._signed, recovery_key)
        except NoConnection as error:
            LOG.warning("the key of the encrypted store could not be left with the server: %s", error)

    def _exchange(self, start: int) -> tuple[Reply, int, list[Operation]]:
        """One request; its reply, the reply's size, and what was sent."""
        while True:
            operations = self._outbox.batch(start)
            now = clock.now()
            request = Request(self._arrivals.cursor, operations, self._numbers_wanted(), clock.moment(now),
                              holding.digest(self._store))  # fmt: skip
            marking = (lambda sent=operations: self._outbox.mark_sent(sent)) if operations else None
            try:
                body = self._signed.exchange(wire.request_body(request), marking)
                reply = reading.read_reply(wire.loads(body))
            except Withdrawn:
                continue
            except BadInput as error:
                raise NoConnection(str(error)) from None
            middle = now + (clock.now() - now) / 2
            self._keep_offset((clock.parse(reply.server_time) - middle).total_seconds())
            if self._store.meta("shut_out") is not None:
                erasing.let_in(self._store)
            return reply, len(body), operations

    def _shut_out(self, refusal: ServerRefused, start: int) -> ServerRefused:
        """A laptop that was shut out leaves the rest of what waits with the server, where a coordinator finds it, and holds
        nothing any more. Returns what to tell."""
        expected = refusal.document.get("expects_dseq")
        kept = unsent.keep_all(self._store)
        try:
            while isinstance(expected, int) and start < expected <= self._outbox.last():
                start = expected
                try:
                    self._exchange(start)
                except ServerRefused as again:
                    expected = again.document.get("expects_dseq")
            kept = blobs.hand_in(self._store, self._signed, self._cancelled)
        finally:
            acknowledged = expected - 1 if isinstance(expected, int) else 0
            sentence = " ".join(
                (f"{refusal} {EMPTIED}{_kept_files(kept)}", *former.erase_all(self._store, acknowledged))
            )
            erasing.everything(self._store, acknowledged, sentence)
        return ServerRefused(sentence, refusal.code, refusal.document)

    def _following(self, start: int, expected: int) -> int:
        """The number to send from next: the server says which it expects."""
        if expected > self._outbox.last() + 1:
            raise Copied
        if expected < start and not self._outbox.has(expected):
            raise Outlived
        return expected

    def _numbers_wanted(self) -> int:
        if self._arrivals.numbers_held:
            return 0
        free = self._store.connection.execute(
            "SELECT coalesce(sum(last - next + 1), 0) FROM number_block WHERE last IS NOT NULL"
        ).fetchone()[0]
        return MORE_NUMBERS if free < FEWEST_NUMBERS else 0

    def _keep_offset(self, offset: float) -> None:
        if abs(offset - float(self._store.meta("clock_offset") or 0)) >= OFFSET_MOVED:
            with self._store.transaction():
                self._store.set_meta(clock_offset=f"{offset:.1f}")

    def report(self, seconds: float) -> SyncReport:
        """What has been done so far."""
        counts, connection = self._arrivals.counts, self._signed.connection
        return SyncReport(
            counts[OWN],
            counts[FOREIGN],
            counts["merged"],
            counts["conflict"] + counts["rejected"],
            counts["parked"] + counts["waiting"],
            connection.bytes_up,
            connection.bytes_down,
            connection.round_trips,
            round(seconds, 3),
            outbox.waiting(self._store),
            (*warnings(connection.url), *_clock_warnings(float(self._store.meta("clock_offset") or 0))),
        )


def _kept_files(count: int) -> str:
    if count == 0:
        return ""
    return f" {'1 file that is' if count == 1 else f'{count} files that are'} not sent yet wait here for the next sync."


def _clock_warnings(offset: float) -> tuple[str, ...]:
    if abs(offset) < OFFSET_TOLD:
        return ()
    which = "behind" if offset > 0 else "ahead of"
    return (f"This laptop's clock is {clock.in_words(offset)} {which} the server's: set it right.",)


def _newest_news(store: Store) -> int:
    """The place of the last line of history that another laptop wrote: what comes after it in this sync is new."""
    found = store.connection.execute(
        "SELECT coalesce(max(n), 0) FROM ticket_event WHERE laptop <> ? OR author <> ?",
        (store.meta("laptop_name"), store.meta("technician")),
    ).fetchone()
    return int(found[0])
