"""A visit's life from the shell."""

from pathlib import Path

from tests.cli.conftest import Cli
from tests.cli.school import MONDAY_8, MONDAY_10, MONDAY_11, school


def planned(cli: Cli) -> str:
    """A visit on Monday from 8 to 11. Returns its id."""
    school()
    assert cli("visit", "plan", "2005", "--start", "2026-11-23T08:00").code == 0
    return str(cli("--at", MONDAY_8, "visit", "list", "--json").json["items"][0]["id"])


def test_a_planned_visit_is_listed_on_the_site_s_clock_for_three_hours(cli: Cli) -> None:
    school()
    cli("visit", "plan", "2005", "--start", "2026-07-06T08:00")
    listed = cli("visit", "list", "--from", "2026-07-06", "--json").json
    assert listed["total"] == 1
    assert (listed["items"][0]["starts"], listed["items"][0]["ends"]) == (
        "2026-07-06T07:00:00.000Z",
        "2026-07-06T10:00:00.000Z",
    )
    assert listed["items"][0]["site"] == "2005"


def test_a_visit_day_end_to_end(cli: Cli) -> None:
    planned(cli)
    cli("log", "Projector has no picture", "--site", "2005", "--room", "Hall")
    assert cli("--at", MONDAY_8, "visit", "start", "--travel", "20", "--mileage", "7.5").code == 0
    cli("--at", MONDAY_8, "visit", "task", "Check the backup", "--room", "Office")
    assert "1 [ ] Office: Check the backup" in cli("--at", MONDAY_10, "today").out
    assert cli("--at", MONDAY_10, "visit", "done", "1", "--minutes", "5").code == 0
    assert cli("--at", MONDAY_11, "visit", "wrap", "-m", "All is well").code == 0
    assert cli("--at", MONDAY_11, "visit", "sign", "Mrs Okafor").code == 0
    report = cli("--at", MONDAY_11, "visit", "report", "--json").json
    assert [(task["title"], task["state"]) for task in report["tasks"]] == [
        ("Check the backup", "done"),
        ("Projector has no picture", "carried"),
    ]
    assert (report["state"], report["signatory"], report["travel_minutes"], report["mileage"]) == (
        "signed", "Mrs Okafor", 20, 7.5,
    )  # fmt: skip


def test_a_second_signature_does_not_get_onto_an_older_visit(cli: Cli) -> None:
    planned(cli)
    cli("--at", MONDAY_8, "visit", "start")
    cli("--at", MONDAY_11, "visit", "wrap")
    late = cli("--at", "2026-11-24T11:00+00:00", "visit", "sign", "Jane Head")
    assert late.code != 0
    assert "St Aidan's of 23 Nov" in late.err and "--visit" in late.err
    assert cli("--at", MONDAY_11, "visit", "report", "2005", "--json").json["state"] == "wrapped"
    assert cli("--at", "2026-11-24T11:00+00:00", "visit", "sign", "Jane Head", "--visit", "2005").code == 0


def test_the_sheet_in_words_names_what_was_done_carried_and_fitted(cli: Cli, tmp_path: Path) -> None:
    planned(cli)
    cli("part", "add", "LMP-1", "Projector lamp")
    lamp = str(cli("log", "Lamp gone", "--site", "2005", "--room", "Hall", "--json").json["ref"])
    cli("log", "Toner low", "--site", "2005", "--room", "Office")
    cli("--at", MONDAY_8, "visit", "start")
    cli("--at", MONDAY_10, "close", lamp, "-m", "New lamp", "--minutes", "25", "--part", "LMP-1")
    cli("--at", MONDAY_11, "visit", "wrap")
    cli("visit", "plan", "2005", "--start", "2026-12-07T08:00")
    sheet = tmp_path / "sheet.txt"
    assert cli("--at", MONDAY_11, "visit", "report", "-o", str(sheet)).code == 0
    text = sheet.read_text("utf-8")
    for words in (f"Hall: {lamp} Lamp gone (25 min)", "New lamp", "Toner low", "no time left", "1 x LMP-1",
                  "25  on site", "Monday 07 December 2026, 08:00 - 11:00", "Signed for the school (Mrs Okafor)"):  # fmt: skip
        assert words in text


def test_starting_at_a_site_that_was_not_planned_plans_it_now(cli: Cli) -> None:
    school()
    assert "At St Aidan's" in cli("--at", MONDAY_8, "visit", "start", "2005").out
    assert cli("--at", MONDAY_8, "today", "--json").json["visits"][0]["state"] == "on_site"


def test_a_second_visit_cannot_start_while_one_is_under_way(cli: Cli) -> None:
    planned(cli)
    cli("--at", MONDAY_8, "visit", "start")
    ran = cli("--at", MONDAY_10, "visit", "start", "2005")
    assert ran.code == 1
    assert "under way" in ran.err


def test_a_ticket_becomes_a_task_once(cli: Cli) -> None:
    planned(cli)
    cli("--at", MONDAY_8, "visit", "start")
    ref = str(cli("--at", MONDAY_8, "log", "Mouse gone", "--json").json["ref"])
    ran = cli("--at", MONDAY_8, "visit", "task", ref, "--json")
    assert ran.code == 2
    assert "already" in ran.json["error"]


def test_a_task_can_be_carried_or_dropped_with_a_reason(cli: Cli) -> None:
    planned(cli)
    cli("--at", MONDAY_8, "visit", "start")
    cli("--at", MONDAY_8, "visit", "task", "Backup check")
    cli("--at", MONDAY_8, "visit", "task", "Catalogue updates")
    assert cli("--at", MONDAY_10, "visit", "carry", "1", "-m", "server off").code == 0
    dropped = cli("--at", MONDAY_10, "visit", "drop", "2", "-m", "done by school", "--json")
    assert dropped.json["changed"] == [{"ref": "Catalogue updates", "state": "dropped"}]
    tasks = cli("--at", MONDAY_10, "visit", "report", "--json").json["tasks"]
    assert [(task["state"], task["reason"]) for task in tasks] == [
        ("carried", "server off"),
        ("dropped", "done by school"),
    ]


def test_a_task_that_is_not_on_the_list_is_not_found(cli: Cli) -> None:
    planned(cli)
    cli("--at", MONDAY_8, "visit", "start")
    ran = cli("--at", MONDAY_8, "visit", "done", "7", "--json")
    assert ran.code == 3
    assert ran.json["exit_code"] == 3


def test_a_visit_is_called_off_by_its_site_with_a_reason(cli: Cli) -> None:
    planned(cli)
    assert cli("--at", MONDAY_8, "visit", "cancel", "2005", "-m", "snow").code == 0
    items = cli("--at", MONDAY_8, "visit", "list", "--all", "--json").json["items"]
    assert [(item["state"], item["reason"]) for item in items] == [("cancelled", "snow")]


def test_next_tells_what_waits_there(cli: Cli) -> None:
    planned(cli)
    cli("log", "Toner low", "--site", "2005")
    ran = cli("--at", "2026-11-22T12:00+00:00", "visit", "next", "--json").json
    assert (ran["items"][0]["site"], ran["items"][0]["open_tickets"]) == ("2005", 1)


def test_what_is_no_moment_or_no_site_is_one_sentence(cli: Cli) -> None:
    school()
    assert cli("visit", "plan", "2005", "--start", "tomorrow").code == 2
    assert cli("visit", "plan", "2005", "--start", "2026-11-23T08:00", "--end", "2026-11-23T07:00").code == 2
    assert cli("visit", "plan", "9999", "--start", "2026-11-23T08:00").code == 3
    assert cli("visit", "wrap").code == 3
    assert cli("visit", "report").code == 3
    assert cli("visit", "list", "--from", "soon").code == 2


def test_the_sheet_is_written_as_its_file_is_called(cli: Cli, tmp_path: Path) -> None:
    planned(cli)
    cli("--at", MONDAY_8, "visit", "start")
    cli("--at", MONDAY_8, "visit", "task", "Check the backup")
    for name, begins in (("sheet.html", b"<!doctype html>"), ("sheet.pdf", b"%PDF-"), ("sheet.txt", b"Visit to")):
        assert cli("--at", MONDAY_10, "visit", "report", "-o", str(tmp_path / name)).code == 0
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert "Check the backup" in cli("--at", MONDAY_10, "visit", "report", "-f", "html").out
    assert cli("--at", MONDAY_10, "visit", "report", "-f", "pdf").code == 2
    assert cli("--at", MONDAY_10, "visit", "report", "-f", "odt").code == 2
    assert cli("--at", MONDAY_10, "visit", "report", "--doors").code == 2
    assert cli("--at", MONDAY_10, "visit", "report", "-o", str(tmp_path)).code == 2
