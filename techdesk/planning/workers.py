"""Two searches at once, each in its own process: spawned, so that it is the same on Windows, macOS and Linux."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

Order = TypeVar("Order")
Answer = TypeVar("Answer")


class Workers:
    """Runs orders side by side. With one worker everything stays in this process."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self._pool = pool

    @property
    def many(self) -> int:
        """How many searches run at once."""
        return 2 if self._pool else 1

    def run(self, task: Callable[[Order], Answer], orders: list[Order]) -> list[Answer]:
        """The answers, in the orders' order; the last order is worked on here while the others are away."""
        if self._pool is None:
            return [task(order) for order in orders]
        away = [self._pool.submit(task, order) for order in orders[:-1]]
        here = task(orders[-1])
        return [*(one.result() for one in away), here]


@contextmanager
def workers(many: int) -> Iterator[Workers]:
    """A team of one or two; the second process lives as long as the block."""
    if many < 2:
        yield Workers(None)
        return
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        yield Workers(pool)
