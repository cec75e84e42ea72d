"""What the doctor sees, what is counted, and what is written in the log."""

import json
import logging
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from techdesk.errors import BadInput, NoConnection
from techdesk.server.admittance import revoke
from techdesk.server.api import make_app
from techdesk.server.checkup import Finding, examine
from techdesk.server.logs import JsonLines, begin
from techdesk.server.storage import opened
from techdesk.sync import wire
from techdesk.sync.client import sync
from tests.server.test_api import Laptop, database, laptop, reply, storage, web
from tests.sync.field import Field, InProcess, log

__all__ = ["database", "laptop", "storage", "web"]


def bad(findings: list[Finding]) -> list[str]:
    return [each.what for each in findings if not each.good and each.what != "disk"]


def test_a_sound_database_is_found_sound(laptop: Laptop, database: str) -> None:
    reply(laptop.request(laptop.note(1, "")))
    findings = examine(database)
    assert bad(findings) == []
    assert "1 enrolled, 0 shut out" in next(each.found for each in findings if each.what == "techdesk: laptops")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE change_log SET writes = '[]' WHERE seq = 2", "entry 2 was changed"),
        ("DELETE FROM change_log WHERE seq = 2", "entry 2 is missing"),
        ("DELETE FROM change_log WHERE seq = 3", "ends at entry 2"),
        ("UPDATE change_log SET kind = 'conflict' WHERE seq = 1", "entry 1 was changed"),
    ],
)
def test_what_is_wrong_with_a_log_is_named(laptop: Laptop, database: str, damage: str, said: str) -> None:
    reply(laptop.request(laptop.note(1, "")))
    storage = opened(database)
    with storage.transaction() as session:
        session.run(damage)
    storage.close()
    findings = examine(database)
    assert bad(findings) == ["techdesk: log"]
    assert said in next(each.found for each in findings if each.what == "techdesk: log")


def test_work_in_quarantine_is_told(near: Field, road: InProcess) -> None:
    ann = near.laptop("Ann")
    log(ann, "Toner")
    revoke(near.server.database, "Ann")
    with pytest.raises(NoConnection):
        sync(ann)
    assert bad(examine(near.server.database)) == ["techdesk: quarantine"]


def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no database"):
        examine(tmp_path / "server.db")
    assert not (tmp_path / "server.db").exists()


def test_requests_operations_and_laptops_are_counted(laptop: Laptop) -> None:
    reply(laptop.request(laptop.note(1, "")))
    laptop.web.get("/healthz")
    laptop.web.get("/a/path/nobody/knows")
    text = laptop.web.get("/metrics").text
    assert f'techdesk_requests_total{{path="{wire.SYNC_PATH}",status="200"}} 1' in text
    assert 'techdesk_requests_total{path="other",status="404"} 1' in text
    assert 'techdesk_operations_total{kind="plain"} 1' in text
    assert 'techdesk_laptops{state="enrolled"} 1' in text
    assert 'techdesk_request_seconds_bucket{le="+Inf"} 4' in text and "techdesk_request_seconds_count 4" in text
    assert text.endswith("\n") and all(line.startswith(("#", "techdesk_")) for line in text.splitlines())


def test_a_database_that_is_gone_is_told_by_healthz(tmp_path: Path) -> None:
    storage = opened(tmp_path / "server.db")
    with TestClient(make_app(storage), raise_server_exceptions=False) as client:
        with storage.transaction() as session:
            session.run("ALTER TABLE schema_version RENAME TO gone")
        answer = client.get("/healthz")
    assert answer.status_code == 503 and answer.json()["code"] == "database"


def test_a_log_of_json_has_an_object_a_line_with_the_request(laptop: Laptop, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "techdesk.server"):
        reply(laptop.request())
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "techdesk.server"]
    found = next(line for line in lines if line.get("path") == wire.SYNC_PATH)
    assert (found["level"], found["method"], found["status"], found["laptop"]) == ("info", "POST", 200, laptop.id)


def test_a_failure_in_a_log_of_json_carries_its_traceback() -> None:
    try:
        raise ValueError("why")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "it %s", ("failed",), (ValueError, error, error.__traceback__)
        )
    line = json.loads(JsonLines().format(record))
    assert line["message"] == "it failed" and "ValueError: why" in line["traceback"]


def test_a_form_that_there_is_not_is_refused() -> None:
    with pytest.raises(BadInput, match="text, json"):
        begin("xml")
