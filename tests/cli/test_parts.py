"""Spares from the shell."""

from tests.cli.conftest import Cli
from tests.cli.school import MONDAY_8, school


def van(cli: Cli, sku: str) -> int:
    items = cli("part", "list", "--location", "van", "--json").json["items"]
    return next((int(item["balance"]) for item in items if item["sku"] == sku), 0)


def test_a_balance_is_what_came_in_less_what_went_out(cli: Cli) -> None:
    school()
    cli("part", "add", "LMP-1", "Projector lamp")
    for verb in (("receive", "LMP-1", "5"), ("issue", "LMP-1", "1"), ("write-off", "LMP-1", "1", "-m", "dropped"),
                 ("transfer", "LMP-1", "2", "--to", "Main store")):  # fmt: skip
        assert cli("part", *verb).code == 0
    assert van(cli, "LMP-1") == 1
    store = cli("part", "list", "--location", "Main store", "--json").json["items"]
    assert [item["balance"] for item in store] == [2]


def test_what_is_below_its_minimum_comes_first_and_is_named(cli: Cli) -> None:
    for sku in ("AAA", "BBB"):
        cli("part", "add", sku, "A part")
        cli("part", "receive", sku, "2")
    cli("part", "level", "BBB", "--minimum", "3", "--target", "6")
    items = cli("part", "list", "--location", "van", "--json").json["items"]
    assert [(item["sku"], item["below"]) for item in items] == [("BBB", True), ("AAA", False)]
    assert [item["sku"] for item in cli("part", "list", "--below", "--json").json["items"]] == ["BBB"]
    assert "short" in cli("part", "list").out


def test_counting_books_the_difference_and_asks_for_the_number(cli: Cli) -> None:
    cli("part", "add", "LMP-1", "Projector lamp")
    cli("part", "receive", "LMP-1", "5")
    assert cli("part", "count", "LMP-1", stdin="3\n").code == 0
    assert van(cli, "LMP-1") == 3
    assert cli("part", "count", "LMP-1", "4", "--json").json["changed"] == [{"ref": "LMP-1", "state": "count"}]
    assert van(cli, "LMP-1") == 4
    assert "as the books say" in cli("part", "count", "LMP-1", "4").out


def test_a_part_is_issued_to_a_ticket_even_when_the_books_say_none_is_left(cli: Cli) -> None:
    cli("part", "add", "LMP-1", "Projector lamp")
    ref = str(cli("log", "Lamp gone", "--json").json["ref"])
    assert cli("part", "issue", "LMP-1", "1", "--ticket", ref).code == 0
    assert van(cli, "LMP-1") == -1
    assert cli("show", ref, "--json").json["parts"] == [{"sku": "LMP-1", "quantity": 1}]
    assert "check" in cli("part", "list").out


def test_a_part_that_was_never_anywhere_is_listed_all_the_same(cli: Cli) -> None:
    cli("part", "add", "LMP-1", "Projector lamp")
    assert [item["location"] for item in cli("part", "list", "--json").json["items"]] == ["nowhere yet"]


def test_adding_a_part_again_corrects_it(cli: Cli) -> None:
    cli("part", "add", "LMP-1", "Projetcor lamp")
    cli("part", "add", "LMP-1", "Projector lamp", "--cost", "40")
    assert [item["name"] for item in cli("part", "list", "--json").json["items"]] == ["Projector lamp"]


def test_the_pick_list_names_parts_that_fit_and_are_missing(cli: Cli) -> None:
    school()
    cli("part", "add", "CHG-45", "Charger board", "--fits", "CB514-2H")
    cli("log", "Will not charge", "--device", "CB-1", "--site", "2005")
    cli("visit", "plan", "2005", "--start", "2026-11-23T08:00")
    cli("--at", MONDAY_8, "visit", "start")
    picked = cli("--at", MONDAY_8, "part", "pick", "--json").json
    assert [(item["sku"], item["needed"], item["missing"]) for item in picked["items"]] == [("CHG-45", 1, 1)]


def test_wrong_numbers_places_and_names_are_refused_with_a_sentence(cli: Cli) -> None:
    cli("part", "add", "LMP-1", "Projector lamp")
    assert cli("part", "receive", "LMP-1", "0").code == 2
    assert cli("part", "receive", "NOPE", "1").code == 3
    assert cli("part", "receive", "LMP-1", "1", "--to", "the moon", "--json").json["exit_code"] == 3
    assert cli("part", "transfer", "LMP-1", "1").code == 2
    assert cli("part", "transfer", "LMP-1", "1", "--to", "van").code == 2
    assert cli("part", "level", "LMP-1").code == 2
    assert cli("part", "pick", "--date", "2026-01-01").code == 3
    assert cli("part", "count", "LMP-1", "--json").json["exit_code"] == 2
    assert cli("part", "count", "LMP-1", stdin="-3\n").code == 2
