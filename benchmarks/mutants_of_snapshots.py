"""Mutants of snapshots, for `benchmarks.mutants`: what a laptop that begins with one must not do, and a server that trims."""

from collections.abc import Callable
from typing import Any

from techdesk.server import log
from techdesk.sync import recovery, snapshots

Patch = tuple[Any, str, Any]


def snapshot_beside_what_is_there() -> list[Patch]:
    """A snapshot's rows go beside what is there, so what was removed meanwhile stays."""
    lay = snapshots.lay
    return [(snapshots, "lay", lambda *given, instead: lay(*given, instead=False))]


def none_is_in_the_snapshot() -> list[Patch]:
    """A laptop takes it that nothing that it sent is in the snapshot."""
    ask = snapshots.in_log

    def none(*given: Any) -> dict[str, str]:
        ask(*given)
        return {}

    return [(snapshots, "in_log", none)]


def all_is_in_the_snapshot() -> list[Patch]:
    """A laptop takes it that everything that waits is in the snapshot."""
    ask = snapshots.in_log

    def everything(signed: Any, manifest: Any, mids: Any) -> dict[str, str]:
        ask(signed, manifest, mids)
        return dict.fromkeys(mids, "plain")

    return [(snapshots, "in_log", everything)]


def pending_not_done_again() -> list[Patch]:
    """After a snapshot what still waits is not put on top."""

    class Rebase:
        columns_here = staticmethod(recovery.rebase.columns_here)

        @staticmethod
        def replay(store: Any, tx: Any) -> None:
            return

    return [(recovery, "rebase", Rebase)]


def trimmed_entries_are_read() -> list[Patch]:
    """Entries whose rows were let go of are handed out as if they had written nothing."""

    def page(session: Any, end: Any, cursor: Any, held: Any = None) -> Any:
        log.same_history(session, end, cursor)
        return log._page(session, end, cursor, held)

    return [(log, "page", page)]


MUTANTS: tuple[Callable[[], list[Patch]], ...] = (
    snapshot_beside_what_is_there, none_is_in_the_snapshot, all_is_in_the_snapshot, pending_not_done_again,
    trimmed_entries_are_read,
)  # fmt: skip
