"""Sites, technicians and devices as other people's tables name them."""

from techdesk.desk.commands import Command
from techdesk.desk.ids import named_id
from techdesk.desk.people import RecordSite
from techdesk.desk.tx import Tx
from techdesk.models.store import Store


class Places:
    """Finds sites by code, name or id, whatever their case; with `makes`, those that nobody knows are made known."""

    def __init__(self, store: Store, makes: bool = False) -> None:
        self._makes = makes
        self._sites: dict[str, str | None] = {}
        found = store.connection.execute("SELECT id, code, name FROM site").fetchall()
        for id, _, name in found:
            # Two schools of one name: the name alone says nothing.
            self._sites[str(name).casefold()] = None if str(name).casefold() in self._sites else str(id)
        for id, code, _ in found:
            self._sites[str(code).casefold()] = str(id)
            self._sites[str(id)] = str(id)

    def site(self, text: str | None) -> str | None:
        """The id of the site that is meant; None when there is none, or more than one."""
        return None if not text else self._sites.get(text.strip().casefold())

    def split(self, text: str) -> tuple[str, str | None]:
        """The part of a tree of places, as `Root > School > Room`, that names a site, the lowest one; and what is below it.
        The whole text where no part does."""
        parts = [part.strip() for part in text.split(">")]
        for at in range(len(parts) - 1, -1, -1):
            if self.site(parts[at]) is not None:
                return parts[at], " > ".join(parts[at + 1 :]) or None
        return text, None

    def found(self, tx: Tx, text: str | None) -> tuple[list[Command], str | None]:
        """The site that is meant, with the command that makes it known where that is asked for."""
        name = " ".join((text or "").split())
        known = self.site(name)
        if known is not None or not name or not self._makes or name.casefold() in self._sites:
            return [], known
        id = named_id("site", name.casefold())
        return ([] if tx.get("site", id) else [RecordSite(id=id, code=name, name=name)]), id


class People:
    """Finds technicians by code, e-mail, name or id, whatever their case."""

    def __init__(self, store: Store) -> None:
        self._ids: dict[str, str] = {}
        for id, *names in store.connection.execute("SELECT id, id, name, email, code FROM technician"):
            for name in filter(None, names):
                self._ids[str(name).casefold()] = str(id)

    def technician(self, text: str | None) -> str | None:
        """The id of the technician who is meant, if known."""
        return None if not text else self._ids.get(text.strip().casefold())


def device(tx: Tx, text: str | None) -> str | None:
    """The id of the device with that tag, serial or id."""
    if not text:
        return None
    for column in ("tag", "serial", "id"):
        found = tx.find("device", limit=1, **{column: text})
        if found:
            return str(found[0]["id"])
    return None
