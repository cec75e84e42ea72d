"""Which sites this laptop holds the rows of. Without a word of it, it holds everything."""

import json
from collections.abc import Collection

from techdesk.models.store import Store
from techdesk.sync import scopes

Sites = list[str] | str
EVERYTHING = "*"


def granted_sites(sites: Sites) -> frozenset[str] | None:
    """The sites as the server says them; None for everything."""
    return None if sites == EVERYTHING else frozenset(sites)


def held(store: Store) -> frozenset[str] | None:
    """The ids of the sites that this laptop holds; None for everything."""
    found = json.loads(store.meta("holding") or f'"{EVERYTHING}"')
    return None if found == EVERYTHING else frozenset(found)


def keep_held(store: Store, sites: Collection[str] | None) -> None:
    """Says what the laptop holds, inside the transaction that makes it so."""
    store.set_meta(holding=None if sites is None else json.dumps(sorted(sites)))


def digest(store: Store) -> str:
    """What the server compares with its own."""
    return scopes.digest(held(store))
