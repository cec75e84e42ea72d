"""A slice of what `python -m tests.simulation` runs by the thousand, and a few mutants of `benchmarks/mutants.py`."""

from collections.abc import Iterator

import pytest

from benchmarks import mutants, mutants_of_recovery, mutants_of_schools, mutants_of_snapshots, mutants_of_versions
from techdesk.sync import scopes
from tests.simulation import schools, tables
from tests.simulation.runs import Simulator, simulator

SEEDS = 1000
AT_ONCE = 50
# Those that few seeds catch; the campaign hunts all.
QUICK = (
    mutants.no_dedupe, mutants.retire_on_reply, mutants.cursor_before_data, mutants.counter_that_skips,
    mutants.journal_trimmed_early, mutants.merge_without_guards, mutants.last_writer_wins,
    mutants_of_recovery.copy_keeps_the_numbers, mutants_of_recovery.copies_untold,
    mutants_of_schools.no_scope_filter, mutants_of_schools.grant_hash_ignored,
    mutants_of_versions.no_upcast,
    mutants_of_snapshots.none_is_in_the_snapshot, mutants_of_snapshots.trimmed_entries_are_read,
)  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Iterator[Simulator]:
    with simulator() as found:
        yield found


@pytest.mark.parametrize("start", range(0, SEEDS, AT_ONCE))
def test_whatever_happens_nothing_is_lost_doubled_or_hidden(start: int, made: Simulator) -> None:
    ended = [made.run(seed) for seed in range(start, start + AT_ONCE)]
    replay = "python -m tests.simulation --seeds 1 --trace --start"
    broken = [f"{each.broken}\n    {replay} {each.seed}" for each in ended if each.broken]
    assert not broken, "\n".join(broken)


def test_a_seed_is_the_same_life_again(made: Simulator) -> None:
    first = [made.run(seed).digest for seed in (3, 15, 65)]
    made.run(4)
    with simulator() as another:
        assert [another.run(seed).digest for seed in (65, 15, 3)][::-1] == first


@pytest.mark.parametrize("mutant", QUICK)
def test_a_sync_without_that_safeguard_is_caught(mutant: mutants.Mutant, made: Simulator) -> None:
    assert mutants.hunt(made, mutant, 60).seed is not None


@pytest.mark.parametrize("table", [table for table in scopes.PATHS if table != scopes.INBOX])
def test_what_is_a_schools_is_so_to_the_simulator_too(table: str) -> None:
    """Or it would not see it when a row is sent to who may not have it."""
    row = tuple("x" for _ in tables.COLUMNS[table])
    found = schools.site_of({name: {} for name in tables.COLUMNS}, table, row)
    assert (found is None) == (scopes.PATHS[table] == scopes.COMMON)
