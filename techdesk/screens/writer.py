"""The one writer: a thread that owns the store, and runs everything that changes it, in the order it was asked for."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from techdesk.desk.commands import Command, Outcome
from techdesk.errors import BadInput, NotFound, Refused
from techdesk.models.store import Change, Store

Answer = TypeVar("Answer")
Group = tuple[Command, ...]
Order = Command | Group | Callable[[sqlite3.Connection], Command | Group]
"""A command, or several that are done all or none and told by the last, or what makes them from the store: it runs in the
writer's thread, and may raise any TechdeskError."""


class Done(NamedTuple):
    """What came of some orders: the outcomes of those that were done, and a sentence for each that was not."""

    outcomes: tuple[Outcome, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """One sentence for all of them."""
        if len(self.outcomes) == 1:
            return self.outcomes[0].said
        refs: dict[str, list[str]] = {}
        for change in (change for outcome in self.outcomes for change in outcome.changed):
            refs.setdefault(change.state.replace("_", " "), []).append(change.ref)
        return "; ".join(f"{len(those)} {state}: {', '.join(those)}" for state, those in refs.items())


class Writer:
    """Runs orders on a store that nobody else in this process writes to."""

    def __init__(self, store: Store, on_change: Callable[[Change], None]) -> None:
        """`on_change` is called after each commit, in the writer's thread."""
        self._store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._seen_version = self._data_version()
        store.listen(on_change)

    async def perform(self, orders: Sequence[Order]) -> Done:
        """Does the orders in one transaction; one that a rule refuses is left out and said. Raises StoreUnusable."""
        return await self._run(lambda: self._perform(orders))

    async def remember(self, **facts: str | None) -> None:
        """Keeps facts about this laptop; None forgets one. Raises StoreUnusable."""
        await self._run(lambda: self._store.set_meta(**facts))

    async def undo(self) -> Outcome:
        """Takes back what was done last, all of it if it was done to many at once. Raises Refused, StoreUnusable."""
        return await self._run(self._store.undo)

    async def written_elsewhere(self) -> bool:
        """Whether another program has written to the store since this was last asked."""
        return await self._run(self._written_elsewhere)

    def close(self) -> None:
        """Finishes what was asked for, then closes the store."""
        self._thread.submit(self._store.close)
        self._thread.shutdown(wait=True)

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        # Shielded: whoever asked may go away, but what was begun is finished.
        return await asyncio.shield(asyncio.wrap_future(self._thread.submit(work)))

    def _perform(self, orders: Sequence[Order]) -> Done:
        outcomes: list[Outcome] = []
        refusals: list[str] = []
        with self._store.transaction() as tx, self._store.together():
            for order in orders:
                try:
                    given = order(self._store.connection) if callable(order) else order
                    group = given if isinstance(given, tuple) else (given,)
                    with tx.savepoint():
                        outcomes.append([self._store.operate(tx, command) for command in group][-1])
                except (Refused, BadInput, NotFound) as error:
                    refusals.append(str(error))
        return Done(tuple(outcomes), tuple(refusals))

    def _written_elsewhere(self) -> bool:
        before, self._seen_version = self._seen_version, self._data_version()
        return before != self._seen_version

    def _data_version(self) -> int:
        """Changes when another connection commits, and not when this one does."""
        return int(self._store.connection.execute("PRAGMA data_version").fetchone()[0])
