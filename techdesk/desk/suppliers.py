"""Suppliers: who sells and repairs, on which terms, and how long they take."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk.desk import checks
from techdesk.desk.commands import Outcome, handles
from techdesk.desk.merging import FieldEdit, changed, edit_fields
from techdesk.desk.tx import Act, Tx


@dataclass(frozen=True, kw_only=True)
class RecordSupplier(FieldEdit):
    """Makes or changes a supplier; parts, devices and repairs name it by its name. `lead_days` run from order to delivery."""

    NAME: ClassVar[str] = "supplier.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "supplier"
    name: str | None = None
    services: str | None = None
    contacts: str | None = None
    terms: str | None = None
    experience: str | None = None
    lead_days: int | None = None

    def __post_init__(self) -> None:
        if self.name is not None:
            object.__setattr__(self, "name", checks.words(self.name, "The supplier's name", longest=200))
        if self.lead_days is not None:
            checks.whole(self.lead_days, "The number of days", 0, 730)


@handles(RecordSupplier)
def record_supplier(tx: Tx, command: RecordSupplier, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    row = tx.get("supplier", command.id)
    if row is None:
        return outcome
    days = f", {row['lead_days']} days from order to delivery" if row["lead_days"] is not None else ""
    return outcome._replace(changed=(changed({**row, "state": "known"}),), said=f"{row['name']} is known{days}.")
