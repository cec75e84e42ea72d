"""A hostile client, enrolled or not: it gets a sentence or nothing at all, and the server goes on."""

import base64
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient

from techdesk.desk.ids import new_id
from techdesk.server.api import make_app
from techdesk.server.invites import invite
from techdesk.server.storage import Storage, opened
from techdesk.sync import wire
from tests.server.test_api import Laptop, link, reply
from tests.sync.field import Server, running_server


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "server.db")


@pytest.fixture
def storage(database: str) -> Storage:
    return opened(database)  # the application closes it


@pytest.fixture
def web(storage: Storage) -> Iterator[TestClient]:
    with TestClient(make_app(storage), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def laptop(web: TestClient, database: str) -> Laptop:
    return Laptop(web, database)


def kinds(storage: Storage) -> list[object]:
    with storage.transaction() as session:
        return [row["kind"] for row in session.rows("SELECT kind FROM change_log WHERE dseq > 0 ORDER BY seq")]


ODD_REQUESTS = [
    {"cursor": {"epoch": "", "seq": 10**30, "chain": ""}},
    {"cursor": {"epoch": "", "seq": -1, "chain": ""}},
    {"cursor": {"epoch": "\0", "seq": 1, "chain": "\ud800"}},
    {"numbers_wanted": 10**30},
    {"numbers_wanted": -5},
    {"holding": "\0\ud800"},
    {"wanted": {"sites": ["\0\ud800"], "common": True, "until": 5}},
]
ODD_TEXTS = [
    "null \0 byte",
    "half \ud800",
    "\u202eright to left",
    "\x1b[2J",
    "NaN",
    "../../etc",
    "'; DROP TABLE ticket; --",
]


@pytest.mark.parametrize("more", ODD_REQUESTS)
def test_numbers_and_texts_that_cannot_be_are_answered_with_a_sentence(laptop: Laptop, more: dict) -> None:
    answer = laptop.request(**more)
    assert answer.status_code in (200, 400, 409), answer.text
    assert answer.status_code == 200 or answer.json()["error"].endswith(".")


@pytest.mark.parametrize("name", ["\0", "\ud800", "x", "' OR 1 --"])
def test_a_snapshot_that_cannot_be_is_answered_with_a_sentence(laptop: Laptop, name: str) -> None:
    for path, more in (
        (wire.CHUNK_PATH, {"sha256": name, "offset": 10**30, "length": 5}),
        (wire.CHUNK_PATH, {"sha256": "0" * 64, "offset": 0, "length": 10**30}),
        (wire.KNOWN_PATH, {"epoch": name, "seq": 1, "chain": name, "mids": [name]}),
        (wire.SNAPSHOT_PATH, {"sites": [name], "common": True, "least": 10**30}),
    ):
        body = wire.compress(json.dumps({"protocol": 1, "snapshot": name, **more}).encode())
        signature = laptop.key.sign(wire.signed_message("POST", path, laptop.id, laptop.counter + 1, body))
        headers = laptop.headers(body) | {"Techdesk-Signature": base64.b64encode(signature).decode()}
        answer = laptop.web.post(path, content=body, headers=headers)
        assert answer.status_code in (200, 400, 410), answer.text


@pytest.mark.parametrize(
    "more",
    [
        {"dseq": 10**30},
        {"version": 10**30},
        {"version": -1},
        {"version": True},
        {"offset": "soon"},
        {"offset": 10**400},
        {"mid": "../../etc/passwd"},
        {"at": "2026-11-23"},
        {"actor": {"id": 1}},
        {"command": "x" * 101},
    ],
)
def test_an_operation_that_cannot_be_is_answered_with_a_sentence(laptop: Laptop, storage: Storage, more: dict) -> None:
    answer = laptop.request(laptop.note(1, "") | more)
    assert answer.status_code == 400 and answer.json()["error"].endswith(".")
    assert kinds(storage) == []


def nested(depth: int) -> list:
    found: list = []
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize("depth", [50, 400, 700, 900])
def test_arguments_that_are_deep_hold_nothing_up(laptop: Laptop, storage: Storage, depth: int) -> None:
    first = laptop.note(1, "")
    first["args"]["text"] = nested(depth)
    answer = laptop.request(first)
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        after = laptop.request(laptop.note(2, link(first)))
        assert reply(after)["expects_dseq"] == 3
        assert kinds(storage)[0] in ("parked", "rejected") and kinds(storage)[1] == "plain"


@pytest.mark.parametrize(
    "text",
    ["null \0 byte", "half \ud800", "\u202eright to left", "\x1b[2J", "NaN", "../../etc", "'; DROP TABLE ticket; --"],
)
def test_texts_of_any_kind_are_kept_or_parked(laptop: Laptop, storage: Storage, text: str) -> None:
    first = laptop.note(1, "")
    first["args"]["text"] = text
    assert reply(laptop.request(first))["expects_dseq"] == 2
    assert kinds(storage)[0] in ("plain", "parked")


def test_postgresql_takes_no_more_of_it(postgres_database: str) -> None:
    with TestClient(make_app(opened(postgres_database)), raise_server_exceptions=False) as web:
        laptop, before = Laptop(web, postgres_database), ""
        for more in ODD_REQUESTS:
            assert laptop.request(**more).status_code in (200, 400, 409)
        for dseq, text in enumerate(ODD_TEXTS, 1):
            note = laptop.note(dseq, before)
            note["args"]["text"] = text
            assert reply(laptop.request(note))["expects_dseq"] == dseq + 1
            before = link(note, before)


def test_what_no_number_is_becomes_nothing(laptop: Laptop, storage: Storage) -> None:
    first = laptop.note(1, "")
    document = {"protocol": 1, "cursor": laptop.cursor, "operations": [first], "numbers_wanted": 0,
                "local_now": "2026-11-23T09:14:05.120Z"}  # fmt: skip
    text = json.dumps(document).replace('"offset": 0.0', '"offset": NaN')
    assert laptop.send(wire.compress(text.encode())).status_code == 200
    assert laptop.send(wire.compress(text.replace("NaN", "1e999").encode())).status_code == 400


def test_another_laptops_name_on_ones_own_signature_is_refused(web: TestClient, database: str, laptop: Laptop) -> None:
    other = Laptop(web, database)
    other.id = laptop.id
    answer = other.request(laptop.note(1, ""))
    assert answer.status_code == 401 and answer.json()["code"] == "signature"
    other.key = Ed25519PrivateKey.generate()
    assert other.request().status_code == 401


@pytest.mark.parametrize("counter", [-1, 2**63, 10**4000])
def test_a_counter_that_cannot_be_is_refused_and_uses_nothing_up(laptop: Laptop, counter: int) -> None:
    body = wire.compress(b"{}")
    answer = laptop.web.post(wire.SYNC_PATH, content=body, headers=laptop.headers(body, counter))
    assert answer.status_code == 401 and answer.json()["error"].endswith(".")
    assert laptop.request(laptop.note(1, "")).status_code == 200


def test_work_in_anothers_name_is_rejected(web: TestClient, database: str, laptop: Laptop, storage: Storage) -> None:
    other = Laptop(web, database)
    forged = laptop.note(1, "") | {"actor": other.technician}
    assert reply(laptop.request(forged))["expects_dseq"] == 2
    assert kinds(storage) == ["rejected"]


def test_a_signature_is_good_for_one_path(laptop: Laptop) -> None:
    body = wire.compress(b"{}")
    headers = laptop.headers(body)
    answer = laptop.web.post(wire.FORK_PATH, content=body, headers=headers)
    assert answer.status_code == 401 and answer.json()["code"] == "signature"


def test_another_organisation_is_neither_seen_nor_touched(web: TestClient, database: str, laptop: Laptop) -> None:
    first = laptop.note(1, "")
    reply(laptop.request(first))
    stranger = Laptop.__new__(Laptop)
    stranger.web, stranger.id, stranger.technician, stranger.counter = web, new_id(), new_id(), 0
    stranger.key = Ed25519PrivateKey.generate()
    asked = {
        "code": invite(database, "Zoe", organisation="Others")["code"], "laptop": stranger.id, "van": new_id(),
        "public_key": stranger.key.public_key().public_bytes_raw().hex(), "laptop_name": "zoe-laptop",
        "technician": stranger.technician, "highest_number": 0,
    }  # fmt: skip
    stranger.cursor = web.post(wire.ENROL_PATH, json=asked).json()["cursor"]
    note = stranger.note(1, "", command="ticket.note", args={"ticket_id": first["args"]["id"], "text": "seen"})
    found = reply(stranger.request(note))
    assert [entry["kind"] for entry in found["entries"] if entry["mid"] == note["mid"]] == ["rejected"]
    assert first["args"]["id"] not in {write[1] for entry in found["entries"] for write in entry["writes"]}
    assert stranger.request(cursor=laptop.cursor).status_code == 409


def test_tiny_operations_by_the_thousand_are_refused_before_they_are_taken_apart(laptop: Laptop) -> None:
    many = wire.compress(b'{"protocol":1,"operations":[' + b"{}," * 6_000_000 + b"{}]}")
    assert len(many) < wire.MOST_COMPRESSED
    answer = laptop.send(many)
    assert answer.status_code == 400 and "larger than" in answer.json()["error"]


@pytest.mark.parametrize(
    "more",
    [{"code": ["x"]}, {"code": "\ud800"}, {"laptop_name": "\0"}, {"laptop_name": ["x"]}, {"public_key": "zz"},
     {"highest_number": 10**30}, {"highest_number": True}, {"last_hash": 5}, {"organisation": []},
     {"laptop": "x" * 36}],
)  # fmt: skip
def test_enrolling_with_what_cannot_be_is_answered_with_a_sentence(web: TestClient, more: dict) -> None:
    asked = {
        "code": "x", "public_key": "0" * 64, "laptop": new_id(), "laptop_name": "x", "technician": new_id(),
        "van": new_id(), "highest_number": 0,
    } | more  # fmt: skip
    answer = web.post(wire.ENROL_PATH, content=json.dumps(asked).encode())
    assert answer.status_code == 400 and answer.json()["code"] == "bad"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/sync/",
        "//v1/sync",
        "/v1/../v1/nothing",
        "/v1/%2e%2e/healthz",
        "/v1/blobs/..%2f..%2fetc/0",
        "/v1/blobs/x/-1",
    ],
)
def test_tricks_with_paths_lead_nowhere(laptop: Laptop, path: str) -> None:
    answer = laptop.web.post(path, content=b"x", headers=laptop.headers(b"x"), follow_redirects=False)
    assert answer.status_code in (400, 401, 404, 405) and answer.json()["error"]


# On the wire itself, against a server process.


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    soon = "import techdesk.server.impatient as http; http.HEAD_SECONDS = 0.3"
    with running_server(str(folder / "server.db"), folder / "said.txt", soon) as made:
        yield made


def said(server: Server, sent: bytes, more: bytes = b"") -> bytes:
    """What the server says to these bytes until it closes the connection."""
    parts = urlsplit(server.url)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), 20) as connection:
        connection.sendall(sent)
        found = b""
        try:
            if more:
                found += connection.recv(65536)
                connection.sendall(more)
            while piece := connection.recv(65536):
                found += piece
        except ConnectionError:
            return found
    return found


CHUNKED = b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /healthz HTTP/1.0\r\n\r\n", b" 200 "),
        (b"POST /v1/enrol HTTP/1.1\r\nHost: x\r\n" + CHUNKED, b" 400 "),
        (b"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n" + CHUNKED, b" 400 "),
        (b"POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n" + CHUNKED, b" 40"),
        (b"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b" 400 "),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", b" 400 "),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b" 400 "),
    ],
)
def test_odd_http_is_answered(server: Server, sent: bytes, status: bytes) -> None:
    answer = said(server, sent)
    assert answer == b"" or status in answer.split(b"\r\n")[0]
    assert b" 200 " in said(server, b"GET /healthz HTTP/1.0\r\n\r\n")


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_head_that_never_ends_is_not_waited_for(server: Server, sent: bytes) -> None:
    assert b" 200 " not in said(server, sent)


def test_the_head_after_an_answer_is_not_waited_for_either(server: Server) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    assert said(server, whole, b"GET /healthz HT").count(b" 200 ") == 1
