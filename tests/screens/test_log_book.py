"""The log book: a page typed or pasted, a ticket a line; and what is open already, while one types."""

from __future__ import annotations

from textual import events
from textual.widgets import Static, TextArea

from techdesk.screens.dialogs.log_book import LogBookDialog
from techdesk.screens.widgets.capture_line import CaptureLine
from tests.screens.desk import Desk, open_desk
from tests.screens.school import School


def becomes(desk: Desk) -> str:
    return str(desk.app.screen.query_one("#becomes", Static).render())


async def paste(desk: Desk, text: str) -> None:
    event = events.Paste(text)
    event.set_sender(desk.app)
    desk.app.post_message(event)
    await desk.settle()


async def test_each_line_becomes_a_ticket_and_one_key_takes_all_back(school: School) -> None:
    async with open_desk(school, (120, 40)) as desk:
        await desk.press("N")
        await desk.type("@Hall\rno sound !urgent\r- lamp flickers @Library")
        assert becomes(desk) == "→ 2 tickets"
        assert "urgent" in desk.text and "Library" in desk.text
        await desk.press("ctrl+s")
        assert desk.said.startswith("Took down 2 tickets.")
        found = school.asks("SELECT text, room, channel, urgency FROM ticket WHERE channel = 'log_book' ORDER BY n")
        assert found == [("no sound", "Hall", "log_book", 1), ("lamp flickers", "Library", "log_book", 3)]
        await desk.press("u")
    assert school.asks("SELECT count(*) FROM ticket WHERE channel = 'log_book'") == [(0,)]


async def test_a_half_typed_page_is_there_again(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("N")
        await desk.type("no sound")
        await desk.press("escape", "N")
        assert desk.app.screen.query_one(TextArea).text == "no sound"


async def test_several_lines_pasted_into_the_capture_line_open_the_page(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("n")
        await paste(desk, "no sound\nlamp flickers\n")
        assert isinstance(desk.app.screen, LogBookDialog)
        assert becomes(desk) == "→ 2 tickets"


async def test_a_pasted_email_becomes_one_ticket(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("N")
        await paste(desk, "From: Mrs Bell <bell@x.uk>\nSubject: No sound\n\nIn the hall.\n\n> older")
        assert becomes(desk) == "→ one ticket, from an e-mail"
        await desk.press("ctrl+s")
        assert desk.said.startswith("Logged")
    found = school.asks("SELECT text, reporter FROM ticket WHERE channel = 'email'")
    assert found == [("No sound\n\nIn the hall.", "Mrs Bell <bell@x.uk>")]


async def test_an_empty_page_says_what_to_do(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("N", "ctrl+s")
        assert "nothing on the page" in desk.text


async def test_tab_completes_marks_on_the_page_as_in_the_line(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("N")
        for typed in ("no sound @ha", " !u", " ?h"):
            await desk.type(typed)
            await desk.press("tab")
        page = desk.app.screen.query_one("#page", TextArea)
        assert page.text == "no sound @hall !urgent ?how-to"
        await desk.press("tab")
        assert page.text == "no sound @hall !urgent ?how-to"
        await desk.press("escape", "n")
        await desk.type("no sound !u")
        await desk.press("tab", "enter")
    assert school.asks("SELECT urgency FROM ticket WHERE text = 'no sound'") == [(1,)]


async def test_what_is_suggested_goes_with_the_cursor(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("N")
        await desk.type("no sound !u")
        await desk.press("home", "tab")
        assert desk.app.screen.query_one("#page", TextArea).text == "no sound !u"


async def test_five_thousand_lines_are_taken_down(school: School) -> None:
    async with open_desk(school) as desk:
        desk.app.open_page("\n".join(f"mouse {number} missing @Hall" for number in range(5000)))
        await desk.settle()
        assert becomes(desk) == "→ 5,000 tickets"


async def test_a_page_is_taken_down_once_however_often_the_key_is_pressed(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("N")
        await desk.type("no sound")
        for _ in range(3):
            desk._send("ctrl+s", None)
        await desk.settle()
    assert school.asks("SELECT count(*) FROM ticket WHERE text = 'no sound'") == [(1,)]


async def test_what_is_open_already_is_named_while_one_types_and_never_in_the_way(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("n")
        await desk.type("projector in the hall has no picture")
        assert "Open already: 1003" in desk.text
        await desk.press("enter")
        assert desk.said.startswith("Logged")
        assert "Open already" not in desk.text
    assert school.asks("SELECT count(*) FROM ticket WHERE text LIKE 'projector in the hall%'") == [(1,)]


async def test_it_is_noted_there_with_one_key_instead(school: School) -> None:
    async with open_desk(school) as desk:
        await desk.press("n")
        await desk.type("hall projector: still no picture")
        await desk.press("ctrl+o")
        assert desk.said.startswith("Noted on 1003")
        await desk.press("n")
        assert not desk.app.screen.query_one(CaptureLine).value
    notes = school.asks("SELECT note FROM ticket_event WHERE act = 'note' AND ticket_id = ?", school.ids["hall"])
    assert notes == [("hall projector: still no picture",)]
