"""What was learned, in the terminal: an article of a closed ticket with one key, found again, read, shared; known errors."""

from __future__ import annotations

from techdesk.desk.ids import new_id
from techdesk.desk.problems import EditProblem, LogProblem, MoveProblem
from techdesk.models.queries.articles import article_list
from techdesk.models.store import Store
from tests.screens.desk import open_desk
from tests.screens.school import School


async def test_one_key_on_a_closed_ticket_makes_an_article_which_is_found_read_and_shared(school: School) -> None:
    async with open_desk(school) as desk:
        desk.app.open_story("ticket", school.ids["before"])
        await desk.settle()
        await desk.press("L")
        assert "Kept the article" in desk.text
        await desk.press("g", *"articl", "enter")
        assert "a draft" in desk.text and "charger board replaced" in desk.text
        await desk.press("L")
        assert "shared with everyone" in desk.text
    with Store(school.path) as store:
        assert [each["state"] for each in article_list(store.connection)] == ["shared"]


async def test_an_open_ticket_teaches_nothing_yet(school: School) -> None:
    async with open_desk(school) as desk:
        desk.app.open_story("ticket", school.ids["mice"])
        await desk.settle()
        await desk.press("L")
        assert "no fix to learn from yet" in desk.text


async def test_a_ticket_shows_the_workaround_of_the_known_error_that_fits(school: School) -> None:
    id = new_id()
    school.does(LogProblem(id=id, title="Chromebooks will not charge"), EditProblem(id=id, workaround="Swap the lead"),
                MoveProblem(problem_id=id, state="known_error"))  # fmt: skip
    async with open_desk(school, (100, 40)) as desk:
        desk.app.open_story("ticket", school.ids["trolley"])
        await desk.settle()
        assert "Known error" in desk.text and "Swap the lead" in desk.text
        assert "Seen before" in desk.text and "charger board replaced" in desk.text
