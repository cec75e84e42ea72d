"""The server's HTTP API: three endpoints, each a few lines before what does the work."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Request, Response
from starlette.exceptions import HTTPException

from techdesk.errors import BadInput
from techdesk.server import enrolment, laptops, syncing
from techdesk.server.declined import Declined
from techdesk.server.storage import Storage
from techdesk.sync import wire

LOG = logging.getLogger("techdesk.server")
MOST_ENROLLING = 16 * 1024


async def _body(request: Request) -> bytes:
    """The body, read no further than is allowed."""
    most = MOST_ENROLLING if request.url.path == wire.ENROL_PATH else wire.MOST_COMPRESSED
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Declined(413, "size", f"The request is larger than {most // 1024} KB: send less at a time.")
    return bytes(body)


Body = Annotated[bytes, Depends(_body)]
TextHeader = Annotated[str | None, Header()]


def make_app(storage: Storage) -> FastAPI:
    """The application on that storage, which it closes when it stops. Endpoints are plain functions: each runs in a thread
    of the pool, with a transaction of its own."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        storage.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    _answer_errors(app, storage)

    @app.get("/healthz")
    def healthz() -> Response:
        with storage.transaction() as session:
            session.rows("SELECT version FROM schema_version")
        return _json(200, {"status": "ok", "protocol": wire.PROTOCOL})

    @app.post(wire.ENROL_PATH)
    def enrol(body: Body) -> Response:
        return _json(200, enrolment.enrol(storage, enrolment.read(wire.loads(body))))

    @app.post(wire.SYNC_PATH)
    def sync(
        body: Body,
        techdesk_laptop: TextHeader = None,
        techdesk_counter: TextHeader = None,
        techdesk_signature: TextHeader = None,
    ) -> Response:
        signed = laptops.read_headers(techdesk_laptop, techdesk_counter, techdesk_signature)
        reply = syncing.exchange(storage, signed, "POST", wire.SYNC_PATH, body)
        return _response(200, wire.compress(reply), {"Content-Encoding": "zstd"})

    return app


def _answer_errors(app: FastAPI, storage: Storage) -> None:
    """Every refusal and failure is answered with a sentence as JSON."""

    def answers(kind: type[Exception]) -> Callable[[Callable[[Request, Exception], Response]], object]:
        return app.exception_handler(kind)

    @answers(Declined)
    def declined(_: Request, error: Exception) -> Response:
        assert isinstance(error, Declined)
        return _json(error.status, error.document())

    @answers(BadInput)
    def bad_input(_: Request, error: Exception) -> Response:
        return _json(400, {"error": str(error), "code": "bad"})

    @answers(HTTPException)
    def http(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _json(error.status_code, {"error": f"{error.detail}: check the address.", "code": "http"})

    @answers(Exception)
    def failure(_: Request, error: Exception) -> Response:
        return _json(500, {"error": "The server failed on this; its log says why. Try again later.", "code": "failed"})

    def unavailable(_: Request, error: Exception) -> Response:
        LOG.error("the database failed: %s", error)
        return _json(503, {"error": "The server's database cannot be used now: try again later.", "code": "database"})

    for kind in storage.broken:
        app.add_exception_handler(kind, unavailable)


def _json(status: int, document: object) -> Response:
    return _response(status, wire.dumps(document), {})


def _response(status: int, body: bytes, headers: dict[str, str]) -> Response:
    return Response(body, status, {"Techdesk-Protocol": str(wire.PROTOCOL), **headers}, "application/json")
