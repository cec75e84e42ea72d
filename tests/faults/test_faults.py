"""A short day of the campaign with real processes; `python -m tests.faults` plays long ones."""

from pathlib import Path

import pytest

from tests.faults.play import Day
from tests.faults.stage import Failed, run
from tests.faults.truth import Ledger, check


def test_a_day_of_kills_and_cuts_loses_and_doubles_nothing(tmp_path: Path) -> None:
    day = Day(12, tmp_path, str(tmp_path / "server.db"), 1, steps=9, deadly=0.6)
    assert day.play().kills > 0


@pytest.mark.parametrize("point", ["before commit", "in a transaction"])
def test_a_process_that_dies_before_its_commit_has_done_nothing(tmp_path: Path, point: str) -> None:
    run(tmp_path, "list")
    assert run(tmp_path, "log", "Toner low", fault=f"kill:{point}:1").code is None
    assert run(tmp_path, "list", "--json").json["total"] == 0


def test_a_process_that_dies_after_its_commit_has_done_all(tmp_path: Path) -> None:
    run(tmp_path, "list")
    assert run(tmp_path, "log", "Toner low", fault="kill:after commit:1").code is None
    assert run(tmp_path, "list", "--json").json["total"] == 1


def test_what_was_reported_and_is_not_there_is_noticed(tmp_path: Path) -> None:
    day = Day(12, tmp_path, str(tmp_path / "server.db"), 1, steps=0)
    day.play()
    ledger = Ledger()
    ledger.done.add("w9999w")
    with pytest.raises(Failed, match="lost"):
        check(str(tmp_path / "server.db"), day.homes, ledger)
