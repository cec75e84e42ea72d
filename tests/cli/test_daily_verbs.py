"""The daily verbs, as a technician and their scripts use them."""

from techdesk.errors import TechdeskError
from tests.cli.conftest import Cli


def ref_of(cli: Cli, *arguments: str) -> str:
    return str(cli("log", *arguments, "--json").json["ref"])


def test_log_prints_the_whole_ticket_as_json(cli: Cli) -> None:
    ticket = cli("log", "Projector dead", "--impact", "2", "--urgency", "2", "--json").json
    assert ticket["schema"] == 1
    assert ticket["text"] == "Projector dead"
    assert (ticket["state"], ticket["priority"]) == ("triaged", 2)
    assert {"aliases", "worklogs", "parts", "history", "similar", "known_errors"} <= ticket.keys()


def test_log_reads_one_ticket_a_line_from_stdin(cli: Cli) -> None:
    assert cli("log", "-", stdin="Toner low\n\nMouse missing\n").code == 0
    assert [item["title"] for item in cli("list", "--json").json["items"]] == ["Toner low", "Mouse missing"]


def test_a_bad_line_on_stdin_logs_nothing(cli: Cli) -> None:
    ran = cli("log", "-", stdin="Toner low\n" + "x" * 200_000)
    assert ran.code == 2
    assert cli("list", "--json").json["total"] == 0


def test_list_is_in_triage_order(cli: Cli) -> None:
    low, high = ref_of(cli, "Pen lost", "--urgency", "4"), ref_of(cli, "No network", "--impact", "1", "--urgency", "1")
    assert [item["ref"] for item in cli("list", "--json").json["items"]] == [high, low]


def test_close_takes_several_and_says_each(cli: Cli) -> None:
    first, second = ref_of(cli, "One"), ref_of(cli, "Two")
    ran = cli("close", first, second, "-m", "Rebooted", "--minutes", "5", "--told", "--json")
    assert ran.code == 0
    assert ran.json["changed"] == [{"ref": first, "state": "closed"}, {"ref": second, "state": "closed"}]
    assert cli("show", first, "--json").json["told_in_person"] is True


def test_one_unknown_ref_does_not_keep_the_others_from_closing(cli: Cli) -> None:
    ref = ref_of(cli, "One")
    ran = cli("close", ref, "9999", "-m", "Rebooted", "--json")
    assert ran.code == 3
    assert [each["ref"] for each in ran.json["changed"]] == [ref]
    assert [each["ref"] for each in ran.json["refused"]] == ["9999"]


def test_closing_twice_is_refused_with_the_state_and_what_is_allowed(cli: Cli) -> None:
    ref = ref_of(cli, "One")
    cli("close", ref, "-m", "Rebooted")
    ran = cli("close", ref, "-m", "Rebooted")
    assert ran.code == 1
    assert "is closed" in ran.err and "reopen" in ran.err


def test_close_keeps_parts_and_answers(cli: Cli) -> None:
    ref = ref_of(cli, "Lamp gone")
    cli("part", "add", "LMP-1", "Projector lamp")
    ran = cli("close", ref, "-m", "New lamp", "--part", "LMP-1:2", "--timeliness", "5", "--quality", "4")
    assert ran.code == 0
    assert cli("show", ref, "--json").json["parts"] == [{"sku": "LMP-1", "quantity": 2}]


def test_an_unknown_part_closes_nothing(cli: Cli) -> None:
    ref = ref_of(cli, "Lamp gone")
    assert cli("close", ref, "-m", "New lamp", "--part", "NOPE").code == 3
    assert cli("show", ref, "--json").json["state"] == "new"


def test_minutes_out_of_reason_are_refused(cli: Cli) -> None:
    ref = ref_of(cli, "One")
    for minutes in ("-5", "1000000000", "many"):
        assert cli("close", ref, "-m", "x", "--minutes", minutes).code == 2
    assert cli("show", ref, "--json").json["state"] == "new"


def test_the_timer_becomes_minutes(cli: Cli) -> None:
    ref = ref_of(cli, "One")
    cli("--at", "2026-11-23T09:00+00:00", "start", ref)
    cli("--at", "2026-11-23T09:12+00:00", "stop", "-m", "Looked at it")
    worklogs = cli("show", ref, "--json").json["worklogs"]
    assert [(log["minutes"], log["note"]) for log in worklogs] == [(12, "Looked at it")]


def test_an_interrupted_timer_goes_on_after_the_interruption(cli: Cli) -> None:
    first, second = ref_of(cli, "One"), ref_of(cli, "Two")
    cli("--at", "2026-11-23T09:00+00:00", "start", first)
    cli("--at", "2026-11-23T09:10+00:00", "start", second)
    cli("--at", "2026-11-23T09:15+00:00", "close", second, "-m", "Plugged in")
    cli("--at", "2026-11-23T09:20+00:00", "close", first, "-m", "Rebooted")
    assert [log["minutes"] for log in cli("show", second, "--json").json["worklogs"]] == [5]
    assert [log["minutes"] for log in cli("show", first, "--json").json["worklogs"]] == [15]


def test_stop_without_a_timer_says_how_to_start_one(cli: Cli) -> None:
    ran = cli("stop")
    assert ran.code == 1
    assert "techdesk start" in ran.err


def test_hold_reopen_assign_and_note_tell_their_story(cli: Cli) -> None:
    ref = ref_of(cli, "One")
    cli("assign", ref, "--to", "me")
    cli("hold", ref, "--reason", "next-visit", "--until", "2999-11-30")
    cli("close", ref, "-m", "Done")
    cli("reopen", ref, "-m", "Still broken")
    cli("note", ref, "Ask Mrs Okafor")
    history = cli("show", ref, "--json").json["history"]
    assert [event["command"] for event in history] == ["log", "assign", "hold", "close", "reopen", "note"]
    assert [event["state"] for event in history][-1] == "reopened"


def test_find_reads_tickets_by_the_beginning_of_a_word(cli: Cli) -> None:
    ref = ref_of(cli, "Interactive whiteboard flickers")
    assert [hit["ref"] for hit in cli("find", "flick", "--json").json["items"]] == [ref]


def test_find_takes_any_text_as_words(cli: Cli) -> None:
    for text in ('"', "AND OR", "a* NEAR(", "-", "*", "col:umn", "'; DROP TABLE ticket"):
        assert cli("find", text).code == 0


def test_a_ticket_is_named_by_number_with_or_without_its_letter(cli: Cli) -> None:
    ref = ref_of(cli, "One")
    for name in (ref, ref.split("-")[0], ref.lower(), ref.replace("-", "")):
        assert cli("show", name, "--json").json["ref"] == ref


def test_a_wrong_check_letter_is_not_another_ticket(cli: Cli) -> None:
    number = ref_of(cli, "One").split("-")[0]
    wrong = "A" if not cli("show", f"{number}-A").out else "B"
    ran = cli("show", f"{number}-{wrong}")
    assert ran.code == 2
    assert "Look at the number again" in ran.err


def test_a_beginning_of_an_id_names_a_ticket_unless_several_fit(cli: Cli) -> None:
    first, second = (cli("log", text, "--json").json["id"] for text in ("One", "Two"))
    assert cli("show", first, "--json").json["id"] == first
    shared = next(first[:size] for size in range(len(first), 0, -1) if second.startswith(first[:size]))
    ran = cli("show", shared)
    assert ran.code == 2
    assert "more than one ticket" in ran.err


def test_undo_takes_back_the_last_command_only(cli: Cli) -> None:
    ref = ref_of(cli, "One")
    cli("close", ref, "-m", "Done", "--minutes", "3")
    assert cli("undo").code == 0
    ticket = cli("show", ref, "--json").json
    assert (ticket["state"], ticket["worklogs"]) == ("new", [])


def test_undo_on_a_new_store_has_nothing_to_take_back(cli: Cli) -> None:
    assert cli("undo").code == 1


def test_hostile_text_is_stored_as_given_and_drawn_safely(cli: Cli) -> None:
    text = "\x1b[31mred\x1b[0m \u202egnp.exe\u202c zero\u200bwidth 🖨️ \u0645\u0631\u062d\u0628\u0627"
    ticket = cli("log", text, "--json").json
    assert ticket["text"] == text
    for drawn in (cli("list").out, cli("show", ticket["ref"]).out, cli("find", "red").out):
        assert not {"\x1b", "\u202e", "\u200b"} & set(drawn)


def test_nothing_is_cut_off_in_a_pipe(cli: Cli) -> None:
    cli("log", "word " * 39)
    assert "…" not in cli("list").out


def test_unknown_verbs_flags_and_values_are_wrong_usage(cli: Cli) -> None:
    for arguments in (
        ("frobnicate",),
        ("list", "--frob"),
        ("list", "--state", "asleep"),
        ("list", "--sort", "colour"),
        ("hold", "1001", "--reason", "boredom"),
        ("log", ""),
        ("log", "x", "--impact", "9"),
        ("--at", "yesterday", "list"),
        ("today", "--date", "2026-13-01"),
        ("today", "--date", "0001-01-01"),
        ("today", "--date", "9999-12-31"),
    ):
        ran = cli(*arguments)
        assert ran.code == 2, arguments
        assert "Traceback" not in ran.err


def test_an_error_is_a_document_too_when_one_was_asked_for(cli: Cli) -> None:
    document = cli("show", "9999", "--json").json
    assert document["exit_code"] == 3
    assert document["error"]


def test_every_error_says_how_the_shell_ends() -> None:
    kinds = TechdeskError.__subclasses__()
    assert {kind.exit_code for kind in kinds} == {1, 2, 3, 4, 5}


def test_without_a_terminal_the_interface_says_what_to_use_instead(cli: Cli) -> None:
    ran = cli()
    assert ran.code == 2
    assert "techdesk today" in ran.err


def test_what_was_done_to_several_at_once_is_taken_back_at_once(cli: Cli) -> None:
    refs = [ref_of(cli, text) for text in ("One", "Two")]
    assert cli("hold", *refs, "9999", "--reason", "parts").code == 3
    assert "2 at once" in cli("undo").out
    assert cli("list", "--state", "on-hold", "--json").json["total"] == 0


def test_what_has_ended_is_late_no_more(cli: Cli) -> None:
    for text in ("One", "Two"):
        cli("--at", "2026-01-05T09:00+00:00", "log", text)
    cli("--at", "2026-01-05T10:00+00:00", "close", "1001", "-m", "Done")
    late = {line.split()[0][:4]: "late" in line for line in cli("list", "--all").out.splitlines()[1:]}
    assert late == {"1001": False, "1002": True}


def test_service_symptom_reporter_and_kind_are_set_for_several(cli: Cli) -> None:
    refs = [ref_of(cli, text) for text in ("One", "Two")]
    said = ("--service", "print", "--symptom", "no picture", "--reporter", "Mrs Okafor", "--kind", "how-to")
    assert cli("edit", *refs, *said).code == 0
    for ref in refs:
        ticket = cli("show", ref, "--json").json
        assert [ticket[name] for name in ("service", "symptom", "reporter", "kind")] == [
            "print", "no picture", "Mrs Okafor", "how_to",
        ]  # fmt: skip
    assert cli("edit", refs[0], "--kind", "wish").code == 2
