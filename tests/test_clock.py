"""What is said of clocks."""

import pytest

from techdesk import clock


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(60, "1 minute"), (-1800, "30 minutes"), (7_140, "119 minutes"), (7_200, "2 hours"), (365 * 86_400, "365 days")],
)
def test_how_far_clocks_are_apart_is_said_in_a_unit_that_one_can_grasp(seconds: float, words: str) -> None:
    assert clock.in_words(seconds) == words
