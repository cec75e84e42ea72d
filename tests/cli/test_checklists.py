"""Checklists and the bookings of a visit from the shell."""

from pathlib import Path

from techdesk.cli.session import session
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordContact, RecordSite
from tests.cli.conftest import Cli
from tests.cli.school import MONDAY_8, MONDAY_10, MONDAY_11, school


def backups(cli: Cli) -> None:
    """A monthly checklist of two steps at every school, the first with a part and the second with a number as evidence."""
    school()
    cli("part", "add", "UPS-1", "UPS battery pack")
    cli("--at", MONDAY_8, "checklist", "add", "Backups", "--every", "monthly", "--service", "Server")
    cli("checklist", "step", "Backups", "Test the UPS", "--room", "Hall", "--part", "UPS-1:2", "--minutes", "10")
    cli("checklist", "step", "Backups", "Free space in GB", "--room", "Office", "--evidence", "number")


def test_a_checklist_goes_from_due_over_the_visit_to_done(cli: Cli) -> None:
    backups(cli)
    [due] = cli("--at", MONDAY_8, "checklist", "due", "--json").json["items"]
    assert (due["name"], due["site_code"], due["due"], due["overdue"], due["minutes"]) == (
        "Backups", "2005", "2026-11-23", 0, 15,
    )  # fmt: skip
    assert cli("--at", MONDAY_8, "report", "maintenance", "--json").json["figures"][0]["value"] == 0
    cli("--at", MONDAY_8, "visit", "start", "2005")
    assert "Backups (15 min, due 2026-11-23)" in cli("--at", MONDAY_10, "today").out
    steps = cli("--at", MONDAY_10, "checklist", "show", "Backups", "--json").json["steps"]
    assert [step["title"] for step in steps] == ["Free space in GB", "Test the UPS"]  # as one walks
    assert cli("--at", MONDAY_10, "checklist", "pass", "Backups", "1").code == 1
    assert cli("--at", MONDAY_10, "checklist", "pass", "Backups", "1", "-e", "12.5").code == 0
    failed = cli("--at", MONDAY_10, "checklist", "fail", "back", "2", "-m", "Beeps", "--device", "CB-1", "--json").json
    ref = failed["changed"][0]["ref"]
    shown = cli("show", ref, "--json").json
    assert (shown["device"], shown["text"], shown["service"]) == ("CB-1", "Test the UPS: Beeps", "Server")
    assert cli("--at", MONDAY_10, "report", "maintenance", "--json").json["figures"][0]["value"] == 1
    assert cli("--at", MONDAY_11, "checklist", "due", "--json").json["total"] == 0
    assert cli("--at", MONDAY_11, "checklist", "due", "--by", "2026-12-24", "--json").json["total"] == 1


def test_a_run_is_done_without_a_visit_and_without_beginning_it(cli: Cli) -> None:
    backups(cli)
    refused = cli("--at", MONDAY_8, "checklist", "finish", "Backups", "--site", "2005")
    assert refused.code == 1
    assert "Test the UPS and 1 more" in refused.err
    assert cli("--at", MONDAY_8, "checklist", "skip", "Backups", "1", "-m", "new one", "--site", "2005").code == 0
    assert cli("--at", MONDAY_8, "checklist", "skip", "Backups", "-m", "closed", "--site", "2005").code == 0
    assert cli("--at", MONDAY_8, "checklist", "due", "--json").json["total"] == 0


def test_the_parts_that_due_steps_need_are_packed_before_the_visit(cli: Cli) -> None:
    backups(cli)
    cli("visit", "plan", "2005", "--start", "2026-11-23T09:00")
    [part] = cli("--at", MONDAY_8, "today", "--json").json["pick"]
    assert (part["sku"], part["needed"], part["why"]) == ("UPS-1", 2, "for Backups: Test the UPS")
    assert "due: Backups (15 min" in cli("--at", MONDAY_8, "today").out


def test_a_checklist_is_changed_and_retired_and_its_steps_too(cli: Cli) -> None:
    backups(cli)
    assert cli("checklist", "edit", "Backups", "--every", "3 weeks").code == 0
    assert cli("checklist", "step", "Backups", "--n", "2", "--remove").code == 0
    [line] = cli("checklist", "list", "--json").json["items"]
    assert (line["frequency"], line["steps"]) == ("3 weeks", 1)
    cli("checklist", "edit", "Backups", "--retire")
    assert cli("checklist", "list", "--json").json["total"] == 0
    assert cli("checklist", "list", "--all", "--json").json["total"] == 1


def test_a_photo_is_evidence_once_it_is_attached(cli: Cli, tmp_path: Path) -> None:
    backups(cli)
    cli("checklist", "step", "Backups", "--n", "1", "--evidence", "photo")
    refused = cli("--at", MONDAY_8, "checklist", "pass", "Backups", "1", "--site", "2005")
    assert refused.code == 1 and "photo" in refused.err
    paper = tmp_path / "ups.txt"
    paper.write_text("it held", encoding="utf-8")
    assert cli("--at", MONDAY_8, "checklist", "photo", "Backups", "1", str(paper), "--site", "2005").code == 0
    # The run has begun, so the steps stand as one walks: the office first.
    shown = cli("--at", MONDAY_8, "checklist", "show", "Backups", "--site", "2005", "--json").json["steps"]
    assert [(step["title"], step["photos"]) for step in shown] == [("Free space in GB", 0), ("Test the UPS", 1)]
    assert cli("--at", MONDAY_8, "checklist", "pass", "Backups", "2", "--site", "2005").code == 0
    assert cli("--at", MONDAY_8, "doctor").code == 0
    put = cli("--at", MONDAY_8, "checklist", "show", "Backups", "--site", "2005", "--photos", str(tmp_path / "out"))
    assert put.code == 0 and (tmp_path / "out" / "evidence-1.txt").read_text(encoding="utf-8") == "it held"


def test_arriving_tells_how_one_gets_in_whom_one_tells_and_what_was_promised(cli: Cli) -> None:
    ids = school()
    session.store.perform_all([
        RecordSite(id=ids["site"], entry_notes="Ring twice"),
        RecordContact(id=new_id(), site_id=ids["site"], name="Ms Dhar", role="Designated safeguarding lead"),
    ])  # fmt: skip
    session.end()
    ref = str(cli("log", "Toner low", "--site", "2005", "--json").json["ref"])
    cli("hold", ref, "--reason", "next-visit")
    said = cli("--at", MONDAY_8, "visit", "start", "2005").out
    for words in ("entry: Ring twice", "safeguarding: Ms Dhar", "contact: Mrs Okafor (may sign)", f"promised: {ref}"):
        assert words in said
    card = cli("--at", MONDAY_8, "visit", "card", "--json").json
    assert (card["entry_notes"], [each["name"] for each in card["contacts"] if each["safeguarding"]]) == (
        "Ring twice", ["Ms Dhar"],
    )  # fmt: skip


def test_what_cannot_be_meant_is_one_sentence(cli: Cli) -> None:
    backups(cli)
    assert cli("checklist", "add", "Lamps", "--every", "sometimes").code == 2
    assert cli("checklist", "show", "Lamps").code == 3
    assert cli("checklist", "pass", "Backups", "1").code == 2
    assert cli("checklist", "pass", "Backups", "9", "--site", "2005").code == 3
    assert cli("checklist", "step", "Backups").code == 2
    assert cli("checklist", "step", "Backups", "x", "--part", "UPS-1:many").code == 2
    assert cli("checklist", "edit", "Backups").code == 2


def test_a_visit_is_confirmed_moved_missed_and_booked_anew(cli: Cli) -> None:
    school()
    cli("visit", "plan", "2005", "--start", "2026-11-23T09:00")
    assert cli("--at", MONDAY_8, "visit", "confirm", "2005", "--by", "Mrs Okafor").code == 0
    assert cli("--at", MONDAY_8, "visit", "move", "2005", "--start", "2026-11-23T13:00").code == 0
    assert cli("--at", MONDAY_8, "visit", "move", "2005").code == 2
    assert cli("--at", MONDAY_11, "visit", "miss", "2005", "-m", "snow").code == 0
    assert cli("--at", MONDAY_11, "visit", "rebook", "2005", "--start", "2026-11-26T13:00").code == 0
    items = cli("--at", MONDAY_11, "visit", "list", "--all", "--json").json["items"]
    assert [(item["state"], item["starts"], item["ends"]) for item in items] == [
        ("missed", "2026-11-23T13:00:00.000Z", "2026-11-23T16:00:00.000Z"),
        ("planned", "2026-11-26T13:00:00.000Z", "2026-11-26T16:00:00.000Z"),
    ]
    assert items[1]["instead_of"] == items[0]["id"]
    assert cli("--at", MONDAY_11, "visit", "travel", "2006").code == 3


def test_what_was_agreed_comes_first_when_the_minutes_do_not_suffice(cli: Cli) -> None:
    school()
    cli("--at", MONDAY_8, "visit", "start", "2005")
    cli("--at", MONDAY_8, "visit", "task", "Label the trolley", "--estimate", "120")
    cli("--at", MONDAY_8, "visit", "task", "Sort the cables", "--estimate", "120")
    assert cli("--at", MONDAY_8, "visit", "agree", "Mrs Okafor", "2", "-m", "The cables!").code == 0
    today = cli("--at", MONDAY_8, "today").out
    assert "Sort the cables (120 min, agreed 1)" in today
    assert "! Label the trolley will not fit" in today
    cli("--at", MONDAY_11, "visit", "wrap")
    assert "keep the sheet" in cli("--at", MONDAY_11, "visit", "sign", "Mrs Okafor", "--paper").out
