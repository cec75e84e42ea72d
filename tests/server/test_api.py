"""The HTTP API as a stranger meets it: what is not well-formed, too large, unsigned or from another version."""

import base64
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient

from techdesk.desk.ids import new_id
from techdesk.errors import BadInput, StoreUnusable
from techdesk.models.store import Store
from techdesk.server.api import make_app
from techdesk.server.invites import invite
from techdesk.server.run import run
from techdesk.server.storage import Storage, opened
from techdesk.sync import wire


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "server.db")
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture
def storage(database: str) -> Storage:
    return opened(database)  # the application closes it


@pytest.fixture
def web(storage: Storage) -> Iterator[TestClient]:
    with TestClient(make_app(storage), raise_server_exceptions=False) as client:
        yield client


class Laptop:
    """A laptop that signs by hand."""

    def __init__(self, web: TestClient, database: str) -> None:
        self.web = web
        self.id, self.technician = new_id(), new_id()
        self.key = Ed25519PrivateKey.generate()
        self.counter = 0
        answer = web.post(
            wire.ENROL_PATH,
            json={
                "code": invite(database, "Ann")["code"], "public_key": self.key.public_key().public_bytes_raw().hex(),
                "laptop": self.id, "laptop_name": "ann-laptop", "technician": self.technician, "van": new_id(),
                "highest_number": 0,
            },
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        self.cursor = answer.json()["cursor"]

    def headers(self, body: bytes, counter: int | None = None) -> dict[str, str]:
        self.counter += 1
        used = self.counter if counter is None else counter
        signature = self.key.sign(wire.signed_message("POST", wire.SYNC_PATH, self.id, used, body))
        return {
            "Techdesk-Laptop": self.id, "Techdesk-Counter": str(used),
            "Techdesk-Signature": base64.b64encode(signature).decode(), "Content-Encoding": "zstd",
        }  # fmt: skip

    def send(self, body: bytes):
        return self.web.post(wire.SYNC_PATH, content=body, headers=self.headers(body))

    def request(self, *operations: dict, **more: object):
        document = {
            "protocol": 1, "cursor": self.cursor, "operations": operations, "numbers_wanted": 0,
            "local_now": "2026-11-23T09:14:05.120Z",
        } | more  # fmt: skip
        return self.send(wire.compress(json.dumps(document).encode()))

    def note(self, dseq: int, before: str, **more: object) -> dict:
        return {
            "mid": new_id(), "dseq": dseq, "prev_hash": before, "command": "ticket.log", "version": 1,
            "args": {"id": new_id(), "text": "Words", "ref": f"{dseq}-A"}, "at": "2026-11-23T09:14:05.120Z",
            "actor": self.technician, "offset": 0.0,
        } | more  # fmt: skip


@pytest.fixture
def laptop(web: TestClient, database: str) -> Laptop:
    return Laptop(web, database)


def reply(answer) -> dict:
    assert answer.status_code == 200, answer.text
    return json.loads(wire.decompress(answer.content))


def link(operation: dict, before: str = "") -> str:
    sent = wire.Operation(**operation)
    return wire.link(before, sent.dseq, wire.digest(sent, wire.args_text(sent)))


def seqs(storage: Storage) -> list[object]:
    with storage.transaction() as session:
        return [row["seq"] for row in session.rows("SELECT seq FROM change_log ORDER BY seq")]


def test_it_says_that_it_is_well(web: TestClient) -> None:
    answer = web.get("/healthz")
    assert answer.status_code == 200 and answer.json()["status"] == "ok"
    assert answer.headers["Techdesk-Protocol"] == "1"


def test_an_unknown_page_is_answered_with_a_sentence(web: TestClient) -> None:
    answer = web.get("/nowhere")
    assert answer.status_code == 404 and answer.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Techdesk-Laptop": "x"},
        {"Techdesk-Laptop": "x", "Techdesk-Counter": "1", "Techdesk-Signature": "%%%"},
        {"Techdesk-Laptop": "x\x00", "Techdesk-Counter": "1" * 5000, "Techdesk-Signature": "AAAA"},
        {"Techdesk-Laptop": "x", "Techdesk-Counter": str(10**30), "Techdesk-Signature": "AAAA"},
    ],
)
def test_an_unsigned_request_is_refused(web: TestClient, headers: dict[str, str]) -> None:
    answer = web.post(wire.SYNC_PATH, content=b"x", headers=headers)
    assert answer.status_code == 401 and "enrol" in answer.json()["error"]


def test_a_request_is_taken_once(laptop: Laptop) -> None:
    body = wire.compress(b"{}")
    headers = laptop.headers(body, 100)
    assert laptop.web.post(wire.SYNC_PATH, content=body, headers=headers).status_code == 426
    laptop.counter = 200
    first = laptop.request()
    reply(first)
    again = laptop.web.post(wire.SYNC_PATH, content=body, headers=laptop.headers(body, 150))
    assert again.status_code == 401 and again.json()["last"] == 201


def test_a_body_that_was_changed_on_the_way_is_refused(laptop: Laptop) -> None:
    body = wire.compress(b"{}")
    answer = laptop.web.post(wire.SYNC_PATH, content=body + b" ", headers=laptop.headers(body))
    assert answer.status_code == 401 and answer.json()["code"] == "signature"


@pytest.mark.parametrize(
    "body",
    [
        b"not zstd",
        wire.compress(b"not JSON"),
        wire.compress(b"[" * 100_000),
        wire.compress(b'"' + b"\xff" * 10 + b'"'),
        zstandard.ZstdCompressor().compress(b" " * (wire.MOST_PLAIN + 1)),
        b"",
    ],
)
def test_a_body_that_is_no_request_is_answered_with_a_sentence(laptop: Laptop, body: bytes) -> None:
    answer = laptop.send(body)
    assert answer.status_code == 400 and answer.json()["error"].endswith(".")


def test_a_body_that_is_too_large_is_not_taken_in(laptop: Laptop) -> None:
    answer = laptop.send(b"x" * (wire.MOST_COMPRESSED + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "more",
    [
        {"operations": [{}]},
        {"operations": "many"},
        {"operations": [{}] * 501},
        {"cursor": {"epoch": 1, "seq": "x", "chain": None}},
        {"numbers_wanted": "some"},
        {"local_now": "yesterday"},
    ],
)
def test_a_request_with_a_wrong_field_is_answered_with_a_sentence(laptop: Laptop, more: dict) -> None:
    answer = laptop.request(**more)
    assert answer.status_code == 400 and answer.json()["error"].endswith(".")


@pytest.mark.parametrize(("protocol", "who"), [(0, "this laptop"), (2, "the server"), (None, "the server")])
def test_another_protocol_says_which_end_to_update(laptop: Laptop, protocol: int | None, who: str) -> None:
    answer = laptop.request(protocol=protocol)
    assert answer.status_code == 426 and who in answer.json()["error"]


@pytest.mark.parametrize("cursor", [{"epoch": "x", "seq": 0, "chain": ""}, {"epoch": "", "seq": 9, "chain": "y"}])
def test_a_guessed_cursor_gets_nothing(laptop: Laptop, cursor: dict) -> None:
    answer = laptop.request(cursor=cursor)
    assert answer.status_code == 409 and answer.json()["code"] == "history"


def test_a_gap_is_answered_with_what_to_send_from(laptop: Laptop, storage: Storage) -> None:
    before = len(seqs(storage))
    first = laptop.note(1, "")
    assert reply(laptop.request(first, laptop.note(3, "x")))["expects_dseq"] == 2
    assert len(seqs(storage)) == before + 1


def test_an_operation_comes_again_without_effect(laptop: Laptop, storage: Storage) -> None:
    first = laptop.note(1, "")
    second = laptop.note(2, link(first))
    reply(laptop.request(first))
    found = reply(laptop.request(first, second, first | {"dseq": 3, "prev_hash": link(second, link(first))}))
    assert found["expects_dseq"] == 4
    assert len([each for each in found["entries"] if each["command"] == "ticket.log"]) == 2
    assert seqs(storage) == list(range(1, len(seqs(storage)) + 1))


def test_an_operation_that_comes_again_changed_is_refused(laptop: Laptop, storage: Storage) -> None:
    first = laptop.note(1, "")
    reply(laptop.request(first))
    count = len(seqs(storage))
    answer = laptop.request(first | {"args": first["args"] | {"text": "Other words"}})
    assert answer.status_code == 409 and answer.json()["code"] == "changed"
    assert len(seqs(storage)) == count


def test_a_sequence_that_does_not_follow_is_refused(laptop: Laptop, storage: Storage) -> None:
    reply(laptop.request(laptop.note(1, "")))
    for operation in (laptop.note(2, "wrong"), laptop.note(1, "")):
        answer = laptop.request(operation)
        assert answer.status_code == 409 and answer.json()["code"] == "forked"


def test_pages_are_of_bounded_size_and_lead_on(
    laptop: Laptop, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, sent = "", []
    for dseq in range(1, 31):
        operation = laptop.note(dseq, before)
        before = link(operation, before)
        sent.append(operation)
    monkeypatch.setattr(wire, "PAGE_BYTES", 5_000)
    found, more = [], True
    while more:
        page = reply(laptop.request(*sent))
        assert len(json.dumps(page["entries"])) < 1.1 * wire.DOWN * wire.PAGE_BYTES
        found += [entry["seq"] for entry in page["entries"]]
        laptop.cursor, more = page["cursor"], page["more"]
    assert found == seqs(storage)
    empty = reply(laptop.request())
    assert (empty["entries"], empty["cursor"]) == ([], laptop.cursor)


def test_enrolling_with_nonsense_is_answered_with_a_sentence(web: TestClient) -> None:
    for body in (b"", b"[]", b'{"code": 5}', b"\xff", b"x" * 20_000):
        answer = web.post(wire.ENROL_PATH, content=body)
        assert answer.status_code in (400, 413) and answer.json()["error"].endswith(".")


def test_a_database_is_opened_again_as_it_was(database: str) -> None:
    invite(database, "Ann")
    storage = opened(database)
    with storage.transaction() as session:
        assert len(session.rows("SELECT * FROM invite")) == 1
    storage.close()


def test_a_database_of_another_program_is_left_alone(tmp_path: Path, empty_postgres: str) -> None:
    Store(tmp_path / "laptop.db").close()
    with psycopg.connect(empty_postgres) as connection:
        connection.execute("CREATE TABLE theirs (n int)")
    for database in (str(tmp_path / "laptop.db"), empty_postgres):
        with pytest.raises(StoreUnusable, match="another program"):
            opened(database)


def test_a_database_that_cannot_be_reached_is_told_in_a_sentence(tmp_path: Path) -> None:
    for database in ("postgresql://nobody:x@127.0.0.1:9/nothing", str(tmp_path)):
        with pytest.raises(StoreUnusable, match="cannot be used"):
            opened(database)


def test_an_address_that_cannot_be_listened_on_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for host, port in (("127.0.0.1", taken.getsockname()[1]), ("127.0.0.1", 10**6), ("no.such.host.invalid", 0)):
            with pytest.raises(BadInput, match="--port"):
                run(host, port, tmp_path / "server.db")
