"""Inventory in JSON: one file, a folder, a zip; what is no inventory is said."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from techdesk.errors import BadInput
from techdesk.exchange import importing
from techdesk.models.store import Store
from tests.exchange.conftest import Write, rows


def computer(deviceid: str = "pc-1", **content: Any) -> dict[str, Any]:
    told = {
        "versionclient": "agent 1", "hardware": {"name": "LT-01", "chassis_type": "Laptop", "memory": 8000},
        "bios": {"ssn": "PF0W1", "smodel": "ThinkPad L13", "smanufacturer": "LENOVO", "assettag": "A-1"},
        "networks": [{"mac": "00:00:00:00:00:00"}, {"mac": "AA:BB:CC:00:00:01"},
                     {"mac": "02:42:00:00:00:01", "virtualdev": True}],
        "batteries": [{"name": "BAT", "capacity": 50000, "real_capacity": 40000}],
    }  # fmt: skip
    return {"deviceid": deviceid, "action": "inventory", "itemtype": "Computer", "content": told | content}


PRINTER = {
    "deviceid": "prn-1", "itemtype": "Printer",
    "content": {
        "versionclient": "missing", "cartridges": [{"tonerblack": "71"}], "pagecounters": {"total": 1802, "rectoverso": 831},
        "network_device": {"type": "Printer", "name": "NPI1", "model": "LaserJet M507", "manufacturer": "HP",
                           "serial": "PH1"},
    },
}  # fmt: skip


def folder(tmp_path: Path, **documents: object) -> Path:
    path = tmp_path / "inventory"
    path.mkdir()
    for name, document in documents.items():
        (path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return path


def extra(store: Store, serial: str) -> dict[str, str]:
    return dict(json.loads(str(rows(store, f"SELECT extra FROM device WHERE serial = '{serial}'")[0][0])))


def test_a_computer_is_a_device_with_its_model(store: Store, write: Write) -> None:
    path = write(json.dumps(computer()))
    report = importing.run(store, None, path)
    assert (report.kind, report.mapping, report.created) == ("devices", "glpi-inventory", 1)
    assert rows(store, "SELECT tag, serial, name, source_key FROM device") == [("A-1", "PF0W1", "LT-01", "pc-1")]
    assert rows(store, "SELECT name, category FROM device_model") == [("ThinkPad L13", "Laptop")]
    assert (extra(store, "PF0W1")["mac addresses"], extra(store, "PF0W1")["batteries"]) == (
        "aa:bb:cc:00:00:01",
        "BAT 80 %",
    )
    before = rows(store, "SELECT count(*) FROM operation")
    assert importing.run(store, None, path).unchanged == 1
    assert rows(store, "SELECT count(*) FROM operation") == before


def test_a_printer_brings_its_cartridges_and_page_counters(store: Store, write: Write) -> None:
    importing.run(store, "devices", write(json.dumps(PRINTER)))
    assert rows(store, "SELECT name FROM device_model") == [("LaserJet M507",)]
    assert extra(store, "PH1")["cartridges"] == "tonerblack 71"
    assert extra(store, "PH1")["page counters"] == "total 1802, rectoverso 831"


def test_a_folder_is_taken_but_for_what_is_no_inventory(store: Store, tmp_path: Path) -> None:
    path = folder(tmp_path, a=computer(), b={"title": "a schema"}, c=PRINTER)
    (path / "d.json").write_text("{half", encoding="utf-8")
    report = importing.run(store, None, path)
    assert (report.read, report.created, report.rejected) == (4, 2, 2)
    assert [fault.why.split(":")[0] for fault in report.errors] == [
        "b.json is no inventory", "d.json is not JSON (Expecting property name enclosed in double quotes",
    ]  # fmt: skip


def test_a_zip_is_taken_as_a_folder(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x/a.json", json.dumps(computer()))
        archive.writestr("x/c.json", json.dumps(PRINTER))
        archive.writestr("x/notes.txt", "hello")
    assert importing.run(store, None, path).created == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"deviceid": ""}, "deviceid is missing"),
        ({"content": None}, "content is missing"),
        ({"content": {}}, "content.versionclient is missing"),
        ({"itemtype": "Toaster"}, "itemtype is 'Toaster'"),
        ({"content": {"versionclient": "1", "bios": []}}, "content.bios is not an object"),
        ({"content": {"versionclient": "1", "network_device": {}}}, "network_device.type is missing"),
    ],
)
def test_what_the_schema_needs_is_said_when_it_is_missing(
    store: Store, write: Write, change: dict[str, Any], says: str
) -> None:
    path = write(json.dumps([computer("pc-2"), computer() | change]))
    report = importing.run(store, None, path)
    assert (report.created, says in report.errors[0].why) == (1, True)


def test_a_file_that_is_no_inventory_is_one_sentence(store: Store, write: Write) -> None:
    with pytest.raises(BadInput, match="is no inventory, deviceid is missing"):
        importing.run(store, None, write('{"title": "a schema"}'))
    with pytest.raises(BadInput, match="is not JSON"):
        importing.run(store, None, write('{"deviceid": "x"'))
    with pytest.raises(BadInput, match="nested too deeply"):
        importing.run(store, None, write('{"a":' * 100_000))


def test_placeholders_of_the_firmware_are_no_identity(store: Store, tmp_path: Path) -> None:
    bios = {"ssn": "To be filled by O.E.M.", "smodel": "Board", "smanufacturer": "X", "assettag": "Default string"}
    path = folder(tmp_path, a=computer("pc-1", bios=bios), b=computer("pc-2", bios=bios))
    assert importing.run(store, None, path).created == 2
    assert rows(store, "SELECT DISTINCT tag, serial FROM device") == [(None, None)]


def test_a_switch_is_known_by_its_chassis_where_it_gives_no_serial(store: Store, write: Write) -> None:
    parts = [{"type": "stack"}, {"type": "fan", "serial": "F1"}, {"type": "chassis", "serial": "FOC1"}]
    content = {
        "versionclient": "4",
        "network_device": {"type": "Networking", "model": "C3750"},
        "network_components": parts,
    }
    importing.run(
        store, None, write(json.dumps({"deviceid": "sw", "itemtype": "NetworkEquipment", "content": content}))
    )
    assert rows(store, "SELECT serial FROM device") == [("FOC1",)]


def test_a_list_of_plain_records_is_a_table(store: Store, write: Write) -> None:
    path = write(json.dumps({"items": [{"code": "1", "name": "Hill", "phase": None}, {"name": "Dale", "code": 2}]}))
    assert importing.run(store, "sites", path).created == 2
    assert rows(store, "SELECT code, name FROM site ORDER BY code") == [("1", "Hill"), ("2", "Dale")]


def test_the_real_inventories(store: Store, shared: Path) -> None:
    report = importing.run(store, None, shared / "interchange" / "glpi")
    assert (report.created, [fault.why for fault in report.errors]) == (
        5, ["inventory.schema.json is no inventory: deviceid is missing"],
    )  # fmt: skip
    before = rows(store, "SELECT count(*) FROM operation")
    assert importing.run(store, None, shared / "interchange" / "glpi").unchanged == 5
    assert rows(store, "SELECT count(*) FROM operation") == before
