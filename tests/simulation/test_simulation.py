"""A slice of what `python -m tests.simulation` runs by the thousand, and every mutant of `benchmarks/mutants.py`."""

from collections.abc import Iterator

import pytest

from benchmarks import mutants
from techdesk.sync import scopes
from tests.simulation import schools, tables
from tests.simulation.runs import Simulator, simulator

SEEDS = 1000
AT_ONCE = 50
# Where to begin, for those that the first seeds do not catch: only to be sooner, as another seed will do.
CAUGHT_BY = {
    "cursor_before_data": 12, "no_chain_check": 8, "removals_left_out": 12, "waiting_done_twice": 6, "waiting_for_ever": 6,
    "pending_not_done_again": 5, "trimmed_entries_are_read": 5, "no_upcast": 8, "nothing_is_done_late": 25,
    "late_is_forgotten": 25, "no_evict": 257, "moved_alone": 38,
}  # fmt: skip


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


@pytest.mark.parametrize("mutant", mutants.MUTANTS)
def test_a_sync_without_that_safeguard_is_caught(mutant: mutants.Mutant, made: Simulator) -> None:
    assert mutants.hunt(made, mutant, 600, CAUGHT_BY.get(mutant.__name__, 0)).seed is not None


@pytest.mark.parametrize("table", [table for table in scopes.PATHS if table != scopes.INBOX])
def test_what_is_a_schools_is_so_to_the_simulator_too(table: str) -> None:
    """Or it would not see it when a row is sent to who may not have it."""
    row = tuple("x" for _ in tables.COLUMNS[table])
    found = schools.site_of({name: {} for name in tables.COLUMNS}, table, row)
    assert (found is None) == (scopes.PATHS[table] == scopes.COMMON)
