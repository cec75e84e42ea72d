"""Articles and suggestions from the shell."""

from techdesk import clock
from tests.cli.conftest import Cli


def test_an_article_is_made_of_a_ticket_found_read_and_shared(cli: Cli) -> None:
    ref = cli("log", "Projector dark in the hall", "--json").json["ref"]
    cli("close", ref, "-m", "Cleaned the filter")
    assert "Kept the article" in cli("article", "from", ref).out
    assert cli("article", "share", "projector", "--json").json["changed"] == [
        {"ref": "Projector dark in the hall", "state": "shared"}
    ]
    [found] = cli("find", "filter", "--kind", "article", "--json").json["items"]
    assert (found["kind"], found["state"]) == ("article", "shared")
    read = cli("article", "show", found["ref"]).out
    assert "Cleaned the filter" in read.splitlines() and f"Learned from {ref}." in read


def test_a_ticket_without_a_fix_is_refused_with_what_to_do(cli: Cli) -> None:
    ref = cli("log", "Projector dark", "--json").json["ref"]
    ran = cli("article", "from", ref)
    assert (ran.code, "close it first" in ran.err) == (2, True)


def test_what_solved_tickets_say_of_a_new_one_is_told_with_why(cli: Cli) -> None:
    for text in ("Printer jam", "Printer out of toner", "Printer jams again", "Wifi gone"):
        ref = cli("log", text, "--json").json["ref"]
        cli("edit", ref, "--category", "printing" if "Printer" in text else "network")
        cli("close", ref, "-m", "Done")
    ref = cli("log", "Printer in the office jams", "--json").json["ref"]
    best = cli("suggest", ref, "--json").json["suggestions"]["category"][0]
    assert best["value"] == "printing" and "printer" in best["why"]
    assert "printing" in cli("suggest", ref).out


def test_suggest_tells_how_long_it_takes_and_by_when_to_begin(cli: Cli) -> None:
    for number in range(5):
        ref = cli("log", f"Toner low {number}", "--json").json["ref"]
        cli("edit", ref, "--category", "printing")
        cli("close", ref, "-m", "Filled", "--minutes", "55")
    ref = cli("log", "Toner low again", "--impact", "2", "--urgency", "2", "--json").json["ref"]
    told = cli("suggest", ref, "--json").json
    assert told["expected"]["minutes"] == 55 and "5 printing tickets" in told["expected"]["why"]
    due = cli("show", ref, "--json").json["fix_due"]
    assert clock.seconds_between(told["start_by"], due) >= 55 * 60
    said = cli("suggest", ref).out
    assert "takes 55 min" in said and "late unless started by" in said
    assert "late unless started by" not in cli("--at", "2099-01-05 09:00", "suggest", ref).out
    assert cli("hold", ref, "--reason", "vendor").code == 0
    said = cli("suggest", ref).out
    assert "Its clock stands while it is on hold." in said and "late unless" not in said


def test_show_tells_the_known_error_that_fits(cli: Cli) -> None:
    made = cli("problem", "open", "Trolley charger trips", "--json").json["changed"][0]["ref"]
    cli("problem", "edit", made, "--workaround", "Swap the lead")
    cli("problem", "move", made, "known_error")
    ref = cli("log", "Charger of trolley 2 trips", "--json").json["ref"]
    assert cli("show", ref, "--json").json["known_errors"] == [
        {"ref": made, "title": "Trolley charger trips", "workaround": "Swap the lead", "score": 0.99}
    ]
    assert "Swap the lead" in cli("show", ref).out


def test_an_unknown_kind_is_refused_with_those_that_there_are(cli: Cli) -> None:
    ran = cli("find", "filter", "--kind", "photo")
    assert (ran.code, "known_error" in ran.err) == (2, True)


def test_a_shared_article_stands_on_the_tickets_that_read_alike(cli: Cli) -> None:
    cli("log", "Trolley charger trips the fuse")
    cli("close", "1001", "-m", "New fuse")
    cli("article", "from", "1001")
    cli("log", "The charger of trolley 2 trips a fuse again")
    cli("log", "Mouse missing")
    assert cli("show", "1002", "--json").json["articles"] == []  # a draft is nobody's advice yet
    cli("article", "share", "Trolley charger trips the fuse")
    [found] = cli("show", "1002", "--json").json["articles"]
    assert found["title"] == "Trolley charger trips the fuse" and found["score"] > 0.4
    assert "article " + found["id"][:13] in cli("show", "1002").out
    assert cli("show", "1003", "--json").json["articles"] == []
