"""The road to the server: one POST at a time, and every way that it can fail as a sentence."""

import base64
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from techdesk.errors import BadInput, NoConnection
from techdesk.sync import wire
from techdesk.sync.patience import patiently

# How often another sync of the same laptop may overtake a request before it is given up.
OVERTAKEN = 10
CONNECT_SECONDS = 10
READ_SECONDS = 60
# An answer as a whole may take so long, and a second more for so many bytes that went or came (384 kbit/s are 48,000).
ANSWER_SECONDS = 120
LEAST_BYTES_A_SECOND = 2_000
# The body goes in pieces: each, and not the whole, has CONNECT_SECONDS to leave on a slow link.
PIECE = 16 * 1024
KEPT = "your work is kept on this laptop and goes with the next sync"


class ServerRefused(NoConnection):
    """The server answered, with a refusal. `code` tells programs which."""

    def __init__(self, sentence: str, code: str, document: dict[str, Any]) -> None:
        super().__init__(sentence)
        self.code = code
        self.document = document


class Stopped(NoConnection):
    """A person did not want to wait for the answer any more."""


class _TooSlow(Exception):
    """An answer that does not come, or drips."""


class Answer(NamedTuple):
    """What came back, as it came. The names of headers are as the server wrote them."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """Talks to one server. Counts round trips, and the bytes of bodies that went up and came down."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cancelled: Callable[[], bool] = lambda: False
        """Whether a person has stopped what this is for: asked a few times a second while an answer is waited for."""
        self.round_trips = self.bytes_up = self.bytes_down = 0
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        parts = urlsplit(url)
        proxy = None if _is_loopback(parts.hostname) or proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)
        # The system's own authorities: a school may have added one. Reading them takes 25 ms.
        safe = "https" in (parts.scheme, urlsplit(proxy or "").scheme)
        context = ssl.create_default_context() if safe else None
        if proxy:
            self._pool: urllib3.PoolManager = urllib3.ProxyManager(proxy, timeout=timeout, ssl_context=context)
        else:
            self._pool = urllib3.PoolManager(timeout=timeout, ssl_context=context)
        self._watch()

    def close(self) -> None:
        self._pool.clear()

    def post(
        self, path: str, body: bytes, headers: dict[str, str], connected: Callable[[], None] | None = None
    ) -> bytes:
        """Sends a body and returns the answer's, decompressed. `connected` is called when the server is there and the first
        byte of the body is about to go. Raises NoConnection; ServerRefused for a refusal of the server's, Stopped once
        `cancelled` says so, whatever the server does."""
        self.round_trips += 1
        sent = {
            "Content-Type": "application/json",
            "Accept-Encoding": "zstd",
            "Content-Length": str(len(body)),
            **headers,
        }
        try:
            answer = self._carry(path, body, sent, connected)
        except _TooSlow:
            raise NoConnection(
                f"What answers at {self.url} is too slow to wait for: try again on a better network, or sign in to this one "
                f"in a browser; {KEPT}."
            ) from None
        except (HTTPError, OSError) as error:
            raise NoConnection(self._sentence(error)) from error
        self.bytes_up += len(body)
        self.bytes_down += len(answer.body)
        return self._read(answer)

    def _carry(
        self, path: str, body: bytes, headers: Mapping[str, str], connected: Callable[[], None] | None
    ) -> Answer:
        """The road itself, which a simulated one takes the place of. Raises what urllib3 raises, Stopped and _TooSlow."""
        began = time.monotonic()
        found = bytearray()

        def look() -> None:
            if self.cancelled():
                raise Stopped(f"Stopped before the server at {self.url} had answered: {KEPT}.")
            if time.monotonic() - began > ANSWER_SECONDS + (len(body) + len(found)) / LEAST_BYTES_A_SECOND:
                raise _TooSlow

        def run(here: Callable[[Callable[[], None]], None]) -> Answer:
            announce = None if connected is None else lambda: here(connected)
            answer = self._pool.urlopen(
                "POST", self.url + path, body=_announced(body, announce), headers=headers, redirect=False, retries=False,
                preload_content=False, decode_content=False,
            )  # fmt: skip
            with answer:
                # Read to its end: only there is a body that was cut short noticed.
                while len(found) <= wire.MOST_COMPRESSED and (piece := answer.read(64 * 1024)):
                    found.extend(piece)
            return Answer(answer.status, answer.headers, bytes(found))

        try:
            return patiently(run, look)
        except BaseException:
            self._hang_up()
            raise

    def _watch(self) -> None:
        """Remembers the newest connection of the pool, so that another thread than the one that waits in it can end it."""
        pool = self._pool.connection_from_url(self.url)
        make = pool.ConnectionCls
        self._newest: Any = None

        def made(*arguments: Any, **named: Any) -> Any:
            self._newest = make(*arguments, **named)
            return self._newest

        pool.ConnectionCls = made  # type: ignore[assignment]

    def _hang_up(self) -> None:
        """Wakes the thread that waits in a connection: closing it would not, everywhere."""
        opened = getattr(self._newest, "sock", None)
        if isinstance(opened, socket.socket):
            with suppress(OSError):
                socket.socket.shutdown(opened, socket.SHUT_RDWR)  # below TLS, which another thread is using

    def _read(self, answer: Answer) -> bytes:
        if "Techdesk-Protocol" not in answer.headers:
            raise NoConnection(f"{self._of_a_stranger(answer)}; {KEPT}.")
        try:
            packed = answer.headers.get("Content-Encoding") == "zstd"
            plain = wire.decompress(answer.body) if packed else answer.body
            if answer.status == 200:
                return plain
            document = wire.loads(plain)
        except BadInput as error:
            raise NoConnection(f"The server's answer cannot be read ({error}) Sync again; {KEPT}.") from None
        document = document if isinstance(document, dict) else {}
        said = "".join(letter for letter in str(document.get("error", "")) if letter.isprintable())[:500]
        sentence = said or f"The server refused (status {answer.status}): try again later; {KEPT}."
        raise ServerRefused(sentence, str(document.get("code", "")), document)

    def _of_a_stranger(self, answer: Answer) -> str:
        """What an answer says that is not the server's own: a proxy's, this network's, another program's."""
        if answer.status in (502, 503, 504):
            return f"The server at {self.url} is down for now: try again later"
        if answer.status == 413:
            return f"What stands before the server at {self.url} lets no request of this size through: ask who runs it"
        here, there = urlsplit(self.url), urlsplit(str(answer.headers.get("Location", "")))
        sends_on = answer.status in (301, 302, 307, 308) and (here.scheme, there.scheme) == ("http", "https")
        if sends_on and here.hostname == there.hostname:
            address = f"https://{there.netloc}"
            return f"{self.url} sends on to {address}: run  techdesk enrol {address} CODE  with the code that you have or had"
        return (
            f"What answers at {self.url} is not a techdesk server: check the address, or sign in to this network in a "
            "browser first"
        )

    def _sentence(self, error: Exception) -> str:
        """What went wrong and what to do, for what urllib3 raises."""
        if isinstance(error, NameResolutionError):
            return f"The server's name in {self.url} is not known here: check the network and the address; {KEPT}."
        if isinstance(error, SSLError | ssl.SSLError):
            if "WRONG_VERSION" in str(error) or "record layer" in str(error):
                return f"The server at {self.url} does not speak TLS: check whether its address begins with http://."
            why = getattr(error.args[0] if error.args else error, "verify_message", "") or _reason(error)
            return (
                f"The server at {self.url} cannot prove that it is the right one ({why}): check this laptop's "
                "date, and whether this network asks you to sign in."
            )
        if isinstance(error, ProxyError):
            return f"The proxy of this network does not let techdesk through to {self.url}: ask who runs it; {KEPT}."
        if isinstance(error, ConnectTimeoutError | NewConnectionError):
            return f"The server at {self.url} cannot be reached: check the network and the address; {KEPT}."
        if isinstance(error, ReadTimeoutError):
            return f"The server at {self.url} did not answer in {READ_SECONDS} s: try again; {KEPT}."
        if "without response" in str(error) and self.url.startswith("http:"):
            return (
                f"What answers at {self.url} hung up: sync again; if it always does, check whether its address begins with "
                f"https://; {KEPT}."
            )
        return f"The connection to {self.url} broke off ({_reason(error)}): sync again; {KEPT}."


class SignedConnection:
    """A connection whose requests carry the laptop's signature."""

    def __init__(self, connection: Connection, laptop: str, key: Ed25519PrivateKey) -> None:
        self.connection = connection
        self.laptop = laptop
        self._key = key
        self._counter = 0

    def exchange(self, body: bytes, connected: Callable[[], None] | None = None, path: str = wire.SYNC_PATH) -> bytes:
        """Sends a request and returns the reply, as JSON. Raises NoConnection."""
        return self.call(path, wire.compress(body), connected, {"Content-Encoding": "zstd"})

    def call(
        self,
        path: str,
        body: bytes,
        connected: Callable[[], None] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Sends a body as it is, signed, and returns the answer's. Raises NoConnection."""
        for _ in range(OVERTAKEN):
            try:
                return self._send(path, body, connected, headers or {})
            except ServerRefused as refusal:
                last = refusal.document.get("last")
                if refusal.code != "replayed" or not isinstance(last, int):
                    raise
                # The clock was set back since the last sync, or another sync of this laptop was a moment earlier.
                self._counter = last
        return self._send(path, body, connected, headers or {})

    def _send(self, path: str, body: bytes, connected: Callable[[], None] | None, more: Mapping[str, str]) -> bytes:
        self._counter = max(self._counter + 1, time.time_ns() // 1_000_000)
        message = wire.signed_message("POST", path, self.laptop, self._counter, body)
        headers = {
            **more,
            "Techdesk-Laptop": self.laptop,
            "Techdesk-Counter": str(self._counter),
            "Techdesk-Signature": base64.b64encode(self._key.sign(message)).decode("ascii"),
        }
        return self.connection.post(path, body, headers, connected)


def checked_url(text: str) -> str:
    """The address of a server as a person types it: without a scheme it is https. Raises BadInput."""
    url = text.strip()
    if "://" not in url:
        url = f"https://{url}"
    url = url.rstrip("/")
    try:
        parts = urlsplit(url)
        proper = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        proper = proper and parts.username is None and not parts.query and not parts.fragment
    except ValueError:
        proper = False
    if not proper or not url.isascii() or not url.isprintable() or " " in url:
        raise BadInput(f"'{text}' is not the address of a server: write it as https://desk.example.org.")
    return url


def warnings(url: str) -> tuple[str, ...]:
    """What a person should know about that address."""
    parts = urlsplit(url)
    if parts.scheme == "https" or _is_loopback(parts.hostname):
        return ()
    return (f"The connection to {url} is not encrypted: use https:// outside a network that you trust.",)


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _announced(body: bytes, connected: Callable[[], None] | None) -> Iterator[bytes]:
    """The body, in pieces. urllib3 asks for the first only after it has connected and sent the headers."""
    if connected is not None:
        connected()
    for first in range(0, len(body), PIECE):
        yield body[first : first + PIECE]


def _reason(error: Exception) -> str:
    """The innermost reason, short."""
    text = str(error.args[-1] if error.args else error)
    return " ".join(text.split())[:120]
