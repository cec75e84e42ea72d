"""Waiting for what may never come: in a thread of its own, which is left behind when its caller waits no more.

So a call can be given up whatever it hangs in (the look-up of a name, a server that is silent or sends a byte now and then),
on every system: on Windows Ctrl-C is not seen in a thread that waits for the network.
"""

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
Step = Callable[[], None]
# How long at most a person waits for what they stopped.
LOOK_SECONDS = 0.2


class LeftBehind(Exception):
    """Raised in the thread when nobody waits for it any more."""


def patiently(run: Callable[[Callable[[Step], None]], T], look: Step) -> T:
    """What `run` returns, or raises, in a thread of its own. Its argument has a step done by the thread that waits, which
    alone may use the store. `look` is called there a few times a second: what it raises ends the waiting."""
    steps: SimpleQueue[tuple[Step, Future[None]] | None] = SimpleQueue()
    whole: Future[T] = Future()
    left = Event()

    def here(step: Step) -> None:
        done: Future[None] = Future()
        steps.put((step, done))
        if left.is_set():
            raise LeftBehind
        done.result()

    def away() -> None:
        try:
            whole.set_result(run(here))
        except BaseException as error:  # whatever it is, it is raised where it is waited for
            whole.set_exception(error)
        steps.put(None)

    Thread(target=away, daemon=True, name="techdesk-patience").start()
    try:
        while (asked := _next(steps, look)) is not None:
            step, done = asked
            try:
                step()
            except BaseException:
                done.set_exception(LeftBehind())
                raise
            done.set_result(None)
        return whole.result()
    finally:
        left.set()
        while not steps.empty():
            if (unheard := steps.get()) is not None:
                unheard[1].set_exception(LeftBehind())


def _next(steps: SimpleQueue[tuple[Step, Future[None]] | None], look: Step) -> tuple[Step, Future[None]] | None:
    while True:
        try:
            return steps.get(timeout=LOOK_SECONDS)
        except Empty:
            look()
