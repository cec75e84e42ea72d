"""Calendars and targets from the shell."""

from pathlib import Path

from tests.cli.conftest import Cli
from tests.cli.school import school

ICS = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nSUMMARY:Christmas holiday\nDTSTART;VALUE=DATE:20261219\n"
    "DTEND;VALUE=DATE:20270104\nEND:VEVENT\nEND:VCALENDAR\n"
)
AT = ("--at", "2026-12-18T15:00+00:00")


def fix_due(cli: Cli) -> str:
    return str(cli(*AT, "log", "Wifi down", "--impact", "1", "--urgency", "1", "--json").json["fix_due"])


def test_an_imported_holiday_puts_a_due_time_off(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "days.ics").write_text(ICS)
    told = cli(*AT, "import", "calendar", str(tmp_path / "days.ics"), "--json")
    assert (told.code, told.json["read"], told.json["created"], told.json["errors"]) == (0, 1, 1, [])
    assert fix_due(cli) == "2027-01-04T11:00:00.000Z"


def test_the_import_of_a_file_that_is_no_calendar_is_wrong_usage(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "days.ics").write_text("Dear all,")
    told = cli("import", "calendar", str(tmp_path / "days.ics"))
    assert (told.code, "Traceback" in told.err) == (2, False)


def test_options_for_calendars_are_refused_with_another_kind(cli: Cli, tmp_path: Path) -> None:
    assert cli("import", "sites", str(tmp_path / "x.csv"), "--as", "holiday").code == 2


def test_hours_of_the_organisation_count_and_are_shown(cli: Cli) -> None:
    assert cli("calendar", "hours", "mon-sun 07:00-19:00").code == 0
    assert fix_due(cli) == "2026-12-18T19:00:00.000Z"
    shown = cli("calendar", "show", "--json").json
    assert (shown["hours"], shown["own"], shown["total"]) == ("mon-sun 07:00-19:00", True, 0)


def test_a_closure_by_hand_is_kept_shown_and_removed(cli: Cli) -> None:
    assert cli(*AT, "calendar", "add", "closure", "2026-12-21", "2026-12-22", "--title", "Boiler").code == 0
    [shown] = cli(*AT, "calendar", "show", "--json").json["items"]
    assert (shown["first"], shown["last"], shown["title"]) == ("2026-12-21", "2026-12-22", "Boiler")
    assert cli(*AT, "calendar", "remove", "2026-12-21").code == 0
    assert cli(*AT, "calendar", "show", "--json").json["total"] == 0
    assert cli(*AT, "calendar", "remove", "2026-12-21").code == 3


def test_public_holidays_of_a_country_are_kept(cli: Cli) -> None:
    assert cli(*AT, "calendar", "holidays", "GB-ENG", "--year", "2026").code == 0
    shown = cli(*AT, "calendar", "show", "--json").json["items"]
    assert [day["first"] for day in shown] == ["2026-12-25", "2026-12-26", "2026-12-28"]


def test_a_country_that_is_none_is_refused(cli: Cli) -> None:
    assert cli("calendar", "holidays", "XX").code == 2


def test_a_calendar_of_an_unknown_cluster_is_not_found(cli: Cli) -> None:
    assert cli("calendar", "hours", "24/7", "--cluster", "Nowhere").code == 3


def test_the_list_of_calendars_says_whose_they_are(cli: Cli) -> None:
    cli("calendar", "hours", "24/7")
    [shown] = cli("calendar", "list", "--json").json["items"]
    assert (shown["name"], shown["cluster"], shown["hours"]) == ("Organisation", None, "24/7")


def test_the_matrix_can_be_set_and_is_printed(cli: Cli) -> None:
    assert cli("targets", "set", "--matrix", "1111 1111 1111 1115", "--p1", "30m/2h").code == 0
    shown = cli("targets", "show", "--json").json
    assert (shown["matrix"][3], shown["targets"][0]) == ([1, 1, 1, 5], {"priority": 1, "respond": 30, "fix": 120})
    assert "whole school" in cli("targets", "show").out


def test_a_matrix_with_a_hole_is_wrong_usage_and_changes_nothing(cli: Cli) -> None:
    assert cli("targets", "set", "--matrix", "1123 1234").code == 2
    assert cli("targets", "set").code == 2
    assert cli("targets", "show", "--json").json["matrix"][0] == [1, 1, 2, 3]


def test_undo_puts_the_hours_and_the_due_times_back(cli: Cli) -> None:
    before = cli(*AT, "log", "Wifi down", "--impact", "1", "--urgency", "1", "--json").json
    cli("calendar", "hours", "mon-sun 07:00-19:00")
    cli("undo")
    assert cli("show", before["ref"], "--json").json["fix_due"] == before["fix_due"]


def test_a_ticket_of_a_site_without_service_hours_says_whose_hours_count(cli: Cli) -> None:
    school()
    cli("log", "Toner low", "--site", "2005")
    assert "counted in" not in cli("show", "1001").out
    cli("calendar", "hours", "none", "--site", "2005")
    assert "the organisation's hours: St Aidan's has no service hours" in cli("show", "1001").out


def test_hours_without_an_open_minute_are_not_said_to_be_unset(cli: Cli) -> None:
    school()
    assert cli("calendar", "hours", "mon-fri closed", "--site", "2005").code == 0
    said = cli("calendar", "show", "--site", "2005").out
    assert "its own have no open minute" in said and "none of its own" not in said
