"""What is done with devices from the shell, and licences."""

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.school import MONDAY_8, school


def spare(cli: Cli, tag: str = "CB-9") -> None:
    """A device in the van."""
    cli("device", "add", tag, "--model", "CB514-2H", "--state", "in-stock")
    assert cli("device", "move", tag, "--in", "van").code == 0


def shown(cli: Cli, tag: str) -> dict[str, object]:
    return dict(cli("device", "show", tag, "--json").json)


def test_a_swap_puts_the_spare_in_the_place_and_the_broken_one_in_the_van(cli: Cli) -> None:
    school()
    spare(cli)
    ref = str(cli("log", "Screen dark", "--device", "CB-1", "--json").json["ref"])
    ran = cli("device", "swap", "CB-1", "--with", "CB-9", "--ticket", ref)
    assert ran.out.strip() == "CB-9 stands for CB-1 now, which is faulty."
    new, old = shown(cli, "CB-9"), shown(cli, "CB-1")
    assert (new["site"], new["room"], new["state"]) == ("2005", "Hall", "in_service")
    assert (old["room"], old["state"], str(old["location"])[:3]) == (None, "faulty", "Van")
    assert next(event["act"] for event in old["history"]) == "swap"  # type: ignore[attr-defined]
    assert cli("device", "swap", "CB-1", "--with", "CB-9").code == 1


def test_a_loan_is_listed_until_it_is_returned(cli: Cli) -> None:
    school()
    spare(cli)
    cli("--at", MONDAY_8, "device", "loan", "CB-9", "--to", "Year 3", "--due", "2026-11-25", "--site", "2005")
    late = cli("--at", "2026-11-26T08:00+00:00", "device", "loans", "--json").json["items"]
    assert [(item["tag"], item["borrower"], item["state"]) for item in late] == [("CB-9", "Year 3", "overdue")]
    assert cli("device", "return", "CB-9", "CB-1", "--json").json["refused"][0]["ref"] == "CB-1"
    assert cli("device", "loans", "--json").json["total"] == 0
    assert shown(cli, "CB-9")["state"] == "in_stock"


def test_a_repair_is_begun_and_gone_on_with_by_the_devices_tag(cli: Cli) -> None:
    school()
    spare(cli)
    assert cli("device", "repair", "CB-1", "--state", "submitted").code == 2
    ran = cli("device", "repair", "CB-1", "--fault", "No power", "--supplier", "Acme", "--due", "2026-11-20", "--state",
              "submitted", "--instead", "CB-9", "--to", "Year 3")  # fmt: skip
    assert ran.code == 0
    cli("device", "repair", "CB-1", "--reference", "RMA-7", "--cost", "40", "--state", "accepted")
    [item] = cli("device", "repairs", "--overdue", "--json").json["items"]
    assert (item["reference"], item["state"], item["instead"], item["under_warranty"]) == (
        "RMA-7",
        "accepted",
        "CB-9",
        False,
    )
    assert cli("device", "repair", "CB-1", "--state", "verified").code == 1
    assert shown(cli, "CB-1")["cost_to_date"]["total"] == 40  # type: ignore[index]


def test_what_a_device_has_cost_is_its_price_its_parts_and_the_work_on_it(cli: Cli) -> None:
    school()
    cli("part", "add", "CHG-45", "Charger board", "--cost", "12.5")
    ref = str(cli("log", "Will not charge", "--device", "CB-1", "--json").json["ref"])
    cli("close", ref, "-m", "board", "--minutes", "30", "--part", "CHG-45:2")
    assert shown(cli, "CB-1")["cost_to_date"] == {
        "bought": 0, "parts": 25, "minutes": 30, "repairs": 0, "hour_rate": 30, "total": 40,
    }  # fmt: skip


def test_several_devices_are_moved_and_those_that_cannot_are_told(cli: Cli) -> None:
    school()
    spare(cli)
    ran = cli("device", "move", "-", "--site", "2005", "--room", "office", "--json", stdin="CB-1\nCB-9\nNOPE\n")
    assert [each["ref"] for each in ran.json["changed"]] == ["CB-1", "CB-9"]
    assert (ran.code, [each["ref"] for each in ran.json["refused"]]) == (3, ["NOPE"])
    assert shown(cli, "CB-9")["room"] == "Office"


def test_a_room_is_audited_from_what_a_scanner_types(cli: Cli) -> None:
    school()
    cli("device", "add", "PC-2", "--site", "2005", "--room", "Office")
    cli("device", "add", "PC-3", "--site", "2005", "--room", "Hall")
    ran = cli("device", "audit", "--site", "2005", "--room", "hall", "--json", stdin="cb-1\nPC-2\nX-9\nPC-3\nundo\n")
    document = ran.json
    assert (document["here"], document["moved"], document["unknown"], document["room"]) == (1, 1, 1, "Hall")
    assert [each["tag"] for each in document["missing"]] == ["PC-3"]
    assert shown(cli, "PC-2")["room"] == "Hall"
    [unknown] = cli("device", "audit", "--unknown", "--json").json["items"]
    assert (unknown["label"], unknown["room"]) == ("X-9", "Hall")
    cli("device", "add", "X-9")
    assert cli("device", "audit", "--unknown", "--json").json["total"] == 0


def test_a_room_in_which_nothing_is_known_is_said_before_anything_is_scanned(cli: Cli) -> None:
    school()
    assert "No device is known in HallHall." in cli("device", "audit", "--site", "2005", "--room", "HallHall").err
    assert "No device" not in cli("device", "audit", "--site", "2005", "--room", "Hall").err


def test_an_audit_that_broke_off_is_gone_on_with(cli: Cli) -> None:
    school()
    cli("device", "audit", "--site", "2005", "--room", "Hall", "--pause", stdin="CB-1\n")
    ran = cli("device", "audit", "--site", "2005", "--room", "Hall", stdin="")
    assert "Going on: 1 scanned so far" in ran.err
    assert ran.out.strip() == "1 here, 0 moved here, 0 unknown, 0 missing."


def test_a_disposal_needs_a_certificate_and_a_device_that_is_out_of_use(cli: Cli) -> None:
    school()
    assert cli("device", "dispose", "CB-1", "--certificate", "W-1").code == 1
    cli("device", "move", "CB-1", "--state", "retired")
    assert cli("device", "dispose", "CB-1").code == 2
    assert cli("device", "dispose", "CB-1", "--certificate", "W-1", "--on", "2026-11-20").code == 0
    card = shown(cli, "CB-1")
    assert (card["state"], card["certificate"], card["disposed_on"]) == ("disposed", "W-1", "2026-11-20")


def test_labels_are_written_from_a_place_on_the_sheet(cli: Cli, tmp_path: Path) -> None:
    pytest.importorskip("reportlab")
    school()
    for number in range(3):
        cli("device", "add", f"PC-{number}", "--site", "2005")
    to = str(tmp_path / "labels.pdf")
    ran = cli("device", "labels", "--site", "2005", "--start", "19", "-o", to)
    assert "4 labels on 2 sheets of L7160" in ran.out
    assert (tmp_path / "labels.pdf").read_bytes().startswith(b"%PDF")
    assert cli("device", "labels", "CB-1", "--sheet", "X1", "-o", to).code == 2
    assert cli("device", "labels", "CB-1", "--start", "22", "-o", to).code == 2


def test_labels_without_their_library_say_what_to_install(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    school()
    monkeypatch.setitem(__import__("sys").modules, "reportlab.lib.units", None)
    ran = cli("device", "labels", "CB-1", "-o", str(tmp_path / "labels.pdf"))
    assert (ran.code, "techdesk[documents]" in ran.err) == (1, True)


def test_licences_say_their_seats_and_when_they_end(cli: Cli) -> None:
    school()
    cli("--at", MONDAY_8, "licence", "add", "Paint Pro", "--seats", "10", "--expires", "2026-12-31")
    assert "12 of 10 seats are used, 2 too many" in cli("licence", "use", "paint", "12", "--site", "2005").out
    [item] = cli("--at", MONDAY_8, "licence", "list", "--worry", "--json").json["items"]
    assert (item["state"], item["used"], item["sites"]) == ("expiring", 12, [{"site": "St Aidan's", "used": 12}])
    cli("licence", "edit", "paint", "--seats", "20", "--expires", "2027-12-31")
    assert cli("--at", MONDAY_8, "licence", "list", "--worry", "--json").json["total"] == 0
    assert cli("licence", "edit", "nope", "--seats", "1").code == 3
    assert cli("licence", "add", "X", "--starts", "2027-01-01", "--expires", "2026-01-01").code == 2


def test_the_day_warns_of_what_is_overdue_and_of_licences_that_end(cli: Cli) -> None:
    school()
    spare(cli)
    cli("--at", MONDAY_8, "device", "repair", "CB-1", "--fault", "No power", "--due", "2026-11-20", "--instead", "CB-9")
    cli("--at", MONDAY_8, "licence", "add", "Paint Pro", "--seats", "10", "--expires", "2026-12-31")
    assert cli("--at", MONDAY_8, "today", "--json").json["warnings"] == [
        "repair of CB-1 at a supplier was due 2026-11-20",
        "CB-9 is lent to whoever waits for the repair and was due 2026-11-20",
        "licence Paint Pro: expiring 2026-12-31, 0 of 10 seats used",
    ]
