"""What a file is: known by its headers; a mapping that was named is remembered."""

from pathlib import Path

import pytest

from techdesk.errors import BadInput
from techdesk.exchange import importing
from techdesk.models.store import Store
from tests.exchange.conftest import Write, rows

ODD = """kind = "devices"
source = "old"
needs = ["Gerät"]
key = ["Gerät"]
[columns]
tag = "Gerät"
room = "Raum"
"""
HEADERS = {
    "name,address,address2,city,state,country,zip,manager": "snipeit-locations",
    "Name,Category,Manufacturer,Model Notes,Model Number,Fieldset,EOL,Min Qty": "snipeit-models",
    "Company,Name,Asset Tag,Category,Supplier,Manufacturer,Location,Model,Model Number": "snipeit-assets",
    "Company,Name,Category,Supplier,Manufacturer,QTY,Location,Order Number,Min Amount,Item Number": "snipeit-stock",
    "Item Name,Purchase Date,Purchase Cost,Location,Company,Order Number,Serial number,Category,Quantity": "snipeit-stock",
    "Full Name,Email,Username,Item name,serial number,seats,expiration date,Licensed To Name": "snipeit-licences",
    "First Name,Last Name,Email,Username,Activated,Location,Phone,Job Title,Manager": "snipeit-users",
    "deviceId,serialNumber,annotatedAssetId,orgUnitPath,model,status,lastSync,macAddress": "chromeos-gam",
    "Device ID,Device name,Enrollment date,Last check-in,OS version,Serial number,Manufacturer,Model": "intune-devices",
    "Computer Name,Asset Tag,Serial Number,Model,Model Identifier,Last Check-in,Building,Room,UDID": "jamf-devices",
    "Display Name,Serial Number,Model,Last Inventory Update,OS Version,Username,UDID": "jamf-devices",
    "Name;Status;Manufacturers;Serial number;Types;Model;Locations;Last update": "glpi-computers",
    "Name|Entity|Serial number|Inventory number|Manufacturer|Model": "glpi-computers",
    "product,seats,expires,supplier": "own-licences",
    "tag,serial,model,school,room": "own-devices",
}


@pytest.mark.parametrize(("headers", "expected"), HEADERS.items(), ids=HEADERS.values())
def test_the_headers_say_what_a_file_is(store: Store, write: Write, headers: str, expected: str) -> None:
    assert importing.run(store, None, write(f"{headers}\n"), dry_run=True).mapping == expected


def test_headers_that_fit_two_kinds_alike_are_asked_about(store: Store, write: Write) -> None:
    with pytest.raises(BadInput, match=r"a list of .* or of .*say which"):
        importing.run(store, None, write("name\nHill\n"))


def test_a_mapping_that_was_named_is_remembered_for_the_same_columns(
    store: Store, write: Write, tmp_path: Path
) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(ODD, encoding="utf-8")
    report = importing.run(store, None, write("Gerät,Raum\nA-1,Hall\n"), str(file))
    assert (report.created, "from now on" in report.notes[-1]) == (1, True)
    file.unlink()
    again = importing.run(store, None, write("Raum,Gerät\nHall,A-2\n"))
    assert (again.mapping, again.created) == ("odd", 1)
    assert importing.run(store, "devices", write("Gerät,Raum,Etage\nA-3,Hall,1\n"), "odd").created == 1
    with pytest.raises(BadInput, match="No mapping fits"):
        importing.run(store, "sites", write("Gerät,Raum\nA-1,Hall\n"))


def test_a_dry_run_remembers_nothing(store: Store, write: Write, tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(ODD, encoding="utf-8")
    path = write("Gerät,Raum\nA-1,Hall\n")
    importing.run(store, None, path, str(file), dry_run=True)
    with pytest.raises(BadInput, match="No mapping fits"):
        importing.run(store, None, path)


def test_computers_of_jamf_without_the_people_who_use_them(store: Store, write: Write) -> None:
    content = (
        "Computer Name,Asset Tag,Serial Number,Model,Model Identifier,Last Check-in,Full Name,Email Address,Building,"
        "Room,UDID\n"
        "mac-1,A-1,C02ABC,\"MacBook Air (M1, 2020)\",\"MacBookAir10,1\",2026-11-01 10:00:00,Zoe Pupil,z@x.sch.uk,,Hall,U-1\n"
    )  # fmt: skip
    assert importing.run(store, None, write(content)).created == 1
    assert rows(store, "SELECT tag, serial, room, last_seen, holder FROM device") == [
        ("A-1", "C02ABC", "Hall", "2026-11-01", None)
    ]
    assert rows(store, "SELECT m.name, number, k.name FROM device_model m JOIN manufacturer k ON k.id = manufacturer_id") == [
        ("MacBook Air (M1, 2020)", "MacBookAir10,1", "Apple")
    ]  # fmt: skip
    assert "Pupil" not in str(rows(store, "SELECT * FROM device"))
