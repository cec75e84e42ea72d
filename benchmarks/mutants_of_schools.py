"""Mutants of laptops of some schools: see `benchmarks.mutants`."""

from typing import Any

from techdesk.server import belonging, grants, log, syncing
from techdesk.sync import erasing, scopes

Patch = tuple[Any, str, Any]


def no_scope_filter() -> list[Patch]:
    """A laptop of some schools gets the log as it stands."""
    return [(log.Held, "part", lambda self, session, org, row: log._whole(session, org, _without_scopes(row)))]


def _without_scopes(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("scope", "parts")}


def no_evict() -> list[Patch]:
    """A row that went to another school stays on the laptops of the one where it was."""
    crossing = belonging._crossing

    def staying(table: str, id: str, row: Any, *, had: bool, has: bool) -> list[Any]:
        return crossing(table, id, row, had=had and has, has=has)

    return [(belonging, "_crossing", staying)]


def moved_alone() -> list[Patch]:
    """What hangs on a row does not go with it to another school."""
    return [(belonging, "_hanging", lambda tx, before, table, id: iter(()))]


def grant_hash_ignored() -> list[Patch]:
    """The server does not look at which schools a laptop says it holds."""
    page = syncing._page

    def trusting(session: Any, end: Any, request: Any, laptop: Any, granted: Any) -> Any:
        return page(session, end, request._replace(holding=scopes.digest(granted)), laptop, granted)

    return [(syncing, "_page", trusting)]


def no_guard() -> list[Patch]:
    """The work of a laptop of some schools is run on all of them."""
    return [(grants, "allowed", lambda tx, laptop: None)]


def lost_schools_stay() -> list[Patch]:
    """A laptop says that it holds what it is granted, and removes nothing."""
    return [(erasing, "rows_beyond", lambda store, tx, kept: 0)]


MUTANTS = (no_scope_filter, no_evict, moved_alone, grant_hash_ignored, no_guard, lost_schools_stay)
