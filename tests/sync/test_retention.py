"""How long a laptop keeps operations that are done: 90 days of the server's, and never the last."""

from datetime import datetime, timedelta

import pytest

from techdesk import clock
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.errors import Refused
from techdesk.models.store import Store
from techdesk.sync.client import status, sync
from techdesk.sync.outbox import Outbox
from tests.sync.field import Field, InProcess, everything, log, settle_down

START = datetime.fromisoformat("2026-01-05T09:00:00+00:00")


class Days:
    """The clock of both ends, in days from the start."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = 0.0
        monkeypatch.setattr(clock, "now", lambda: START + timedelta(days=self.passed))


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch)


def numbers(store: Store) -> list[int]:
    return [dseq for (dseq,) in store.connection.execute("SELECT dseq FROM operation ORDER BY dseq")]


def test_what_came_back_is_kept_for_ninety_days(days: Days, near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    log(ann, "Old")
    log(ann, "Old too")
    sync(ann)
    old = numbers(ann)
    days.passed = 60
    log(ann, "Newer")
    sync(ann)
    days.passed = 90
    sync(ann)
    assert numbers(ann) == [*old, old[-1] + 1]
    days.passed = 91.5
    sync(ann)
    assert numbers(ann) == [old[-1] + 1]
    days.passed = 400
    sync(ann)
    assert numbers(ann) == [old[-1] + 1]


def test_numbers_and_hashes_go_on_where_they_were(days: Days, near: Field, road: InProcess) -> None:
    ann, ben = near.laptop("Ann"), near.laptop("Ben")
    for passed in (0, 200, 201, 400):
        days.passed = passed
        log(ann, f"On day {passed}")
        settle_down(ann, ben)
    log(ann, "Never sent")
    last = numbers(ann)[-1]
    ann.undo()
    log(ann, "The last")
    assert numbers(ann)[-1] == last and len(numbers(ann)) < 4
    settle_down(ann, ben)
    assert everything(ann) == everything(ben) and status(ann).pending == 0


def test_what_was_long_ago_made_and_never_sent_is_kept(days: Days, near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    log(ann, "In the drawer")
    days.passed = 300
    sync(ann)
    made = numbers(ann)
    days.passed = 350
    sync(ann)
    assert numbers(ann) == made


def test_what_was_done_together_is_kept_together(days: Days, near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    log(ann, "Old")
    sync(ann)
    batch = [LogTicket(id=new_id(), text=f"Ticket {each}") for each in range(3)]
    before = numbers(ann)[-1]
    ann.perform_all(batch)
    sync(ann)
    days.passed = 100
    sync(ann)
    assert numbers(ann) == [before + 1, before + 2, before + 3]


def test_undo_says_what_is_too_old(days: Days, near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    log(ann, "Old")
    log(ann, "Last")
    sync(ann)
    days.passed = 100
    sync(ann)
    ann.undo()
    with pytest.raises(Refused, match="more than 90 days ago"):
        ann.undo()


def test_a_laptop_whose_clock_runs_ahead_keeps_its_operations(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    log(ann, "One")
    log(ann, "Two")
    sync(ann)
    made = numbers(ann)
    ann._wall = lambda: "2036-01-01T00:00:00.000Z"
    log(ann, "Three")
    sync(ann)
    assert numbers(ann) == [*made, made[-1] + 1]


def test_the_chain_can_be_taken_up_again_anywhere_behind_the_cut(days: Days, near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    for passed in (0, 5, 100, 101):
        days.passed = passed
        log(ann, f"On day {passed}")
        log(ann, f"Again on day {passed}")
        whole = {dseq: Outbox(ann).hash_of(dseq) for dseq in numbers(ann)}
        sync(ann)
    days.passed = 120
    sync(ann)
    cut = int(str(ann.meta("trimmed")).partition(":")[0])
    assert cut not in numbers(ann)
    ann.set_meta(chained=None)
    assert {dseq: Outbox(ann).hash_of(dseq) for dseq in numbers(ann) if dseq > cut} == {
        dseq: hash for dseq, hash in whole.items() if dseq > cut
    }
