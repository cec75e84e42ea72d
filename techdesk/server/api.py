"""The server's HTTP API: a few endpoints, each a few lines before what does the work."""

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from threading import Lock
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from techdesk.errors import BadInput
from techdesk.server import enrolment, feeds, forks, laptops, recovery, retention, snapshots, syncing, verifying
from techdesk.server.blobs import Blobs, Limits, number, proper
from techdesk.server.declined import Declined
from techdesk.server.laptops import Signed
from techdesk.server.metrics import Metrics
from techdesk.server.openapi import document
from techdesk.server.snapshots import Maker
from techdesk.server.storage import Storage
from techdesk.sync import wire

LOG = logging.getLogger("techdesk.server")
MOST_ENROLLING = 16 * 1024
# A body that takes longer than this is not waited for.
BODY_SECONDS = 120
# A snapshot in the making is waited for so long at once, and looked at so often.
SNAPSHOT_SECONDS, LOOK_SECONDS = 20, 0.25
PATHS = (
    wire.SYNC_PATH, wire.ENROL_PATH, wire.ESCROW_PATH, wire.FORK_PATH, wire.BLOBS_PATH, *snapshots.PATHS,
    wire.VERIFY_PATH, wire.FEEDS_PATH, "/healthz",
    "/metrics",
)  # fmt: skip


async def _body(request: Request) -> bytes:
    """The body, read no further than is allowed."""
    most = MOST_ENROLLING if request.url.path in (wire.ENROL_PATH, wire.FORK_PATH) else wire.MOST_COMPRESSED
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise Declined(413, "size", f"The request is larger than {most // 1024} KB: send less at a time.")
    except ClientDisconnect:  # nobody is left to hear it: this is for the log
        raise Declined(400, "cut", "The connection broke before the request was whole: sync again.") from None
    except TimeoutError:
        raise Declined(408, "slow", f"The request took longer than {BODY_SECONDS} s: sync again.") from None
    return bytes(body)


Body = Annotated[bytes, Depends(_body)]
TextHeader = Annotated[str | None, Header()]


def _signed(
    techdesk_laptop: TextHeader = None, techdesk_counter: TextHeader = None, techdesk_signature: TextHeader = None
) -> Signed:
    return laptops.read_headers(techdesk_laptop, techdesk_counter, techdesk_signature)


SignedHeaders = Annotated[Signed, Depends(_signed)]


def make_app(storage: Storage, limits: Limits | None = None) -> FastAPI:
    """The application on that storage, which it closes when it stops; `limits` are those of attached files. Endpoints are
    plain functions: each runs in a thread of the pool, with a transaction of its own."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tidying = asyncio.create_task(_tidy(storage))
        yield
        tidying.cancel()
        maker.stop()
        storage.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    _answer_errors(app, storage)
    metrics = Metrics()
    maker = Maker(storage)
    _count(app, metrics)

    @app.get("/healthz")
    def healthz() -> Response:
        with storage.transaction() as session:
            session.rows("SELECT version FROM schema_version")
        return _json(200, {"status": "ok", "protocol": wire.PROTOCOL})

    @app.get("/metrics")
    def figures() -> Response:
        return Response(metrics.text(storage), 200, media_type="text/plain; version=0.0.4")

    @app.post(wire.ENROL_PATH)
    def enrol(body: Body) -> Response:
        return _json(200, enrolment.enrol(storage, enrolment.read(wire.loads(body))))

    @app.post(wire.SYNC_PATH)
    def sync(body: Body, signed: SignedHeaders) -> Response:
        reply = syncing.exchange(storage, signed, "POST", wire.SYNC_PATH, body, metrics.operations)
        return _response(200, wire.compress(reply), {"Content-Encoding": "zstd"})

    @app.post(wire.FORK_PATH)
    def fork(body: Body, signed: SignedHeaders) -> Response:
        return _json(200, forks.fork(storage, signed, "POST", wire.FORK_PATH, body))

    @app.post(wire.ESCROW_PATH)
    def escrow(body: Body, signed: SignedHeaders) -> Response:
        return _json(200, recovery.keep(storage, signed, "POST", wire.ESCROW_PATH, body))

    @app.post(wire.FEEDS_PATH)
    def own_feed(body: Body, signed: SignedHeaders) -> Response:
        return _json(200, feeds.own(storage, signed, body))

    throttle = feeds.Throttle()

    @app.get(feeds.PATH)
    def feed(secret: str, if_none_match: TextHeader = None) -> Response:
        content = feeds.text(storage, throttle, secret)
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "private, max-age=900", "X-Robots-Tag": "noindex",
                   "Content-Disposition": 'attachment; filename="visits.ics"'}  # fmt: skip
        if if_none_match == tag:
            return _response(304, b"", headers, "text/calendar; charset=utf-8")
        return _response(200, content, headers, "text/calendar; charset=utf-8")

    @app.get("/openapi.json")
    def described() -> Response:
        return _json(200, document())

    _snapshots(app, storage, maker)
    _carry_files(app, Blobs(storage, limits))
    return app


async def _tidy(storage: Storage) -> None:
    """Now and then, as long as the server runs."""
    while True:
        await asyncio.sleep(retention.HOURS * 3600)
        try:
            await run_in_threadpool(retention.tidy, storage)
        except Exception:
            LOG.exception("what is old could not be let go; it is tried again in %s h", retention.HOURS)


def _carry_files(app: FastAPI, blobs: Blobs) -> None:
    """Attached files, in parts: how far they are here, a part up, a part down."""

    @app.post(wire.BLOBS_PATH)
    def status(body: Body, signed: SignedHeaders) -> Response:
        return _response(200, blobs.status(signed, wire.BLOBS_PATH, body), {})

    @app.post(wire.BLOBS_PATH + "/{digest}/{first}")
    def put(digest: str, first: str, body: Body, signed: SignedHeaders) -> Response:
        path = f"{wire.BLOBS_PATH}/{digest}/{first}"
        return _response(200, blobs.put(signed, path, proper(digest), number(first), body), {})

    @app.post(wire.BLOBS_PATH + "/{digest}/{first}/{length}")
    def get(digest: str, first: str, length: str, body: Body, signed: SignedHeaders) -> Response:
        path = f"{wire.BLOBS_PATH}/{digest}/{first}/{length}"
        data = blobs.get(signed, path, proper(digest), number(first), number(length), body)
        return Response(data, 200, {"Techdesk-Protocol": str(wire.PROTOCOL)}, "application/octet-stream")


def _snapshots(app: FastAPI, storage: Storage, maker: Maker) -> None:
    """The endpoints of a laptop that begins with a snapshot."""

    @app.post(wire.SNAPSHOT_PATH)
    async def snapshot(body: Body, signed: SignedHeaders) -> Response:
        """Waits a while for one that is being made, without keeping a thread waiting."""
        id = await run_in_threadpool(maker.claim, signed, body)
        found = await run_in_threadpool(snapshots.state, storage, id)
        end = time.monotonic() + SNAPSHOT_SECONDS
        while not found["ready"] and time.monotonic() < end:
            await asyncio.sleep(LOOK_SECONDS)
            found = await run_in_threadpool(snapshots.state, storage, id)
        return _json(200, found)

    @app.post(wire.CHUNK_PATH)
    def chunk(body: Body, signed: SignedHeaders) -> Response:
        content = snapshots.answer(storage, signed, wire.CHUNK_PATH, body)
        return _response(200, content, {}, "application/octet-stream")

    @app.post(wire.KNOWN_PATH)
    def known(body: Body, signed: SignedHeaders) -> Response:
        return _response(200, snapshots.answer(storage, signed, wire.KNOWN_PATH, body), {})

    one_at_a_time = Lock()

    @app.post(wire.VERIFY_PATH)
    def verify(body: Body, signed: SignedHeaders) -> Response:
        with one_at_a_time:
            return _response(200, verifying.answer(storage, signed, body), {})


def _count(app: FastAPI, metrics: Metrics) -> None:
    """Every request is counted, and told in the log."""

    @app.middleware("http")
    async def counted(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        began, status = time.perf_counter(), 500
        try:
            response = await answer(request)
            status = response.status_code
            return response
        finally:
            seconds = time.perf_counter() - began
            path = next((each for each in PATHS if f"{request.url.path}/".startswith(f"{each}/")), "other")
            metrics.request(path, status, seconds)
            about = {"method": request.method, "path": path, "status": status, "seconds": round(seconds, 4)}
            laptop = request.headers.get("Techdesk-Laptop", "")
            if wire.ID.fullmatch(laptop):
                about["laptop"] = laptop
            LOG.info("%s %s %s in %.3f s", request.method, path, status, seconds, extra={"request": about})


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
        body = wire.dumps({"error": f"{error.detail}: check the address.", "code": "http"})
        return _response(error.status_code, body, dict(error.headers or {}))  # of these, Allow belongs to a 405

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


def _response(status: int, body: bytes, headers: dict[str, str], kind: str = "application/json") -> Response:
    return Response(body, status, {"Techdesk-Protocol": str(wire.PROTOCOL), **headers}, kind)
