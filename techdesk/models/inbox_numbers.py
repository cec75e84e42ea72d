"""The numbers that items of the inbox go by in the shell. A number is given out once and never means another item, whatever
a sync does between the listing and the choice; it belongs to this laptop, as the list that it was read from does."""

import json
from collections.abc import Iterable

from techdesk.models.store import Store

# So many of the latest numbers are remembered beside those of open items.
REMEMBERED = 1000


def numbered(store: Store, ids: Iterable[str]) -> dict[str, int]:
    """The number of each item, given out now where it has none."""
    wanted = list(ids)
    known = _known(store)
    if any(id not in known for id in wanted):
        with store.transaction():
            known = _known(store)
            following = int(store.meta("inbox_numbered") or 0) + 1
            for number, id in enumerate((id for id in wanted if id not in known), start=following):
                known[id] = following = number
            kept = dict(list(known.items())[-REMEMBERED:]) | {id: known[id] for id in wanted}
            store.set_meta(inbox_numbers=json.dumps(kept), inbox_numbered=str(following))
    return {id: known[id] for id in wanted}


def item_numbered(store: Store, number: int) -> str | None:
    """The id of the item that the number was given to."""
    return next((id for id, given in _known(store).items() if given == number), None)


def _known(store: Store) -> dict[str, int]:
    return dict(json.loads(store.meta("inbox_numbers") or "{}"))
