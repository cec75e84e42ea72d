"""Calendars of other programs: their days kept once, what they mean by their words, and nothing that never ends."""

import sys
from pathlib import Path

import pytest

from techdesk.desk.calendars import hours_of
from techdesk.errors import BadInput
from techdesk.exchange import calendar_days
from techdesk.exchange.calendar_days import Owner
from techdesk.exchange.report import ImportReport
from techdesk.models.sqlite import SqliteTx
from techdesk.models.store import Store
from tests.exchange.conftest import Write, rows

BANK_HOLIDAYS = (
    '{"england-and-wales": {"division": "england-and-wales", "events": [{"title": "Christmas Day", "date": "2026-12-25"}]},'
    ' "scotland": {"division": "scotland", "events": [{"title": "St Andrew\'s Day", "date": "2026-11-30"},'
    ' {"title": "Odd", "date": "30/11/2026"}]}}'
)


def event(summary: str, *lines: str, uid: str = "") -> str:
    return "\n".join(("BEGIN:VEVENT", f"UID:{uid or summary}", f"SUMMARY:{summary}", *lines, "END:VEVENT"))


def days(first: str, until: str) -> tuple[str, str]:
    return f"DTSTART;VALUE=DATE:{first}", f"DTEND;VALUE=DATE:{until}"


def ics(*events: str) -> str:
    return "\n".join(
        ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", "X-WR-CALNAME:Days", *events, "END:VCALENDAR")
    )


def take(store: Store, path: Path, **more: object) -> ImportReport:
    return calendar_days.run(store, path, Owner(), **more)  # type: ignore[arg-type]


def kept(store: Store) -> list[tuple[object, ...]]:
    return rows(store, "SELECT kind, first, last FROM calendar_day ORDER BY first, title")


def test_an_event_of_whole_days_ends_the_day_before_its_end(store: Store, write: Write) -> None:
    take(store, write(ics(event("Christmas holiday", *days("20261219", "20270104")))))
    assert hours_of(SqliteTx(store.connection), None).closed == (("2026-12-19", "2027-01-03"),)


@pytest.mark.parametrize(
    ("summary", "kind"),
    [("Ash Green: Term day (Week 3)", "term"), ("February half-term", "holiday"), ("INSET day", "inset"),
     ("Y11 mock exams", "exam_freeze"), ("Spring bank holiday", "bank_holiday"), ("School closed: flood", "closure"),
     ("Governors' meeting", "event")],
)  # fmt: skip
def test_its_words_say_what_an_entry_is(store: Store, write: Write, summary: str, kind: str) -> None:
    take(store, write(ics(event(summary, *days("20261201", "20261202")))))
    assert kept(store) == [(kind, "2026-12-01", "2026-12-01")]


def test_the_whole_file_can_be_said_to_be_holidays(store: Store, write: Write) -> None:
    take(store, write(ics(event("Fiesta", *days("20261201", "20261202")))), kind="holiday")
    assert kept(store) == [("holiday", "2026-12-01", "2026-12-01")]


def test_the_same_file_again_writes_nothing(store: Store, write: Write) -> None:
    path = write(ics(event("Easter holiday", *days("20270327", "20270411"))))
    take(store, path)
    before = rows(store, "SELECT count(*) FROM operation")
    report = take(store, path)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert rows(store, "SELECT count(*) FROM operation") == before


def test_an_entry_that_moved_moves_and_one_that_has_gone_goes(store: Store, write: Write) -> None:
    one, two = days("20261201", "20261202"), days("20261203", "20261204")
    last = event("Last holiday", *days("20261210", "20261211"))
    take(store, write(ics(event("First holiday", *one), event("Second holiday", *two), last)))
    report = take(store, write(ics(event("First holiday", *days("20261130", "20261202")), last)))
    assert report.updated == 2
    assert [first for _, first, _ in kept(store)] == ["2026-11-30", "2026-12-10"]


def test_what_repeats_is_kept_for_the_years_that_matter(store: Store, write: Write) -> None:
    rule = event("Closed", *days("20200101", "20200102"), "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20280101")
    take(store, write(ics(rule)))
    assert [first for _, first, _ in kept(store)] == ["2026-01-01", "2027-01-01", "2029-01-01", "2030-01-01"]


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=1000000", "FREQ=DAILY;BYHOUR=1,2,3"])
def test_what_repeats_within_the_day_is_refused_and_the_rest_taken(store: Store, write: Write, rule: str) -> None:
    path = write(
        ics(event("Beep", "DTSTART:20261201T080000Z", f"RRULE:{rule}"), event("Closed", *days("20261201", "20261202")))
    )
    report = take(store, path)
    assert (report.created, report.rejected) == (1, 1)
    assert "more often than once a day" in report.errors[0].why


@pytest.mark.parametrize("rule", ["FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=-2", "FREQ=YEARLY;INTERVAL=00"])
def test_what_never_moves_on_is_refused_before_it_is_followed(store: Store, write: Write, rule: str) -> None:
    stuck = event("Stuck", *days("20260101", "20260102"), f"RRULE:{rule}")
    report = take(store, write(ics(stuck, event("Closed", *days("20261201", "20261202")))))
    assert (report.created, report.rejected) == (1, 1)
    assert "INTERVAL" in report.errors[0].why


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=0", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=YEARLY;BYMONTH=0"])
def test_what_repeats_never_ends_and_the_rest_is_taken(store: Store, write: Write, rule: str) -> None:
    odd = event("Odd", *days("20260101", "20260102"), f"RRULE:{rule}")
    take(store, write(ics(odd, event("Closed", *days("20261201", "20261202")))))
    assert ("closure", "2026-12-01", "2026-12-01") in kept(store)


def test_a_file_with_a_million_dates_is_refused_before_they_are_followed(
    store: Store, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)  # what would follow them is not even begun
    dates = "\r\n ".join(["20261201,20261202,20261203,20261204,"] * 10_000)
    path = write(ics(event("Often", *days("20261201", "20261202"), f"RDATE;VALUE=DATE:{dates}20261205")))
    with pytest.raises(BadInput, match="more than 36,600 single dates"):
        take(store, path)


def test_a_closure_by_the_clock_closes_only_whole_days_and_the_import_names_the_others(
    store: Store, write: Write
) -> None:
    path = write(
        ics(
            event("Closed for a drill", "DTSTART:20261201T110000", "DTEND:20261201T120000"),
            event("Closed: no water", "DTSTART:20261203T073000", "DTEND:20261203T170000"),
            event("Christmas holiday", "DTSTART:20261218T143000", "DTEND:20270104T073000"),
            event("Closed all night", "DTSTART:20261208T150000", "DTEND:20261209T090000"),
        )
    )
    report = take(store, path)
    assert kept(store) == [
        ("event", "2026-12-01", "2026-12-01"), ("closure", "2026-12-03", "2026-12-03"),
        ("event", "2026-12-08", "2026-12-09"), ("holiday", "2026-12-19", "2027-01-03"),
    ]  # fmt: skip
    assert hours_of(SqliteTx(store.connection), None).closed == (
        ("2026-12-03", "2026-12-03"),
        ("2026-12-19", "2027-01-03"),
    )
    [note] = report.notes
    assert "'Closed for a drill' (2026-12-01)" in note and "'Christmas holiday' (2026-12-18)" in note
    assert "no water" not in note and "calendar add closure DAY --hours" in note
    assert take(store, path).unchanged == 4


def test_a_timed_event_counts_on_the_day_that_it_has_there(store: Store, write: Write) -> None:
    evening = event("Closed from", "DTSTART:20260701T230000Z", "DTEND:20260702T223000Z")  # midnight in London
    take(store, write(ics(evening)))
    assert kept(store) == [("closure", "2026-07-02", "2026-07-02")]


def test_a_cancelled_event_is_none(store: Store, write: Write) -> None:
    take(store, write(ics(event("Closed", *days("20261201", "20261202"), "STATUS:CANCELLED"))))
    assert kept(store) == []


def test_a_broken_event_is_reported_and_the_rest_taken(store: Store, write: Write) -> None:
    report = take(store, write(ics(event("Nothing at all"), event("Closed", *days("20261201", "20261202")))))
    assert (report.created, report.rejected, len(report.errors)) == (1, 1, 1)


def test_an_event_that_ends_before_it_begins_is_reported(store: Store, write: Write) -> None:
    report = take(store, write(ics(event("Closed", *days("20261202", "20261201")))))
    assert (report.created, report.rejected) == (0, 1)
    assert "ends before it begins" in report.errors[0].why


def test_nothing_is_taken_of_a_file_with_an_error_when_that_was_asked(store: Store, write: Write) -> None:
    report = take(store, write(ics(event("Nothing"), event("Closed", *days("20261201", "20261202")))), strict=True)
    assert not report.taken
    assert kept(store) == []


def test_a_dry_run_says_what_would_be_and_writes_nothing(store: Store, write: Write) -> None:
    report = take(store, write(ics(event("Closed", *days("20261201", "20261202")))), dry_run=True)
    assert report.created == 1
    assert kept(store) == []


@pytest.mark.parametrize(
    "content", ["", "<html>", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR", "{}", "[1"]
)
def test_a_file_that_is_no_calendar_is_refused_with_a_sentence(store: Store, write: Write, content: str) -> None:
    with pytest.raises(BadInput):
        take(store, write(content))


def test_the_bank_holidays_of_one_nation_are_taken(store: Store, write: Write) -> None:
    report = take(store, write(BANK_HOLIDAYS))
    assert kept(store) == [("bank_holiday", "2026-12-25", "2026-12-25")]
    assert "scotland" in report.notes[0]


def test_another_nation_can_be_chosen_and_its_errors_are_told(store: Store, write: Write) -> None:
    report = take(store, write(BANK_HOLIDAYS), division="scotland")
    assert (report.created, report.rejected, report.errors[0].value) == (1, 1, "30/11/2026")


def test_a_nation_that_is_not_there_is_refused_with_those_that_are(store: Store, write: Write) -> None:
    with pytest.raises(BadInput, match="england-and-wales, scotland"):
        take(store, write(BANK_HOLIDAYS), division="mars")


def test_every_real_calendar_is_read_or_refused_with_a_sentence(store: Store, shared: Path) -> None:
    files = sorted((shared / "interchange" / "ics").glob("*.ics"))
    taken = 0
    for path in files:
        try:
            report = take(store, path, dry_run=True)
        except BadInput:
            continue
        taken += report.created > 0
        assert report.created + report.rejected + report.unchanged + report.read
    assert taken > len(files) / 3


def test_the_real_term_dates_close_what_lies_between_the_terms(store: Store, shared: Path) -> None:
    report = take(store, shared / "calendars" / "term_dates.ics")
    assert (report.created, report.rejected) == (585, 0)
    assert ("2026-12-19", "2027-01-03") in hours_of(SqliteTx(store.connection), None).closed


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("DTSTART:rubbish",), "its DTSTART is not written as a calendar has it"),
        ((), "it has no DTSTART"),
        (("DTSTART:20261201T080000Z", "DTEND;VALUE=DATE:20261202"), "its dates make no sense together"),
    ],
)
def test_what_is_wrong_with_an_event_is_said_in_plain_words(
    store: Store, write: Write, lines: tuple[str, ...], why: str
) -> None:
    [fault] = take(store, write(ics(event("Closed", *lines)))).errors
    assert fault.why.startswith(f"it cannot be read: {why}")


def test_a_calendar_that_is_cut_is_told_so(store: Store, write: Write) -> None:
    with pytest.raises(BadInput, match="ends before END:VCALENDAR"):
        take(store, write("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\n"))
