"""A store with one school in it and a visit under way, made by the commands that a person would give."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from techdesk.config import Config
from techdesk.desk.closing import CloseTicket
from techdesk.desk.commands import Command, Outcome
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.people import RecordSite, RecordTechnician
from techdesk.desk.spares import MoveStock, RecordPart
from techdesk.desk.tickets import LogTicket
from techdesk.desk.visits import PlanVisit, StartVisit
from techdesk.desk.work import StartWork
from techdesk.models.store import Store

LAST_WEEK = "2026-11-16T09:00:00.000Z"
ARRIVAL = "2026-11-23T08:02:00.000Z"
NOW = "2026-11-23T09:14:00.000Z"
ROOMS = ("Office", "Hall", "Year 3", "Library", "ICT suite")
CONFIG = Config()


@dataclass
class School:
    """The store's file, and the ids by name: refs, tags, SKUs, `site`, `visit`, `me`."""

    path: Path
    ids: dict[str, str] = field(default_factory=dict)
    now: str = NOW

    def wall(self) -> str:
        return self.now

    def does(self, *commands: Command, at: str | None = None) -> list[Outcome]:
        """Does something as another program would: through a store of its own."""
        with Store(self.path, wall=lambda: at or self.now) as store:
            return store.perform_all(commands)

    def asks(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the store's file."""
        with Store(self.path) as store:
            return store.connection.execute(sql, values).fetchall()

    def state(self, ref: str) -> str:
        """The state of a ticket."""
        return str(self.asks("SELECT state FROM ticket WHERE id = ?", self.ids[ref])[0][0])


def ticket(
    school: School, name: str, text: str, room: str | None = None, reporter: str | None = None, impact: int = 3,
    urgency: int = 3, device: str | None = None, at: str = LAST_WEEK,
) -> str:  # fmt: skip
    """Captures a ticket at the school; it is known by `name` from then on. Returns its id."""
    id = new_id()
    school.does(
        LogTicket(id=id, text=text, site_id=school.ids["site"], room=room, reporter=reporter, impact=impact,
                  urgency=urgency, device_id=device),
        at=at,
    )  # fmt: skip
    school.ids[name] = id
    return id


def make_school(path: Path, *, visit: bool = True) -> School:
    """The school. With `visit`, one is at it since an hour, and the projector is worked on since twelve minutes."""
    school = School(path)
    ids = school.ids
    with Store(path) as store:
        ids["me"] = str(store.meta("technician"))
        ids["van"] = str(store.connection.execute("SELECT stock_location_id FROM technician").fetchone()[0])
    for name in ("site", "other", "CB514", "EB-X49", "LT-0042", "CHG-45", "TON-12", "visit", "next", "mate"):
        ids[name] = new_id()
    school.does(*_things(ids), at="2026-11-09T08:00:00.000Z")
    before = ticket(school, "before", "Chromebook trolley will not charge", "Year 3", at="2026-11-10T09:00:00.000Z")
    school.does(CloseTicket(ticket_id=before, resolution="charger board replaced, part CHG-45", minutes=25),
                at="2026-11-10T10:00:00.000Z")  # fmt: skip
    ticket(school, "toner", "Toner low in the office printer", "Office", "Ms Lane", 4, 2)
    ticket(school, "hall", "Projector: no picture since Friday", "Hall", "Mrs Okafor", 2, 2)
    ticket(school, "trolley", "Six Chromebooks in trolley 2 will not charge\nLights are off on the left side.", "Year 3",
           "Mr Bell", 2, 2, device=ids["LT-0042"])  # fmt: skip
    ticket(school, "pen", "Pen driver asks for an update", "Year 3", "Mr Bell", 4, 3)
    ticket(school, "mice", "3 mice missing", "ICT suite", "Ms Dhar", 4, 3)
    if visit:
        school.does(*plans(ids), at="2026-11-20T15:00:00.000Z")
        school.does(StartVisit(visit_id=ids["visit"]), at=ARRIVAL)
        school.does(CloseTicket(ticket_id=ids["toner"], resolution="new toner", minutes=10),
                    at="2026-11-23T08:30:00.000Z")  # fmt: skip
        school.does(StartWork(ticket_id=ids["hall"]), at="2026-11-23T09:01:20.000Z")
    return school


def _things(ids: dict[str, str]) -> list[Command]:
    return [
        RecordSite(id=ids["site"], code="2005", name="St Aidan's Primary", rooms=ROOMS),
        RecordSite(id=ids["other"], code="2006", name="Oakfield Junior", rooms=("Office",)),
        RecordTechnician(id=ids["mate"], name="Priya Shah", code="PS"),
        RecordModel(id=ids["CB514"], name="CB514-2H", manufacturer="Acer", category="Chromebook", standing="standard"),
        RecordDevice(id=ids["LT-0042"], tag="LT-0042", serial="NX123", model_id=ids["CB514"], site_id=ids["site"],
                     room="Year 3", warranty_end="2027-08-31"),
        RecordPart(id=ids["CHG-45"], sku="CHG-45", name="Charge board for Chromebook trolley", models=(ids["CB514"],)),
        RecordPart(id=ids["TON-12"], sku="TON-12", name="Toner black"),
        MoveStock(part_id=ids["CHG-45"], quantity=2, reason="receive", to_id=ids["van"]),
        MoveStock(part_id=ids["TON-12"], quantity=4, reason="receive", to_id=ids["van"]),
    ]  # fmt: skip


def plans(ids: dict[str, str]) -> list[Command]:
    """The two visits of the day: to the school in the morning, to another in the afternoon."""
    return [
        PlanVisit(id=ids["visit"], site_id=ids["site"], technician_id=ids["me"],
                  planned_start="2026-11-23T08:00:00.000Z", planned_end="2026-11-23T11:00:00.000Z"),
        PlanVisit(id=ids["next"], site_id=ids["other"], technician_id=ids["me"],
                  planned_start="2026-11-23T13:00:00.000Z", planned_end="2026-11-23T16:00:00.000Z"),
    ]  # fmt: skip
