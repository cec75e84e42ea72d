"""The sheet of a visit as HTML, PDF and text, and the notes at devices."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from techdesk.desk.agreements import MoveAgreement, RecordAgreement
from techdesk.desk.answers import AnswerStep, FailStep
from techdesk.desk.bookings import AgreePriorities
from techdesk.desk.calendars import KeepDays, RecordCalendar, calendar_id
from techdesk.desk.checklists import RecordChecklist, SetStep
from techdesk.desk.closing import CloseTicket
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.people import RecordContact, RecordSite
from techdesk.desk.tickets import LogTicket
from techdesk.desk.visits import PlanVisit, SignVisit, StartVisit, WrapVisit
from techdesk.errors import Refused
from techdesk.exchange.visit_html import doors_html, sheet_html
from techdesk.exchange.visit_pdf import doors_pdf, sheet_pdf
from techdesk.exchange.visit_sheet import doors_text, sheet_text
from techdesk.models.cards import VisitSheet
from techdesk.models.queries.visit_sheets import sheet
from techdesk.models.store import Store

HOSTILE = "</td></table><script>alert('x')</script>\x1b[31m \u202edlrow & <b>bold</b>"
NOW = "2026-11-23T11:15:00.000Z"
# Every day of a term by itself, as many calendar files have it.
TERM = [(date(2026, 9, 1) + timedelta(days=day)).isoformat() for day in range(109)]


class Day:
    """A visit to a school that has seen all that a sheet tells of."""

    def __init__(self, path: Path) -> None:
        self.now = "2026-09-01T08:00:00.000Z"
        self.store = Store(path, wall=lambda: self.now)
        self.me = str(self.store.meta("technician"))
        self.site, self.visit, self.device = new_id(), new_id(), new_id()

    def do(self, *commands: Command) -> None:
        self.store.perform_all(list(commands))

    def school(self) -> None:
        agreement, checklist = new_id(), new_id()
        self.steps = [new_id(), new_id()]
        self.do(
            RecordSite(id=self.site, code="2005", name="St Aidan's", rooms=("Office", "Hall")),
            RecordContact(id=new_id(), site_id=self.site, name="Mrs Okafor", may_sign=1),
            RecordDevice(id=self.device, tag="CB-1", site_id=self.site, room="Hall"),
            RecordCalendar(id=calendar_id(), name="Terms"),
            KeepDays(calendar_id=calendar_id(), source="file", gone=(),
                     days=tuple((f"t{day}", "term", day, day, "Term", None) for day in TERM)),
            RecordAgreement(id=agreement, site_id=self.site, visits=7, minutes=1260),
            MoveAgreement(agreement_id=agreement, state="active"),
            RecordChecklist(id=checklist, name="Backups", frequency="monthly"),
            *(SetStep(id=id, checklist_id=checklist, rank=rank, title=title)
              for rank, (id, title) in enumerate(zip(self.steps, ("Restore a file", "UPS"), strict=True))),
        )  # fmt: skip

    def live(self, text: str = "Six will not charge") -> VisitSheet:
        """Goes through the visit; what it came to."""
        self.school()
        done, left, following = new_id(), new_id(), new_id()
        self.do(
            LogTicket(id=done, text=text, site_id=self.site, room="Hall", device_id=self.device),
            LogTicket(id=left, text="Toner low", site_id=self.site, room="Office"),
            *(PlanVisit(id=id, site_id=self.site, technician_id=self.me, planned_start=f"{day}T08:00:00.000Z",
                        planned_end=f"{day}T11:00:00.000Z")
              for id, day in ((self.visit, "2026-11-23"), (following, "2026-12-07"))),
        )  # fmt: skip
        self.now = "2026-11-23T08:05:00.000Z"
        self.do(StartVisit(visit_id=self.visit, travel_minutes=20), AgreePriorities(
            visit_id=self.visit, agreed_with="Mrs Okafor", note="The hall first"))  # fmt: skip
        run = self.store.connection.execute("SELECT id FROM checklist_run").fetchone()[0]
        self.now = "2026-11-23T09:00:00.000Z"
        self.do(
            CloseTicket(ticket_id=done, resolution="Charger board reseated", minutes=25, told=True),
            AnswerStep(run_id=run, step_id=self.steps[0], evidence="it came back"),
            FailStep(id=new_id(), run_id=run, step_id=self.steps[1], note="beeps"),
        )
        self.now = "2026-11-23T11:00:00.000Z"
        self.do(WrapVisit(visit_id=self.visit, summary="A good morning."))
        return self.sheet()

    def sheet(self) -> VisitSheet:
        return sheet(self.store.connection, self.visit, NOW)


@pytest.fixture
def day(tmp_path: Path) -> Day:
    return Day(tmp_path / "techdesk.db")


class Words(HTMLParser):
    """The tags of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_sheet_tells_what_was_done_checked_found_promised_and_of_the_agreement(day: Day) -> None:
    made = day.live()
    text = sheet_text(made, NOW)
    for words in (
        "Hall: 1001-H Six will not charge (25 min)", "Charger board reseated", "Backups: Restore a file", "it came back",
        "NOT RIGHT: Backups: UPS", "Found\n-----\n  1003-M UPS: beeps", "Carried to the next visit",
        "Office: 1002-K Toner low", "no time left", "175 at the school, of 180 planned",
        "Term from 2026-09-01, until 2026-12-18",
        "1 of 7  visits this term", "175 of 1260  minutes this term", "Monday 07 December 2026, 08:00 - 11:00",
        "Agreed      with Mrs Okafor: The hall first", "A good morning.", "Signed for the school (Mrs Okafor)",
    ):  # fmt: skip
        assert words in text
    html = Words(sheet_html(made, NOW)).words
    for words in (
        "Six will not charge",
        "it came back",
        "UPS: beeps",
        "175 of 1260",
        "A good morning.",
        "(Mrs Okafor)",
    ):
        assert words in html


def test_what_strangers_wrote_is_text_in_html_and_nothing_is_fetched(day: Day) -> None:
    made = day.live(HOSTILE)
    for page in (sheet_html(made, NOW), doors_html(made)):
        assert not {"script", "b", "img", "link", "iframe"} & set(Words(page).tags) - {"b"}
        assert "<script>" not in page
        assert "<b>bold" not in page
        assert "\x1b" not in page
        assert "\u202e" not in page
        assert "alert('x')" in Words(page).words
        assert not re.search(r"""(src|href)\s*=|url\(|@import""", page)


@pytest.mark.parametrize("write", [sheet_pdf, doors_pdf])
def test_what_strangers_wrote_does_not_break_a_pdf(day: Day, write: Callable[[VisitSheet, str], bytes]) -> None:
    made = day.live(HOSTILE + " \u2603 \u0645\u0631\u062d\u0628\u0627 " + "x" * 400)
    content = write(made, NOW)
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_a_device_gets_a_note_with_what_was_done_by_whom_and_the_next_visit(day: Day) -> None:
    text = doors_text(day.live())
    for words in (
        "CB-1",
        "Hall",
        "1001-H  Six will not charge",
        "Charger board reseated",
        "23 Nov 2026",
        "next visit 07 Dec",
    ):
        assert words in text
    assert "Toner" not in text


def test_a_signature_on_paper_is_named_and_the_line_is_gone(day: Day) -> None:
    day.live()
    day.do(SignVisit(visit_id=day.visit, signatory="Mrs Okafor", how="paper"))
    made = day.sheet()
    assert "Signed by Mrs Okafor, 23 November 2026 11:00, drawn on paper" in sheet_text(made, NOW)
    assert 'class="line"' not in sheet_html(made, NOW)


def test_without_the_library_a_pdf_is_refused_with_what_to_do(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "reportlab.platypus", None)
    with pytest.raises(Refused, match="--format html"):
        sheet_pdf(day.live(), NOW)


def test_without_term_dates_an_english_term_is_assumed_and_said_so(day: Day) -> None:
    day.school()
    day.do(
        KeepDays(calendar_id=calendar_id(), source="file", gone=tuple(f"t{each}" for each in TERM), days=()),
        PlanVisit(id=day.visit, site_id=day.site, technician_id=day.me, planned_start="2026-11-23T08:00:00.000Z",
                  planned_end="2026-11-23T11:00:00.000Z"),
    )  # fmt: skip
    text = sheet_text(sheet(day.store.connection, day.visit, NOW), NOW)
    assert "No term dates are known, so from 2026-09-01, until 2026-12-31" in text
    assert "0 of 7  visits this term" in text
