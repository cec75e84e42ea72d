"""Cells are read as what they mean, or refused."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdesk.exchange import values

UTC = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("text", "means"),
    [("12", 12), ("35.2", 35.2), ("£1,234.50", 1234.5), ("1.234,50 €", 1234.5), ("12,5", 12.5), ("-1.96", -1.96),
     ("1,234", 1234), ("$12.58", 12.58), ("1.5E+2", 150)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, means: float) -> None:
    assert values.number(text) == means


@pytest.mark.parametrize("text", ["twelve", "nan", "inf", "1e999", "12 apples", "", "--5", "1_000", "0x10"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        values.number(text)


def test_a_date_without_zeros_is_day_first_where_the_mapping_says_so() -> None:
    assert values.moment("29/2/2016 01:16", ("%d/%m/%Y %H:%M",), UTC) == "2016-02-29T01:16:00.000Z"


def test_a_time_without_a_zone_is_the_sources_local_time() -> None:
    london = ZoneInfo("Europe/London")
    assert values.moment("1/7/2026 09:00", ("%d/%m/%Y %H:%M",), london) == "2026-07-01T08:00:00.000Z"
    assert values.moment("2026-07-01T09:00+02:00", ("iso",), london) == "2026-07-01T07:00:00.000Z"


def test_excels_day_numbers_are_dates_where_the_mapping_says_so() -> None:
    assert values.day("42430.5", ("excel",)) == "2016-03-01"


@pytest.mark.parametrize("text", ["31/2/2016 10:00", "soon", "1/1/0016 10:00", "1/1/9999 10:00"])
def test_a_date_that_cannot_be_right_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a date|cannot be right"):
        values.moment(text, ("%d/%m/%Y %H:%M",), UTC)


def test_excels_escapes_become_what_they_stand_for() -> None:
    assert values.no_escapes("one_x000D_\ntwo_x0009_three_x005F_x") == "one\ntwo\tthree_x"
    assert values.no_escapes("file_x86_ and _xyzw_") == "file_x86_ and _xyzw_"


def test_garbled_text_is_put_right_only_where_the_way_back_is_exact() -> None:
    assert values.no_mojibake("donâ€™t, cafÃ©") == "don’t, café"
    assert values.no_mojibake("café, don’t") == "café, don’t"
    assert values.no_mojibake("cafÃ© and é") == "cafÃ© and é"


@given(st.text())
def test_text_comes_back_from_a_spreadsheet_as_it_was(text: str) -> None:
    assert values.plain(values.neutral(text)) == text
    assert not values.neutral(text).startswith(values.FORMULA)


@pytest.mark.parametrize(
    "serial", ["", ".........", "To be filled by O.E.M.", "None", "Default string", "0", "000000", "N/A", "xxxxxxx",
               "System Serial Number"],
)  # fmt: skip
def test_what_firmware_makes_up_is_no_identity(serial: str) -> None:
    assert not values.is_identity(serial)


@pytest.mark.parametrize("serial", ["5CG1234ABC", "PF-0W1", "1234A", "C02XG0FDH7JY"])
def test_a_real_serial_is_an_identity(serial: str) -> None:
    assert values.is_identity(serial)
