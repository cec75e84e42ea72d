"""Closing, waiting and figures as scripts see them."""

from tests.cli.conftest import Cli
from tests.cli.school import MONDAY_8, MONDAY_10, school

FRIDAY = "2026-11-20T08:00+00:00"


def test_a_cold_closing_is_said_and_found(cli: Cli) -> None:
    cli("log", "Toner low")
    cli("log", "Mouse gone")
    assert "Cold: they were not told" in cli("close", "1001", "-m", "Filled").out
    assert "Cold" not in cli("close", "1002", "-m", "New one", "--told", "--tested").out
    [item] = cli("list", "--cold", "--json").json["items"]
    assert item["ref"].startswith("1001") and item["cold"] is True
    assert cli("report", "cold", "--json").json["figures"][0]["value"] == 0.5


def test_the_chase_list_has_the_overdue_first_with_what_was_lost(cli: Cli) -> None:
    school()
    for text in ("Server", "Switch"):
        cli("--at", FRIDAY, "log", text, "--site", "2005")
    cli("--at", MONDAY_8, "escalate", "1001", "--supplier", "Acme", "--promised", "2026-12-01")
    cli("supplier", "add", "Globex", "--contacts", "0117 496 0000", "--terms", "Account 12")
    cli("--at", FRIDAY, "escalate", "1002", "--supplier", "globex", "--reference", "R-7", "--promised", "2026-11-20")
    cli("--at", MONDAY_8, "work", "add", "1002", "47", "--mode", "waiting", "-m", "for their engineer")
    first, second = cli("--at", MONDAY_10, "list", "--waiting", "--json").json["items"]
    assert (first["supplier"], first["reference"], first["over"], first["waited"]) == ("Globex", "R-7", True, 47)
    assert (first["contacts"], first["terms"]) == ("0117 496 0000", "Account 12")
    assert cli("show", "1002", "--json").json["supplier"]["contacts"] == "0117 496 0000"
    assert (second["supplier"], second["over"], second["contacts"]) == ("Acme", False, None)
    assert "hold is over" in cli("--at", MONDAY_10, "list").out


def test_a_day_that_is_over_is_refused_by_what_waits(cli: Cli) -> None:
    school()
    cli("--at", MONDAY_8, "log", "Server", "--site", "2005")
    for verb in (
        ("hold", "1001", "--reason", "parts", "--until"),
        ("escalate", "1001", "--supplier", "A", "--promised"),
    ):
        ran = cli("--at", MONDAY_8, *verb, "2026-11-22")
        assert (ran.code, ran.err) == (2, "2026-11-22 is over: say a day from 2026-11-23 on.\n")
        assert cli("--at", MONDAY_8, *verb, "2026-11-23").code == 0


def test_minutes_are_listed_and_corrected(cli: Cli) -> None:
    cli("log", "Toner low")
    cli("work", "add", "1001", "50", "--proactive")
    assert cli("work", "correct", "1001", "1", "20", "--mode", "remote").code == 0
    [entry] = cli("work", "list", "1001", "--json").json["items"]
    assert (entry["minutes"], entry["mode"], entry["proactive"]) == (20, "remote", 1)
    assert cli("work", "correct", "1001", "2", "20").code == 3
    assert cli("work", "add", "1001", "5", "--mode", "asleep").code == 2


def test_paper_sheets_go_in_together_or_not_at_all(cli: Cli) -> None:
    for text in ("a", "b"):
        cli("log", text)
    cli("close", "1001", "1002", "-m", "Done")
    assert cli("survey", "paper", "1001:5:4", "1002:6:1").code == 2
    assert cli("survey", "list", "--state", "answered", "--json").json["total"] == 0
    cli("survey", "paper", "-", stdin="1001 5 4 Mrs Okafor\n1002 - 3\n")
    items = cli("survey", "list", "--state", "answered", "--json").json["items"]
    assert {(item["timeliness"], item["quality"], item["answered_by"]) for item in items} == {
        (5, 4, "Mrs Okafor"), (None, 3, None),
    }  # fmt: skip


def test_a_ticket_shows_whose_answers_it_has_and_who_wrote_them_down(cli: Cli) -> None:
    cli("log", "Toner low", "--reporter", "Mrs Okafor")
    cli("close", "1001", "-m", "Filled", "--quality", "5")
    assert "quality 5, by Mrs Okafor, on the spot, written down by" in cli("show", "1001").out
    assert "who did the work" in cli("show", "1001").out
    assert cli("show", "1001", "--json").json["surveys"][0]["self_collected"] == 1


def test_questions_that_wait_too_long_are_given_up(cli: Cli) -> None:
    cli("--at", MONDAY_8, "log", "Toner low")
    cli("--at", MONDAY_8, "close", "1001", "-m", "Done", "--ask-later")
    assert cli("--at", MONDAY_10, "survey", "list", "--json").json["total"] == 1
    assert "1 questions" in cli("--at", "2027-01-10T08:00+00:00", "survey", "expire").out
    assert cli("survey", "list", "--json").json["total"] == 0


def test_a_hand_over_is_on_top_of_the_ticket(cli: Cli) -> None:
    cli("log", "Server noisy")
    assert "Help the next one" in cli("assign", "1001", "--role", "technical").err
    cli("assign", "1001", "--role", "technical", "--tried", "new fan", "--needed", "a key to the rack")
    lines = cli("show", "1001").out.splitlines()
    assert lines[1:3] == ["  TRIED: new fan", "  NEEDED: a key to the rack"]
    assert cli("show", "1001", "--json").json["hand_over"] == {"tried": "new fan", "needed": "a key to the rack"}


def test_a_major_incident_with_its_parts(cli: Cli) -> None:
    for text in ("Server down", "No mail"):
        cli("log", text)
    assert "major incident" in cli("major", "1001").out
    cli("join", "1002", "--to", "1001")
    assert cli("show", "1002", "--json").json["part_of"].startswith("1001")
    assert "With it 1002" in cli("close", "1001", "-m", "New disk", "--told").out
    assert cli("list", "--json").json["total"] == 0


def test_a_ticket_that_was_closed_long_ago_is_captured_anew(cli: Cli) -> None:
    cli("--at", MONDAY_8, "log", "Projector dark")
    cli("--at", MONDAY_8, "close", "1001", "-m", "Lamp")
    assert "1002" in cli("--at", "2026-12-20T08:00+00:00", "reopen", "1001", "-m", "dark again").out
    assert cli("show", "1002", "--json").json["repeat_of"].startswith("1001")


def test_the_rules_of_closing_are_set_and_shown(cli: Cli) -> None:
    assert cli("rules", "set", "--causes", "wear,damage", "--reopen-days", "3").code == 0
    shown = cli("rules", "show", "--json").json
    assert (shown["causes"], shown["reopen_days"], shown["repeat_days"]) == (["wear", "damage"], 3, 30)
    assert cli("rules", "set").code == 2
    assert cli("rules", "set", "--causes", " , ").code == 2


def test_a_report_of_nothing_says_so_and_a_strange_figure_is_refused(cli: Cli) -> None:
    found = cli("report", "--since", "2026-01-01", "--until", "2026-02-01", "--json").json
    assert {each["value"] for each in found["figures"] if each["unit"] == "share"} == {None}
    assert cli("report", "luck").code == 2
    assert cli("report", "--since", "2026-02-01", "--until", "2026-01-01").code == 2


def test_fairness_tells_every_school_s_wait_and_what_it_is_owed(cli: Cli) -> None:
    school()
    cli("--at", MONDAY_8, "visit", "plan", "2005", "--start", "2026-11-23T08:00", "--minutes", "180")
    cli("--at", MONDAY_8, "log", "No telephone in the other house")
    cli("--at", MONDAY_8, "visit", "start")
    cli("--at", MONDAY_8, "log", "Mouse", "--site", "2005")
    said = cli("--at", MONDAY_10, "major", "1001", "--leave").out
    assert "owed" in said
    told = cli("--at", MONDAY_10, "report", "fairness", "--json").json
    [site] = told["items"]
    assert (site["code"], site["owed"], site["visits"]) == ("2005", 60, 1)
    assert [each["key"] for each in told["figures"]] == ["fairness"]
    assert "60 min" in cli("--at", MONDAY_10, "report", "fairness").out
