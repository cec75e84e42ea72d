"""A store that is a copy of another laptop's: someone cloned a home, or put an old backup back.

Of two stores that go on with one identity, the second to sync is refused: what it sends does not follow what the server has
had. It then becomes a laptop of its own, by itself. It notes the id that it is going to have, makes a key, and asks the
server for it with a document that the old key signs; only when the server has answered it drops the leases of ticket numbers,
which are the other one's, and takes the new id in the transaction that does so. Killed at any step, the next sync goes on
from there: the server gives the same answer to the same id and key.

A server that was put back to a state from before that does not know the new laptop: it is asked again, as a laptop that it
does know.
"""

import json
from collections.abc import Callable, Iterator

from techdesk.desk.ids import new_id
from techdesk.errors import BadInput, NoConnection
from techdesk.models.introduce import code_of
from techdesk.models.store import Store
from techdesk.sync import keys, rebase, recovery, wire
from techdesk.sync.arrivals import kept_cursor
from techdesk.sync.connection import Connection, ServerRefused, SignedConnection
from techdesk.sync.outbox import Outbox
from techdesk.sync.wire import Fork

COPIED = (
    "This store is a copy of one that goes on elsewhere: it is now a laptop of its own, '{name}'. Nothing was lost."
)
OUTLIVED = (
    "The server was put back to a state that is older than what this laptop keeps of its own work: it goes on as '{name}', "
    "and what it keeps is sent again. Ask your coordinator whether a newer backup can be put back."
)
Connected = Callable[[str], SignedConnection]


class Copied(NoConnection):
    """The server has had more of this laptop than its store remembers."""

    def __init__(self) -> None:
        super().__init__("This store is a copy of one that goes on elsewhere: sync again; nothing here is lost.")


class Outlived(Copied):
    """The server lacks work of this laptop that its store no longer keeps: for the server it is another laptop's store."""


def signed(store: Store, connection: Connection, laptop: str | None = None) -> SignedConnection:
    """The connection that signs as the laptop of that store, or as another that its store was before."""
    who = laptop or str(store.meta("laptop"))
    return SignedConnection(connection, who, keys.load(store.path, who))


def note(store: Store, laptop: str, *, anew: bool = False, outlived: bool = False) -> None:
    """Notes that the store of that laptop is a copy, or has `outlived` the server's state, unless that is noted, or done,
    already. `anew` replaces the id that was noted, which another copy has taken."""
    with store.transaction():
        if store.meta("laptop") == laptop and (anew or store.meta("forking") is None):
            store.set_meta(forking=new_id())
            if outlived:
                store.set_meta(outlived="1")


def finish(store: Store, connection: Connection) -> None:
    """Becomes the laptop that was noted, if one was; one that was shut out stays what it was. Raises NoConnection."""
    new, old = store.meta("forking"), str(store.meta("laptop"))
    if new is None:
        return
    try:
        name = _registered(store, connection, old, new)
    except ServerRefused as refusal:
        if refusal.code == "revoked":
            return  # what it has not sent it may hand in, as what it was
        raise
    with store.transaction() as tx:
        if store.meta("laptop") != old:
            return  # another sync of this laptop was faster
        rebase.take_back(store, tx)
        store.connection.execute("DELETE FROM number_block")
        store.set_meta(
            laptop=new, laptop_name=name, laptop_code=code_of(new), own_numbers=None, forking=None, forked=name,
            lineage=json.dumps([*_lineage(store), old]),
        )  # fmt: skip
        rebase.replay(store, tx)


def introduce_again(store: Store, connection: Connection, refusal: ServerRefused) -> bool:
    """Makes a server that does not know this laptop, and so was put back, know it again; whether its log was read anew for
    that. Raises the refusal when the server knows none of the laptops that the store was before either."""
    laptop = str(store.meta("laptop"))
    for older in reversed(_lineage(store)):
        try:
            return _introduced(store, connection, older, laptop)
        except ServerRefused as again:
            if again.code != "unknown":
                raise
    raise refusal


def _introduced(store: Store, connection: Connection, older: str, laptop: str) -> bool:
    try:
        _registered(store, connection, older, laptop)
    except ServerRefused as again:
        history = recovery.told(again.document)
        if again.code != "history" or history is None:
            raise
        recovery.recover(store, signed(store, connection, older), history)
        _registered(store, connection, older, laptop)
        return True
    return False


def news(store: Store) -> Iterator[str]:
    """What is to be told to the technician, once."""
    name = store.meta("forked")
    if name is not None:
        said = COPIED if store.meta("outlived") is None else OUTLIVED
        with store.transaction():
            store.set_meta(forked=None, outlived=None)
        yield said.format(name=name)


def _registered(store: Store, connection: Connection, old: str, new: str) -> str:
    """Asks the server, as the laptop `old`, to know the laptop `new`. Returns the name that it has there."""
    key = keys.make(store.path, new)
    with store.transaction():  # the number, its hash and the cursor are of one moment
        outbox = Outbox(store)
        last = outbox.first_waiting() - 1
        fork = Fork(new, keys.public_text(key), last, outbox.hash_of(last), kept_cursor(store))
    answer = signed(store, connection, old).exchange(wire.fork_body(fork), path=wire.FORK_PATH)
    try:
        return str(wire.loads(answer)["laptop_name"])
    except (KeyError, TypeError, BadInput):
        raise NoConnection("The server's answer cannot be read: update techdesk on both ends.") from None


def _lineage(store: Store) -> list[str]:
    """The laptops that this store was before, the first one first."""
    found: list[str] = json.loads(store.meta("lineage") or "[]")
    return found
