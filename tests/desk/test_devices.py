"""The life of a device: moves, swaps, loans, repairs, audits, its end."""

import pytest

from techdesk.desk.audits import FinishAudit, ScanLabel, StartAudit, TakeScanBack
from techdesk.desk.commands import perform
from techdesk.desk.devices import DisposeDevice, MoveDevice, SwapDevice
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice
from techdesk.desk.licences import RecordLicence, UseLicence, use_id
from techdesk.desk.loans import EndLoan, LendDevice
from techdesk.desk.people import RecordSite
from techdesk.desk.repairs import EditRepair, MoveRepair, OpenRepair
from techdesk.desk.tx import Act
from techdesk.errors import BadInput, Refused
from techdesk.models.memory import MemoryTx
from tests.desk.conftest import MONDAY, Desk


def made(desk: Desk, tag: str, **fields: object) -> str:
    id = new_id()
    desk.do(RecordDevice(id=id, tag=tag, **fields))  # type: ignore[arg-type]
    return id


def van(desk: Desk) -> str:
    return str(desk.tx.find("stock_location")[0]["id"])


def device(desk: Desk, id: str) -> dict[str, object]:
    return dict(desk.tx.get("device", id) or {})


def acts(desk: Desk, id: str) -> list[str]:
    return [str(event["act"]) for event in desk.tx.find("device_event", device_id=id)]


def test_a_state_that_does_not_follow_is_refused_with_those_that_do(desk: Desk) -> None:
    id = made(desk, "PC-1", state="in_service")
    desk.do(MoveDevice(device_id=id, state="retired"))
    with pytest.raises(Refused, match="PC-1 is retired, so it does not become faulty: it can become in stock or"):
        desk.do(MoveDevice(device_id=id, state="faulty"))


def test_lending_and_disposing_are_commands_of_their_own() -> None:
    with pytest.raises(BadInput, match="device loan"):
        MoveDevice(device_id=new_id(), state="on_loan")
    with pytest.raises(BadInput, match="device dispose"):
        MoveDevice(device_id=new_id(), state="disposed")
    with pytest.raises(BadInput, match="what is new"):
        MoveDevice(device_id=new_id())


def test_another_school_empties_the_room_and_the_van(desk: Desk) -> None:
    site = desk.site()
    id = made(desk, "PC-1", state="in_stock")
    desk.do(MoveDevice(device_id=id, location_id=van(desk)))
    desk.do(MoveDevice(device_id=id, site_id=site, room="Hall", state="in_service"))
    assert (device(desk, id)["location_id"], device(desk, id)["room"]) == (None, "Hall")
    desk.do(MoveDevice(device_id=id, site_id=desk.site(code="2006", name="Oakfield")))
    assert device(desk, id)["room"] is None
    assert acts(desk, id) == ["move"] * 3


def test_a_spare_takes_the_place_of_what_broke(desk: Desk) -> None:
    site = desk.site()
    old = made(desk, "PC-1", site_id=site, room="Hall", holder="Year 3")
    spare = made(desk, "PC-2", state="in_stock")
    desk.do(MoveDevice(device_id=spare, location_id=van(desk)))
    ticket = desk.log()
    said = desk.do(SwapDevice(device_id=old, with_id=spare, ticket_id=ticket)).said
    assert said == "PC-2 stands for PC-1 now, which is faulty."
    new, gone = device(desk, spare), device(desk, old)
    assert (new["site_id"], new["room"], new["holder"], new["state"]) == (site, "Hall", "Year 3", "in_service")
    assert (gone["site_id"], gone["room"], gone["location_id"], gone["state"]) == (site, None, van(desk), "faulty")
    assert [event["act"] for event in desk.tx.find("ticket_event", ticket_id=ticket)][-1] == "swap"
    with pytest.raises(Refused, match="PC-2 is in service, Abbey Park, Hall: only a device that is in stock"):
        desk.do(SwapDevice(device_id=old, with_id=spare))
    desk.store.undo()
    assert (device(desk, old)["room"], device(desk, spare)["state"]) == ("Hall", "in_stock")


def test_a_device_is_lent_and_comes_back(desk: Desk) -> None:
    site = desk.site()
    id, loan = made(desk, "LT-1", state="in_stock"), new_id()
    ticket = desk.log(site_id=site, room="Hall")
    desk.do(LendDevice(id=loan, device_id=id, borrower="Year 3 teacher", due="2026-12-01", ticket_id=ticket))
    lent = device(desk, id)
    assert (lent["state"], lent["holder"], lent["site_id"], lent["room"]) == ("on_loan", "Year 3 teacher", site, "Hall")
    with pytest.raises(Refused, match="LT-1 is on loan"):
        desk.do(LendDevice(id=new_id(), device_id=id, borrower="Head"))
    desk.do(EndLoan(loan_id=loan, location_id=van(desk)))
    back = device(desk, id)
    assert (back["state"], back["holder"], back["location_id"]) == ("in_stock", None, van(desk))
    with pytest.raises(Refused, match="returned already"):
        desk.do(EndLoan(loan_id=loan))


def test_a_lent_device_that_is_lost_ends_its_loan(desk: Desk) -> None:
    id, loan = made(desk, "LT-1", state="in_stock"), new_id()
    desk.do(LendDevice(id=loan, device_id=id, borrower="Head"))
    desk.do(MoveDevice(device_id=id, state="lost"))
    assert (desk.tx.get("loan", loan) or {})["state"] == "lost"


def test_a_repair_takes_its_device_along(desk: Desk) -> None:
    id, repair = made(desk, "PC-1", room="Hall", warranty_end="2027-08-31"), new_id()
    assert "under warranty until 2027-08-31" in desk.do(OpenRepair(id=repair, device_id=id, fault="No picture")).said
    with pytest.raises(Refused, match="has a repair already, which is draft"):
        desk.do(OpenRepair(id=new_id(), device_id=id, fault="Again"))
    with pytest.raises(Refused, match="is draft: it can become submitted or closed"):
        desk.do(MoveRepair(repair_id=repair, state="verified"))
    desk.do(EditRepair(id=repair, reference="RMA-1", cost=20.5))
    states = []
    for state in ("submitted", "accepted", "shipped", "returned", "verified", "closed"):
        desk.do(MoveRepair(repair_id=repair, state=state))
        states.append(device(desk, id)["state"])
    assert states == ["faulty", "faulty", "in_repair", "in_repair", "in_service", "in_service"]
    row = desk.tx.get("repair", repair) or {}
    assert (row["reference"], row["cost"], row["ended_at"]) == ("RMA-1", 20.5, MONDAY)


def test_what_is_disposed_of_has_a_certificate_and_no_way_back(desk: Desk) -> None:
    id = made(desk, "PC-1")
    with pytest.raises(Refused, match="in service, so it does not become disposed"):
        desk.do(DisposeDevice(device_id=id, certificate="WEEE-1"))
    desk.do(MoveDevice(device_id=id, state="retired"))
    desk.do(DisposeDevice(device_id=id, certificate="WEEE-1"))
    row = device(desk, id)
    assert (row["certificate"], row["disposed_on"], row["room"]) == ("WEEE-1", "2026-11-23", None)
    with pytest.raises(Refused, match="that is the end"):
        desk.do(MoveDevice(device_id=id, state="in_stock"))


class Walk:
    """An audit of the hall, with PC-1 in it, PC-2 in the office and PC-3 lost at the other school."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.audit = desk, new_id()
        site, other = desk.site(), desk.site(code="2006", name="Oakfield")
        self.ids = {
            "PC-1": made(desk, "PC-1", site_id=site, room="Hall"),
            "PC-2": made(desk, "PC-2", site_id=site, room="Office"),
            "PC-3": made(desk, "PC-3", site_id=other, room="Hall", state="lost"),
        }
        desk.do(StartAudit(id=self.audit, site_id=site, room="Hall"))

    def scan(self, tag: str) -> tuple[str, str]:
        """The answer, and the scan's id."""
        id = new_id()
        outcome = self.desk.do(ScanLabel(id=id, audit_id=self.audit, label=tag, device_id=self.ids.get(tag)))
        return outcome.changed[0].state, id

    def room(self, tag: str) -> object:
        return device(self.desk, self.ids[tag])["room"]


def test_an_audit_moves_what_is_found_and_tells_what_is_missing(desk: Desk) -> None:
    walk = Walk(desk)
    assert [walk.scan(tag)[0] for tag in ("PC-2", "PC-2", "PC-3", "X-9")] == ["moved", "again", "moved", "unknown"]
    assert (walk.room("PC-2"), device(desk, walk.ids["PC-3"])["state"]) == ("Hall", "in_service")
    assert device(desk, walk.ids["PC-2"])["last_seen"] == MONDAY
    ended = desk.do(FinishAudit(audit_id=walk.audit))
    assert ended.said == "Not found in Hall: PC-1."
    assert acts(desk, walk.ids["PC-1"]) == ["missed"]
    [unknown] = desk.tx.find("audit_scan", device_id=None)
    assert unknown["label"] == "X-9"


@pytest.mark.parametrize(
    ("scans", "said"),
    [
        ((), "No device is known in Attic."),
        (("PC-1",), "No other device is known in Attic."),
        (("PC-4",), "All of Attic is there."),
    ],
)
def test_the_end_of_an_audit_says_whether_anything_was_known_there(
    desk: Desk, scans: tuple[str, ...], said: str
) -> None:
    walk = Walk(desk)
    site = device(desk, walk.ids["PC-1"])["site_id"]
    if "PC-4" in scans:
        walk.ids["PC-4"] = made(desk, "PC-4", site_id=site, room="Attic")
    walk.audit = new_id()
    desk.do(StartAudit(id=walk.audit, site_id=str(site), room="Attic"))
    for tag in scans:
        walk.scan(tag)
    assert desk.do(FinishAudit(audit_id=walk.audit)).said == said


def test_a_scan_is_taken_back_with_what_it_has_changed(desk: Desk) -> None:
    walk = Walk(desk)
    _, scan = walk.scan("PC-2")
    desk.do(TakeScanBack(scan_id=scan))
    row = device(desk, walk.ids["PC-2"])
    assert (row["room"], row["last_seen"]) == ("Office", None)
    assert walk.scan("PC-2")[0] == "moved"


def test_a_scan_of_what_was_disposed_of_moves_nothing(desk: Desk) -> None:
    walk = Walk(desk)
    desk.do(MoveDevice(device_id=walk.ids["PC-2"], state="retired"))
    desk.do(DisposeDevice(device_id=walk.ids["PC-2"], certificate="W"))
    assert walk.scan("PC-2")[0] == "ended"
    assert device(desk, walk.ids["PC-2"])["state"] == "disposed"


def test_seats_are_counted_over_the_sites_and_too_many_are_said(desk: Desk) -> None:
    licence, sites = new_id(), [desk.site(), desk.site(code="2006", name="Oakfield")]
    said = desk.do(RecordLicence(id=licence, product="Paint", seats=30, expires="2026-12-31", warn_days=60)).said
    assert said == "Paint: 30 seats until 2026-12-31, expiring."
    for site, used in zip(sites, (20, 15), strict=True):
        said = desk.do(UseLicence(id=use_id(licence, site), licence_id=licence, site_id=site, used=used)).said
    assert said == "Paint: 35 of 30 seats are used, 5 too many."


class Two:
    """What a server does with the operations of two people who saw the same spare in stock."""

    def __init__(self) -> None:
        self.tx, self.number = MemoryTx(), 0
        self.site, self.spare, self.a, self.b = (new_id() for _ in range(4))
        self.does("ann", RecordSite(id=self.site, code="1", name="North"))
        for id, tag, state in ((self.spare, "S", "in_stock"), (self.a, "A", "in_service"), (self.b, "B", "in_service")):
            self.does("ann", RecordDevice(id=id, tag=tag, site_id=self.site, room=f"Room {tag}", state=state))

    def does(self, who: str, command: object) -> str:
        act = Act(new_id(), MONDAY, who, "laptop", merging=True)
        self.tx.begin(act)
        return perform(self.tx, command, act).kind  # type: ignore[arg-type]


def test_the_second_swap_of_a_spare_is_a_conflict_and_the_broken_one_is_out_of_its_place() -> None:
    two = Two()
    assert two.does("ann", SwapDevice(device_id=two.a, with_id=two.spare)) == "plain"
    assert two.does("ben", SwapDevice(device_id=two.b, with_id=two.spare)) == "conflict"
    spare, broken = two.tx.get("device", two.spare) or {}, two.tx.get("device", two.b) or {}
    assert (spare["room"], broken["state"], broken["room"]) == ("Room A", "faulty", None)
    [item] = two.tx.find("inbox_item")
    assert (item["technician_id"], item["entity_id"]) == ("ben", two.spare)


def test_the_second_move_of_a_device_leaves_it_where_the_first_has_put_it() -> None:
    two = Two()
    base = {"site_id": two.site, "room": "Room A", "location_id": None, "state": "in_service", "holder": None}
    assert two.does("ann", MoveDevice(device_id=two.a, room="Hall", base=base)) == "plain"
    assert two.does("ben", MoveDevice(device_id=two.a, room="Lab", holder="Head", base=base)) == "conflict"
    row = two.tx.get("device", two.a) or {}
    assert (row["room"], row["holder"]) == ("Hall", "Head")
    assert len(two.tx.find("inbox_item")) == 1


def test_two_who_moved_it_to_the_same_place_agree() -> None:
    two = Two()
    base = {"site_id": two.site, "room": "Room A", "location_id": None, "state": "in_service", "holder": None}
    for who in ("ann", "ben"):
        assert two.does(who, MoveDevice(device_id=two.a, room="Hall", base=base)) == "plain"
