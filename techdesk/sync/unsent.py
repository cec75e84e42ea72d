"""The files that a laptop has and the server has not: those of its attachments, and those whose tickets were taken away from
it before they were sent, which it keeps until the server has them."""

import json
from collections.abc import Collection, Iterable

from techdesk.models.files import Files, handing_in
from techdesk.models.store import Store


def waiting(store: Store) -> list[str]:
    """The files that are here and that the server does not have yet, as far as is known; small pictures first."""
    rows = store.connection.execute(
        "SELECT thumbnail_sha256, 0 AS whole, created_at FROM attachment WHERE thumbnail_sha256 NOT IN (SELECT sha256 FROM"
        " file_sent) UNION SELECT sha256, 1, created_at FROM attachment WHERE sha256 NOT IN (SELECT sha256 FROM file_sent)"
        " ORDER BY whole, created_at"
    )
    files = Files(store.path)
    found = dict.fromkeys([*(str(row[0]) for row in rows), *handing_in(store)])
    return [digest for digest in found if files.has(digest)]


def keep(store: Store, before: Iterable[str]) -> None:
    """Notes, inside the open transaction, those files that were `waiting` before rows were taken away from this laptop, and
    that nothing here names any more: they are sent to the server first, then they go."""
    left = set(before).difference(waiting(store))
    if left:
        store.set_meta(handing_in=json.dumps(sorted(left.union(handing_in(store)))))


def keep_all(store: Store) -> int:
    """The same for all that is `waiting` on a laptop that was shut out, before everything goes. How many they are."""
    left = waiting(store)
    if set(left) != set(handing_in(store)):
        with store.transaction():
            store.set_meta(handing_in=json.dumps(left) if left else None)
    return len(left)


def let_go(store: Store, digests: Collection[str]) -> None:
    """Those of them that only the server was to have go: it has them, or no use for them."""
    before = handing_in(store)
    left = [digest for digest in before if digest not in digests]
    if len(left) < len(before):
        with store.transaction():
            store.set_meta(handing_in=json.dumps(left) if left else None)
