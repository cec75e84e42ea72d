"""Agreements out of tables: what each site has bought, and how it wishes to be visited."""

from techdesk.desk.agreements import MoveAgreement, RecordAgreement, RecordWish, weekdays, wish_id
from techdesk.desk.commands import Command
from techdesk.desk.ids import named_id
from techdesk.desk.tx import Row, Tx
from techdesk.errors import BadInput
from techdesk.exchange.importing import Given, Planned, Rejected
from techdesk.exchange.places import People, Places
from techdesk.exchange.reading import Fault, Raw, Reading

FIELDS = ("provider", "tier", "visits", "minutes", "included", "excluded", "price", "starts", "ends")
WISHES = {"cycle_visits": "visits", "cycle_weeks": "weeks", "slot": "minutes", "days": "days", "skills": "skills"}


def importer(given: Given) -> "AgreementImporter":
    """The importer of agreements."""
    return AgreementImporter(given)


class AgreementImporter:
    """A site has one agreement from a day on: the same site and first day mean the same one. It counts at once."""

    def __init__(self, given: Given) -> None:
        self._reader, self._places, self._people = given.reader, Places(given.store), People(given.store)
        self._seen: dict[str, int] = {}

    def plan(self, tx: Tx, raw: Raw) -> Planned:
        reading = self._reader.read(raw.number, self._reader.said(raw.cells))
        if reading.faults:
            raise Rejected(*reading.faults)
        site = self._places.site(reading.text("site"))
        if site is None:
            raise self._wrong(reading, "site", "no site has this code or name: import sites first")
        id = named_id("agreement", site, reading.text("starts") or "")
        first = self._seen.setdefault(id, raw.number)
        if first != raw.number:
            raise self._wrong(reading, "site", f"this agreement stands already in row {first}, which was kept")
        current = tx.get("agreement", id)
        values = {name: value for name, value in reading.values.items() if name in FIELDS}
        changes = {name: value for name, value in values.items() if current is None or current[name] != value}
        commands: list[Command] = []
        try:
            if changes or current is None:
                known = {} if current else {"site_id": site}
                commands.append(RecordAgreement(id=id, **known, **changes))  # type: ignore[arg-type]
            commands += self._wish(tx, site, reading)
        except BadInput as wrong:
            raise self._wrong(reading, "site", str(wrong)) from None
        if current is None:
            commands.append(MoveAgreement(agreement_id=id, state="active"))
        what = "created" if current is None else "updated" if commands else "unchanged"
        return Planned(what, tuple(commands), tuple(reading.warnings))  # type: ignore[arg-type]

    def _wish(self, tx: Tx, site: str, reading: Reading) -> list[Command]:
        wanted = {name: reading.values[said] for said, name in WISHES.items() if reading.values.get(said) is not None}
        if "days" in wanted:
            wanted["days"] = ",".join(str(day + 1) for day in weekdays(str(wanted["days"])))
        who = reading.text("technician")
        if who:
            technician = self._people.technician(who)
            if technician is None:
                raise self._wrong(reading, "technician", "no technician has this code or name")
            wanted["technician_id"] = technician
        current: Row | None = tx.get("site_wish", wish_id(site))
        changes = {name: value for name, value in wanted.items() if current is None or current[name] != value}
        if not changes:
            return []
        known = {} if current else {"site_id": site}
        return [RecordWish(id=wish_id(site), **known, **changes)]  # type: ignore[arg-type]

    def _wrong(self, reading: Reading, column: str, why: str) -> Rejected:
        return Rejected(Fault(reading.number, self._reader.header(column), reading.text(column) or "", why))
