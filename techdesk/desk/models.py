"""Device models that were spelled several ways and are one.

A merge leaves the other spelling where it is and says of it which model it is. So nothing that names it need be written anew,
here or on a laptop that has not heard of it yet: devices, parts that fit, problems and articles mean the kept model from then
on, an import that spells it so finds it, and to take the merge back is to take one word away.
"""

from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk.commands import Changed, Outcome, handles, merges
from techdesk.desk.ids import named_id
from techdesk.desk.merging import tell
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput, NotFound, Refused

# What the kept model takes over from another spelling where it says nothing itself.
FILLED = ("manufacturer_id", "number", "category", "update_expiry")


@dataclass(frozen=True, kw_only=True)
class MergeModels:
    """Makes device models one: the others become spellings of the kept one."""

    NAME: ClassVar[str] = "model.merge"
    VERSION: ClassVar[int] = 1
    model_id: str
    other_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "other_ids", tuple(dict.fromkeys(self.other_ids)))
        if not self.other_ids or self.model_id in self.other_ids:
            raise BadInput("Name the model that is kept, and at least one other that becomes one with it.")


@dataclass(frozen=True, kw_only=True)
class KeepApart:
    """Says that two models that read alike are not the same."""

    NAME: ClassVar[str] = "model.apart"
    VERSION: ClassVar[int] = 1
    model_id: str
    other_id: str

    def __post_init__(self) -> None:
        if self.model_id == self.other_id:
            raise BadInput("Name two models that are not the same.")


@handles(MergeModels)
def merge_models(tx: Tx, command: MergeModels, act: Act) -> Outcome:
    return _merge(tx, kept(tx, command.model_id), [_free(tx, id, command.model_id) for id in command.other_ids])


@merges(MergeModels)
def merge_late(tx: Tx, command: MergeModels, act: Act, refusal: Refused) -> Outcome:
    """Some of them became one meanwhile, perhaps with another: that stays, the rest is done, and the author is told."""
    into = kept(tx, command.model_id)
    others = [row for id in command.other_ids if (row := tx.get("device_model", id)) is not None]
    taken = [row for row in others if row["merged_into"] is not None or row["id"] == into["id"]]
    free = [row for row in others if row not in taken]
    away = [row for row in taken if kept_id(tx, str(row["id"])) != into["id"]]
    if free:
        _merge(tx, into, free)
    if into["id"] == command.model_id and not away:
        return _told(into, str(refusal), "plain")
    row = away[0] if away else tx.get("device_model", command.model_id) or into
    stays = kept(tx, str(row["id"]))
    tell(tx, act, "merged", ("device_model", str(row["id"])), f"{row['name']} is one with {stays['name']}, as somebody said"
         " first", mine={"merged_into": command.model_id}, theirs={"merged_into": stays["id"]})  # fmt: skip
    return _told(into, str(refusal), "merged")


@handles(KeepApart)
def keep_apart(tx: Tx, command: KeepApart, act: Act) -> Outcome:
    rows = [kept(tx, id) for id in sorted((command.model_id, command.other_id))]
    if rows[0]["id"] == rows[1]["id"]:
        raise Refused(f"They are one as {rows[0]['name']}: take that back with  techdesk undo, if it was wrong.")
    ids = sorted(str(row["id"]) for row in rows)
    tx.append("model_apart", {"id": named_id("model_apart", *ids), "model_id": ids[0], "other_id": ids[1]})
    return _told(rows[0], f"{rows[0]['name']} and {rows[1]['name']} stay two models.", "plain")


def kept_id(tx: Tx, id: str) -> str:
    """The id of the model that a model's row stands for: its own, or that of the model that it is another spelling of."""
    row = tx.get("device_model", id)
    return str(row["merged_into"] or id) if row else id


def kept(tx: Tx, id: str) -> Row:
    """The model that a model's row stands for. Raises NotFound."""
    row = tx.get("device_model", kept_id(tx, id))
    if row is None:
        raise NotFound("That model is not in this store: sync, or look with  techdesk model list.")
    return row


def _free(tx: Tx, id: str, into: str) -> Row:
    """A model that can become one with another. Raises Refused for one that is a spelling already."""
    row = tx.get("device_model", id)
    if row is None:
        raise NotFound("That model is not in this store: sync, or look with  techdesk model list.")
    if row["merged_into"] is not None:
        raise Refused(f"{row['name']} is one with {kept(tx, id)['name']} already.")
    if kept_id(tx, into) == id:
        raise Refused(f"They are one already, as {row['name']}.")
    return row


def _merge(tx: Tx, into: Row, others: list[Row]) -> Outcome:
    for row in others:
        tx.put("device_model", {"id": row["id"], "merged_into": into["id"]})
        for spelling in tx.find("device_model", merged_into=row["id"]):
            tx.put("device_model", {"id": spelling["id"], "merged_into": into["id"]})
    filled = {name: value for name in FILLED if into[name] is None
              and (value := next((row[name] for row in others if row[name] is not None), None)) is not None}  # fmt: skip
    if filled:
        tx.put("device_model", {"id": into["id"], **filled})
    names = ", ".join(f"'{row['name']}'" for row in others)
    return _told(into, f"{into['name']} is one with {names} now; what was said of either is said of it.", "plain")


def _told(row: Row, said: str, kind: str) -> Outcome:
    return Outcome((Changed(str(row["name"]), str(row["standing"]), str(row["id"])),), said, kind)
