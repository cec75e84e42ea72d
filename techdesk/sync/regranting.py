"""How a laptop comes to hold the rows of other sites, when the server grants it others than it holds.

A site that was lost goes from the store at once. One that was gained comes with all that the laptop may have, read anew from
the server beside the store: so that the store goes from one whole state to another in a single transaction.
"""

from collections import Counter
from collections.abc import Callable, Collection

from techdesk.models.store import Store
from techdesk.sync import erasing, former, rebase, unsent
from techdesk.sync.arrivals import kept_cursor
from techdesk.sync.holding import Sites, granted_sites, held, keep_held

# More schools than these are counted, not named.
NAMED = 3


class Regranted(Exception):
    """The server grants other sites than this laptop holds: `sites`, or EVERYTHING."""

    def __init__(self, sites: Sites) -> None:
        super().__init__(sites)
        self.sites = sites


def change(store: Store, sites: Sites, begin_anew: Callable[[], Counter[str]]) -> tuple[tuple[str, ...], Counter[str]]:
    """Makes this laptop hold these sites and no others; what to tell its technician, and the kinds of those operations whose
    outcome came with it. Nothing of what waits to be sent is lost. `begin_anew` reads from the server, beside the store, all
    that the laptop may have, and takes it in; what it raises is raised, and then the laptop holds no more than before."""
    granted = granted_sites(sites)
    with store.transaction():
        if kept_cursor(store).seq == 0:  # nothing is here yet
            keep_held(store, granted)
            return (), Counter()
    before = held(store)
    told = _let_go(store, granted)
    if held(store) == granted:
        return told, Counter()
    came = begin_anew()
    gained = _names(store, before, held(store))
    if gained:
        told += (_said(gained, "is now among your schools", "are now among your schools") + ".",)
    return told, came


def _let_go(store: Store, granted: frozenset[str] | None) -> tuple[str, ...]:
    """Takes away what is not granted."""
    if granted is None:
        return ()
    with store.transaction() as tx:
        before = held(store)
        kept = granted if before is None else before & granted
        if kept == before:
            return ()
        files = unsent.waiting(store)
        rebase.take_back(store, tx)
        lost = _names(store, kept, before)
        removed = erasing.rows_beyond(store, tx, kept | {str(store.meta("technician"))})
        keep_held(store, kept)
        rebase.replay(store, tx)
        unsent.keep(store, files)
    erasing.finish(store)
    kept_aside = former.erase_all(store)
    if not lost and not removed:
        return kept_aside
    rows = f"{removed:,} rows removed" if removed != 1 else "1 row removed"
    said = _said(lost, "is no longer among your schools", "are no longer among your schools")
    return (f"{said or 'What was of no school of yours is gone'}: {rows}.", *kept_aside)


def _names(store: Store, less: Collection[str] | None, more: Collection[str] | None) -> list[str]:
    """The names of the sites here that are among the second and not among the first; None is everything."""
    found = store.connection.execute("SELECT id, name FROM site ORDER BY name, id").fetchall()
    return [name for id, name in found if (more is None or id in more) and less is not None and id not in less]


def _said(names: list[str], one: str, several: str) -> str:
    if not names:
        return ""
    if len(names) == 1:
        return f"{names[0]} {one}"
    listed = f"{len(names)} schools" if len(names) > NAMED else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} {several}"
