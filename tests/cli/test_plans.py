"""The rotation from the shell: agreements and wishes in, a draft, moves, and visits out."""

import sys
from pathlib import Path

import pytest
from icalendar import Calendar

from techdesk.cli.session import session
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordSite, RecordTechnician
from tests.cli.conftest import Cli

AT = ("--at", "2026-11-20T09:00+00:00")
SEARCH = ("--seconds", "0.1")
DAYS = ("--from", "2026-11-23", "--to", "2026-12-18")


@pytest.fixture
def plan(cli: Cli) -> Cli:
    """Four schools, of which three have agreements, and two technicians; on a Friday in November."""
    me = str(session.store.meta("technician"))
    session.store.perform_all(
        [RecordSite(id=new_id(), code=str(2000 + number), name=f"School {number}", latitude=53.7,
                    longitude=-1.9 + 0.03 * number) for number in range(1, 5)]
        + [RecordTechnician(id=me, name="Ann", base_latitude=53.7, base_longitude=-1.87),
           RecordTechnician(id=new_id(), name="Bob", base_latitude=53.7, base_longitude=-1.81, working_days="1,2,3")]
    )  # fmt: skip
    session.end()

    def run(*arguments: str, stdin: str = "") -> object:
        return cli(*AT, *arguments, stdin=stdin)

    for site in ("2001", "2002", "2003"):
        run("agreement", "add", site, "--visits", "7", "--minutes", "1260", "--ends", "2027-07-31")
    return run  # type: ignore[return-value]


def test_agreements_are_kept_renewed_and_listed_with_what_is_worrying(plan: Cli) -> None:
    assert plan("agreement", "edit", "2001", "--ends", "2026-12-31", "--target", "1=30m/2h").code == 0
    worry = plan("agreement", "list", "--worry", "--json").json["items"]
    assert [(item["code"], item["state"]) for item in worry] == [("2001", "expiring")]
    renewed = plan("agreement", "renew", "2001", "--ends", "2027-12-31")
    assert renewed.out == "School 1: 7 visits and 1260 minutes a term until 2027-12-31, active.\n"
    items = plan("agreement", "list", "--site", "2001", "--json").json["items"]
    assert [(item["state"], item["starts"], item["targets"]) for item in items] == [
        ("renewed", None, [["target_1", "30m/2h"]]),
        ("active", "2027-01-01", [["target_1", "30m/2h"]]),
    ]
    assert plan("agreement", "end", "2004").code == 3
    assert "2=soon" in plan("agreement", "add", "2004", "--target", "9=2=soon").err


def test_technicians_have_times_leave_and_a_base(plan: Cli) -> None:
    assert plan("technician", "edit", "Bob", "--hours", "mon-wed 08:00-14:00", "--skills", "network").code == 0
    assert plan("technician", "leave", "Bob", "--from", "2026-11-24", "--kind", "sick").out.endswith("taken.\n")
    assert plan("technician", "leave", "Bob", "--json").json["items"][0]["last"] == "2026-11-24"
    assert plan("technician", "leave", "Bob", "--withdraw", "2026-11-24").out.endswith("withdrawn.\n")
    assert plan("technician", "leave", "Bob", "--withdraw", "2026-11-24").code == 3
    assert plan("technician", "edit", "Bob", "--base", "Leeds").code == 2
    works = {item["name"]: item["works"] for item in plan("technician", "list", "--json").json["items"]}
    assert works == {"Ann": None, "Bob": "mon-wed 08:00-14:00"}


def test_a_draft_is_made_looked_at_moved_and_published(plan: Cli) -> None:
    plan("agreement", "wish", "2002", "--visits", "2", "--weeks", "2", "--days", "tue,thu", "--technician", "Ann")
    made = plan("plan", "make", *DAYS, *SEARCH, "--name", "Autumn", "--json").json
    assert (made["state"], made["visits"], made["unmet"]) == ("draft", 4, [])
    assert made["notes"] == ["1 school has no visits agreed, and none planned."]
    wished = [(item["day"], item["technician"]) for item in made["items"] if item["site"] == "2002"]
    assert all(day in ("tue", "thu") and who == "Ann" for day, who in wished) and len(wished) == 2
    assert "Week 2" in plan("plan", "show").out
    dry = plan("plan", "move", "2001", "--week", "1", "--on", "fri", "--to", "Bob", "--dry-run", "--json").json
    assert dry["changed"] == [] and dry["cost"]["against"] == ["Bob does not work on that day"]
    moved = plan("plan", "move", "2001", "--week", "1", "--on", "fri", "--to", "Ann")
    assert moved.out.startswith("School 1 on Friday of week 1: ")
    published = plan("plan", "publish", "Autumn", "--json").json
    assert (published["state"], published["visits"], published["missed"]) == ("published", 8, [])
    visits = plan("visit", "list", "--all", "--to", "2026-12-18", "--json").json["items"]
    assert [item["starts"][:10] for item in visits if item["site"] == "2001"] == ["2026-11-27", "2026-12-11"]
    assert plan("plan", "publish", "Autumn").code == 1


def test_planned_anew_without_somebody_says_what_changes_and_why(plan: Cli) -> None:
    plan("agreement", "wish", "2003", "--technician", "Bob")
    before = plan("plan", "make", *DAYS, *SEARCH, "--name", "Autumn", "--json").json["items"]
    lost = {(item["name"], "Bob does not come") for item in before if item["technician"] == "Bob"}
    plan("plan", "publish")
    made = plan("plan", "make", "--replan", "--without", "Bob", *SEARCH, "--json").json
    assert made["follows"] and (made["first"], made["last"]) == ("2026-11-23", "2026-12-18")
    assert lost and {(change["site"], change["why"]) for change in made["changes"]} == lost
    told = plan("plan", "compare", "Autumn", made["id"], "--json").json
    assert told["total"] == len(lost) and [item["visits"] for item in told["items"]] == [3, 3]
    assert plan("plan", "publish").code == 0
    states = [row["state"] for row in plan("plan", "list", "--all", "--json").json["items"]]
    assert states == ["published", "superseded"]
    visits = plan("visit", "list", "--all", "--to", "2026-12-18", "--json").json["items"]
    assert {item["technician"] for item in visits if item["state"] == "planned"} == {"Ann"}


def test_what_cannot_be_met_is_said_and_kept(plan: Cli) -> None:
    plan("agreement", "wish", "2001", "--visits", "12", "--weeks", "2")
    plan("agreement", "wish", "2003", "--skills", "network")
    out = plan("plan", "make", *DAYS, *SEARCH).out
    assert "not met: School 1, 2 visits: 12 visits were agreed, and it is open on only 10 days of the cycle." in out
    assert "not met: School 3, 1 visit: no technician has the skills it needs: network." in out
    assert [(item["site"], item["missing"]) for item in plan("plan", "show", "--json").json["unmet"]] == [
        ("2001", 2),
        ("2003", 1),
    ]


def test_there_is_nothing_to_show_publish_or_plan_from_at_first(plan: Cli) -> None:
    for verb in (("show",), ("publish",), ("make", "--replan"), ("drop",)):
        ran = plan("plan", *verb)
        assert ran.code == 3 and len(ran.err.splitlines()) == 1
    assert "plan make" in plan("plan", "list").err


def test_a_draft_is_put_aside(plan: Cli) -> None:
    plan("plan", "make", *DAYS, *SEARCH, "--name", "Autumn")
    assert plan("plan", "drop", "Autumn").out == "Autumn is put aside.\n"
    assert plan("plan", "list", "--json").json["items"] == []


def test_a_plain_rule_plans_visits_without_the_planner_and_not_twice(plan: Cli) -> None:
    plan("calendar", "add", "holiday", "2026-12-14", "--title", "Snow", "--site", "2004")
    every = ("plan", "recur", "2004", "--every", "1", "--on", "mon", "--to", "2026-12-21", "--skip", "2026-12-07")
    ran = plan(*every)
    assert ran.out.splitlines()[-2:] == ["  not on Mon 14 Dec 2026: the site is closed.", "3 visits planned."]
    assert plan(*every, "--json").json["items"] == []
    plan("agreement", "edit", "2002", "--ends", "2026-12-04")
    late = plan("plan", "recur", "2002", "--every", "1", "--on", "mon", "--to", "2026-12-14", "--dry-run")
    assert late.err == "2 of them lie after the end of its agreement, on 2026-12-04.\n"
    nth = plan(
        "plan", "recur", "2003", "--nth", "first", "--on", "tue", "--to", "2027-03-31", "--dry-run", "--json"
    ).json
    assert [item["day"] for item in nth["items"]] == ["2026-12-01", "2027-01-05", "2027-02-02", "2027-03-02"]
    assert plan("plan", "recur", "2003", "--rule", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30").out == "0 visits planned.\n"
    for wrong in (("--nth", "first"), ("--rule", "FREQ=DAILY", "--on", "mon"), ("--rule", "FREQ=HOURLY")):
        assert plan("plan", "recur", "2003", *wrong).code == 2
    assert plan("plan", "recur", "2003", "--rule", "FREQ=DAILY", "--to", "2036-12-31").code == 2


def test_ways_that_are_known_better_are_kept_by_pair_and_from_a_file(plan: Cli, tmp_path: Path) -> None:
    assert plan("plan", "travel", "--from", "2001", "--to", "Bob", "--minutes", "33").out == "Kept 1 travel time.\n"
    matrix = tmp_path / "matrix.csv"
    matrix.write_text("from,to,minutes\n2001,2002,7\nAnn,2001,12.5\n")
    assert plan("plan", "travel", "--file", str(matrix)).code == 0
    items = plan("plan", "travel", "--json").json["items"]
    assert [(item["from"], item["to"], item["minutes"]) for item in items] == [
        ("Ann", "School 1", 12.5),
        ("School 1", "Bob", 33),
        ("School 1", "School 2", 7),
    ]
    plan("plan", "travel", "--from", "2001", "--to", "Bob", "--forget")
    assert plan("plan", "travel", "--json").json["total"] == 2
    assert plan("plan", "travel", "--from", "2001").code == 2


def test_a_rotation_goes_out_as_a_table_and_as_a_calendar_that_updates_itself(plan: Cli, tmp_path: Path) -> None:
    plan("plan", "make", *DAYS, *SEARCH, "--name", "Autumn")
    assert plan("plan", "export").out.splitlines()[0].startswith("id,site,name,week,day,technician")
    assert plan("plan", "export", "-f", "json").json["total"] == 3
    draft, made = tmp_path / "draft.ics", tmp_path / "made.ics"
    plan("plan", "export", "-f", "ics", "-o", str(draft))
    plan("plan", "publish")
    plan("plan", "export", "Autumn", "-f", "ics", "-o", str(made))
    calendars = [Calendar.from_ical(path.read_text()) for path in (draft, made)]
    events = [[(str(each["UID"]), each.decoded("DTSTART")) for each in found.walk("VEVENT")] for found in calendars]
    assert events[0] == events[1] and len(events[0]) == 6
    assert [str(found.walk("VEVENT")[0]["STATUS"]) for found in calendars] == ["TENTATIVE", "TENTATIVE"]
    assert plan("plan", "export", "-f", "pdf").code == 2


def test_missed_visits_are_booked_again_once(plan: Cli) -> None:
    plan("visit", "plan", "2001", "--start", "2026-11-19T08:00", "--technician", "Ann")
    plan("visit", "plan", "2002", "--start", "2026-11-23T08:00", "--technician", "Ann")
    assert plan("plan", "rebook", "--dry-run", "--json").json["items"] == [
        {"site": "School 1", "missed": "2026-11-19", "day": "2026-11-23"}
    ]
    plan("plan", "rebook")
    assert plan("plan", "rebook", "--json").json["items"] == []
    starts = [item["starts"] for item in plan("visit", "list", "--all", "--json").json["items"]]
    assert starts[0] == "2026-11-23T08:00:00.000Z" and starts[1] > "2026-11-23T11:00:00.000Z"


def test_agreements_and_wishes_come_from_a_table(plan: Cli, tmp_path: Path) -> None:
    file = tmp_path / "agreements.csv"
    file.write_text(
        "School,Visits per term,Minutes per term,Start date,End date,Price,Visits per cycle,Allowed days,Wanted technician\n"
        "2004,7,1260,2026-09-01,2027-07-31,665,1,\"mon, tue\",Bob\n"
        "9999,7,1260,2026-09-01,2027-07-31,665,,,\n"
        "2003,7,1260,2026-09-01,2027-07-31,665,1,someday,\n"
    )  # fmt: skip
    report = plan("import", "agreements", str(file), "--json").json
    assert (report["created"], report["rejected"]) == (1, 2)
    [item] = plan("agreement", "list", "--site", "2004", "--json").json["items"]
    assert (item["state"], item["visits"], item["price"], item["wish"]) == ("active", 7, 665, [1, 2])
    assert plan("import", "agreements", str(file), "--json").json["unchanged"] == 1


def test_what_was_delivered_stands_beside_what_was_bought(plan: Cli) -> None:
    told = plan("report", "delivery", "--json").json
    assert (told["since"], told["until"], told["total"]) == ("2026-09-01", "2026-12-31", 3)
    assert told["items"][0]["visits_bought"] == 7 and told["items"][0]["visits_made"] == 0
    out = plan("report", "delivery", "--since", "2026-09-01", "--until", "2026-10-01").out
    assert out.splitlines()[-1] == "0 % of the minutes bought are delivered; 3 of 3 sites are behind."
    assert plan("report", "delivery", "--since", "2026-09-01").code == 2


def test_without_the_extra_the_planner_says_so_and_what_works_all_the_same(
    plan: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyvrp", "techdesk.planning.board", "techdesk.planning.rotation_search", "techdesk.planning.previous"):
        monkeypatch.setitem(sys.modules, name, None)
    ran = plan("plan", "make", *DAYS, *SEARCH)
    assert ran.code == 2 and "techdesk plan recur" in ran.err
    assert ran.err.splitlines()[-1].startswith("Planning a rotation needs more libraries")
    assert plan("plan", "recur", "2003", "--every", "2", "--on", "tue").code == 0


def test_on_a_monday_a_plan_begins_on_the_next_one_and_the_hours_gone_are_not_booked(plan: Cli, cli: Cli) -> None:
    noon = ("--at", "2026-11-23T12:00+00:00")
    assert cli(*noon, "plan", "make", *SEARCH, "--json").json["first"] == "2026-11-30"
    made = plan("plan", "make", *DAYS, *SEARCH, "--name", "Autumn", "--json").json["items"]
    assert any(item["day"] == "mon" and item["starts"] < "12:00" for item in made)
    cli(*noon, "plan", "publish", "Autumn")
    visits = plan("visit", "list", "--all", "--to", "2026-12-18", "--json").json["items"]
    assert visits and min(item["starts"] for item in visits) >= "2026-11-23T12:00"


def test_an_agreement_that_ends_is_planned_to_its_end(plan: Cli) -> None:
    plan("agreement", "edit", "2001", "--ends", "2026-12-04")
    assert "School 1: its agreement ends on 2026-12-04" in plan("plan", "make", *DAYS, *SEARCH, "--name", "A").err
    plan("plan", "publish", "A")
    visits = plan("visit", "list", "--all", "--to", "2026-12-18", "--json").json["items"]
    assert max(item["starts"] for item in visits if item["site"] == "2001") < "2026-12-05"


def test_visits_beyond_those_bought_are_not_planned_and_that_is_said(plan: Cli) -> None:
    plan("agreement", "edit", "2001", "--visits", "2")
    plan("agreement", "wish", "2001", "--visits", "2", "--weeks", "2", "--minutes", "180")
    said = "School 1: 2 of 4 visits are not planned, as 2 are bought for the term to 31 Dec 2026."
    assert said in plan("plan", "make", *DAYS, *SEARCH, "--name", "A").err
    published = plan("plan", "publish", "A", "--json").json
    assert published["notes"] == [said]
    visits = plan("visit", "list", "--all", "--to", "2026-12-18", "--json").json["items"]
    made = [item["starts"][:10] for item in visits if item["site"] == "2001"]
    assert len(made) == 2 and made[0] < "2026-12-07" <= made[1]
    plan("plan", "make", "--replan", *SEARCH, "--name", "B")
    assert plan("plan", "publish", "B", "--json").json["notes"] == [said]


def test_a_draft_whose_agreements_ended_or_whose_days_grew_too_long_says_so_when_published(plan: Cli) -> None:
    plan("plan", "make", *DAYS, *SEARCH, "--name", "A")
    plan("plan", "move", "2003", "--week", "1", "--on", "mon", "--to", "Ann")
    plan("technician", "edit", "Ann", "--hours", "mon-fri 09:00-11:00")
    plan("agreement", "end", "2001")
    plan("agreement", "edit", "2002", "--ends", "2026-11-10")
    told = plan("plan", "publish", "A", "--dry-run", "--json").json
    assert {(each["site"], each["why"]) for each in told["missed"]} == {
        ("School 1", "its agreement ended on 2026-11-20"),
        ("School 2", "its agreement ended on 2026-11-10"),
    }
    assert told["notes"] == ["Ann is up to 87 minutes over their hours on Mon 23 Nov and Mon 07 Dec."]
    again = plan("plan", "make", *DAYS, *SEARCH, "--name", "B")
    assert "School 2: its agreement ended on 2026-11-10, and none of its visits is planned." in again.err
