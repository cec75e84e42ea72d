"""Does the simulator see what matters? Each mutant takes one safeguard out of sync; the campaign runs seeds until an
invariant breaks. `python -m benchmarks.mutants [--seeds N] [NAME ...]` prints one JSON line a mutant: the seed that caught
it, and the seconds that it took. The exit code is 1 when one got away.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from benchmarks import mutants_of_recovery, mutants_of_schools, mutants_of_snapshots, mutants_of_versions
from techdesk.desk import commands as desk_commands
from techdesk.desk import merging
from techdesk.models.recording import RecordingTx
from techdesk.models.sqlite import SqliteTx
from techdesk.server import grants, laptops, log, operations, syncing
from techdesk.sync import arrivals, exchanges, outbox, rebase
from tests.simulation.runs import Simulator, simulator

SEEDS = 3000
# What is said when a mutant calls, or is called by, what has other arguments by now: that is no catch.
OUTDATED = ("unexpected keyword argument", "positional argument", "has no attribute", "is not defined")


class Caught(NamedTuple):
    """Which seed caught a mutant, after how many runs and seconds, and by which invariant; `seed` is None when none did."""

    mutant: str
    seed: int | None
    runs: int
    seconds: float
    by: str | None


Patch = tuple[Any, str, Any]
Mutant = Callable[[], list[Patch]]


def _runs_all(session: Any, head: Any, laptop: Any, sent: Any, bound: bool) -> Any:
    """Runs operations as they come, whatever the log has."""
    done: list[Any] = []
    used = 0
    tx = session.tx(laptop.org)
    allowed = grants.allowed(tx, laptop) if bound else None
    for each in sent:
        args = syncing.wire.args_text(each)
        digest = syncing.wire.digest(each, args)
        following = max(head.next_number, used + 1)
        ran = operations.run(
            session, tx, laptop, each, args, digest, [one.logged for one in done], allowed=allowed, following=following
        )
        done.append(ran)
        used = max(used, ran.number)
        link = syncing.wire.link(laptop.last_hash, each.dseq, digest)
        laptop = laptop._replace(last_dseq=each.dseq, last_hash=link)
    return laptop, [one.logged for one in done], used


def dedupe_by_number_alone() -> list[Patch]:
    """What came again is known by its number on the laptop, not by its id."""

    def push(session: Any, head: Any, laptop: Any, sent: Any, dropped: Any = None, *, bound: bool = False) -> Any:
        new = [each for each in sent if each.dseq > laptop.last_dseq]
        if new and new[0].dseq > laptop.last_dseq + 1:
            new = []
        return _runs_all(session, head, laptop, new, bound)

    return [(syncing, "_push", push)]


def no_dedupe() -> list[Patch]:
    """Everything that comes is run."""

    def push(session: Any, head: Any, laptop: Any, sent: Any, dropped: Any = None, *, bound: bool = False) -> Any:
        return _runs_all(session, head, laptop, sent, bound)

    return [(syncing, "_push", push)]


def retire_on_reply() -> list[Patch]:
    """The outbox lets go of what the server has answered, before the log has brought it back."""
    exchange = exchanges.Exchanges._exchange

    def retiring(self: Any, start: int) -> Any:
        reply, size, sent = exchange(self, start)
        if sent:
            with self._store.transaction():
                done = "UPDATE operation SET state = 'done' WHERE dseq < ?"
                self._store.connection.execute(done, (reply.expects_dseq,))
        return reply, size, sent

    return [(exchanges.Exchanges, "_exchange", retiring)]


def cursor_before_data() -> list[Patch]:
    """The cursor is kept in a transaction of its own, before the rows."""
    flush = arrivals.Arrivals.flush

    def early(self: Any, *, echoes_only: bool = False) -> bool:
        if any(reply.entries for reply in self._held) and not echoes_only:
            with self._store.transaction():
                self._store.set_meta(cursor=json.dumps(self._held[-1].cursor._asdict()))
            self._from = arrivals.kept_cursor(self._store)
        return flush(self, echoes_only=echoes_only)

    return [(arrivals.Arrivals, "flush", early)]


def _history(epoch: bool, chain: bool) -> list[Patch]:
    same = log.same_history

    def lenient(session: Any, end: Any, cursor: Any) -> None:
        if not epoch:
            cursor = cursor._replace(epoch=end.epoch)
        if not chain:
            found = session.rows("SELECT chain FROM change_log WHERE org = ? AND seq = ?", end.org, cursor.seq)
            cursor = cursor._replace(chain=str(found[0]["chain"]) if found else "?" if cursor.seq else "")
        same(session, end, cursor)

    return [(log, "same_history", lenient)]


def no_epoch_check() -> list[Patch]:
    """A server with a new epoch serves laptops of the old one."""
    return _history(epoch=False, chain=True)


def no_chain_check() -> list[Patch]:
    """A cursor is believed by its number."""
    return _history(epoch=True, chain=False)


def counter_that_skips() -> list[Patch]:
    """Numbers come from a sequence, which a transaction that is rolled back does not give back."""
    append = log.append
    taken: dict[str, int] = {}

    def skipping(session: Any, before: Any, entries: Any, received_at: str, next_number: int) -> Any:
        entries = list(entries)
        first = max(before.seq, taken.get(before.chain, 0))
        taken[before.chain] = first + len(entries)
        return append(session, before._replace(seq=first), entries, received_at, next_number)

    return [(log, "append", skipping)]


def journal_trimmed_early() -> list[Patch]:
    """Journals of what was sent are dropped before it has come back."""
    mark = outbox.Outbox.mark_sent

    def trimming(self: Any, sent: Any) -> None:
        mark(self, sent)
        numbers = (sent[0].dseq, sent[-1].dseq)
        self._store.connection.execute("UPDATE operation SET undo = '[]' WHERE dseq BETWEEN ? AND ?", numbers)

    return [(outbox.Outbox, "mark_sent", trimming)]


def merge_without_guards() -> list[Patch]:
    """On the server, any state leads to any other."""
    from techdesk.desk import closing, tickets, work

    def guard(row: Any, act: str) -> None:
        return

    return [(module, "guard", guard) for module in (closing, tickets, work)]


def last_writer_wins() -> list[Patch]:
    """A field that both changed has the value that came last, and nobody is told."""

    def lost(changes: Any, base: Any, current: Any) -> dict[str, Any]:
        return {}

    return [(merging, "lost_fields", lost)]


def no_savepoint() -> list[Patch]:
    """What a failing operation had written stays."""

    @contextmanager
    def savepoint(self: Any) -> Iterator[None]:
        yield

    return [(RecordingTx, "savepoint", savepoint)]


def no_replay() -> list[Patch]:
    """What is pending is not done again on top of what arrived."""
    return [(rebase, "replay", lambda store, tx: None)]


def no_take_back() -> list[Patch]:
    """What arrives is put on top of what is pending."""
    return [(rebase, "take_back", lambda store, tx: None)]


def no_commit_of_the_number() -> list[Patch]:
    """The server forgets how far a laptop's own sequence has come."""
    return [(laptops, "advance", lambda session, laptop: None)]


def everything_is_an_echo() -> list[Patch]:
    """What comes back is never compared with what was done here."""
    return [(rebase, "_did_the_same", lambda *_: True)]


def silent_merges() -> list[Patch]:
    """What was settled by default is told to nobody."""
    return [(desk_commands, "_mergers", _Silent(desk_commands._mergers))]


class _Silent(dict[Any, Any]):
    """Mergers whose items are taken out of the inbox."""

    def get(self, command: Any, default: Any = None) -> Any:
        merger = super().get(command, default)
        if merger is None:
            return None

        def silent(tx: Any, what: Any, act: Any, refusal: Any) -> Any:
            outcome = merger(tx, what, act, refusal)
            tx.delete("inbox_item", merging.derived_id(act.mid, merging.INBOX_OFFSET))
            return outcome

        return silent


def fresh_ids_by_chance() -> list[Patch]:
    """The rows that an operation makes have ids of chance on each machine."""
    from techdesk.desk.ids import new_id

    return [(RecordingTx, "fresh_id", lambda self: new_id())]


def half_a_page() -> list[Patch]:
    """The last entry of a page is left out when it is applied."""
    apply = rebase.apply
    return [(rebase, "apply", lambda tx, entries, columns: apply(tx, entries[:-1] or entries, columns))]


def removals_left_out() -> list[Patch]:
    """What was removed elsewhere stays here."""
    return [(SqliteTx, "apply", _without_removals(SqliteTx.apply))]


def _without_removals(apply: Callable[..., None]) -> Callable[..., None]:
    def lenient(self: Any, write: Any) -> None:
        if write.after is not None:
            apply(self, write)

    return lenient


MUTANTS: tuple[Mutant, ...] = (
    dedupe_by_number_alone, no_dedupe, retire_on_reply, cursor_before_data, no_epoch_check, no_chain_check,
    counter_that_skips, journal_trimmed_early, merge_without_guards, last_writer_wins, no_savepoint, no_replay, no_take_back,
    no_commit_of_the_number, everything_is_an_echo, silent_merges, fresh_ids_by_chance, half_a_page, removals_left_out,
    *mutants_of_recovery.MUTANTS, *mutants_of_snapshots.MUTANTS, *mutants_of_versions.MUTANTS, *mutants_of_schools.MUTANTS,
)  # fmt: skip


def hunt(made: Simulator, mutant: Mutant, seeds: int, start: int = 0) -> Caught:
    """Runs seeds on a mutant until one breaks an invariant."""
    began = time.perf_counter()
    with ExitStack() as stack:
        for place, name, value in mutant():
            stack.enter_context(patch.object(place, name, value))
        for seed in range(start, start + seeds):
            ended = made.run(seed)
            if ended.broken and any(words in ended.broken for words in OUTDATED):
                raise SystemExit(f"{mutant.__name__} does not fit the code any more: {ended.broken}")
            if ended.broken:
                break
    seconds = round(time.perf_counter() - began, 2)
    caught = seed if ended.broken else None
    return Caught(mutant.__name__, caught, seed - start + 1, seconds, ended.broken and ended.broken[:100])


def main() -> int:
    """Hunts those that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many runs, at most, for each")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(mutant.__name__ for mutant in MUTANTS))
    asked = parser.parse_args()
    away = 0
    with simulator() as made:
        for mutant in MUTANTS:
            if asked.names and mutant.__name__ not in asked.names:
                continue
            caught = hunt(made, mutant, asked.seeds, asked.start)
            away += caught.seed is None
            print(json.dumps(caught._asdict()), flush=True)
    return 1 if away else 0


if __name__ == "__main__":
    sys.exit(main())
