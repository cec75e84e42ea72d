"""A demo lives in a folder of its day, apart from the user's own store."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from techdesk import demo
from techdesk.demo import making
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.errors import BadInput, Refused
from techdesk.models.store import Store

MORNING = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
SIZES = {"seed": 1, "sites": 2, "tickets": 15}


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder, which the demo is apart from."""
    monkeypatch.setenv("TECHDESK_HOME", str(tmp_path / "own"))
    return tmp_path / "own"


def capture(home: Path) -> str:
    """Does something in the demo, as its user would. Returns the ticket's number."""
    with Store(home / "techdesk.db") as store:
        return store.perform(LogTicket(id=new_id(), text="Toner low in the office")).changed[0].ref


def refs(home: Path) -> set[str]:
    with Store(home / "techdesk.db") as store:
        return {ref for (ref,) in store.connection.execute("SELECT ref FROM ticket")}


def test_what_was_done_is_kept_for_the_day(own_home: Path) -> None:
    home = demo.open_home(MORNING, **SIZES)
    ref = capture(home)

    assert demo.open_home(MORNING + timedelta(hours=9), **SIZES) == home
    assert ref in refs(home)


def test_the_next_day_has_a_new_demo() -> None:
    home = demo.open_home(MORNING, **SIZES)

    assert demo.open_home(MORNING + timedelta(days=1), **SIZES) != home


def test_demos_of_days_gone_by_are_removed() -> None:
    home = demo.open_home(MORNING, **SIZES)
    demo.open_home(MORNING + timedelta(days=2), **SIZES)

    assert not home.exists()


def test_fresh_makes_it_anew() -> None:
    home = demo.open_home(MORNING, **SIZES)
    ref = capture(home)
    demo.open_home(MORNING, **SIZES, fresh=True)

    assert ref not in refs(home)


def test_a_visit_that_is_over_is_planned_anew_when_nothing_was_done() -> None:
    home = demo.open_home(MORNING, **SIZES)
    later = MORNING + timedelta(hours=5)
    demo.open_home(later, **SIZES)

    with Store(home / "techdesk.db") as store:
        ends = store.connection.execute("SELECT max(planned_end) FROM visit WHERE state = 'on_site'").fetchone()[0]
    assert ends > later.isoformat()


def test_a_broken_demo_is_made_again() -> None:
    home = demo.open_home(MORNING, **SIZES)
    (home / "techdesk.db").write_bytes(b"this is no database" * 100)
    demo.open_home(MORNING, **SIZES)

    assert len(refs(home)) == 15


def test_the_own_store_is_not_touched(own_home: Path) -> None:
    with Store(own_home / "techdesk.db"):
        pass
    before = (own_home / "techdesk.db").read_bytes()
    demo.open_home(MORNING, **SIZES)

    assert (own_home / "techdesk.db").read_bytes() == before
    assert {path.name for path in own_home.iterdir()} == {"techdesk.db", "demo"}


def test_nothing_half_made_is_left(own_home: Path) -> None:
    home = demo.open_home(MORNING, **SIZES)
    demo.open_home(MORNING, **SIZES, fresh=True)

    assert list((own_home / "demo").iterdir()) == [home]


def test_of_two_at_once_the_first_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    made_by_us, others = making.make, []

    def slowly(*arguments: Any) -> Path:
        """While this one is being made, another process makes the same and works in it."""
        monkeypatch.setattr(making, "make", made_by_us)
        others.append(capture(demo.open_home(MORNING, **SIZES)))
        return made_by_us(*arguments)

    monkeypatch.setattr(making, "make", slowly)
    home = demo.open_home(MORNING, **SIZES)

    assert others[0] in refs(home)
    assert [path.name for path in home.parent.iterdir()] == [home.name]


def test_what_the_demo_did_is_not_its_users_to_take_back() -> None:
    home = demo.open_home(MORNING, **SIZES)

    with Store(home / "techdesk.db") as store:
        with pytest.raises(Refused):
            store.undo()
        store.perform(LogTicket(id=new_id(), text="Toner low"))
        assert "Took back" in store.undo().said


def test_the_next_ticket_gets_the_next_number() -> None:
    assert capture(demo.open_home(MORNING, **SIZES)).startswith("1016-")


@pytest.mark.parametrize(("sites", "tickets"), [(0, 400), (-3, 400), (61, 400), (14, 0), (14, 10**9)])
def test_sizes_out_of_range_are_refused(sites: int, tickets: int) -> None:
    with pytest.raises(BadInput):
        demo.open_home(MORNING, 1, sites, tickets)
