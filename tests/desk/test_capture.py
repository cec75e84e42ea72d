"""The capture line."""

from hypothesis import given
from hypothesis import strategies as st

from techdesk.desk.capture import Capture, read_capture

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
