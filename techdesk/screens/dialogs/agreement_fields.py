"""Pages of fields: what a school has bought, what follows it, and how it wants to be visited."""

from __future__ import annotations

import sqlite3
from typing import Any

from techdesk.desk.agreements import MoveAgreement, RecordAgreement, RecordWish, wish_id
from techdesk.desk.ids import new_id
from techdesk.errors import BadInput
from techdesk.models.queries import names
from techdesk.models.queries.agreements import AgreementLine, Bought, renewal
from techdesk.screens.dialogs.fields import Asked, FieldsDialog
from techdesk.screens.dialogs.whole import whole
from techdesk.screens.writer import Order

TERMS = (
    Asked("visits", "Visits", "bought for a term"),
    Asked("minutes", "Minutes", "bought for a term"),
    Asked("ends", "Until", "2027-07-31; the last day"),
    Asked("starts", "From", "2026-09-01; the first day"),
    Asked("price", "Price", "665.00"),
)
SCOPE = (
    Asked("tier", "Tier", "as weekly"),
    Asked("provider", "Provider", "who serves the school"),
    Asked("included", "Included", "what it covers"),
    Asked("excluded", "Excluded", "what it does not"),
)
WISHES = (
    Asked("visits", "Visits", "how many ..."),
    Asked("weeks", "Weeks", "... in how many weeks, 1 to 6"),
    Asked("minutes", "Minutes", "how long each"),
    Asked("days", "Days", "mon,wed; empty for any"),
)


def agreement_dialog(row: Bought) -> FieldsDialog:
    """The agreement of a school corrected; or its first one noted, which counts at once."""
    line, id = row.line, new_id()

    def order(typed: dict[str, str]) -> Order:
        said = _said(typed)
        if line is not None:
            return RecordAgreement(id=line.id, **said)
        made = RecordAgreement(id=id, site_id=row.site_id, **said)
        return made, MoveAgreement(agreement_id=id, state="active")

    before = {} if line is None else _texts(line._asdict())
    title = f"{'Agreement of' if line else 'A first agreement:'} {row.site}"
    return FieldsDialog(
        title, TERMS + SCOPE, order, before=before, draft=f"agreement:{line.id if line else row.site_id}"
    )


def renewal_dialog(line: AgreementLine) -> FieldsDialog:
    """What follows an agreement: what is left empty stays as it was."""
    id = new_id()

    def order(typed: dict[str, str]) -> Order:
        if not typed.get("ends"):
            raise BadInput("Until when does the new one run? Type its last day.")
        return renewal(line, id, **_said({name: text for name, text in typed.items() if text}))

    last = f"the last day; the old one ends on {line.ends}" if line.ends else "the last day"
    fields = (Asked("ends", "Until", last), *(each for each in TERMS if each.name != "ends"))
    return FieldsDialog(f"Renew: {line.site}", fields, order, draft=f"renewal:{line.id}")


def wished(connection: sqlite3.Connection, row: Bought) -> FieldsDialog:
    """The page of a school's wishes, as they are now."""
    id = wish_id(row.site_id)
    found = connection.execute(
        "SELECT w.visits, w.weeks, w.minutes, w.days, w.skills, t.name FROM site_wish w"
        " LEFT JOIN technician t ON t.id = w.technician_id WHERE w.id = ?", (id,),
    ).fetchone()  # fmt: skip
    known = tuple(
        name for (name,) in connection.execute("SELECT name FROM technician WHERE state = 'active' ORDER BY name")
    )
    fields = (*WISHES, Asked("technician", "Technician", "who should come; empty for anybody", known=known),
              Asked("skills", "Skills", "that are needed there, with commas"))  # fmt: skip
    columns = ("visits", "weeks", "minutes", "days", "skills", "technician")
    before = _texts(dict(zip(columns, found, strict=True))) if found else {}

    def order(typed: dict[str, str]) -> Order:
        said = _said({name: text for name, text in typed.items() if name != "technician"})
        site = None if found else row.site_id

        def command(connection: sqlite3.Connection) -> RecordWish:
            who = typed.get("technician")
            named = names.technician_id(connection, who, None) if who else who
            return RecordWish(id=id, site_id=site, technician_id=named, **said)

        return command

    return FieldsDialog(f"Wishes of {row.site}", fields, order, before=before, draft=f"wish:{row.site_id}")


def _said(typed: dict[str, str]) -> dict[str, Any]:
    """What was typed, with numbers as numbers. Raises BadInput."""
    said: dict[str, Any] = dict(typed)
    for name in {"visits", "minutes", "weeks"} & set(said):
        said[name] = whole(said[name], name.capitalize())
    if "price" in said:
        try:
            said["price"] = float(said["price"])
        except ValueError:
            raise BadInput(f"'{said['price']}' is no price: type it in digits.") from None
    return said


def _texts(row: dict[str, Any]) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in row.items()}
