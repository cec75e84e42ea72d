"""Every way that keeps a laptop from its server is told in one sentence, and what waits goes on waiting."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from techdesk.errors import BadInput, NoConnection
from techdesk.models.store import Store
from techdesk.sync import connection, keys
from techdesk.sync.client import enrol, status, sync
from techdesk.sync.connection import Stopped, checked_url, warnings
from tests.sync.field import Field, InProcess, Server, log


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """A server that reads the head of one request, says that answer, and hangs up; None: it says nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.recv(65536)
                if answer is None:
                    while caller.recv(65536):
                        pass  # until the laptop gives up
                    return
                caller.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def enrolled(sqlite_server: Server, tmp_path) -> Iterator[Callable[[str], object]]:
    """Tries a sync of an enrolled laptop, with one operation that waits, at another address."""
    field = Field(sqlite_server, tmp_path)
    ann = field.laptop("Ann")
    log(ann, "Waits")

    def attempt(url: str) -> str:
        ann.set_meta(server=url)
        with pytest.raises(NoConnection) as failure:
            sync(ann)
        assert status(ann).pending == 1
        said = str(failure.value)
        assert said.endswith(".") and "\n" not in said and "Traceback" not in said
        return said

    yield attempt
    field.close()


HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>Sign in</html>"
AWAY = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\n\r\n"
DOWN = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nTechdesk-Protocol: 1\r\nContent-Type: application/json\r\n"
SHORT = HEAD + b"Content-Length: 500\r\n\r\n{"
WRONG = HEAD + b'Content-Length: 14\r\n\r\n{"entries": 5}'
BINARY = HEAD + b"Content-Encoding: zstd\r\nContent-Length: 5\r\n\r\n\x00\x01\x02\x03\x04"
LARGE = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
SECURE = b"HTTP/1.1 308 Permanent Redirect\r\nLocation: https://127.0.0.1/v1/sync\r\nContent-Length: 0\r\n\r\n"
ENTRY = b'"seq": 1, "mid": "m", "laptop": "l", "command": "c", "at": "t", "kind": "plain", "writes": [["ticket"]]'
REST = (
    b'"more": false, "cursor": {"epoch": "e", "seq": 1, "chain": "c"}, "head": 1, "server_time": "2026-11-23T09:14:05.120Z",'
    b'"expects_dseq": 1'
)
NUMBERS = b'{"entries": [], "numbers": 5, %s}' % REST
WRITES = b'{"entries": [{%s}], %s}' % (ENTRY, REST)
OUT = b'{"error": "You are \\u001b[31mout.", "x": [1]}'
OTHER = (
    b'{"error": "The two ends do not speak the same protocol: update the techdesk on this laptop.", "code": "protocol"}'
)
NEWER = b"HTTP/1.1 426 Upgrade Required\r\nTechdesk-Protocol: 2\r\nContent-Length: %d\r\n\r\n%s" % (len(OTHER), OTHER)
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nTechdesk-Protocol: 1\r\nContent-Length: %d\r\n\r\n%s" % (len(OUT), OUT)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (HTML, "not a techdesk server"),
        (AWAY, "not a techdesk server"),
        (DOWN, "down for now"),
        (SHORT, "broke off"),
        (b"SSH-2.0-OpenSSH_9\r\n", "broke off"),
        (WRONG, "update techdesk"),
        (BINARY, "cannot be read"),
        (LARGE, "lets no request of this size through"),
        (SECURE, "run  techdesk enrol https://127.0.0.1 CODE"),
        (HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(NUMBERS), NUMBERS), "no proper 'numbers'"),
        (HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(WRITES), WRITES), "no proper 'writes'"),
        (b"", "hung up"),
        (NEWER, "update the techdesk on this laptop"),
        (REFUSAL, "You are [31mout."),
    ],
)
def test_a_wrong_answer_is_told(enrolled: Callable[[str], str], answer: bytes, expected: str) -> None:
    with answering(answer) as url:
        assert expected in enrolled(url)


def test_silence_is_told(enrolled: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "READ_SECONDS", 0.2)
    with answering(None) as url:
        assert "did not answer" in enrolled(url)


@contextmanager
def dripping() -> Iterator[tuple[str, Event, Event]]:
    """A server that takes a request and sends one letter of a header at a time, for ever: its address, whether it has begun,
    and whether its caller hung up."""
    began, hung_up = Event(), Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            caller, _ = listening.accept()
            with caller, suppress(OSError):
                caller.recv(65536)
                caller.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                caller.settimeout(0.02)
                while True:
                    began.set()
                    caller.sendall(b"x")
                    with suppress(TimeoutError):
                        if not caller.recv(65536):
                            break
            hung_up.set()

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", began, hung_up


def test_an_answer_that_drips_is_given_up(enrolled: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.1)
    with dripping() as (url, _, hung_up):
        assert "too slow" in enrolled(url)
        assert hung_up.wait(10)


@pytest.mark.parametrize("way", ["drips", "is silent"])
def test_a_sync_that_waits_for_an_answer_can_be_stopped(tmp_path: Path, way: str) -> None:
    ann = Store(tmp_path / "techdesk.db")
    log(ann, "Waits")
    keys.make(ann.path)
    waiting = status(ann).pending
    with socket.create_server(("127.0.0.1", 0)) as silent, dripping() as (dripped, began, hung_up):
        url = dripped if way == "drips" else f"http://127.0.0.1:{silent.getsockname()[1]}"
        ann.set_meta(server=url, organisation="o")
        stop = began.is_set if way == "drips" else lambda: True
        with pytest.raises(Stopped, match="Stopped before the server"):
            sync(ann, cancelled=stop)
        assert way == "is silent" or hung_up.wait(10)
    assert status(ann).pending == waiting
    ann.close()


def test_nobody_there_is_told(enrolled: Callable[[str], str]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert "cannot be reached" in enrolled(f"http://127.0.0.1:{closed.getsockname()[1]}")
        assert "cannot be reached" in enrolled(f"https://127.0.0.1:{closed.getsockname()[1]}")


def test_a_name_that_nobody_has_is_told(enrolled: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "getproxies", dict)
    said = enrolled("https://desk.invalid")
    assert "not known" in said or "cannot be reached" in said


def test_a_server_that_speaks_no_tls_is_told(enrolled: Callable[[str], str], sqlite_server: Server) -> None:
    assert "http://" in enrolled(sqlite_server.url.replace("http://", "https://"))


def test_what_did_not_leave_the_laptop_is_not_marked_as_sent(enrolled: Callable[[str], str], tmp_path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        enrolled(f"http://127.0.0.1:{closed.getsockname()[1]}")
    with Store(tmp_path / "Ann" / "techdesk.db") as ann:
        states = [state for (state,) in ann.connection.execute("SELECT state FROM operation WHERE state <> 'done'")]
    assert states == ["pending"]


def test_a_laptop_without_a_server_says_what_to_do(near: Field, road: InProcess) -> None:
    with pytest.raises(NoConnection, match="techdesk enrol"):
        sync(near.store("Ann"))


@pytest.mark.parametrize(
    "url",
    ["", "https://", "ftp://desk.example.org", "http://a b", "http://u:p@desk", "http://x:99999", "https://desk/?q"],
)
def test_an_address_that_is_none_is_refused(near: Field, url: str) -> None:
    with pytest.raises(BadInput):
        enrol(near.store("Ann"), url, "AAAA")


def test_an_address_without_a_scheme_is_https() -> None:
    assert checked_url(" desk.example.org/school/ ") == "https://desk.example.org/school"


def test_only_an_open_road_to_another_machine_is_warned_of() -> None:
    assert warnings("https://desk.example.org") == warnings("http://127.0.0.1:8017") == warnings("http://[::1]") == ()
    assert len(warnings("http://10.0.0.5:8017")) == 1


def test_a_server_that_has_moved_is_gone_on_with_and_the_code_stays(near: Field, road: InProcess) -> None:
    ann, code = near.laptop("Ann"), near.code("Ben")
    log(ann, "Before the server moved")
    found = enrol(ann, "https://desk.example.org", code)
    assert (found.server, found.technician) == ("https://desk.example.org", "Ann") == (ann.meta("server"), "Ann")
    assert sync(ann).sent == 1
    ben = near.store("Ben")
    assert enrol(ben, "https://desk.example.org", code).technician == "Ben"


@pytest.mark.parametrize("missing", ["technician", "van", "server_time"])
def test_an_answer_to_enrolling_that_lacks_something_changes_nothing(tmp_path: Path, missing: str) -> None:
    ann = Store(tmp_path / "techdesk.db")
    rows = {"technician": {"id": "a", "name": "Ann"}, "van": {"id": "b"}, "server_time": "2026-11-23T09:14:05.120Z"}
    rest = {"protocol": 1, "organisation": {"id": "o", "name": "n"}, "cursor": {"epoch": "e", "seq": 0, "chain": ""}}
    said = json.dumps({**rest, "numbers": [1, 2], **rows, missing: {}}).encode()
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(said)
    with answering(head + said) as url, pytest.raises(NoConnection, match="cannot be read"):
        enrol(ann, url, "CODE")
    assert ann.meta("server") is None
    ann.close()
