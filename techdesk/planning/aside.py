"""A day, or a rotation, planned in a process of its own, so that whoever waits stays able to work, and to stop it.

It is started as `python -m techdesk.planning.aside` and not through multiprocessing, whose helpers want the standard error
that a terminal interface has taken away.
"""

import pickle
import subprocess
import sys
from importlib.util import find_spec
from threading import Event

from techdesk.errors import Refused
from techdesk.planning import rotation
from techdesk.planning.cycle import Draft, Rotation
from techdesk.planning.day import DayPlan, Dispatch
from techdesk.planning.dispatch import plan, simple_plan
from techdesk.planning.proposal import Planner

POLL = 0.1  # seconds between two looks whether it is to stop
GRACE = 60.0  # seconds over its time after which it is given up: the process has to start, and to load the solver


class Stopped(Exception):
    """It was stopped."""


def has_solver() -> bool:
    """Whether the extra `plan` is installed; loads nothing of it."""
    return find_spec("pyvrp") is not None and find_spec("highspy") is not None


def insertion(day: Dispatch, seconds: float) -> DayPlan:
    """The planner that needs no extra."""
    return simple_plan(day)


def stoppable(stop: Event) -> Planner:
    """A planner that plans aside, and raises Stopped soon after `stop` is set. Where its process fails, the day is planned by
    insertion."""

    def aside(day: Dispatch, seconds: float) -> DayPlan:
        answer = _answer((day, seconds), stop, seconds)
        if not answer:
            return simple_plan(day)
        found: DayPlan = pickle.loads(answer)  # made by our own process
        return found

    return aside


def rotation_aside(asked: Rotation, seconds: float, stop: Event) -> Draft:
    """Plans a rotation aside. Raises Stopped soon after `stop` is set, and Refused when its process fails."""
    answer = _answer((asked, seconds), stop, seconds)
    if not answer:
        raise Refused("The planner did not answer: plan it from the shell with  techdesk plan make, which says why.")
    found: Draft = pickle.loads(answer)  # made by our own process
    return found


def _answer(asked: tuple[Dispatch | Rotation, float], stop: Event, seconds: float) -> bytes:
    """What the process that plans wrote; empty when it failed. Raises Stopped."""
    child = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        answer = _wait(child, pickle.dumps(asked), stop, seconds + GRACE)
    finally:
        child.kill()
        child.communicate()
    return b"" if child.returncode else answer


def _wait(child: subprocess.Popen[bytes], question: bytes, stop: Event, seconds: float) -> bytes:
    """What the process writes; nothing when it takes too long."""
    given: bytes | None = question
    for _ in range(int(seconds / POLL)):
        if stop.is_set():
            raise Stopped
        try:
            return child.communicate(given, timeout=POLL)[0]
        except subprocess.TimeoutExpired:
            given = None  # it is on its way
    return b""


if __name__ == "__main__":
    asked, within = pickle.load(sys.stdin.buffer)
    plans = rotation.plan if isinstance(asked, Rotation) else plan
    sys.stdout.buffer.write(pickle.dumps(plans(asked, seconds=within, processes=1)))
