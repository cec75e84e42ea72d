"""Text from anywhere, drawn so that it stays in its cells."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from techdesk.screens.widgets.safe_text import clip, fit, safe_text

HOSTILE = [
    "\x1b[2Jcleared",
    "\x9b31mred",
    "\u202egnp.exe",
    "a\u2066b\u2069\u200e\u200f\u061c",
    "in\u200bvis\u200cible\ufeff\u2060",
    "one\ntwo\r\nthree\tfour\u2028five\x85six",
    "\x00\x07\x08\x7f",
    "\ud800 lone surrogate",
    "tag\U000e0041\U000e007f",
    "\u3164\u115f fillers",
    "\u0301 accent first",
]
FRIENDLY = ["École Jean-Zay", "E\u0301cole", "日本語の学校", "מחשב", "★ 15 × 20 €", "ÅÄÖ — “quoted”"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_keeps_nothing_that_acts_on_the_terminal(text: str) -> None:
    safe = safe_text(text)
    assert safe.isprintable()
    safe.encode()  # a lone surrogate would raise here, and in the terminal's driver


@pytest.mark.parametrize("text", FRIENDLY)
def test_other_languages_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text


def test_an_escape_is_seen() -> None:
    assert safe_text("\x1b[2J") == "␛[2J"


def test_line_ends_and_tabs_are_spaces() -> None:
    assert safe_text("one\ntwo\tthree") == "one two three"


def test_a_hidden_character_is_seen() -> None:
    assert safe_text("41\u200b27") == "41�27"


def test_joined_emoji_are_drawn_side_by_side() -> None:
    assert safe_text("👨‍👩‍👧") == "👨👩👧"


@pytest.mark.parametrize("text", HOSTILE + FRIENDLY)
@pytest.mark.parametrize("width", [0, 1, 2, 3, 5, 9, 40])
@pytest.mark.parametrize("align", ["left", "right"])
def test_fitted_text_has_exactly_its_width(text: str, width: int, align: str) -> None:
    assert cell_len(fit(text, width, "left" if align == "left" else "right")) == width


def test_clipped_text_says_that_it_goes_on() -> None:
    assert clip("Projector: no picture", 10) == "Projector…"


def test_a_wide_character_is_not_cut_in_two() -> None:
    assert fit("日本語", 4) == "日… "


def test_an_accent_stays_with_its_letter() -> None:
    assert clip("Ee\u0301cole", 3) == "Ee\u0301…"
