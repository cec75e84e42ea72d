"""Licences: the right to use a product, on how many seats, until when, and where the seats are used."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.ids import named_id
from techdesk.desk.merging import FieldEdit, edit_fields
from techdesk.desk.tx import Act, Tx
from techdesk.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class RecordLicence(FieldEdit):
    """Makes or changes a licence. `starts` and `expires` are dates; from `warn_days` before it ends it is said to expire."""

    NAME: ClassVar[str] = "licence.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "licence"
    REQUIRED: ClassVar[tuple[str, ...]] = ("product",)
    product: str | None = None
    supplier: str | None = None
    seats: int | None = None
    starts: str | None = None
    expires: str | None = None
    warn_days: int | None = None
    cost: float | None = None
    order_number: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if self.product is not None:
            object.__setattr__(self, "product", checks.words(self.product, "The product", longest=200))
        for name in ("starts", "expires"):
            if getattr(self, name):
                object.__setattr__(self, name, clock.parse_day(getattr(self, name)).isoformat())
        if self.starts and self.expires and self.expires < self.starts:
            raise BadInput("The licence ends before it begins: check which date comes first.")
        checks.finite(self.cost, "The cost")
        for name, most in (("seats", 10_000_000), ("warn_days", 3650)):
            if getattr(self, name) is not None:
                checks.whole(getattr(self, name), f"The number of {name.replace('_', ' ')}", 0, most)


@dataclass(frozen=True, kw_only=True)
class UseLicence(FieldEdit):
    """Says how many seats of a licence a site uses. `id` is `use_id` of the two."""

    NAME: ClassVar[str] = "licence.use"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "licence_site"
    REQUIRED: ClassVar[tuple[str, ...]] = ("licence_id", "site_id")
    licence_id: str | None = None
    site_id: str | None = None
    used: int | None = None

    def __post_init__(self) -> None:
        if self.used is not None:
            checks.whole(self.used, "The number of seats", 0, 10_000_000)


@handles(RecordLicence)
def record_licence(tx: Tx, command: RecordLicence, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    row = tx.get("licence", command.id)
    if row is None:
        return outcome
    state = state_of(row["expires"], int(row["warn_days"] or 0), act.at)
    until = f" until {row['expires']}" if row["expires"] else ""
    seats = "any number of seats" if row["seats"] is None else f"{row['seats']} seats"
    return outcome._replace(
        changed=(Changed(str(row["product"]), state, command.id),), said=f"{row['product']}: {seats}{until}, {state}."
    )


@handles(UseLicence)
def use_licence(tx: Tx, command: UseLicence, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    row = tx.get("licence_site", command.id)
    licence = tx.get("licence", str(row["licence_id"])) if row else None
    if licence is None:
        return outcome
    used = int(tx.total("licence_site", "used", licence_id=str(licence["id"])))
    seats = licence["seats"]
    over = f", {used - int(seats)} too many" if seats is not None and used > int(seats) else ""
    said = f"{licence['product']}: {used} of {'any number' if seats is None else seats} seats are used{over}."
    return outcome._replace(
        changed=(Changed(str(licence["product"]), "over" if over else "used", command.id),), said=said
    )


def use_id(licence_id: str, site_id: str) -> str:
    """The id of the seats of a licence at a site."""
    return named_id("licence_site", licence_id, site_id)


def state_of(expires: object, warn_days: int, day: str) -> str:
    """active, expiring or expired, on a day (a date or a moment)."""
    if not expires:
        return "active"
    end, today = date.fromisoformat(str(expires)[:10]), date.fromisoformat(day[:10])
    if end < today:
        return "expired"
    return "expiring" if end - today <= timedelta(days=warn_days) else "active"
