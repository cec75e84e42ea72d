"""The inventory from the shell."""

import shlex
from pathlib import Path

from tests.cli.conftest import Cli
from tests.cli.school import school


def test_devices_are_listed_with_total_and_narrowed(cli: Cli) -> None:
    school()
    cli("device", "add", "PC-7", "--model", "OptiPlex 3080", "--site", "2005", "--room", "office")
    assert cli("device", "list", "--json").json["total"] == 2
    for narrowed in (("--room", "office"), ("--model", "optiplex"), ("PC-7",), ("--site", "2005", "pc-7")):
        items = cli("device", "list", *narrowed, "--json").json["items"]
        assert [item["tag"] for item in items] == ["PC-7"]
    assert items[0]["room"] == "Office"


def test_a_limit_keeps_the_total_and_says_so(cli: Cli) -> None:
    for number in range(3):
        cli("device", "add", f"PC-{number}")
    ran = cli("device", "list", "--limit", "2")
    assert ran.out.count("PC-") == 2
    assert "2 of 3" in ran.err


def test_show_tells_the_model_its_tickets_and_the_parts_that_fit(cli: Cli) -> None:
    school()
    cli("part", "add", "CHG-45", "Charger board", "--fits", "CB514-2H")
    ref = str(cli("log", "Will not charge", "--device", "CB-1", "--json").json["ref"])
    card = cli("device", "show", "sn1", "--json").json
    assert (card["manufacturer"], card["model"], card["standing"]) == ("Acer", "CB514-2H", "standard")
    assert [ticket["ref"] for ticket in card["tickets"]] == [ref]
    assert [part["sku"] for part in card["parts"]] == ["CHG-45"]
    assert ref in cli("device", "show", "CB-1").out


def test_moving_a_device_to_a_room_keeps_the_site(cli: Cli) -> None:
    school()
    assert cli("device", "move", "CB-1", "--room", "office", "--state", "in-repair").code == 0
    card = cli("device", "show", "CB-1", "--json").json
    assert (card["site"], card["room"], card["state"]) == ("2005", "Office", "in_repair")


def test_what_is_unknown_or_known_already_is_refused(cli: Cli) -> None:
    school()
    assert cli("device", "show", "NOPE").code == 3
    assert cli("device", "add", "CB-1").code == 1
    assert cli("device", "list", "--state", "broken", "--json").json["exit_code"] == 2
    assert cli("device", "move", "CB-1").code == 2
    assert cli("device", "add", "PC-9", "--bought", "long ago").code == 2


def test_one_tag_on_two_devices_is_named_and_corrected(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "devices.csv"
    path.write_text("tag,serial\nA-1,SER12\nA-1,SER13\n", encoding="utf-8")
    assert cli("import", "devices", str(path)).code == 0
    [item] = cli("device", "review", "--json").json["items"]
    assert (item["kind"], item["label"]) == ("same_tag", "A-1")
    assert cli("device", "edit", "SER13", "--tag", "A-1").code == 1
    assert cli("device", "edit", item["ids"][-1], "--tag", "A-2", "-m", "relabelled").code == 0
    assert cli("device", "show", "A-2", "--json").json["serial"] == "SER13"
    assert cli("device", "review", "--json").json["total"] == 0
    assert cli("device", "edit", "A-2").code == 2
    assert cli("device", "edit", "A-2", "--tag", " a-1").code == 1


def test_a_device_is_not_added_twice_in_other_letters(cli: Cli) -> None:
    assert cli("device", "add", "Ä-1", "--serial", "Ser77").code == 0
    assert cli("device", "add", "ä-1 ").code == 1
    assert cli("device", "add", "B-1", "--serial", "SER77").code == 1
    assert cli("device", "edit", "Ä-1", "--tag", "ä-1").code == 0


def test_models_of_one_name_are_made_one_by_what_the_review_says(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "devices.csv"
    path.write_text("tag,make,model\nA-1,HP,2930F 24G PoE+\nA-2,Aruba,2930F 24G PoE+\n", encoding="utf-8")
    assert cli("import", "devices", str(path)).code == 0
    [item] = cli("device", "review", "--json").json["items"]
    assert item["kind"] == "models"
    assert cli(*shlex.split(item["next"])).code == 0
    assert cli("device", "review", "--json").json["total"] == 0
