"""Runs the server until it is told to stop; requests under way are finished first."""

import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from techdesk import paths
from techdesk.errors import BadInput, NeedsExtra
from techdesk.server import logs, postponed, syncing
from techdesk.server.storage import existing, opened

if TYPE_CHECKING:
    from techdesk.server.blobs import Limits

PORT = 8017
STOP_SECONDS = 20


def default_database() -> Path:
    """Where a server keeps everything when no other place is given."""
    return paths.home() / "server.db"


def known_database(named: str | None) -> str | Path:
    """The database that was named, else the default; what every verb but those that begin one works on. Raises BadInput
    where there is none."""
    return existing(named or default_database())


def run(
    host: str = "127.0.0.1",
    port: int = PORT,
    database: str | Path | None = None,
    log: str = "text",
    limits: "Limits | None" = None,
) -> None:
    """Serves until SIGINT or SIGTERM. Port 0 takes a free one; the address is printed on stderr, and so
    is the log, as text or json. `limits` are those of attached files.

    Raises NeedsExtra, BadInput for an address that cannot be listened on, StoreUnusable for the database.
    """
    try:
        import uvicorn

        from techdesk.server.api import make_app
        from techdesk.server.impatient import ImpatientProtocol
    except ImportError as missing:
        raise NeedsExtra("The server", "server") from missing
    logs.begin(log)
    storage = opened(default_database() if database is None else database)
    try:
        postponed.resume_all(storage, syncing.late)
        listening = _listen(host, port)
    except BaseException:
        storage.close()
        raise
    config = uvicorn.Config(
        make_app(storage, limits),
        http=ImpatientProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        h11_max_incomplete_event_size=64 * 1024,
    )
    with listening:
        shown = f"[{host}]" if ":" in host else host
        print(f"techdesk server on http://{shown}:{listening.getsockname()[1]}", file=sys.stderr, flush=True)
        with suppress(KeyboardInterrupt):  # uvicorn stops in good order, then raises it again
            uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens at that address."""
    if not 0 <= port <= 65535:
        raise BadInput(f"There is no port {port}: choose one from 1 to 65535 with --port.")
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, number)
        try:
            if sys.platform != "win32":  # there it would let two servers share a port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(128)
        except BaseException:
            listening.close()
            raise
    except (OSError, OverflowError) as error:
        raise BadInput(
            f"The server cannot listen on {host}, port {port} ({error}): choose another with --port."
        ) from error
    return listening
