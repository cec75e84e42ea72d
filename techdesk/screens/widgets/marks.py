"""The rows marked for doing one thing to many: a bounded set of keys."""

from __future__ import annotations

from collections.abc import Iterable

MARK_LIMIT = 500
"""Marks at most. Each is looked up again at a reload, so that nothing is done to a row that left the list."""


class Marks:
    """Marked keys, and the last one marked, from which a range is counted."""

    def __init__(self) -> None:
        self.keys: frozenset[str] = frozenset()
        self.anchor: str | None = None

    def toggle(self, key: str) -> bool:
        """Mark the row or take its mark away; False where the limit kept it out."""
        if key in self.keys:
            self.keys -= {key}
            return True
        return self.add([key])

    def add(self, keys: Iterable[str]) -> bool:
        """Mark the rows, as many as the limit allows; False where some were kept out."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self.keys]
        taken = wanted[: MARK_LIMIT - len(self.keys)]
        self.keys |= set(taken)
        if taken:
            self.anchor = taken[-1]
        return len(taken) == len(wanted)

    def toggle_all(self, keys: Iterable[str]) -> bool:
        """Mark the rows, or unmark them where all of them are marked; False where the limit kept some out."""
        wanted = frozenset(keys)
        if wanted and wanted <= self.keys:
            self.keys -= wanted
            return True
        return self.add(sorted(wanted))

    def remove(self, keys: Iterable[str]) -> None:
        """Take these marks away."""
        self.keys -= frozenset(keys)
        if self.anchor not in self.keys:
            self.anchor = None
