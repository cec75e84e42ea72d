"""A day dispatched from the shell."""

import sys

import pytest

from techdesk.cli.session import session
from techdesk.desk.commands import Command
from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.people import RecordLeave, RecordSite, RecordTechnician
from techdesk.desk.spares import MoveStock, RecordLocation, RecordPart
from tests.cli.conftest import Cli, Ran

SUNDAY = "2026-11-22T20:00+00:00"
DAY = "2026-11-23"


@pytest.fixture
def trust(cli: Cli) -> dict[str, str]:
    """Three schools in a row, ten minutes apart; Bob, who knows networks, and me, who knows nothing special; a store with
    lamps, which a projector at the first school takes. Returns ids by name."""
    ids = {name: new_id() for name in ("one", "two", "three", "bob", "van", "store", "lamp", "model", "device")}
    me = str(session.store.meta("technician"))
    commands: list[Command] = [
        RecordSite(id=ids[name], code=f"10{number}", name=f"School {name}", latitude=53.7, longitude=-1.9 + number / 20)
        for number, name in enumerate(("one", "two", "three"), 1)
    ]
    commands += [
        RecordTechnician(id=me, name="Ann", base_latitude=53.7, base_longitude=-1.9),
        RecordLocation(id=ids["van"], name="Van of Bob", kind="van", technician_id=ids["bob"]),
        RecordTechnician(id=ids["bob"], name="Bob", skills="network", base_latitude=53.7, base_longitude=-1.7,
                         stock_location_id=ids["van"]),
        RecordLocation(id=ids["store"], name="Main store", kind="store", latitude=53.71, longitude=-1.88),
        RecordPart(id=ids["lamp"], sku="LAMP-1", name="Projector lamp", models=(ids["model"],)),
        RecordModel(id=ids["model"], name="EB-100"),
        RecordDevice(id=ids["device"], tag="PJ-1", model_id=ids["model"], site_id=ids["one"]),
        MoveStock(part_id=ids["lamp"], quantity=5, reason="receive", to_id=ids["store"]),
    ]  # fmt: skip
    session.store.perform_all(commands)
    session.end()
    return ids | {"me": me}


def dispatch(cli: Cli, *more: str, at: str = SUNDAY) -> Ran:
    return cli("--at", at, "dispatch", "--date", DAY, "--simple", *more)


def log(cli: Cli, text: str, site: str, *more: str) -> str:
    return str(cli("--at", SUNDAY, "log", text, "--site", site, *more, "--json").json["ref"])


def routes(ran: Ran) -> dict[str, list[str]]:
    return {route["technician"]: [stop["site_name"] for stop in route["stops"]] for route in ran.json["routes"]}


def test_each_ticket_goes_to_somebody_who_is_near(cli: Cli, trust: dict[str, str]) -> None:
    log(cli, "Mouse gone", "101")
    log(cli, "Screen dark", "103")
    assert routes(dispatch(cli, "--json")) == {"Ann": ["School one"], "Bob": ["School three"]}


def test_an_accepted_day_is_on_todays_list_and_undone_in_one_go(cli: Cli, trust: dict[str, str]) -> None:
    ref = log(cli, "Mouse gone", "101")
    assert "Nothing is changed yet" in dispatch(cli).err
    assert dispatch(cli, "--accept").out.splitlines()[-1] == f"{DAY}: 1 route, 1 tickets given out."
    assert cli("dispatch", "--date", DAY, "--show").out.splitlines()[0].startswith("Ann   leaves 08:00, home ")
    [visit] = cli("--at", SUNDAY, "visit", "list", "--all", "--json").json["items"]
    assert (visit["site_name"], visit["technician"]) == ("School one", "Ann")
    assert cli("show", ref, "--json").json["owner"] == "Ann"
    cli("undo")
    assert cli("show", ref, "--json").json["owner"] is None
    assert cli("dispatch", "--date", DAY, "--show").code == 3


def test_a_part_that_no_van_holds_is_fetched_at_the_store(cli: Cli, trust: dict[str, str]) -> None:
    log(cli, "Projector lamp is dark", "101", "--device", "PJ-1")
    ran = dispatch(cli, "--json")
    [route] = ran.json["routes"]
    assert [(stop["kind"], stop["take"]) for stop in route["stops"]] == [
        ("store", "1 x LAMP-1"), ("visit", None)]  # fmt: skip
    assert dispatch(cli, "--accept").code == 0
    [put_by] = cli("part", "reserved", "--all", "--json").json["items"]
    assert (put_by["sku"], put_by["quantity"], put_by["location"]) == ("LAMP-1", 1, "Main store")


def test_a_store_that_is_nowhere_is_passed_once_it_is_on_the_map(cli: Cli, trust: dict[str, str]) -> None:
    cli("part", "place", "Main store", "--at", "0,0")
    log(cli, "Projector lamp is dark", "101", "--device", "PJ-1")
    ran = dispatch(cli, "--json").json
    assert any(note.endswith('techdesk part place "Main store" --at LAT,LON') for note in ran["notes"])
    assert cli("part", "place", "Main store", "--at", "53.71,-1.88").out.startswith("Main store is known as a store")
    assert routes(dispatch(cli, "--json")) == {"Ann": ["Main store", "School one"]}
    assert cli("part", "place", "Main store", "--at", "north").code == 2


def test_a_skill_that_one_of_them_names_decides_who_goes(cli: Cli, trust: dict[str, str]) -> None:
    ref = log(cli, "Switch is dead", "101")
    cli("edit", ref, "--category", "network")
    ran = dispatch(cli, "--json")
    assert routes(ran) == {"Bob": ["School one"]}
    assert any(note.startswith("Ann names no skill") for note in ran.json["notes"])
    session.store.perform(RecordLeave(id=new_id(), technician_id=trust["bob"], first=DAY, last=DAY))
    session.end()
    [left] = dispatch(cli, "--json").json["unserved"]
    assert left["ref"] == ref and "has the skills it needs: network" in left["why"]


def test_a_visit_that_stands_keeps_its_time_and_takes_tickets_of_its_school_along(
    cli: Cli, trust: dict[str, str]
) -> None:
    log(cli, "Mouse gone", "102")
    log(cli, "Screen dark", "101")
    cli("--at", SUNDAY, "visit", "plan", "102", "--start", f"{DAY}T08:30", "--minutes", "120")
    [route] = [route for route in dispatch(cli, "--json").json["routes"] if route["technician"] == "Ann"]
    first = route["stops"][0]
    assert (first["site_name"], first["starts"][11:16], first["ends"][11:16]) == ("School two", "08:30", "10:30")
    assert [ticket["title"] for ticket in first["tickets"]] == ["Mouse gone"]
    for _ in range(2):  # a day accepted again keeps what it put on the list
        dispatch(cli, "--accept")
        shown = cli("dispatch", "--date", DAY, "--show", "--json").json["routes"]
        assert "Mouse gone" in {each["title"] for route in shown for stop in route["stops"] for each in stop["tickets"]}


@pytest.mark.parametrize(
    ("place", "why"),
    [((0.0, 0.0), "nobody knows where it is"), ((-1.9, 53.7), "hundreds of kilometres from all the others")],
)
def test_a_school_in_the_wrong_place_is_never_routed(
    cli: Cli, trust: dict[str, str], place: tuple[float, float], why: str
) -> None:
    session.store.perform(RecordSite(id=trust["one"], latitude=place[0], longitude=place[1]))
    session.end()
    log(cli, "Mouse gone", "101")
    found = dispatch(cli, "--json").json
    assert found["routes"] == [] and why in found["unserved"][0]["why"]


def test_a_base_that_nobody_knows_is_said_and_the_store_taken(cli: Cli, trust: dict[str, str]) -> None:
    session.store.perform(RecordTechnician(id=trust["me"], base_latitude=0.0, base_longitude=0.0))
    session.end()
    log(cli, "Mouse gone", "101")
    assert any("Ann starts from Main store" in note for note in dispatch(cli, "--json").json["notes"])


def test_a_day_on_which_nobody_works_is_refused_with_what_to_do(cli: Cli, trust: dict[str, str]) -> None:
    ran = cli("--at", SUNDAY, "dispatch", "--date", "2026-11-28")
    assert ran.code == 2 and ran.err.startswith("Nobody works on Sat 28 Nov 2026: choose another day")


def test_a_ticket_without_a_school_is_told_not_lost(cli: Cli, trust: dict[str, str]) -> None:
    cli("--at", SUNDAY, "log", "Somewhere it is dark")
    assert "1 tickets name no school: triage them." in dispatch(cli, "--json").json["notes"]


def test_an_emergency_moves_nothing_that_can_stay(cli: Cli, trust: dict[str, str]) -> None:
    log(cli, "Mouse gone", "101")
    log(cli, "Screen dark", "103")
    dispatch(cli, "--accept")
    urgent = log(cli, "Nobody can log in", "102", "--impact", "1", "--urgency", "2")
    found = dispatch(cli, "--emergency", urgent, "--json", at="2026-11-23T07:30+00:00").json
    assert found["moved"] == [] and found["owed"] == []
    assert urgent in {
        ticket["ref"] for route in found["routes"] for stop in route["stops"] for ticket in stop["tickets"]
    }


def test_an_emergency_that_needs_the_time_of_a_visit_says_what_is_owed(cli: Cli, trust: dict[str, str]) -> None:
    session.store.perform(RecordLeave(id=new_id(), technician_id=trust["bob"], first=DAY, last=DAY))
    session.end()
    cli("--at", SUNDAY, "visit", "plan", "101", "--start", f"{DAY}T08:00", "--minutes", "475")
    urgent = log(cli, "Nobody can log in", "102", "--impact", "1", "--urgency", "1")
    found = dispatch(cli, "--emergency", urgent, "--accept", "--json").json
    assert [(each["site"], each["minutes"]) for each in found["owed"]] == [("School one", 475)]
    [visit] = [each for each in cli("--at", SUNDAY, "visit", "list", "--all", "--json").json["items"]
               if each["site"] == "101"]  # fmt: skip
    assert visit["state"] == "missed"


def test_an_emergency_that_nobody_can_reach_changes_nothing(cli: Cli, trust: dict[str, str]) -> None:
    urgent = str(cli("--at", SUNDAY, "log", "Nobody can log in", "--json").json["ref"])
    ran = dispatch(cli, "--emergency", urgent, "--accept")
    assert (ran.code, ran.err) == (1, f"Nobody can be sent for {urgent}: it names no school: triage it first.\n")
    assert cli("dispatch", "--date", DAY, "--show").code == 3


def test_one_plans_ones_own_day_and_leaves_the_others_theirs(cli: Cli, trust: dict[str, str]) -> None:
    theirs = log(cli, "Mouse gone", "101")
    cli("assign", theirs, "--to", "Bob")
    log(cli, "Screen dark", "103")
    cli("--at", SUNDAY, "visit", "plan", "102", "--start", f"{DAY}T08:30", "--technician", "Bob")
    log(cli, "Keyboard gone", "102")
    found = dispatch(cli, "--mine", "--json")
    assert routes(found) == {"Ann": ["School three"]}


def test_without_the_solver_it_is_said_and_the_day_is_planned_all_the_same(
    cli: Cli, trust: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyvrp", None)
    monkeypatch.delitem(sys.modules, "techdesk.planning.dispatch_data", raising=False)
    log(cli, "Mouse gone", "101")
    ran = cli("--at", SUNDAY, "dispatch", "--date", DAY)
    assert "pip install 'techdesk[plan]'" in ran.err and "plain insertion" in ran.err
    assert ran.out.startswith("Ann   leaves")


def test_with_the_solver_the_same_day_is_planned(cli: Cli, trust: dict[str, str]) -> None:
    pytest.importorskip("pyvrp")
    log(cli, "Mouse gone", "101")
    assert routes(cli("--at", SUNDAY, "dispatch", "--date", DAY, "--seconds", "0.3", "--json")) == {
        "Ann": ["School one"]
    }
