"""What was learned, in the terminal: an article of a closed ticket with one key, found again, read, shared; known errors."""

from __future__ import annotations

from techdesk.desk.articles import RecordArticle
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


async def test_an_article_is_written_read_changed_shared_and_taken_back(school: School) -> None:
    async with open_desk(school, (100, 30)) as desk:
        await desk.press("apostrophe")
        assert "No article is written yet" in desk.text
        await desk.press("plus", "enter")
        assert "Nothing is changed yet" in desk.text
        await desk.type("Trolleys that will not charge")
        await desk.press("tab")
        await desk.type("Look at the timer first")
        await desk.press("tab")
        await desk.type("CB514-2H\r")
        assert "Look at the timer first" in desk.text and "draft" in desk.text
        await desk.press("e", "tab")
        await desk.type(", then at the fuse")
        await desk.press("ctrl+s", "L")
        assert "fuse" in desk.text
        assert "shared with everyone" in desk.text
        await desk.press("L")
        assert "is shared already" in desk.said
        await desk.press("u")
        assert "a draft: L shares it" in desk.text
    assert school.asks("SELECT title, models FROM article") == [("Trolleys that will not charge", school.ids["CB514"])]


async def test_an_unknown_model_keeps_the_words_that_were_typed(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("apostrophe", "plus")
        await desk.type("Lamps")
        await desk.press("tab")
        await desk.type("Turn it off first")
        await desk.press("tab")
        await desk.type("Nonesuch\r")
        assert "no device model 'Nonesuch'" in desk.text
        await desk.press("escape", "plus")
        assert desk.field("field-title").value == "Lamps"


async def test_articles_are_filtered_by_words_and_read_from_the_palette(school: School) -> None:
    for title in ("Lamps that are dim", "Toner that smears"):
        school.does(RecordArticle(id=new_id(), title=title, body=f"How: {title}"))
    async with open_desk(school) as desk:
        await desk.press("apostrophe", "slash")
        await desk.type("toner\r")
        assert "Toner that smears" in desk.text and "Lamps that are dim" not in desk.text
        await desk.press("escape", "escape", "g")
        await desk.type("lamps\r")
        assert "How: Lamps that are dim" in desk.text
        await desk.press("e", *("shift+tab",), "escape", "escape")
        assert desk.app.area.TITLE == "Today"


async def test_a_shared_article_stands_on_the_ticket_that_reads_alike(school: School) -> None:
    title = "Hall projector: no picture"
    school.does(RecordArticle(id=new_id(), title=title, body="The lamp was worn.", state="shared"))
    async with open_desk(school, (120, 50)) as desk:
        desk.app.open_story("ticket", school.ids["hall"])
        await desk.settle()
        assert "Article" in desk.text and title in desk.text
