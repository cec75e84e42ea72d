"""Parts that a day's routes fetch at a store on the way: put by there, and free again when nobody takes them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from techdesk.desk.ids import named_id
from techdesk.desk.tx import Row, Tx


class Taken(NamedTuple):
    """What a technician takes into their van (None: they have none)."""

    technician_id: str
    van: str | None
    parts: tuple[tuple[str, int], ...]


def put_by(tx: Tx, day: str, store: str | None, taken: Sequence[Taken]) -> None:
    """Puts by at the store what is taken on a day; what an earlier dispatch of these technicians put by there and nobody
    takes now is free. What is picked already stays picked."""
    if store is None:
        return
    wanted: dict[str, Row] = {}
    for each in taken:
        pieces = Counter[str]()
        for part, many in each.parts:
            pieces[part] += many
        for part, many in pieces.items():
            id = _take_id(day, each.technician_id, part)
            wanted[id] = {"id": id, "part_id": part, "quantity": many, "location_id": store, "to_id": each.van,
                          "until": day, "reason": "to be fetched on the way", "state": "open"}  # fmt: skip
    for row in tx.find("stock_reservation", location_id=store, until=day):
        ours = {_take_id(day, each.technician_id, str(row["part_id"])) for each in taken}
        if row["id"] in ours and row["id"] not in wanted and row["state"] == "open":
            tx.put("stock_reservation", {"id": row["id"], "state": "released"})
    for id, row in wanted.items():
        there = tx.get("stock_reservation", id)
        if there is None or there["state"] != "picked":
            tx.put("stock_reservation", row)


def words_of(tx: Tx, parts: Iterable[tuple[str, int]]) -> str | None:
    """What is to be taken along, for people."""
    found = [(tx.get("part", part), many) for part, many in parts]
    return ", ".join(f"{many} x {part['sku']}" for part, many in found if part is not None) or None


def _take_id(day: str, technician: str, part: str) -> str:
    return named_id("day_take", day, technician, part)
