"""The books of the spares from the shell."""

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.school import school


def stocked(cli: Cli) -> None:
    """Five lamps at 40.00 in the van, and a store."""
    school()
    cli("part", "add", "LMP-1", "Projector lamp", "--cost", "40")
    cli("part", "receive", "LMP-1", "5")


def held(cli: Cli) -> dict[str, int]:
    return {each["location"]: each["balance"] for each in cli("part", "list", "--json").json["items"]}


def test_what_is_sent_is_listed_on_its_way_and_received_once(cli: Cli) -> None:
    stocked(cli)
    assert cli("part", "send", "LMP-1", "2", "--to", "Main store").code == 0
    [line] = cli("part", "transit", "--json").json["items"]
    assert (line["sku"], line["quantity"], line["target"]) == ("LMP-1", 2, "Main store")
    assert held(cli)["in transit"] == 2
    assert cli("part", "arrived", "LMP-1").code == 0
    assert held(cli).get("in transit") is None and held(cli)["Main store"] == 2
    assert cli("part", "arrived", "LMP-1").code == 3
    again = cli("part", "arrived", line["id"])
    assert again.code == 1 and "not booked twice" in again.err


def test_a_difference_on_the_way_is_said(cli: Cli) -> None:
    stocked(cli)
    cli("part", "send", "LMP-1", "2", "--to", "Main store")
    assert cli("part", "arrived", "LMP-1", "--pieces", "1").code == 1
    assert cli("part", "arrived", "LMP-1", "--pieces", "1", "-m", "one broken").code == 0
    assert held(cli)["Main store"] == 1


def test_a_sheet_is_printed_filled_in_and_booked(cli: Cli, tmp_path: Path) -> None:
    stocked(cli)
    sheet = cli("part", "sheet").out
    assert sheet.splitlines() == ["sku,counted,reason,books,name", "LMP-1,,,5,Projector lamp"]
    filled = tmp_path / "sheet.csv"
    filled.write_text(sheet.replace("LMP-1,,", "LMP-1,4,"), encoding="utf-8")
    assert "not explained yet" in cli("part", "sheet", "--counted", str(filled)).out
    [item] = cli("part", "review", "--json").json["items"]
    assert (item["kind"], item["sku"]) == ("difference", "LMP-1")
    assert cli("part", "explain", item["id"], "lent", "to", "Ben").code == 0
    assert cli("part", "review", "--json").json["items"] == []
    assert "lent to Ben" in cli("part", "history", "LMP-1").out


def test_a_sheet_with_half_a_piece_or_without_names_is_refused_by_line(cli: Cli) -> None:
    stocked(cli)
    refused = cli("part", "sheet", "--counted", "-", stdin="sku,counted\nLMP-1,1.5\n")
    assert refused.code == 2 and "Line 2" in refused.err
    assert cli("part", "sheet", "--counted", "-", stdin="LMP-1,2\n").code == 2
    assert cli("part", "sheet", "--counted", "-", stdin="sku,counted\nLMP-1,\n").code == 2


def test_what_cannot_be_is_an_item_with_what_settles_it(cli: Cli) -> None:
    stocked(cli)
    for place in ("van", "Main store"):
        cli("part", "receive", "LMP-1", "1", "--to", place, "--serial", "S1")
    cli("part", "add", "PEN", "Pen")
    cli("part", "issue", "PEN", "2")
    kinds = {item["kind"]: item["what"] for item in cli("part", "review", "--json").json["items"]}
    assert kinds.keys() == {"negative", "serial"}
    assert "is in Main store and in Van of" in kinds["serial"]
    cli("part", "locate", "LMP-1", "S1", "--location", "van")
    cli("part", "count", "PEN", "0", "-m", "counted the van")
    assert cli("part", "review", "--json").json["items"] == []
    assert cli("part", "locate", "LMP-1", "S1").code == 2


def test_pieces_long_on_their_way_are_asked_about(cli: Cli) -> None:
    stocked(cli)
    cli("--at", "2026-11-01T09:00Z", "part", "send", "LMP-1", "1", "--to", "Main store")
    [item] = cli("--at", "2026-11-23T09:00Z", "part", "review", "--json").json["items"]
    assert (item["kind"], item["location"]) == ("transit", "Main store")


def test_places_are_worth_what_they_hold(cli: Cli) -> None:
    stocked(cli)
    cli("part", "transfer", "LMP-1", "2", "--to", "Main store")
    worth = cli("part", "value", "--json").json
    assert worth["value"] == 200
    assert next((each["name"], each["value"]) for each in worth["items"]) == ("Main store", 80)
    assert "200.00" in cli("part", "value").out


def test_what_was_not_needed_comes_back(cli: Cli) -> None:
    stocked(cli)
    ref = str(cli("log", "Lamp gone", "--json").json["ref"])
    cli("part", "issue", "LMP-1", "2", "--ticket", ref)
    assert cli("part", "return", "LMP-1", "1", "--ticket", ref).code == 0
    assert next(line["reason"] for line in cli("part", "history", "LMP-1", "--json").json["items"]) == "return"


def test_suppliers_are_known_by_name_with_their_days(cli: Cli) -> None:
    stocked(cli)
    cli("part", "add", "LMP-1", "Projector lamp", "--supplier", "misco")
    assert cli("supplier", "add", "Misco", "--lead-days", "3", "--terms", "30 days").code == 0
    cli("supplier", "add", "MISCO", "--contacts", "Jo, 0161 1")
    [line] = cli("supplier", "list", "--json").json["items"]
    assert (line["name"], line["lead_days"], line["contacts"], line["parts"]) == ("Misco", 3, "Jo, 0161 1", 1)
    shown = cli("supplier", "show", "mis")
    assert "contacts: Jo, 0161 1" in shown.out and "LMP-1 Projector lamp" in shown.out
    assert cli("supplier", "edit", "misco", "--contacts", "", "--name", "Misco Ltd").code == 0
    assert cli("supplier", "show", "Misco Ltd", "--json").json["contacts"] is None
    assert cli("supplier", "show", "nobody").code == 3


def test_a_name_that_parts_have_is_listed_before_it_is_made_known(cli: Cli) -> None:
    stocked(cli)
    cli("part", "add", "LMP-1", "Projector lamp", "--supplier", "misco")
    assert "misco (not made known)" in cli("supplier", "list").out
    assert cli("supplier", "edit", "misco", "--terms", "30 days").code == 3


def serialised(cli: Cli, *serials: str) -> str:
    """A serialised part with these pieces in the van; returns a ticket's ref."""
    cli("part", "add", "SER", "Disk", "--serialised")
    for serial in serials:
        assert cli("part", "receive", "SER", "1", "--serial", serial).code == 0
    return str(cli("log", "Disk noisy", "--json").json["ref"])


def test_the_only_serial_number_in_the_van_goes_with_its_piece(cli: Cli) -> None:
    ref = serialised(cli, "Z9")
    assert "serial number Z9 was taken" in cli("close", ref, "-m", "fix", "--part", "SER").out
    assert cli("part", "history", "SER", "--json").json["items"][0]["serial"] == "Z9"
    assert cli("part", "review", "--json").json["items"] == []


def test_a_serial_number_is_said_behind_the_part_even_one_of_digits(cli: Cli) -> None:
    ref = serialised(cli, "Z9", "77")
    assert cli("close", ref, "-m", "fix", "--part", "SER:z9", "--part", "SER:77").code == 0
    assert {line["serial"] for line in cli("part", "history", "SER", "--json").json["items"]} == {"Z9", "77"}
    assert cli("part", "review", "--json").json["items"] == []


@pytest.mark.parametrize("typed", ["-1", "+2", "1.5", "1,5"])
def test_a_mistyped_number_of_pieces_is_no_serial_number(cli: Cli, typed: str) -> None:
    ref = serialised(cli, "Z9")
    refused = cli("close", ref, "-m", "fix", "--part", f"SER:{typed}")
    assert (refused.code, f"'{typed}' is no number of parts" in refused.err) == (2, True)
    assert cli("part", "receive", "SER", "1", "--serial", typed).code == 0
    assert cli("close", ref, "-m", "fix", "--part", f"SER:{typed}").code == 0
    assert cli("part", "history", "SER", "--json").json["items"][0]["serial"] == typed


def test_other_than_as_many_serial_numbers_as_pieces_is_an_item(cli: Cli) -> None:
    ref = serialised(cli, "Z8", "Z9")
    assert "which serial number was taken is not said (Z8, Z9)" in cli("close", ref, "-m", "fix", "--part", "SER").out
    [item] = cli("part", "review", "--json").json["items"]
    assert (item["kind"], item["what"]) == ("serials", "1 by the books, but 2 serial numbers: Z8, Z9")
    cli("part", "locate", "SER", "Z9", "--gone")
    cli("part", "count", "SER", "1", "-m", "Z8 is there")
    assert cli("part", "review", "--json").json["items"] == []
