"""A short day of the campaign with real processes; `python -m tests.faults` plays long ones."""

from pathlib import Path

import pytest

from tests.faults.play import Day
from tests.faults.stage import Failed, run
from tests.faults.truth import check


def test_a_day_of_kills_and_cuts_loses_and_doubles_nothing(tmp_path: Path) -> None:
    database = str(tmp_path / "server.db")
    day = Day(12, tmp_path, database, 1, steps=7, deadly=0.6)
    assert day.play().kills > 0
    day.ledger.done.add("what nobody did")
    with pytest.raises(Failed, match="lost"):
        check(database, day.homes, day.ledger)


@pytest.mark.parametrize("point", ["before commit", "in a transaction"])
def test_a_process_that_dies_before_its_commit_has_done_nothing(tmp_path: Path, point: str) -> None:
    run(tmp_path, "list")
    assert run(tmp_path, "log", "Toner low", fault=f"kill:{point}:1").code is None
    assert run(tmp_path, "list", "--json").json["total"] == 0


def test_a_process_that_dies_after_its_commit_has_done_all(tmp_path: Path) -> None:
    run(tmp_path, "list")
    assert run(tmp_path, "log", "Toner low", fault="kill:after commit:1").code is None
    assert run(tmp_path, "list", "--json").json["total"] == 1
