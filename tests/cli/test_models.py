"""Device models from the shell."""

from tests.cli.conftest import Cli
from tests.cli.school import school


def test_a_model_gets_its_standing_and_expiry_and_the_list_tells_them(cli: Cli) -> None:
    school()
    assert "CB514-2H is retiring" in cli("model", "standing", "cb514", "retiring").out
    cli("model", "expiry", "CB514-2H", "2020-06-30")
    [item] = cli("model", "list", "--json").json["items"]
    assert (item["standing"], item["update_expiry"], item["devices"], item["share"]) == ("retiring", "2020-06-30", 1, 1)
    assert "2020-06-30 ENDED" in cli("model", "list", "--standing", "ret").out
    assert cli("model", "list", "--standing", "standard", "--json").json["total"] == 0
    cli("model", "expiry", "CB514-2H", "none")
    assert cli("model", "show", "CB514-2H", "--json").json["update_expiry"] is None


def test_a_word_that_is_no_standing_is_refused(cli: Cli) -> None:
    school()
    ran = cli("model", "standing", "CB514-2H", "odd")
    assert ran.code == 2 and "standard, tolerated, retiring" in ran.err


def test_spellings_are_offered_merged_and_taken_back(cli: Cli) -> None:
    school()
    cli("device", "add", "CB-2", "--model", "Acer CB514 2H")
    [group] = cli("model", "alike", "--json").json["items"]
    assert {group["kept"]["name"], group["others"][0]["name"]} == {"CB514-2H", "Acer CB514 2H"}
    assert cli("model", "merge", "CB514-2H", "Acer CB514 2H").code == 0
    card = cli("model", "show", "Acer CB514 2H", "--json").json
    assert (card["name"], card["devices"], card["spelled"]) == ("CB514-2H", 2, ["Acer CB514 2H"])
    assert cli("device", "list", "--model", "Acer CB514 2H", "--json").json["total"] == 2
    assert cli("model", "alike").out == "No two models read alike.\n"
    assert cli("model", "merge", "CB514-2H", "Acer CB514 2H").code == 2
    cli("undo")
    assert cli("device", "show", "CB-2", "--json").json["model"] == "Acer CB514 2H"
    cli("model", "apart", "CB514-2H", "Acer CB514 2H")
    assert cli("model", "alike", "--json").json["total"] == 0


def test_the_reports_on_the_fleet_tell_the_same_as_tables_json_and_csv(cli: Cli) -> None:
    school()
    cli("device", "add", "PC-7", "--model", "=OptiPlex", "--site", "2005", "--bought", "2019-09-01")
    cli("part", "add", "BAT", "Battery", "--fits", "=OptiPlex", "--cost", "20")
    report = cli("report", "models", "--json").json["items"]
    assert {item["name"] for item in report} == {"CB514-2H", "=OptiPlex"}
    assert cli("report", "models", "--csv").out.count("'=OptiPlex") == 1
    standard = cli("report", "standard", "--json").json
    assert (standard["sites"][0]["share"], standard["models"]) == (0.5, 2)
    assert [(item["name"], item["parts"]) for item in standard["odd"]] == [("=OptiPlex", ["BAT"])]
    assert "St Aidan" in cli("report", "standard").out
    years = cli("report", "replacement", "--json", "--life", "6").json["years"]
    assert (years[0]["devices"], years[0]["reasons"]) == (1, {"age": 1})
    assert cli("report", "replacement", "--csv").out.startswith("year,devices,cost,without_price,updates,age,standing")
    assert cli("report", "standard", "--site", "2005").code == 2
    assert cli("report", "cold", "--csv").code == 2
