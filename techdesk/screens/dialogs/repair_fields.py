"""Pages of fields: a repair, a device that is sent in or disposed of, a licence, a supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from techdesk.desk.devices import DisposeDevice
from techdesk.desk.ids import named_id, new_id
from techdesk.desk.licences import RecordLicence
from techdesk.desk.repairs import EditRepair, OpenRepair
from techdesk.desk.suppliers import RecordSupplier
from techdesk.errors import BadInput
from techdesk.models.queries.away import AwayLine
from techdesk.screens.dialogs.fields import Asked, FieldsDialog
from techdesk.screens.writer import Order

Before = Mapping[str, str | None]


def repair_dialog(row: AwayLine, before: Before, known: tuple[str, ...]) -> FieldsDialog:
    """More of a repair."""
    assert row.repair is not None, "the caller looks"
    id = row.repair.id
    fields = (
        Asked("supplier", "Supplier", "who is to repair it", known=known),
        Asked("reference", "Reference", "the supplier's number for it"),
        Asked("due", "Due", "2026-12-01"),
        Asked("cost", "Cost", "12.50"),
        Asked("fault", "Fault", "what is wrong"),
        Asked("note", "Note", "what they said"),
    )
    return FieldsDialog(
        f"Repair of {row.label}", fields, lambda typed: EditRepair(id=id, **_numbers(typed, cost=float)), before=before,
        draft=f"repair:{id}",
    )  # fmt: skip


def licence_dialog(row: AwayLine, before: Before, known: tuple[str, ...]) -> FieldsDialog:
    """A licence renewed or corrected."""
    assert row.licence is not None, "the caller looks"
    id = row.licence.id
    fields = (
        Asked("expires", "Until", "2027-08-31"),
        Asked("seats", "Seats", "how many"),
        Asked("supplier", "Supplier", "who sells it", known=known),
        Asked("cost", "Cost", "12.50"),
        Asked("warn_days", "Warn", "days before the end"),
        Asked("note", "Note", "what is to be known of it"),
    )

    def order(typed: dict[str, str]) -> Order:
        return RecordLicence(id=id, **_numbers(typed, seats=int, warn_days=int, cost=float))

    return FieldsDialog(f"Licence {row.label}", fields, order, before=before, draft=f"licence:{id}")


def send_in_dialog(device_id: str, label: str, known: tuple[str, ...]) -> FieldsDialog:
    """A device that a supplier is to put right."""
    fields = (
        Asked("fault", "Fault", "what is wrong"),
        Asked("supplier", "Supplier", "who is to repair it", known=known),
        Asked("reference", "Reference", "the supplier's number for it"),
        Asked("due", "Due", "2026-12-01"),
    )

    def order(typed: dict[str, str]) -> Order:
        if not typed.get("fault"):
            raise BadInput("What is wrong with it? Type the fault.")
        return OpenRepair(id=new_id(), device_id=device_id, **{name: text for name, text in typed.items() if text})

    return FieldsDialog(f"Repair of {label}", fields, order, draft=f"send-in:{device_id}")


def dispose_dialog(devices: Sequence[tuple[str, str]]) -> FieldsDialog:
    """The end of devices (id, label), each with the same certificate."""
    fields = (
        Asked("certificate", "Certificate", "the number of the certificate of disposal"),
        Asked("on", "Day", "2026-11-24; today unless said"),
        Asked("note", "Note", "who took it, how its data went"),
    )

    def order(typed: dict[str, str]) -> Order:
        if not typed.get("certificate"):
            raise BadInput("Which certificate? A device is not disposed of without one.")
        said: dict[str, Any] = {name: text for name, text in typed.items() if text}
        return tuple(DisposeDevice(device_id=id, **said) for id, _ in devices)

    named = devices[0][1] if len(devices) == 1 else f"{len(devices)} devices"
    return FieldsDialog(f"Dispose of {named}", fields, order, draft="dispose")


def supplier_dialog(id: str | None, before: Before) -> FieldsDialog:
    """A supplier made known or corrected; `before` holds its name if it has one."""
    fields = (
        Asked("name", "Name", "as parts and repairs name it"),
        Asked("contacts", "Contacts", "whom to call or write to", lines=True),
        Asked("terms", "Terms", "account, payment, returns, warranty", lines=True),
        Asked("services", "Services", "what they sell or repair"),
        Asked("experience", "Schools", "what they know of schools"),
        Asked("lead_days", "Days", "from an order to its delivery"),
    )
    name = before.get("name")

    def order(typed: dict[str, str]) -> Order:
        said = _numbers(typed, lead_days=int)
        called = said.pop("name", name)
        if not called:
            raise BadInput("What is the supplier called? Type a name.")
        # The same name has the same id on every laptop, so that two who make it known meet in one row.
        new = id is None or called != name
        return RecordSupplier(id=id or named_id("supplier", str(called).strip().casefold()),
                              name=str(called) if new else None, **said)  # fmt: skip

    title = f"Supplier {name}" if name else "A new supplier"
    return FieldsDialog(title, fields, order, before=before, draft=f"supplier:{id or name or 'new'}")


def _numbers(typed: Mapping[str, str], **kinds: type) -> dict[str, Any]:
    """What was typed, with numbers as numbers. Raises BadInput."""
    said: dict[str, Any] = dict(typed)
    for name, kind in kinds.items():
        text = said.get(name)
        if not text:
            continue
        try:
            said[name] = kind(text)
        except ValueError:
            raise BadInput(f"'{text}' is no number: type the {name.replace('_', ' ')} in digits.") from None
    if kinds and "seats" in said and not said["seats"]:
        raise BadInput("A licence has a number of seats: type it in digits.")
    return said
