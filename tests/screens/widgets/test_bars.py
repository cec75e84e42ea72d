"""Charts in characters say the same as their numbers."""

from __future__ import annotations

from itertools import product

import pytest

from techdesk.screens.widgets.bars import bar, interval_bar, spark, stock_bar


@pytest.mark.parametrize(
    ("value", "total", "drawn"),
    [
        (0, 10, "░░░░░"),
        (4, 10, "▓▓░░░"),
        (10, 10, "▓▓▓▓▓"),
        (12, 10, "▓▓▓▓▓"),
        (0.1, 10, "▓░░░░"),
        (9.9, 10, "▓▓▓▓░"),
        (-3, 10, "░░░░░"),
        (1, 0, "░░░░░"),
    ],
)
def test_a_bar_is_full_only_when_it_is_all_and_empty_only_when_it_is_none(
    value: float, total: float, drawn: str
) -> None:
    assert bar(value, total, 5) == drawn


def test_a_bar_can_be_ascii() -> None:
    assert bar(4, 10, 5, ascii=True) == "##..."


@pytest.mark.parametrize("width", [-1, 0, 1, 2, 30])
def test_a_bar_has_its_width(width: int) -> None:
    assert len(bar(1, 2, width)) == len(stock_bar(1, 2, 3, width)) == max(0, width)


def test_a_spark_is_as_high_as_its_share_of_the_largest() -> None:
    assert spark([0, 1, 4, 8]) == " ▂▅█"


def test_sparks_of_nothing_are_blank() -> None:
    assert (spark([]), spark([0, 0]), spark([1], ascii=True)) == ("", "  ", "#")


@pytest.mark.parametrize("width", [4, 7, 12])
def test_stock_below_its_minimum_never_looks_like_enough(width: int) -> None:
    for minimum, balance in product(range(1, 12), range(-1, 14)):
        before, after = stock_bar(balance, minimum, 12, width).split("│")
        assert ("░" in before) == (balance < minimum)
        assert "▓" not in after or balance > minimum


def test_stock_without_a_minimum_is_a_plain_bar() -> None:
    assert stock_bar(3, 0, 6, 6) == bar(3, 6, 6)


def test_an_interval_stands_on_its_scale_with_its_value() -> None:
    assert interval_bar(0.2, 0.4, 0.7, 1.0, 10) == "  ──┿───  "
    assert interval_bar(0.2, 0.4, 0.7, 1.0, 10, ascii=True) == "  --+---  "


def test_what_goes_beyond_the_scale_ends_in_an_arrow() -> None:
    assert interval_bar(0.5, 2.0, 9.0, 1.0, 6) == "   ──›"
    assert interval_bar(0.0, 0.0, 0.0, 0.0, 6) == " " * 6
    assert interval_bar(0.1, 0.2, 0.3, 1.0, 0) == ""
