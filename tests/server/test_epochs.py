"""A database that came to another PostgreSQL: its system identifier or timeline is not the one that was noted."""

from pathlib import Path

import pytest

from techdesk.server import epochs, postgres
from techdesk.server.invites import invite
from techdesk.server.storage import opened
from techdesk.sync.client import RECOVERED, sync
from tests.sync.field import Field, everything, log, running_server


def state(database: str) -> tuple[object, object]:
    """The epoch of the organisation, and where the database is noted to be. Opened as a server would open it."""
    storage = opened(database)
    try:
        with storage.transaction() as session:
            [head] = session.rows("SELECT epoch FROM org_head")
            [version] = session.rows("SELECT place FROM schema_version")
            return head["epoch"], version["place"]
    finally:
        storage.close()


def put_elsewhere(database: str, place: str) -> None:
    storage = opened(database)
    with storage.transaction() as session:
        session.run("UPDATE schema_version SET place = ?", place)
    storage.close()


def test_where_it_is_is_noted_and_nothing_begins_anew_for_it(postgres_database: str) -> None:
    invite(postgres_database, "Ann")
    first = state(postgres_database)
    identifier, _, timeline = str(first[1]).partition("/")
    assert identifier.isdigit() and len(timeline) == 8
    assert state(postgres_database) == first


@pytest.mark.parametrize("other", ["another system", "another timeline"])
def test_on_another_postgresql_a_new_epoch_begins_once(postgres_database: str, other: str) -> None:
    invite(postgres_database, "Ann")
    epoch, place = state(postgres_database)
    identifier, _, timeline = str(place).partition("/")
    put_elsewhere(postgres_database, f"1/{timeline}" if other == "another system" else f"{identifier}/00000000")
    moved = state(postgres_database)
    assert moved[0] != epoch and moved[1] == place
    assert state(postgres_database) == moved


def test_laptops_send_again_what_was_lost_by_a_fail_over(postgres_database: str, tmp_path: Path) -> None:
    with running_server(postgres_database, tmp_path / "one.txt") as server:
        field = Field(server, tmp_path)
        ann = field.laptop("Ann")
        log(ann, "Toner")
        sync(ann)
    put_elsewhere(postgres_database, "1/00000001")
    state(postgres_database)
    with running_server(postgres_database, tmp_path / "two.txt") as server:
        ann.set_meta(server=server.url)
        before = everything(ann)
        assert RECOVERED in sync(ann).warnings
        assert sync(ann).warnings == () and everything(ann) == before
        field.close()


def test_what_does_not_tell_where_it_is_is_no_hindrance(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PLACE", "SELECT no_such_function()")
    invite(postgres_database, "Ann")
    epoch, place = state(postgres_database)
    assert place is None and state(postgres_database) == (epoch, None)


def test_open_invitations_end_with_the_epoch(postgres_database: str) -> None:
    invite(postgres_database, "Ann")
    storage = opened(postgres_database)
    with storage.transaction() as session:
        epochs.begin_anew(session)
        [row] = session.rows("SELECT count(*) AS open FROM invite WHERE expires > (SELECT restored_at FROM org_head)")
    storage.close()
    assert row["open"] == 0
