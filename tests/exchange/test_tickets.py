"""Other desks' tickets, with their past."""

import gzip
import json
import random
from pathlib import Path

import pytest

from techdesk.desk.tickets import EditTicket, NoteTicket
from techdesk.exchange import importing
from techdesk.models.store import Store
from tests.exchange.conftest import NOW, Write, rows

COLUMNS = [
    "number",
    "incident_state",
    "reassignment_count",
    "reopen_count",
    "sys_mod_count",
    "caller_id",
    "opened_at",
    "sys_updated_by",
    "sys_updated_at",
    "contact_type",
    "location",
    "category",
    "subcategory",
    "u_symptom",
    "impact",
    "urgency",
    "priority",
    "assignment_group",
    "assigned_to",
    "closed_code",
    "resolved_at",
    "closed_at",
]
HEAD = ",".join(COLUMNS) + "\n"


def update(**cells: str) -> str:
    """A row of an event log, by default of a fresh incident."""
    given = {
        "number": "INC1", "incident_state": "New", "reassignment_count": "0", "reopen_count": "0", "sys_mod_count": "0",
        "caller_id": "Caller 9", "opened_at": "29/2/2016 01:16", "sys_updated_by": "Ann", "sys_updated_at": "29/2/2016 01:23",
        "contact_type": "Phone", "location": "Hall", "category": "Printer", "subcategory": "Toner", "u_symptom": "?",
        "impact": "2 - Medium", "urgency": "2 - Medium", "priority": "3 - Moderate", "assignment_group": "Group 1",
        "assigned_to": "?", "closed_code": "?", "resolved_at": "?", "closed_at": "?",
    } | cells  # fmt: skip
    return ",".join(given[column] for column in COLUMNS) + "\n"


LIFE = [
    update(),
    update(sys_mod_count="1", sys_updated_by="Bob", assigned_to="Bob", incident_state="Active"),
    update(sys_mod_count="2", sys_updated_at="29/2/2016 02:00", incident_state="-100"),
    update(sys_mod_count="3", sys_updated_at="29/2/2016 03:00", incident_state="Awaiting User Info", assigned_to="Bob"),
    update(sys_mod_count="4", sys_updated_at="1/3/2016 09:00", incident_state="Resolved", resolved_at="1/3/2016 09:00"),
    update(sys_mod_count="9", sys_updated_at="2/3/2016 09:00", incident_state="Active", reopen_count="1"),
    update(sys_mod_count="10", sys_updated_at="3/3/2016 09:00", incident_state="Closed", reopen_count="1",
           closed_code="code 5", resolved_at="3/3/2016 08:00", closed_at="3/3/2016 09:00", reassignment_count="1",
           assignment_group="Group 2"),
]  # fmt: skip


def story(store: Store) -> list[tuple[object, ...]]:
    return rows(store, "SELECT at, by_whom, act, state FROM ticket_event ORDER BY at, id")


def test_an_event_log_becomes_tickets_with_their_history(store: Store, write: Write) -> None:
    report = importing.run(store, "tickets", write(HEAD + "".join(LIFE)))
    assert (report.mapping, report.read, report.created, report.rejected) == ("servicenow-events", 7, 1, 0)
    columns = "ref, text, state, open, impact, urgency, priority, room, reporter, channel, reopened"
    assert rows(store, f"SELECT {columns} FROM ticket") == [
        ("INC1", "Printer / Toner", "closed", 0, 2, 2, 3, "Hall", "Caller 9", "phone", 1)
    ]
    columns = "opened_at, resolved_at, closed_at, cause, tags, source, source_key"
    assert rows(store, f"SELECT {columns} FROM ticket") == [
        ("2016-02-29T01:16:00.000Z", "2016-03-03T08:00:00.000Z", "2016-03-03T09:00:00.000Z", "code 5", "Group 2",
         "servicenow", "INC1")
    ]  # fmt: skip
    assert story(store) == [
        ("2016-02-29T01:23:00.000Z", "Ann", "log", "new"),
        ("2016-02-29T01:23:00.001Z", "Bob", "start", "in_progress"),
        ("2016-02-29T03:00:00.000Z", "Ann", "hold", "on_hold"),
        ("2016-03-01T09:00:00.000Z", "Ann", "resolve", "resolved"),
        ("2016-03-02T09:00:00.000Z", "Ann", "reopen", "in_progress"),
        ("2016-03-03T09:00:00.000Z", "Ann", "close", "closed"),
    ]


def test_each_line_of_history_says_what_changed(store: Store, write: Write) -> None:
    importing.run(store, "tickets", write(HEAD + "".join(LIFE)))
    details = [
        json.loads(str(text)) if text else {}
        for (text,) in rows(store, "SELECT details FROM ticket_event ORDER BY at, id")
    ]
    assert details[0] == {"group": "Group 1", "impact": 2, "priority": 3, "reassigned": 0, "reopened": 0, "urgency": 2}
    assert details[1:] == [
        {"assigned_to": "Bob"}, {"hold_reason": "caller"}, {}, {"reopened": 1}, {"group": "Group 2", "reassigned": 1},
    ]  # fmt: skip


def test_rows_in_any_order_tell_the_same_story(store: Store, write: Write, tmp_path: Path) -> None:
    others = [row.replace("INC1", "INC2") for row in LIFE]
    importing.run(store, "tickets", write(HEAD + "".join(LIFE + others)))
    mixed = LIFE + others
    random.Random(5).shuffle(mixed)
    with Store(tmp_path / "other" / "techdesk.db", wall=lambda: NOW) as other:
        importing.run(other, "tickets", write(gzip.compress((HEAD + "".join(mixed)).encode())))
        assert story(other) == story(store)
        assert rows(other, "SELECT id, state, source_digest FROM ticket ORDER BY id") == rows(
            store, "SELECT id, state, source_digest FROM ticket ORDER BY id"
        )


def test_a_second_import_writes_nothing(store: Store, write: Write) -> None:
    path = write(HEAD + "".join(LIFE))
    importing.run(store, "tickets", path)
    before = rows(store, "SELECT count(*) FROM operation")
    report = importing.run(store, "tickets", path)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert rows(store, "SELECT count(*) FROM operation") == before


def test_a_later_export_adds_what_is_new(store: Store, write: Write) -> None:
    importing.run(store, "tickets", write(HEAD + "".join(LIFE[:4])))
    assert rows(store, "SELECT state, hold_reason, open, closed_at FROM ticket") == [("on_hold", "caller", 1, None)]
    assert importing.run(store, "tickets", write(HEAD + "".join(LIFE))).updated == 1
    assert rows(store, "SELECT state, open FROM ticket") == [("closed", 0)]
    assert len(story(store)) == 6


def test_a_later_export_leaves_what_was_done_here(store: Store, write: Write) -> None:
    importing.run(store, "tickets", write(HEAD + LIFE[0]))
    id = str(rows(store, "SELECT id FROM ticket")[0][0])
    store.perform(EditTicket(id=id, room="Year 3"))
    store.perform(NoteTicket(ticket_id=id, text="Looked at it"))
    importing.run(store, "tickets", write(HEAD + "".join(LIFE)))
    assert rows(store, "SELECT room, state FROM ticket") == [("Year 3", "new")]


def test_an_open_ticket_gets_its_due_times_and_no_end(store: Store, write: Write) -> None:
    importing.run(store, "tickets", write(HEAD + update(closed_at="3/3/2016 09:00", resolved_at="3/3/2016 08:00")))
    assert rows(store, "SELECT closed_at, resolved_at, fix_due > opened_at FROM ticket") == [(None, None, 1)]


def test_an_unknown_state_rejects_that_ticket_and_no_other(store: Store, write: Write) -> None:
    report = importing.run(store, "tickets", write(HEAD + update(incident_state="Lost") + update(number="INC2")))
    assert (report.created, report.rejected) == (1, 1)
    assert (report.errors[0].row, report.errors[0].column, report.errors[0].value) == (2, "incident_state", "Lost")
    assert rows(store, "SELECT ref FROM ticket") == [("INC2",)]


def test_a_bad_time_and_a_missing_number_are_errors_with_their_rows(store: Store, write: Write) -> None:
    body = update(sys_updated_at="31/2/2016 01:00") + update(number="?") + update(number="INC3")
    report = importing.run(store, "tickets", write(HEAD + body))
    assert [(error.row, error.column) for error in report.errors][:2] == [(2, "sys_updated_at"), (3, "")]
    assert report.created == 1


FREE = "Short description,Description,Caller,Assignment group\n"


def test_text_without_number_or_date_becomes_numbered_tickets(store: Store, write: Write) -> None:
    body = 'login issue,"-checked_x000D_\n-reset",a b,GRP_0\n,only here,c d,GRP_1\nsame,same,e f,GRP_0\n'
    report = importing.run(store, "tickets", write(FREE + body))
    assert (report.mapping, report.created) == ("free-text-tickets", 3)
    assert rows(store, "SELECT text, title, reporter, category, opened_at, state FROM ticket ORDER BY n") == [
        ("login issue\n\n-checked\n-reset", "login issue", "a b", "GRP_0", NOW, "new"),
        ("only here", "only here", "c d", "GRP_1", NOW, "new"),
        ("same", "same", "e f", "GRP_0", NOW, "new"),
    ]
    assert all(str(ref)[:4].isdigit() for (ref,) in rows(store, "SELECT ref FROM ticket"))


def test_tickets_of_the_same_words_are_all_kept_and_not_made_twice(store: Store, write: Write) -> None:
    path = write(FREE + "a,b,c,d\na,b,c,d\n")
    assert importing.run(store, "tickets", path, at="2020-01-01T00:00:00.000Z").created == 2
    numbers = rows(store, "SELECT * FROM number_block")
    assert importing.run(store, "tickets", path, at="2021-01-01T00:00:00.000Z").unchanged == 2
    assert rows(store, "SELECT DISTINCT opened_at FROM ticket") == [("2020-01-01T00:00:00.000Z",)]
    assert rows(store, "SELECT * FROM number_block") == numbers


def test_garbled_text_is_put_right_and_counted(store: Store, write: Write) -> None:
    report = importing.run(store, "tickets", write(FREE + "canâ€™t log in,x,c,d\n"))
    assert rows(store, "SELECT title FROM ticket") == [("can’t log in",)]
    assert any("1 cells" in note for note in report.notes)


def test_a_row_without_words_is_rejected(store: Store, write: Write) -> None:
    report = importing.run(store, "tickets", write(FREE + ",,someone,GRP_0\nx,y,z,g\n"))
    assert (report.created, report.rejected, report.errors[0].row) == (1, 1, 2)


def test_a_very_long_cell_is_kept_whole(store: Store, write: Write) -> None:
    importing.run(store, "tickets", write(FREE + f"short,{'word ' * 3000},c,d\n"))
    assert rows(store, "SELECT length(text) FROM ticket") == [(5 * 3000 + 7 - 1,)]


@pytest.mark.parametrize(
    ("content", "mapping", "expected"),
    [
        ("Ticket Number;Date Created;Subject;From;Priority;Current Status\n77;29/02/2016 10:00;No sound;Ann;High;Open\n",
         "osticket", ("77", "No sound", "new", 2, "2016-02-29T10:00:00.000Z")),
        ("#,Title,State,Priority,Group,Owner,Create Channel,Created At\n"
         "31001,No sound,open,3 high,IT,Bob,email,2016-02-29 10:00:00\n",
         "zammad", ("31001", "No sound", "in_progress", 2, "2016-02-29T10:00:00.000Z")),
        ("Issue,School,Date\nNo sound,Hill,29/02/2016\n", "own-tickets",
         ("1001-H", "No sound", "new", 4, "2016-02-29T00:00:00.000Z")),
    ],
)  # fmt: skip
def test_other_desks_are_recognised_by_their_headers(
    store: Store, write: Write, content: str, mapping: str, expected: tuple[object, ...]
) -> None:
    assert importing.run(store, "tickets", write(content)).mapping == mapping
    assert rows(store, "SELECT ref, text, state, priority, opened_at FROM ticket") == [expected]


def test_the_first_incidents_of_the_real_log(store: Store, shared: Path) -> None:
    path = shared / "incidents" / "servicenow_events_200.csv"
    report = importing.run(store, "tickets", path)
    assert (report.read, report.created, report.rejected) == (1285, 200, 0)
    assert rows(store, "SELECT count(*) FROM ticket WHERE state = 'closed' AND closed_at IS NOT NULL") == [(200,)]
    assert importing.run(store, "tickets", path).unchanged == 200


def test_the_real_tickets_of_free_text(store: Store, shared: Path) -> None:
    report = importing.run(store, "tickets", shared / "incidents" / "free_text_tickets.csv", dry_run=True)
    assert (report.read, report.created, report.rejected) == (6030, 6030, 0)


def test_a_table_of_ones_own_edits_the_tickets_it_names(store: Store, write: Write) -> None:
    importing.run(store, "tickets", write("Issue,Room\nNo sound,Hall\n"))
    [(ref, id)] = rows(store, "SELECT ref, id FROM ticket")
    report = importing.run(store, "tickets", write(f"ref,text,room,state\n{ref},No sound,Year 3,closed\n"))
    assert (report.updated, report.created) == (1, 0)
    assert rows(store, "SELECT id, room, state FROM ticket") == [(id, "Year 3", "new")]
    assert [(warning.column, warning.value) for warning in report.warnings] == [("state", "closed")]


def test_what_another_program_calls_an_id_does_not_become_ours(store: Store, write: Write) -> None:
    path = write("id,text\n7,No sound\n8,No light\n")
    assert importing.run(store, "tickets", path).created == 2
    assert all(len(str(id)) == 36 for (id,) in rows(store, "SELECT id FROM ticket"))
    assert importing.run(store, "tickets", path).unchanged == 2
