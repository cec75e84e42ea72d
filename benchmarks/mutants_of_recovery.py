"""Mutants of what happens to copied laptops, and after a server was put back: see `benchmarks.mutants`."""

from typing import Any

from techdesk.desk.ids import new_id
from techdesk.server import awaiting, forks, resuming
from techdesk.sync import forking, outbox

Patch = tuple[Any, str, Any]


def copy_keeps_the_numbers() -> list[Patch]:
    """A copy that becomes a laptop of its own goes on giving out the numbers that are leased to the first."""
    finish = forking.finish

    def keeping(store: Any, connection: Any) -> None:
        leases = store.connection.execute("SELECT next, last FROM number_block").fetchall()
        before = store.meta("laptop")
        finish(store, connection)
        if store.meta("laptop") != before:
            store.connection.executemany("INSERT OR IGNORE INTO number_block VALUES (?, ?)", leases)

    return [(forking, "finish", keeping)]


def copy_skips_what_waits() -> list[Patch]:
    """A copy asks for an identity whose sequence begins after what it has not sent yet."""
    return [(forking, "Outbox", _AllSent)]


class _AllSent(outbox.Outbox):
    """An outbox that says that nothing waits."""

    def first_waiting(self) -> int:
        return self.last() + 1


def copies_untold() -> list[Patch]:
    """Nobody is told of a copy."""
    return [(forks, "tell", lambda *_, **__: None)]


def waiting_done_twice() -> list[Patch]:
    """What waited for a row is done when it has come, and goes on waiting."""
    forget, once = awaiting.forget, set[str]()

    def late(session: Any, org: int, mid: str) -> int:
        if mid in once:
            return forget(session, org, mid)
        once.add(mid)
        return 1

    return [(awaiting, "forget", late), (awaiting, "ended_id", lambda mid: new_id())]


def waiting_for_ever() -> list[Patch]:
    """What waits for a row is not looked at again when the row has come."""
    return [(resuming, "resume", lambda session, head: (head, 0))]


MUTANTS = (copy_keeps_the_numbers, copy_skips_what_waits, copies_untold, waiting_done_twice, waiting_for_ever)
