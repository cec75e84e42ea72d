"""The capture line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdesk.desk.capture import Capture, read_capture, read_page

ROOMS = ("Hall", "Year 3", "ICT suite", "ICT")


def test_plain_text_is_enough() -> None:
    assert read_capture("Printer jams again") == Capture("Printer jams again")


def test_marks_that_are_understood_leave_the_text() -> None:
    said = read_capture("Trolley will not charge @year 3 #cb-14 !urgent", ROOMS, {"cb-14": "id-14"})
    assert said == Capture("Trolley will not charge", room="Year 3", device_id="id-14", urgency=1)


def test_the_longest_room_that_fits_is_meant() -> None:
    assert read_capture("@ICT suite: no sound", ROOMS).room == "ICT suite"
    assert read_capture('No sound @"ict suite"', ROOMS) == Capture("No sound", room="ICT suite")
    assert read_capture("@ict_suite no sound", ROOMS) == Capture("no sound", room="ICT suite")


def test_what_is_not_understood_stays_in_the_text() -> None:
    said = read_capture("Ask bob@school.uk about @shed and #later", ROOMS)
    assert said.text == "Ask bob@school.uk about @shed and #later"
    assert (said.room, said.tags) == ("shed", ("later",))


def test_a_question_mark_alone_makes_it_a_how_to() -> None:
    assert read_capture("? mail merge").kind == "how_to"
    assert read_capture("Is it broken?").kind == "incident"


@given(st.text(min_size=1))
def test_any_text_can_be_captured(text: str) -> None:
    assert read_capture(text, ROOMS, {"cb-14": "x"}).text


@pytest.mark.parametrize(
    "text",
    ["issue #3 of C#", "meet @3pm", "at @10:30", "bob@hall", "@jo.bloggs said so", "why? stop! 5#2", "it's @ the door"],
)
def test_what_only_looks_like_a_mark_is_text(text: str) -> None:
    assert read_capture(text, ROOMS) == Capture(text)


def test_a_backslash_takes_the_meaning_of_a_sign_away() -> None:
    assert read_capture(r"\@hall \#later \!urgent", ROOMS) == Capture("@hall #later !urgent")


def test_a_mark_may_be_followed_by_punctuation() -> None:
    said = read_capture("No sound @hall, !urgent: #CB-14.", ROOMS, {"cb-14": "x"})
    assert said == Capture("No sound", room="Hall", device_id="x", urgency=1)


def test_a_kind_is_a_mark() -> None:
    assert read_capture("print both sides ?how-to") == Capture("print both sides", kind="how_to")
    assert read_capture("?request two mice") == Capture("two mice", kind="request")


def test_a_page_has_bullets_and_headings() -> None:
    page = '@Hall:\n- no sound\n[ ] lamp @ICT\n\n1. three mice\n3 mice\n@"Green Room"\ncold !urgent'
    said = [(each.text, each.room) for _, each in read_page(page, ROOMS)]
    assert said == [("no sound", "Hall"), ("lamp", "ICT"), ("three mice", "Hall"), ("3 mice", "Hall"),
                    ("cold", "Green Room")]  # fmt: skip


@given(st.text())
def test_any_page_can_be_read_and_no_ticket_is_empty(page: str) -> None:
    assert all(said.text for _, said in read_page(page, ROOMS, {"cb-14": "x"}))
