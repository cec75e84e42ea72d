"""The problem board by its keys: what keeps coming back becomes a problem, a known error, a change, and ends."""

from __future__ import annotations

import pytest

from techdesk.desk.changes import EditChange, RaiseChange
from techdesk.desk.ids import new_id
from techdesk.desk.problems import EditProblem, LogProblem, MoveProblem
from techdesk.desk.work import HoldTicket
from techdesk.screens.problems import ProblemsScreen
from tests.screens.desk import open_desk
from tests.screens.school import NOW, School, ticket

SWOLLEN = ("Swollen battery", "Battery swollen again", "Case bulges: battery swollen")


def swollen(school: School) -> None:
    """Three incidents on one device that say the same."""
    for number, text in enumerate(SWOLLEN):
        ticket(school, f"swollen {number}", text, device=school.ids["LT-0042"])


def known(school: School, title: str = "Batteries swell", *, workaround: str | None = None) -> str:
    """A problem on the Chromebook model; with a workaround it is a known error. Returns its id."""
    id = new_id()
    school.does(LogProblem(id=id, title=title, model_id=school.ids["CB514"], ticket_ids=(school.ids["trolley"],)))
    if workaround:
        school.does(EditProblem(id=id, workaround=workaround), MoveProblem(problem_id=id, state="known_error"))
    return id


def asked(school: School, **more: str) -> str:
    """A change that is asked for. Returns its id."""
    id = new_id()
    school.does(RaiseChange(id=id, title="New batteries", reason="They swell", **more))  # type: ignore[arg-type]
    return id


def problem(school: School) -> tuple[object, ...]:
    """The one problem: its state, and how many tickets it is behind."""
    [row] = school.asks("SELECT state, (SELECT count(*) FROM ticket WHERE problem_id = p.id) FROM problem p")
    return row


def change(school: School) -> str:
    """The state of the one change."""
    [(state,)] = school.asks("SELECT state FROM change")
    return str(state)


async def test_an_empty_board_says_what_comes_here_and_the_key_leaves_it_again(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("2", "b")
        assert "nothing keeps coming back" in desk.text
        await desk.press("b")
        assert desk.app.area.TITLE == "Tickets"


async def test_what_keeps_coming_back_is_taken_as_a_problem_with_one_key_and_given_back_with_another(
    school: School,
) -> None:
    swollen(school)
    async with open_desk(school) as desk:
        await desk.press("b")
        assert "1 proposed" in desk.text and "CB514-2H: battery" in desk.text
        assert "say 'battery'" in desk.text
        await desk.press("y")
        assert "behind 3 tickets" in desk.said
        assert problem(school) == ("logged", 3)
        assert "1 logged" in desk.text and "proposed" not in desk.lines[2]
        assert str(desk.selected).startswith("problem:")
        await desk.press("u")
        assert "1 proposed" in desk.text
    assert school.asks("SELECT count(*) FROM problem") == [(0,)]


async def test_a_proposal_says_that_it_must_be_taken_first(school: School) -> None:
    swollen(school)
    async with open_desk(school) as desk:
        await desk.press("b", "m")
        assert "y takes it as a problem" in desk.said


async def test_what_helps_is_written_down_and_makes_it_a_known_error(school: School) -> None:
    known(school)
    async with open_desk(school, (100, 40)) as desk:
        await desk.press("b", "y")
        assert problem(school)[0] == "investigating"
        await desk.press("y")
        assert "neither cause nor workaround" in desk.said
        await desk.press("e")
        await desk.type("Take it off the trolley")
        await desk.press("ctrl+s", "y")
        assert problem(school)[0] == "known_error"
        assert "Take it off the trolley" in desk.text
        assert "CB514-2H" in desk.text and "1 device, 1 ticket" in desk.text


async def test_words_that_were_left_half_typed_are_there_again(school: School) -> None:
    known(school)
    async with open_desk(school) as desk:
        await desk.press("b", "e")
        await desk.type("Take it")
        await desk.press("escape", "e")
        await desk.type(" off")
        await desk.press("ctrl+s")
    assert school.asks("SELECT workaround FROM problem") == [("Take it off",)]


async def test_a_letter_moves_it_with_the_words_that_were_typed(school: School) -> None:
    known(school)
    async with open_desk(school, (100, 40)) as desk:
        await desk.press("b", "m", "tab")
        await desk.type("seen it before")
        await desk.press("shift+tab", "i")
        assert problem(school)[0] == "investigating"
        assert "seen it before" in desk.text


async def test_a_change_is_asked_for_approved_planned_done_and_closed(school: School) -> None:
    known(school, workaround="Take it off")
    async with open_desk(school, (100, 40)) as desk:
        await desk.press("b", "plus")
        await desk.type("New batteries")
        await desk.press("enter")
        assert problem(school)[0] == "change_raised" and change(school) == "rfc"
        assert school.asks("SELECT reason, model_id FROM change") == [("Batteries swell", school.ids["CB514"])]
        await desk.press("j", "y")
        assert change(school) == "approved"
        await desk.press("y")
        assert "has no window yet" in desk.said
        await desk.press("e", "tab", "tab", "tab", "tab", "tab")
        await desk.type("2026-12-19T08:00")
        await desk.press("tab")
        await desk.type("2026-12-19T12:00\r")
        assert "Sat 19 Dec 08:00 to 12:00" in " ".join(desk.text.split())
        await desk.press("y", "y")
        assert change(school) == "implemented"
        await desk.press("y")
        assert change(school) == "closed"


async def test_a_change_without_the_suppliers_consent_is_not_approved(school: School) -> None:
    asked(school, supplier="Acme")
    async with open_desk(school) as desk:
        await desk.press("b", "y")
        assert desk.warned and "needs the consent of Acme" in desk.said
    assert change(school) == "rfc"


async def test_a_change_is_backed_out_and_asked_for_again(school: School) -> None:
    id = asked(school)
    school.does(EditChange(id=id, starts=NOW, ends="2026-11-23T12:00:00.000Z"))
    async with open_desk(school) as desk:
        await desk.press("b", "y", "y", "m", "b")
        assert change(school) == "backed_out"
        assert "nothing keeps coming back" in desk.text
        await desk.press("slash")
        await desk.type("all\r")
        await desk.press("R")
        assert change(school) == "rfc"


async def test_resolving_asks_how_and_closes_the_tickets_if_wanted(school: School) -> None:
    known(school, workaround="Take it off")
    async with open_desk(school) as desk:
        await desk.press("b", "c", "enter")
        assert "Say how it was resolved" in desk.text
        await desk.type("New batteries")
        await desk.press("tab", "space", "shift+tab", "enter")
        assert problem(school)[0] == "resolved"
    assert school.state("trolley") == "closed"


async def test_what_waited_for_it_is_open_again_when_it_is_resolved(school: School) -> None:
    known(school)
    school.does(HoldTicket(ticket_id=school.ids["trolley"], reason="problem"))
    async with open_desk(school) as desk:
        await desk.press("b", "c")
        await desk.type("New batteries\r")
    assert school.state("trolley") == "triaged"


async def test_tickets_are_linked_and_taken_away(school: School) -> None:
    known(school)
    ticket(school, "other", "Battery hot", device=school.ids["LT-0042"], at=NOW)
    async with open_desk(school) as desk:
        await desk.press("b", "J", "enter")
        assert problem(school)[1] == 2
        await desk.press("J")
        assert "linked: Enter takes it away" in desk.text
        await desk.type("Battery hot\r")
        assert problem(school)[1] == 1


async def test_it_is_given_to_somebody_to_look_after(school: School) -> None:
    known(school)
    async with open_desk(school, (100, 40)) as desk:
        await desk.press("b", "a")
        await desk.type("priya\r")
        assert "Priya Shah" in desk.text


async def test_a_preventive_task_goes_onto_the_next_visits_of_its_schools(idle_school: School) -> None:
    from techdesk.desk.visits import PlanVisit

    school = idle_school
    known(school)
    school.does(PlanVisit(id=school.ids["visit"], site_id=school.ids["site"], technician_id=school.ids["me"],
                          planned_start="2026-11-24T08:00:00.000Z", planned_end="2026-11-24T11:00:00.000Z"))  # fmt: skip
    async with open_desk(school) as desk:
        await desk.press("b", "p")
        await desk.type("Look at every battery 25\r")
    [(title, estimate)] = school.asks("SELECT title, estimate FROM visit_task WHERE ticket_id IS NULL")
    assert str(title).startswith("Look at every battery (PRB-") and estimate == 25


async def test_the_palette_goes_to_a_problem_even_to_one_that_has_ended(school: School) -> None:
    id = known(school, "Batteries swell")
    known(school, "Lamps fail")
    school.does(MoveProblem(problem_id=id, state="closed"))
    async with open_desk(school) as desk:
        await desk.press("g")
        await desk.type("batteries sw\r")
        assert isinstance(desk.app.area, ProblemsScreen)
        assert desk.selected == f"problem:{id}"


@pytest.mark.parametrize("size", [(50, 20), (80, 24), (120, 40)])
async def test_the_board_draws_at_every_size_and_enter_reads_the_whole_story(
    school: School, size: tuple[int, int]
) -> None:
    known(school, workaround="Take it off the trolley")
    async with open_desk(school, size) as desk:
        await desk.press("b")
        assert "Batteries swell" in desk.text and "1 known error" in desk.text
        assert ("Take it off" in desk.text) == (size[0] >= 60)
        await desk.press("enter")
        assert "Take it off" in desk.text and "Workaround" in desk.text
        await desk.press("escape", "escape")
        assert desk.app.area.TITLE == "Today"
