"""Problems and changes from the shell."""

import pytest

from tests.cli.conftest import Cli
from tests.cli.school import school

AT = ("--at", "2026-11-23T09:00+00:00")


@pytest.fixture
def tickets(cli: Cli) -> list[str]:
    """Three incidents of one model that say the same, and one that does not."""
    cli("device", "add", "CB-1", "--model", "CB514")
    said = ["Swollen battery", "Battery swollen again", "Case bulges: battery swollen", "Wifi slow"]
    return [cli(*AT, "log", text, "--device", "CB-1", "--json").json["ref"] for text in said]


def test_incidents_that_keep_coming_back_are_proposed_with_why(cli: Cli, tickets: list[str]) -> None:
    [found] = cli(*AT, "problem", "proposals", "--json").json["items"]
    assert sorted(found["refs"]) == sorted(tickets[:3])
    assert "3 tickets on CB514" in found["why"] and "battery" in found["why"]


def test_a_proposal_becomes_a_problem_and_is_proposed_no_more(cli: Cli, tickets: list[str]) -> None:
    made = cli(*AT, "problem", "open", "--proposal", "1", "--json").json["changed"][0]
    assert made["ref"].startswith("PRB-") and made["state"] == "logged"
    shown = cli("problem", "show", made["ref"], "--json").json
    assert (shown["total"], shown["model"]) == (3, "CB514")
    assert cli(*AT, "problem", "proposals", "--json").json["total"] == 0


def test_a_problem_is_worked_around_resolved_and_closes_its_tickets(cli: Cli, tickets: list[str]) -> None:
    ref = cli(*AT, "problem", "open", "Batteries swell", "--ticket", tickets[0], "--json").json["changed"][0]["ref"]
    assert cli("problem", "move", ref, "known-error").code == 1
    assert cli("problem", "edit", ref, "--workaround", "Take it off the trolley").code == 0
    assert cli("problem", "move", ref, "known-error").code == 0
    assert cli("problem", "move", ref, "resolved", "--close").code == 2
    assert cli("problem", "move", ref, "resolved", "-m", "New batteries", "--close").code == 0
    assert cli("show", tickets[0], "--json").json["state"] == "closed"


def test_tickets_that_waited_for_a_problem_are_open_again(cli: Cli, tickets: list[str]) -> None:
    ref = cli(*AT, "problem", "open", "Batteries swell", "--ticket", tickets[0], "--json").json["changed"][0]["ref"]
    cli("hold", tickets[0], "--reason", "problem")
    assert cli("problem", "move", ref, "closed").code == 0
    assert cli("show", tickets[0], "--json").json["state"] == "triaged"


def test_tickets_are_linked_and_unlinked(cli: Cli, tickets: list[str]) -> None:
    ref = cli(*AT, "problem", "open", "Batteries swell", "--json").json["changed"][0]["ref"]
    assert cli("problem", "link", tickets[0], tickets[1], "--to", ref).code == 0
    assert cli("problem", "unlink", tickets[0]).code == 0
    [row] = cli("problem", "list", "--json").json["items"]
    assert (row["ref"], row["tickets"]) == (ref, 1)


def test_a_change_is_asked_for_approved_and_planned(cli: Cli, tickets: list[str]) -> None:
    made = cli(*AT, "change", "raise", "New batteries", "--reason", "They swell", "--model", "CB514", "--json").json
    ref = made["changed"][0]["ref"]
    assert cli("change", "move", ref, "approved").code == 0
    assert cli("change", "move", ref, "planned").code == 1
    assert (
        cli("change", "edit", ref, "--starts", "2026-12-21T08:00+00:00", "--ends", "2026-12-21T12:00+00:00").code == 0
    )
    assert cli("change", "move", ref, "planned").code == 0
    assert cli("change", "tasks", ref, "Swap batteries").code == 3
    shown = cli("change", "show", ref, "--json").json
    assert (shown["state"], shown["history"][-1]["state"]) == ("planned", "planned")
    assert "New batteries" in cli("change", "list").out


@pytest.mark.parametrize(
    "words",
    [("problem", "show", "PRB-9"), ("change", "move", "CHG-9", "approved"), ("problem", "open", "--proposal", "4")],
)
def test_what_is_not_there_is_not_found(cli: Cli, words: tuple[str, ...]) -> None:
    assert cli(*words).code == 3


def test_what_a_thing_is_and_where_it_stands_makes_no_problem(cli: Cli) -> None:
    school()
    for text in ("Chromebook in the hall is slow", "Chromebook lost its charger", "Chromebook: a key is missing"):
        cli(*AT, "log", text, "--device", "CB-1")
    assert cli(*AT, "problem", "proposals", "--json").json["total"] == 0


def test_at_a_school_two_words_in_common_make_one_and_one_word_does_not(cli: Cli) -> None:
    school()
    for text in ("Sound crackles in assembly", "Crackles again: the sound", "Sound of the desk crackles", "Sound low"):
        cli(*AT, "log", text, "--site", "2005")
    for text in ("Toner low", "Toner on the floor", "Toner delivered"):
        cli(*AT, "log", text, "--site", "2005")
    [found] = cli(*AT, "problem", "proposals", "--json").json["items"]
    assert len(found["refs"]) == 3 and "'crackles' and 'sound'" in found["why"]


def test_a_preventive_task_goes_to_the_next_visit_of_a_problems_schools(cli: Cli) -> None:
    school()
    ref = cli(*AT, "log", "Battery swollen", "--site", "2005", "--json").json["ref"]
    made = cli(*AT, "problem", "open", "Batteries swell", "--ticket", ref, "--json").json["changed"][0]["ref"]
    assert cli("problem", "tasks", made, "Look at every battery").code == 3
    assert cli("problem", "tasks", made, " ").code == 2
    cli(*AT, "visit", "plan", "2005", "--start", "2026-11-24T08:00")
    done = cli(*AT, "problem", "tasks", made, "Look at every battery", "--json").json
    assert done["changed"] == [{"ref": "St Aidan's", "state": "todo"}]
    again = cli(*AT, "problem", "tasks", made, "Look at every battery")
    assert (again.code, "already" in again.err) == (1, True)


def test_a_window_does_not_end_before_it_begins_however_it_is_given(cli: Cli) -> None:
    ref = cli("change", "raise", "New batteries", "--reason", "They swell", "--json").json["changed"][0]["ref"]
    assert cli("change", "edit", ref, "--starts", "2026-12-19T10:00+00:00").code == 0
    assert cli("change", "edit", ref, "--ends", "2026-12-19T09:00+00:00").code == 1
    assert cli("change", "edit", ref, "--back-out", "As before").out == f"{ref}: back out changed.\n"
