"""The van packs itself, from the shell."""

import pytest

from techdesk.cli.session import session
from techdesk.desk.closing import CloseTicket
from techdesk.desk.ids import new_id
from techdesk.desk.tickets import LogTicket
from techdesk.desk.visits import AddTask, CancelVisit
from tests.cli.conftest import Cli
from tests.cli.school import MONDAY_8, school


@pytest.fixture
def planned(cli: Cli) -> dict[str, str]:
    """A visit on Monday with one open ticket on the device: it does not charge. Returns ids."""
    ids = school()
    cli("part", "add", "CHG-45", "Charger board", "--fits", "CB514-2H", "--supplier", "Misco")
    cli("log", "Will not charge", "--device", "CB-1", "--site", "2005")
    cli("visit", "plan", "2005", "--start", "2026-11-23T08:00")
    return ids


def picked(cli: Cli, *more: str) -> list[dict[str, object]]:
    items: list[dict[str, object]] = cli("--at", MONDAY_8, "part", "pick", *more, "--json").json["items"]
    return items


def van(cli: Cli) -> int:
    items = cli("part", "list", "--location", "van", "--json").json["items"]
    return sum(int(item["balance"]) for item in items if item["sku"] == "CHG-45")


def test_a_part_that_fits_and_is_named_is_packed_before_the_visit_begins(cli: Cli, planned: dict[str, str]) -> None:
    [line] = picked(cli)
    assert (line["sku"], line["needed"], line["missing"]) == ("CHG-45", 1, 1)
    assert line["why"] == "fits CB514-2H, and its words name it"
    assert cli("--at", MONDAY_8, "today", "--json").json["pick"] == [line]


def test_what_fixed_the_like_is_packed(cli: Cli, planned: dict[str, str]) -> None:
    cli("part", "add", "FLX-1", "Ribbon")
    part = session.store.connection.execute("SELECT id FROM part WHERE sku = 'FLX-1'").fetchone()[0]
    for number in range(3):
        id = new_id()
        session.store.perform(LogTicket(id=id, text="Screen flickers badly", device_id=planned["device"]))
        parts = ((part, 1),) if number else ()
        session.store.perform(CloseTicket(ticket_id=id, resolution="Ribbon", parts=parts))
    session.end()
    cli("log", "The screen flickers", "--device", "CB-1", "--site", "2005")
    [line] = [each for each in picked(cli) if each["sku"] == "FLX-1"]
    assert line["why"] == "fixed 2 of 3 like faults on CB514-2H"


def test_what_is_missing_is_taken_from_a_store_or_ordered_in_time(cli: Cli, planned: dict[str, str]) -> None:
    assert [(line["order"], line["supplier"], line["order_by"], line["late"]) for line in picked(cli)] == [
        (1, "Misco", None, 1)
    ]
    cli("supplier", "add", "Misco", "--lead-days", "3")
    early = cli("--at", "2026-11-16T08:00Z", "part", "pick", "--day", "2026-11-23", "--json").json["items"]
    assert [(line["order_by"], line["late"]) for line in early] == [("2026-11-18", 0)]  # three working days before
    assert "which is past" in cli("--at", MONDAY_8, "part", "pick").out
    cli("part", "receive", "CHG-45", "2", "--to", "Main store")
    assert [(line["source"], line["order"]) for line in picked(cli)] == [("1 from Main store", 0)]


def test_what_is_put_by_is_picked_into_the_van_and_given_back(cli: Cli, planned: dict[str, str]) -> None:
    cli("part", "receive", "CHG-45", "2", "--to", "Main store")
    assert "1 parts are put by" in cli("--at", MONDAY_8, "part", "pick", "--reserve").out
    assert [line["reserved"] for line in picked(cli, "--reserve")] == [1]  # not twice
    [line] = cli("part", "reserved", "--json").json["items"]
    assert (line["state"], line["location"]) == ("open", "Main store")
    assert cli("part", "picked").code == 0 and van(cli) == 1
    assert cli("part", "put-back", "CHG-45").code == 0 and van(cli) == 0
    assert cli("part", "put-back").code == 3


def test_what_is_put_by_for_another_visit_is_not_free(cli: Cli, planned: dict[str, str]) -> None:
    cli("part", "receive", "CHG-45", "1", "--to", "Main store")
    picked(cli, "--reserve")
    cli("visit", "plan", "2005", "--start", "2026-11-24T08:00")
    tuesday = cli("--at", MONDAY_8, "part", "pick", "--day", "2026-11-24", "--json").json["items"]
    assert [(line["source"], line["order"]) for line in tuesday] == [("", 1)]
    cli("part", "release")
    again = cli("--at", MONDAY_8, "part", "pick", "--day", "2026-11-24", "--json").json["items"]
    assert [line["source"] for line in again] == ["1 from Main store"]


def test_what_was_put_by_for_a_visit_that_was_called_off_is_free_again(cli: Cli, planned: dict[str, str]) -> None:
    cli("part", "receive", "CHG-45", "1", "--to", "Main store")
    picked(cli, "--reserve")
    visit = cli("--at", MONDAY_8, "visit", "list", "--json").json["items"][0]["id"]
    session.store.perform(CancelVisit(visit_id=visit, reason="snow"))
    session.end()
    cli("visit", "plan", "2005", "--start", "2026-11-24T08:00")
    tuesday = cli("--at", MONDAY_8, "part", "pick", "--day", "2026-11-24", "--json").json["items"]
    assert [line["source"] for line in tuesday] == ["1 from Main store"]


def test_a_kit_goes_along(cli: Cli, planned: dict[str, str]) -> None:
    cli("part", "add", "HDM-3", "HDMI lead")
    assert "2 x HDM-3" in cli("part", "kit", "Projector", "HDM-3:2", "CHG-45").out
    cli("part", "kit", "projector", "CHG-45:0")
    assert [(line["sku"], line["quantity"]) for line in cli("part", "kits", "--json").json["items"]] == [("HDM-3", 2)]
    lines = {line["sku"]: (line["needed"], line["why"]) for line in picked(cli, "--kit", "Projector")}
    assert lines["HDM-3"] == (2, "in the kit Projector")
    assert cli("--at", MONDAY_8, "part", "pick", "--kit", "Nope").code == 3
    assert cli("part", "kit", "Projector", "HDM-3:half").code == 2


def test_a_step_that_names_a_part_brings_it(cli: Cli, planned: dict[str, str]) -> None:
    cli("part", "add", "TON-12", "Black toner")
    visit = cli("--at", MONDAY_8, "visit", "list", "--json").json["items"][0]["id"]
    session.store.perform(AddTask(id=new_id(), visit_id=visit, title="Office: put in TON-12"))
    session.end()
    [line] = [each for each in picked(cli, "--visit", visit) if each["sku"] == "TON-12"]
    assert "for the step" in str(line["why"])


def books(cli: Cli, sku: str, place: str) -> int:
    items = cli("part", "list", "--location", place, "--json").json["items"]
    return sum(int(item["balance"]) for item in items if item["sku"] == sku)


def test_what_was_used_is_not_given_back(cli: Cli, planned: dict[str, str]) -> None:
    cli("part", "add", "TON-1", "Toner")
    cli("part", "receive", "TON-1", "2")
    cli("part", "receive", "TON-1", "4", "--to", "Main store")
    cli("part", "receive", "CHG-45", "1", "--to", "Main store")
    cli("part", "kit", "Office", "TON-1:4")
    picked(cli, "--kit", "Office", "--reserve")
    cli("part", "picked")
    cli("part", "issue", "TON-1", "3")
    cli("part", "issue", "CHG-45", "1")
    said = cli("part", "put-back").out
    assert "Returned: 0 x CHG-45 of 1 picked." in said and "Returned: 1 x TON-1 of 2 picked." in said
    assert (books(cli, "TON-1", "van"), books(cli, "TON-1", "Main store")) == (0, 3)
    assert (van(cli), books(cli, "CHG-45", "Main store")) == (0, 0)
    assert cli("part", "reserved", "--json").json["items"] == []


def test_so_many_are_given_back_as_are_said(cli: Cli, planned: dict[str, str]) -> None:
    cli("part", "add", "TON-1", "Toner")
    cli("part", "receive", "TON-1", "4", "--to", "Main store")
    cli("part", "kit", "Office", "TON-1:3")
    picked(cli, "--kit", "Office", "--reserve")
    cli("part", "picked")
    assert cli("part", "put-back", "TON-1:half").code == 2
    assert "Returned: 2 x TON-1" in cli("part", "put-back", "TON-1:2").out
    assert (books(cli, "TON-1", "van"), books(cli, "TON-1", "Main store")) == (1, 3)


def serialised(cli: Cli, *serials: str) -> None:
    """One SSD-1 is put by from a store that holds these."""
    cli("part", "add", "SSD-1", "Disk", "--serialised")
    for serial in serials:
        cli("part", "receive", "SSD-1", "1", "--to", "Main store", "--serial", serial)
    cli("part", "kit", "Disks", "SSD-1:1")
    picked(cli, "--kit", "Disks", "--reserve")


def serials(place: str) -> list[str]:
    found = session.store.connection.execute(
        "SELECT serial FROM stock_serial s JOIN stock_location l ON l.id = s.location_id"
        " WHERE l.name = ? AND s.quantity > 0 ORDER BY serial", (place,)
    ).fetchall()  # fmt: skip
    session.end()
    return [str(serial) for (serial,) in found]


def test_a_piece_is_picked_and_given_back_with_its_serial_number(cli: Cli, planned: dict[str, str]) -> None:
    serialised(cli, "CC333", "DD444")
    assert "Picked: 1 x SSD-1 (CC333)." in cli("part", "picked", "SSD-1:cc333").out
    assert serials("Main store") == ["DD444"]
    assert "Returned: 1 x SSD-1 (CC333)." in cli("part", "put-back").out
    assert serials("Main store") == ["CC333", "DD444"]
    assert cli("part", "review", "--json").json["items"] == []


def test_the_only_piece_there_is_picked_with_its_serial_number(cli: Cli, planned: dict[str, str]) -> None:
    serialised(cli, "CC333")
    assert "Picked: 1 x SSD-1 (CC333)." in cli("part", "picked").out
    assert serials("Main store") == []


def test_who_picks_without_saying_which_serial_number_is_told_which_are_there(
    cli: Cli, planned: dict[str, str]
) -> None:
    serialised(cli, "CC333", "DD444")
    assert "Which serial number went is not said (CC333, DD444)" in cli("part", "picked").out
    assert serials("Main store") == ["CC333", "DD444"]
