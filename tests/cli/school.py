"""A school to visit, put into the store behind the command line."""

from techdesk.cli.session import session
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.people import RecordContact, RecordSite
from techdesk.desk.spares import RecordLocation

MONDAY_8 = "2026-11-23T08:00+00:00"
MONDAY_10 = "2026-11-23T10:00+00:00"
MONDAY_11 = "2026-11-23T11:00+00:00"


def school() -> dict[str, str]:
    """St Aidan's, code 2005, with rooms, a contact who may sign, a model and a device, and a store. Returns ids by name."""
    ids = {name: new_id() for name in ("site", "contact", "model", "device", "store")}
    commands: list[Command] = [
        RecordSite(id=ids["site"], code="2005", name="St Aidan's", rooms=("Office", "Hall"), address="1 High Street"),
        RecordContact(id=ids["contact"], site_id=ids["site"], name="Mrs Okafor", may_sign=1),
        RecordModel(id=ids["model"], name="CB514-2H", manufacturer="Acer", standing="standard"),
        RecordDevice(
            id=ids["device"], tag="CB-1", serial="SN1", model_id=ids["model"], site_id=ids["site"], room="Hall"
        ),
        RecordLocation(id=ids["store"], name="Main store", kind="store"),
    ]
    session.store.perform_all(commands)
    session.end()
    return ids
