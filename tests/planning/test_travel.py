"""Driving times: from coordinates, from single ways, from a file; and places that are nowhere."""

from pathlib import Path

import pytest

from techdesk.errors import BadInput
from techdesk.planning.travel import Place, Roads, kilometres, read_ways

HALIFAX = Place(id="halifax", lat=53.7210, lon=-1.8620)
LEEDS = Place(id="leeds", lat=53.8008, lon=-1.5491)


def test_halifax_to_leeds_is_22_kilometres_as_the_crow_flies() -> None:
    assert kilometres(HALIFAX, LEEDS) == pytest.approx(22.4, abs=0.3)


def test_detour_and_speed_make_the_minutes() -> None:
    assert Roads(detour=1.5, kmh=45, parking=5).between(HALIFAX, LEEDS) == pytest.approx(
        22.4 * 1.5 / 45 * 60 + 5, abs=1
    )


def test_a_way_that_is_known_better_holds_in_both_directions_unless_named() -> None:
    roads = Roads(minutes={("halifax", "leeds"): 33.0})
    assert (roads.between(HALIFAX, LEEDS), roads.between(LEEDS, HALIFAX)) == (33.0, 33.0)


@pytest.mark.parametrize("lat_lon", [(None, None), (0.0, 0.0), (91.0, 0.0), (float("nan"), 1.0), (-1.86, 53.72)])
def test_a_place_that_is_nowhere_or_in_the_wrong_country_is_flagged(lat_lon: tuple[float | None, float | None]) -> None:
    _, lost = Roads().matrix([HALIFAX, LEEDS, Place(id="odd", lat=lat_lon[0], lon=lat_lon[1])])
    assert lost == ["odd"]


def test_a_place_without_coordinates_can_be_reached_by_known_ways() -> None:
    odd = Place(id="odd", lat=None, lon=None)
    rows, lost = Roads(minutes={("odd", "leeds"): 12.0}).matrix([LEEDS, odd])
    assert rows == [[0.0, 12.0], [12.0, 0.0]] and lost == []


def test_ways_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ways.csv"
    path.write_text("\ufefffrom,to,minutes\nhalifax,leeds,31.5\n", encoding="utf-8")
    assert read_ways(path) == {("halifax", "leeds"): 31.5}


@pytest.mark.parametrize("line", ["halifax,leeds,soon", "halifax,leeds,-1", "halifax,leeds,nan", "halifax"])
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "ways.csv"
    path.write_text(f"from,to,minutes\na,b,1\n{line}\n")
    with pytest.raises(BadInput, match="line 3"):
        read_ways(path)


def test_a_table_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read as a table of travel times"):
        read_ways(tmp_path / "nowhere.csv")
