"""What is away: suppliers, repairs that they have, loans, and licences with the seats that schools use."""

from datetime import date, datetime, timedelta

from techdesk.demo.days import at
from techdesk.demo.diary import Diary
from techdesk.demo.shapes import Device, Place
from techdesk.demo.trust import Trust
from techdesk.demo.vocabulary import words
from techdesk.desk.ids import named_id
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.licences import RecordLicence, UseLicence, use_id
from techdesk.desk.loans import LendDevice
from techdesk.desk.repairs import MoveRepair, OpenRepair
from techdesk.desk.suppliers import RecordSupplier


def live(diary: Diary, trust: Trust, today: date) -> None:
    """Writes it all into the diary, on days before today."""
    start = _on(today, 60)
    for each in words("suppliers")["supplier"]:
        diary.write(start, trust.me, RecordSupplier(id=named_id("supplier", each["name"].casefold()), **each))
    taken: set[str] = set()
    for each in words("suppliers")["repair"]:
        _repair(diary, trust, each, _one(trust, each["kind"], taken), today)
    for each in words("suppliers")["loan"]:
        _lend(diary, trust, each, _one(trust, each["kind"], taken), today)
    for each in words("suppliers")["licence"]:
        _licence(diary, trust, each, today)


def _one(trust: Trust, kind: str, taken: set[str]) -> tuple[Place, Device] | None:
    """A device of a kind that nothing else is told of here, from the schools of the last technicians first."""
    for place in reversed(trust.places):
        for device in place.of_kind(kind):
            if device.id not in taken:
                taken.add(device.id)
                return place, device
    return None


def _repair(
    diary: Diary, trust: Trust, each: dict[str, object], found: tuple[Place, Device] | None, today: date
) -> None:
    if found is None:
        return
    place, device = found
    began = _on(today, int(str(each["back"])))
    id = diary.ids.at(began)
    who = place.technician
    diary.write(began, who, RecordDevice(id=device.id, state="in_service"))
    opened = OpenRepair(
        id=id, device_id=device.id, fault=str(each["fault"]), supplier=str(each["supplier"]), due=_due(each, today),
        reference=str(each["reference"]) if "reference" in each else None,
    )  # fmt: skip
    diary.write(began + timedelta(minutes=5), who, opened)
    states = each["states"]
    assert isinstance(states, list), "the words say a list"
    for step, state in enumerate(states, start=1):
        diary.write(began + timedelta(minutes=5 + 45 * step), who, MoveRepair(repair_id=id, state=state))


def _lend(diary: Diary, trust: Trust, each: dict[str, object], found: tuple[Place, Device] | None, today: date) -> None:
    if found is None:
        return
    place, device = found
    began = _on(today, int(str(each["back"])))
    diary.write(began, place.technician, RecordDevice(id=device.id, state="in_stock"))
    diary.write(began + timedelta(minutes=5), place.technician, LendDevice(
        id=diary.ids.at(began), device_id=device.id, borrower=str(each["borrower"]), due=_due(each, today)))  # fmt: skip


def _licence(diary: Diary, trust: Trust, each: dict[str, object], today: date) -> None:
    when, product = _on(today, 55), str(each["product"])
    id = named_id("licence", product.casefold(), "")
    diary.write(when, trust.me, RecordLicence(
        id=id, product=product, supplier=str(each["supplier"]), seats=int(str(each["seats"])),
        cost=float(str(each["cost"])), expires=_due(each, today)))  # fmt: skip
    for place in trust.places[:5]:
        used = UseLicence(id=use_id(id, place.id), licence_id=id, site_id=place.id, used=int(str(each["used"])))
        diary.write(when + timedelta(minutes=5), trust.me, used)


def _on(today: date, back: int) -> datetime:
    """The morning so many days ago, or of the working day before it."""
    day = today - timedelta(days=back)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return at(day, 9)


def _due(each: dict[str, object], today: date) -> str | None:
    return (today + timedelta(days=int(str(each["due"])))).isoformat() if "due" in each else None
