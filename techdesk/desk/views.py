"""Saved views: named filters of a list."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles
from techdesk.desk.tx import Act, Tx


@dataclass(frozen=True, kw_only=True)
class SaveView:
    """Keeps a filter under a name; an empty filter forgets the view. `filter` is the text of the list's filter line."""

    NAME: ClassVar[str] = "view.save"
    VERSION: ClassVar[int] = 1
    area: str
    name: str
    filter: str

    def __post_init__(self) -> None:
        checks.words(self.name, "The name of the view", longest=60)
        checks.legible(self.filter, "The filter", longest=500)


@handles(SaveView)
def save_view(tx: Tx, command: SaveView, act: Act) -> Outcome:
    known = tx.find("saved_view", area=command.area, name=command.name, limit=1)
    id = str(known[0]["id"]) if known else tx.fresh_id()
    if not command.filter:
        tx.delete("saved_view", id)
        return Outcome(said=f"Forgot the view {command.name}.")
    tx.put("saved_view", {"id": id, "area": command.area, "name": command.name, "filter": command.filter})
    return Outcome(said=f"Saved the view {command.name}.")
