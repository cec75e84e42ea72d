"""Kits: named lists of the parts that one job takes."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.merging import FieldEdit, changed, edit_fields
from techdesk.desk.tx import Act, Tx


@dataclass(frozen=True, kw_only=True)
class RecordKit(FieldEdit):
    """Makes or renames a kit."""

    NAME: ClassVar[str] = "kit.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "kit"
    name: str | None = None

    def __post_init__(self) -> None:
        if self.name is not None:
            object.__setattr__(self, "name", checks.words(self.name, "The kit's name", longest=200))


@dataclass(frozen=True, kw_only=True)
class SetKitLine(FieldEdit):
    """Says how many of a part are in a kit; none takes it out."""

    NAME: ClassVar[str] = "kit.line"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "kit_line"
    REQUIRED: ClassVar[tuple[str, ...]] = ("kit_id", "part_id")
    kit_id: str | None = None
    part_id: str | None = None
    quantity: int | None = None

    def __post_init__(self) -> None:
        if self.quantity is not None:
            checks.whole(self.quantity, "The number of pieces", 0, 10_000)


@handles(RecordKit)
def record_kit(tx: Tx, command: RecordKit, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    row = tx.get("kit", command.id)
    if row is None:
        return outcome
    return outcome._replace(changed=(changed({**row, "state": "known"}),), said=f"The kit {row['name']} is known.")


@handles(SetKitLine)
def set_kit_line(tx: Tx, command: SetKitLine, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    line = tx.get("kit_line", command.id) or {}
    part = tx.get("part", str(line.get("part_id"))) or {}
    said = f"{line.get('quantity')} x {part.get('sku')} in the kit."
    return outcome._replace(changed=(Changed(str(part.get("sku")), "in kit", command.id),), said=said)
