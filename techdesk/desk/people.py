"""Who and where: organisations, sites with their rooms, contacts, technicians."""

from dataclasses import dataclass
from typing import ClassVar

from techdesk import clock
from techdesk.desk import checks
from techdesk.desk.commands import Changed, Outcome, handles
from techdesk.desk.merging import FieldEdit, changed, edit_fields
from techdesk.desk.tx import Act, Row, Tx
from techdesk.errors import BadInput

LEAVES = ("leave", "sick", "training", "other")


@dataclass(frozen=True, kw_only=True)
class RecordOrganisation(FieldEdit):
    """Makes or changes an organisation."""

    NAME: ClassVar[str] = "organisation.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "organisation"
    name: str | None = None
    kind: str | None = None
    parent_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class RecordSite(FieldEdit):
    """Makes or changes a site. `rooms` are added in walk order to those it has; latitude and longitude in degrees."""

    NAME: ClassVar[str] = "site.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "site"
    REQUIRED: ClassVar[tuple[str, ...]] = ("code", "name")
    code: str | None = None
    name: str | None = None
    organisation_id: str | None = None
    cluster: str | None = None
    trust: str | None = None
    phase: str | None = None
    address: str | None = None
    postcode: str | None = None
    telephone: str | None = None
    website: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    timezone: str | None = None
    pupils: int | None = None
    entry_notes: str | None = None
    state: str | None = None
    extra: str | None = None
    rooms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, bound in (("latitude", 90.0), ("longitude", 180.0)):
            degrees = getattr(self, name)
            if degrees is not None and not -bound <= degrees <= bound:
                raise BadInput(f"The {name} is {degrees}: it must lie between -{bound:.0f} and {bound:.0f} degrees.")
        if self.pupils is not None:
            checks.whole(self.pupils, "The number of pupils", 0, 100_000)
        if self.timezone is not None:
            from techdesk.desk.service_hours import zone

            zone(self.timezone)

    def changes(self) -> Row:
        return {name: value for name, value in super().changes().items() if name != "rooms"}


@dataclass(frozen=True, kw_only=True)
class RecordContact(FieldEdit):
    """Makes or changes a contact of a site."""

    NAME: ClassVar[str] = "contact.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "contact"
    REQUIRED: ClassVar[tuple[str, ...]] = ("site_id", "name")
    site_id: str | None = None
    name: str | None = None
    role: str | None = None
    channel: str | None = None
    telephone: str | None = None
    email: str | None = None
    may_sign: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecordTechnician(FieldEdit):
    """Makes or changes a technician. `working_hours` is a week as `service_hours.week` reads it."""

    NAME: ClassVar[str] = "technician.record"
    VERSION: ClassVar[int] = 2
    TABLE: ClassVar[str] = "technician"
    name: str | None = None
    code: str | None = None
    role: str | None = None
    email: str | None = None
    skills: str | None = None
    base_latitude: float | None = None
    base_longitude: float | None = None
    working_days: str | None = None
    stock_location_id: str | None = None
    state: str | None = None
    working_hours: str | None = None

    def __post_init__(self) -> None:
        if self.working_hours:
            from techdesk.desk.service_hours import week

            week(self.working_hours)


@dataclass(frozen=True, kw_only=True)
class RecordLeave(FieldEdit):
    """Says from which day to which a technician does not visit, or changes or withdraws that."""

    NAME: ClassVar[str] = "leave.record"
    VERSION: ClassVar[int] = 1
    TABLE: ClassVar[str] = "leave"
    REQUIRED: ClassVar[tuple[str, ...]] = ("technician_id", "first", "last")
    technician_id: str | None = None
    first: str | None = None
    last: str | None = None
    kind: str | None = None
    note: str | None = None
    state: str | None = None

    def __post_init__(self) -> None:
        for name in ("first", "last"):
            if getattr(self, name):
                object.__setattr__(self, name, clock.parse_day(getattr(self, name)).isoformat())
        if self.first and self.last and self.last < self.first:
            raise BadInput("The leave ends before it begins: check which day comes first.")
        if self.kind is not None:
            checks.one_of(self.kind, "The kind", LEAVES)
        if self.state is not None:
            checks.one_of(self.state, "The state", ("taken", "withdrawn"))


@handles(RecordOrganisation)
def record_organisation(tx: Tx, command: RecordOrganisation, act: Act) -> Outcome:
    return edit_fields(tx, command, act)


@handles(RecordSite)
def record_site(tx: Tx, command: RecordSite, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    known = {str(room["name"]).casefold() for room in tx.find("room", site_id=command.id)}
    for name in command.rooms:
        if name.casefold() not in known:
            tx.put("room", {"id": tx.fresh_id(), "site_id": command.id, "name": name, "rank": len(known)})
            known.add(name.casefold())
    row = tx.get("site", command.id)
    return outcome._replace(changed=(changed(row),) if row else ())


@handles(RecordContact)
def record_contact(tx: Tx, command: RecordContact, act: Act) -> Outcome:
    return edit_fields(tx, command, act)


@handles(RecordTechnician)
def record_technician(tx: Tx, command: RecordTechnician, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    row = tx.get("technician", command.id)
    if row is None:
        return outcome
    return outcome._replace(changed=(changed(row),), said=f"{row['name']} is noted, {row['state']}.")


@handles(RecordLeave)
def record_leave(tx: Tx, command: RecordLeave, act: Act) -> Outcome:
    outcome = edit_fields(tx, command, act)
    row = tx.get("leave", command.id)
    if row is None:
        return outcome
    who = tx.get("technician", str(row["technician_id"])) or {"name": "somebody"}
    days = str(row["first"]) if row["first"] == row["last"] else f"{row['first']} to {row['last']}"
    said = f"{who['name']}: {row['kind']} {days} {row['state']}."
    return outcome._replace(changed=(Changed(str(who["name"]), str(row["state"]), command.id),), said=said)
