"""A day planned aside: the answer comes back, and whoever waits can stop it."""

from threading import Event

import pytest

from techdesk.planning import aside
from tests.planning.making import dispatch, stops, ticket, worker


def test_the_plan_comes_back_from_the_other_process() -> None:
    day = dispatch([ticket(1), ticket(2)], [worker("ann")])
    assert set(stops(aside.stoppable(Event())(day, 0.1))["ann"]) == {"t1", "t2"}


def test_it_is_stopped_when_told_so() -> None:
    stop = Event()
    stop.set()
    with pytest.raises(aside.Stopped):
        aside.stoppable(stop)(dispatch([ticket(1)], [worker("ann")]), 30.0)


def test_a_process_that_fails_leaves_the_plain_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "__name__", "techdesk.planning.nothing_of_that_name")
    day = dispatch([ticket(1)], [worker("ann")])
    assert stops(aside.stoppable(Event())(day, 0.1)) == {"ann": ["t1"]}
