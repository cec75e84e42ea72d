"""Lists of devices: known again by serial, tag, then the source's id; models and sites by name."""

import json
from pathlib import Path

from techdesk.desk.inbox import SettleInbox
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.models import MergeModels
from techdesk.desk.people import RecordSite
from techdesk.exchange import exporting, importing
from techdesk.models.queries import models
from techdesk.models.store import Store
from tests.exchange.conftest import Write, rows

SNIPE = "Company,Name,Asset Tag,Category,Manufacturer,Location,Model,Model Number,Serial,Purchase Date,Purchase Cost,Status\n"


def model_of(store: Store, tag: str) -> tuple[object, ...]:
    return rows(
        store,
        "SELECT m.name, m.number, maker.name FROM device d JOIN device_model m ON m.id = d.model_id"
        f" LEFT JOIN manufacturer maker ON maker.id = m.manufacturer_id WHERE d.tag = '{tag}'",
    )[0]


def test_snipeit_assets_become_devices_with_models(store: Store, write: Write) -> None:
    store.perform(RecordSite(id="s1", code="2001", name="Hill Primary"))
    body = (
        "Trust,Cart 1,A-1,Laptops,Acer,hill primary,CB514,N1,SER12,1/23/23,266.13,Ready to Deploy\n"
        "Trust,Cart 2,A-2,Laptops,Acer,2001,CB514,N2,SER13,2023-02-01,\"1,266.00\",Out for Repair\n"
        "Trust,Cart 3,A-3,Laptops,Acer,2001,,N2,,,,\n"
    )  # fmt: skip
    path = write("﻿" + SNIPE + body)
    report = importing.run(store, "devices", path)
    assert (report.mapping, report.created, report.rejected, report.warnings) == ("snipeit-assets", 3, 0, [])
    assert rows(store, "SELECT tag, serial, name, site_id, state, bought, cost FROM device ORDER BY tag") == [
        ("A-1", "SER12", "Cart 1", "s1", "in_stock", "2023-01-23", 266.13),
        ("A-2", "SER13", "Cart 2", "s1", "in_repair", "2023-02-01", 1266.0),
        ("A-3", None, "Cart 3", "s1", "in_service", None, None),
    ]
    assert [model_of(store, tag) for tag in ("A-1", "A-2", "A-3")] == [
        ("CB514", "N1", "Acer"), ("CB514", "N2", "Acer"), ("N2", "N2", "Acer"),
    ]  # fmt: skip
    before = rows(store, "SELECT count(*) FROM operation")
    assert importing.run(store, "devices", path).unchanged == 3
    assert rows(store, "SELECT count(*) FROM operation") == before


def test_a_placeholder_serial_makes_no_two_devices_one(store: Store, write: Write) -> None:
    head = "tag,serial,name\n"
    body = "A-1,To be filled by O.E.M.,One\nA-2,To be filled by O.E.M.,Two\nA-3,0,Three\nA-4,.........,Four\n"
    path = write(head + body)
    report = importing.run(store, "devices", path)
    assert (report.created, len(report.warnings)) == (4, 4)
    assert rows(store, "SELECT DISTINCT serial FROM device") == [(None,)]
    assert importing.run(store, "devices", path).unchanged == 4


def test_a_device_is_known_by_its_serial_then_by_its_tag(store: Store, write: Write) -> None:
    importing.run(store, "devices", write("tag,serial,name\nA-1,SER12,One\nA-2,,Two\n"))
    report = importing.run(store, "devices", write("tag,serial,room\nB-1,SER12,Hall\nA-2,SER13,Office\n"))
    assert (report.created, report.updated) == (0, 2)
    assert rows(store, "SELECT tag, serial, name, room FROM device ORDER BY n") == [
        ("B-1", "SER12", "One", "Hall"), ("A-2", "SER13", "Two", "Office"),
    ]  # fmt: skip


def test_one_tag_on_two_serials_is_two_devices_and_a_warning(store: Store, write: Write) -> None:
    report = importing.run(store, "devices", write("tag,serial\nA-1,SER12\nA-1,SER13\n"))
    assert (report.created, [warning.value for warning in report.warnings]) == (2, ["A-1"])


def test_one_serial_twice_is_one_device_and_an_error(store: Store, write: Write) -> None:
    report = importing.run(store, "devices", write("tag,serial\nA-1,SER12\nA-9,SER12\n"))
    assert (report.created, report.rejected) == (1, 1)
    assert (report.errors[0].row, report.errors[0].column, report.errors[0].value) == (3, "serial", "SER12")


def test_a_device_is_known_whatever_the_case_of_its_tag_and_serial_and_keeps_them_as_first_written(
    store: Store, write: Write
) -> None:
    importing.run(store, "devices", write("tag,serial\nBV-1,SER12\nBV-2,\n"))
    report = importing.run(store, "devices", write("tag,serial,room\nbv-1,ser12,Hall\nBV-2 ,,Office\n"))
    assert (report.created, report.updated) == (0, 2)
    assert [(warning.row, warning.column) for warning in report.warnings] == [(2, "serial"), (2, "tag")]
    assert rows(store, "SELECT tag, serial, room FROM device ORDER BY n") == [
        ("BV-1", "SER12", "Hall"), ("BV-2", None, "Office"),
    ]  # fmt: skip
    report = importing.run(store, "devices", write("tag\nAB123C\nab123c\nAB123C \n"))
    assert (report.created, report.rejected) == (1, 2)


def test_a_time_that_the_file_tells_as_a_day_stays(store: Store, write: Write) -> None:
    store.perform(RecordDevice(id="d1", tag="A-1", last_seen="2026-11-20T10:11:12.000Z"))
    own = store.path.parent / "own.csv"
    exporting.to_file(own, lambda out: exporting.run(store, "devices", "csv", out))
    assert importing.run(store, "devices", own).unchanged == 1
    assert importing.run(store, "devices", write("tag,last seen\nA-1,2026-11-21\n")).updated == 1


def test_a_place_that_is_no_site_is_kept_beside_and_told(store: Store, write: Write) -> None:
    report = importing.run(store, "devices", write("tag,location\nA-1,Narnia\n"))
    assert [(warning.column, warning.value) for warning in report.warnings] == [("location", "Narnia")]
    assert json.loads(str(rows(store, "SELECT extra FROM device")[0][0])) == {"location": "Narnia"}


def test_chromebooks_of_gam(store: Store, write: Write) -> None:
    content = (
        "deviceId,serialNumber,annotatedAssetId,annotatedLocation,annotatedUser,orgUnitPath,model,status,lastSync,"
        "macAddress,osVersion,notes,autoUpdateExpiration,recentUsers.0.email\n"
        "d-1,SER12,A-1,,Year 3,/Hill,Acer Chromebook 314,ACTIVE,2026-11-01T10:00:00.000Z,aa,120,fine,2030-06-01,zoe@x.sch\n"
        "d-2,SER13,,,zoe@x.sch,/Hill,Acer Chromebook 314,DEPROVISIONED,Never,,,,,\n"
    )
    report = importing.run(store, "devices", write(content))
    assert (report.mapping, report.created) == ("chromeos-gam", 2)
    assert rows(store, "SELECT tag, serial, source_key, holder, last_seen, state FROM device ORDER BY serial") == [
        ("A-1", "SER12", "d-1", "Year 3", "2026-11-01", "in_service"),
        (None, "SER13", "d-2", None, None, "retired"),
    ]
    assert rows(store, "SELECT name, category, update_expiry FROM device_model") == [
        ("Acer Chromebook 314", "Chromebook", "2030-06-01")
    ]
    assert json.loads(str(rows(store, "SELECT extra FROM device ORDER BY serial")[0][0]))["orgUnitPath"] == "/Hill"
    assert "zoe" not in str(rows(store, "SELECT args FROM operation"))


def test_the_devices_report_of_intune(store: Store, write: Write) -> None:
    content = (
        "DeviceId,DeviceName,SerialNumber,Manufacturer,Model,OS,LastContact,CategoryName,UPN\n"
        "g-1,LT-01,PF0W1,LENOVO,20QD,Windows,2026-11-01 10:00:00.1234567,Unknown,x@y.sch.uk\n"
    )
    assert importing.run(store, "devices", write(content)).mapping == "intune-devices"
    assert "x@y" not in str(rows(store, "SELECT args FROM operation"))
    assert rows(store, "SELECT name, serial, source_key, last_seen FROM device") == [
        ("LT-01", "PF0W1", "g-1", "2026-11-01")
    ]


def test_computers_of_glpi_with_its_semicolons(store: Store, write: Write) -> None:
    content = (
        '"Name";"Status";"Manufacturers";"Serial number";"Types";"Model";"Locations";"Last update"\r\n'
        '"LT-01";"In stock";"LENOVO";"PF0W1";"Laptop";"20QD";"";"2026-11-01 10:00"\r\n'
    )
    assert importing.run(store, "devices", write(content)).mapping == "glpi-computers"
    assert rows(store, "SELECT name, serial, state, last_seen FROM device") == [
        ("LT-01", "PF0W1", "in_stock", "2026-11-01")
    ]


def test_a_model_that_is_spelled_five_ways_is_offered_as_one_and_never_made_one_silently(
    store: Store, write: Write
) -> None:
    names = (
        "ThinkPad L13 Gen 2",
        "Thinkpad L13 Gen2",
        "THINKPAD L13 GEN 2",
        "ThinkPad-L13 Gen 2",
        "Lenovo ThinkPad L13 (Gen 2)",
    )
    path = write("tag,manufacturer,model\n" + "".join(f"A-{n},Lenovo,{name}\n" for n, name in enumerate(names)))
    importing.run(store, "devices", path)
    assert [name for (name,) in rows(store, "SELECT name FROM device_model ORDER BY n")] == list(names)
    [group] = models.alike(store.connection)
    assert {group.kept.name, *(other.name for other in group.others)} == set(names)
    assert importing.run(store, "devices", path).unchanged == 5


def test_a_row_that_names_no_device_is_an_error(store: Store, write: Write) -> None:
    report = importing.run(store, "devices", write("tag,serial,room\n,,Hall\n"))
    assert (report.rejected, report.created) == (1, 0)


def test_the_real_sample_of_snipeit(store: Store, shared: Path) -> None:
    path = shared / "interchange" / "snipeit" / "assets-sample.csv"
    report = importing.run(store, "devices", path)
    assert (report.read, report.created, report.rejected) == (22, 22, 0)
    assert importing.run(store, "devices", path).unchanged == 22


def two_schools(store: Store) -> None:
    for code in "AB":
        store.perform(RecordSite(id=f"s{code}", code=code, name=f"School {code}"))


def test_a_device_in_two_schools_files_stays_and_is_offered_once(store: Store, write: Write) -> None:
    two_schools(store)
    first, second = write("serial,school,room\nSER12,A,Hall\n"), write("serial,school,room\nSER12,B,Lab\n")
    importing.run(store, "devices", first)
    report = importing.run(store, "devices", second)
    assert (report.updated, report.unchanged, report.warnings[0].value) == (0, 1, "B")
    assert rows(store, "SELECT site_id, room FROM device") == [("sA", "Hall")]
    before = rows(store, "SELECT count(*) FROM operation")
    for path in (second, first, second):
        assert importing.run(store, "devices", path).unchanged == 1
    assert rows(store, "SELECT count(*) FROM operation") == before
    [(item,)] = rows(store, "SELECT id FROM inbox_item WHERE state = 'open'")
    store.perform(SettleInbox(item_id=str(item), choice="mine"))
    assert rows(store, "SELECT site_id, room FROM device") == [("sB", "Lab")]
    assert rows(store, "SELECT act FROM device_event ORDER BY n DESC LIMIT 1") == [("record",)]


def test_a_device_is_moved_by_a_file_that_is_told_to(store: Store, write: Write) -> None:
    two_schools(store)
    importing.run(store, "devices", write("serial,school\nSER12,A\n"))
    assert importing.run(store, "devices", write("serial,school\nSER12,B\n"), moves=True).updated == 1
    assert rows(store, "SELECT site_id FROM device") == [("sB",)]


def test_a_tag_of_another_device_is_left_out(store: Store, write: Write) -> None:
    importing.run(store, "devices", write("tag,serial\nA-1,SER12\nA-2,SER13\n"))
    report = importing.run(store, "devices", write("tag,serial,room\nA-1,SER13,Hall\n"))
    assert [warning.value for warning in report.warnings] == ["A-1"]
    assert rows(store, "SELECT tag, room FROM device WHERE serial = 'SER13'") == [("A-2", "Hall")]


def test_a_tree_of_places_names_its_site_and_below_it_the_room(store: Store, write: Write) -> None:
    store.perform(RecordSite(id="s1", code="2001", name="Hill Primary"))
    body = "A-1,Trust > Hill Primary\nA-2,Trust > hill primary > Hall > Stage\nA-3,Trust > Elsewhere\n"
    report = importing.run(store, "devices", write("tag,site\n" + body))
    assert rows(store, "SELECT tag, site_id, room FROM device ORDER BY tag") == [
        ("A-1", "s1", None), ("A-2", "s1", "Hall > Stage"), ("A-3", None, None),
    ]  # fmt: skip
    assert [warning.value for warning in report.warnings] == ["Trust > Elsewhere"]


def test_sites_that_rows_name_are_made_known_when_asked_for(store: Store, write: Write) -> None:
    path = write("tag,school\nA-1,Hill Primary\nA-2, hill  primary\nA-3,\n")
    assert importing.run(store, "devices", path, new_sites=True).created == 3
    assert rows(store, "SELECT s.name FROM device d JOIN site s ON s.id = site_id") == [("Hill Primary",)] * 2
    assert importing.run(store, "devices", path, new_sites=True).unchanged == 3


def test_lists_of_older_snipeit_with_lines_of_old_macs_keep_no_people(store: Store, write: Write) -> None:
    head = "Full Name,Email,Username,item Name,Category,Model name,Manufacturer,Model Number,Serial,Asset Tag,Location,Status"
    body = "Bo Nelson,b@x.com,bo,Cart,Laptop,CB514,Acer,N1,SER12,970-8,,Lost\r"
    body += ",,,Cart 2,Laptop,CB514,Acer,N1,SER13,970-9,,Pending"
    assert importing.run(store, None, write(f"{head}\r{body}\r")).created == 2
    assert rows(store, "SELECT name, state FROM device ORDER BY tag") == [("Cart", "lost"), ("Cart 2", "ordered")]
    assert "Nelson" not in str(rows(store, "SELECT args FROM operation"))


def test_a_spelling_that_was_made_one_with_a_model_is_that_model_in_the_next_import(store: Store, write: Write) -> None:
    head = "Asset Tag,Serial,Manufacturer,Model,Category,Status\n"
    path = write(head + "A-1,SER1,Acer,CB514,Laptops,\nA-2,SER2,Acer,C B 514,Laptops,\n")
    importing.run(store, "devices", path)
    [group] = models.alike(store.connection)
    store.perform(MergeModels(model_id=group.kept.id, other_ids=tuple(each.id for each in group.others)))
    assert importing.run(store, "devices", path).unchanged == 2
    report = importing.run(
        store, "devices", write(head + "A-3,SER3,Acer,C B 514,Laptops,\nA-4,SER4,Acer,CB514,Laptops,\n")
    )
    assert (report.created, len(models.lines(store.connection, None))) == (2, 1)
    assert models.lines(store.connection, None)[0].devices == 4
    own = store.path.parent / "own.csv"
    exporting.to_file(own, lambda out: exporting.run(store, "devices", "csv", out))
    assert importing.run(store, "devices", own).unchanged == 4
