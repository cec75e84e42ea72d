"""The OpenAPI document of the server's HTTP API. `docs/openapi.json` is a copy, made by docs/make_openapi.py."""

from typing import Any, Literal, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from techdesk.server import documents, feeds
from techdesk.sync import wire

REF = "#/components/schemas/"
ABOUT = """\
What laptops and the server say to each other. Each laptop signs its requests with a key of its own (Ed25519), over

    techdesk 1\\n{method}\\n{path}\\n{laptop}\\n{counter}\\n{SHA-256 of the body, in hexadecimal}

with the counter growing from request to request. Every answer has the header Techdesk-Protocol; every refusal is a `Problem`.
"""
SIGNED = {
    400: "The body is no such message.",
    401: "Not signed, by an unknown laptop, or sent before.",
    403: "The laptop was shut out.",
    408: "The body took too long.",
    413: "The body is too large.",
    426: "The two ends do not speak the same protocol.",
    503: "The database cannot be used now.",
}
HISTORY = "What the laptop has or sends does not follow what the server has."
EXPIRED = "The snapshot is gone, or not for this laptop: ask for another."
PACKED = "JSON, packed with zstd (Content-Encoding: zstd)."
HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$", "example": "9f86d081884c7d659a2feaa0c55ad015" * 2}
SECRET = {"type": "string", "pattern": "^[0-9a-z]{32}$", "example": "0123456789abcdefghjkmnpqrstvwxyz"}
PLACE = {"type": "string", "pattern": "^[0-9]{1,18}$", "example": "0"}


class CalendarText(str):
    """An answer in iCalendar."""


class Endpoint(NamedTuple):
    """One path. `takes` and `gives` are messages, or bytes, or plain text; `packed` ones travel in zstd."""

    summary: str
    takes: type[BaseModel] | type[bytes] | None
    gives: type[BaseModel] | type[bytes] | type[str]
    statuses: dict[int, str]
    method: str = "post"
    packed: tuple[bool, bool] = (False, False)
    signed: bool = True
    parameters: dict[str, dict[str, str]] = {}


PATHS: dict[str, Endpoint] = {
    "/healthz": Endpoint("Whether the server and its database answer.", None, documents.Health,
                         {503: "The database cannot be used now."}, "get", signed=False),
    "/metrics": Endpoint("Figures for Prometheus.", None, str, {503: "The database cannot be used now."}, "get",
                         signed=False),
    feeds.PATH: Endpoint(
        "A private calendar of the visits of a technician or a site: who has its address may read it.", None, CalendarText,
        {304: "It is as it was (If-None-Match).", 404: "There is no such calendar, or it was ended.",
         429: "It is asked for too often.", 503: "The database cannot be used now."}, "get", signed=False,
        parameters={"secret": SECRET}),
    wire.FEEDS_PATH: Endpoint("Make the address of one's own calendar, or end them all.", documents.FeedRequest,
                              documents.FeedReply, SIGNED | {429: "There are as many as there may be."},
                              packed=(True, False)),
    wire.ENROL_PATH: Endpoint(
        "Make a laptop known, with a one-time code.", documents.EnrolRequest, documents.EnrolReply,
        {400: "The body is no such message.", 403: "The code is unknown, used or has run out.",
         408: "The body took too long.", 409: "The laptop's id is taken.", 413: "The body is too large.",
         503: "The database cannot be used now."}, signed=False),
    wire.SYNC_PATH: Endpoint("Push operations, pull the log.", documents.SyncRequest, documents.SyncReply,
                             SIGNED | {409: HISTORY}, packed=(True, True)),
    wire.FORK_PATH: Endpoint("Give a copied laptop an identity of its own.", documents.ForkRequest, documents.ForkReply,
                             SIGNED | {409: HISTORY, 429: "Too many copies in a day."}, packed=(True, False)),
    wire.ESCROW_PATH: Endpoint("Leave the store's key, shut for the coordinators.", documents.EscrowRequest,
                               documents.Left, SIGNED | {409: "There is another recovery key by now."},
                               packed=(True, False)),
    wire.SNAPSHOT_PATH: Endpoint("Ask for a snapshot to begin with.", documents.SnapshotRequest, documents.SnapshotReply,
                                 SIGNED, packed=(True, False)),
    wire.CHUNK_PATH: Endpoint("Fetch a piece of a snapshot.", documents.ChunkRequest, bytes, SIGNED | {410: EXPIRED},
                              packed=(True, False)),
    wire.KNOWN_PATH: Endpoint("Ask which operations are in a snapshot.", documents.KnownRequest, documents.KnownReply,
                              SIGNED | {410: EXPIRED}, packed=(True, False)),
    wire.VERIFY_PATH: Endpoint("Ask what the tables come to.", documents.VerifyRequest, documents.VerifyReply,
                               SIGNED | {409: HISTORY}, packed=(True, False)),
    wire.BLOBS_PATH: Endpoint("How far files are on the server.", documents.FilesRequest, documents.FilesReply, SIGNED),
    wire.BLOBS_PATH + "/{digest}/{first}": Endpoint(
        "Send a part of a file.", bytes, documents.Have,
        SIGNED | {404: "No attachment names that file.", 409: "Another part is wanted.",
                  422: "The file is not what its digest says.", 507: "The organisation's space is used up."},
        parameters={"digest": HASH, "first": PLACE}),
    wire.BLOBS_PATH + "/{digest}/{first}/{length}": Endpoint(
        "Fetch a part of a file.", bytes, bytes, SIGNED | {404: "The file is not here."},
        parameters={"digest": HASH, "first": PLACE, "length": PLACE}),
}  # fmt: skip


def document() -> dict[str, Any]:
    """The whole document, as JSON values."""
    messages: list[tuple[type[BaseModel], Literal["validation"]]] = [
        (each, "validation")
        for path in PATHS.values()
        for each in (path.takes, path.gives)
        if each is not None and issubclass(each, BaseModel)
    ]
    _, schemas = models_json_schema([*messages, (documents.Problem, "validation")], ref_template=REF + "{model}")
    headers = {
        name: {"type": "apiKey", "in": "header", "name": name, "description": said}
        for name, said in (
            ("Techdesk-Laptop", "The laptop's id."),
            ("Techdesk-Counter", "A whole number that grows with each request of the laptop."),
            ("Techdesk-Signature", "The signature in Base64."),
        )
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "techdesk server", "version": str(wire.PROTOCOL), "description": ABOUT},
        "paths": {path: {each.method: _operation(path, each)} for path, each in PATHS.items()},
        "components": {"schemas": schemas["$defs"], "securitySchemes": headers},
    }


def _operation(path: str, endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": path.strip("/").replace("/", "_").replace("{", "").replace("}", ""),
        "responses": {
            "200": {
                "description": PACKED if endpoint.packed[1] else "Done.",
                "content": _content(endpoint.gives),
            },
            **{
                str(status): {"description": said, "content": _content(documents.Problem)}
                for status, said in sorted(endpoint.statuses.items())
            },
        },
    }
    if endpoint.signed:
        found["security"] = [{"Techdesk-Laptop": [], "Techdesk-Counter": [], "Techdesk-Signature": []}]
    if endpoint.parameters:
        found["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": schema}
            for name, schema in endpoint.parameters.items()
        ]
    if endpoint.takes is not None:
        found["requestBody"] = {"required": endpoint.takes is not bytes, "content": _content(endpoint.takes)}
        if endpoint.packed[0]:
            found["requestBody"]["description"] = PACKED
    return found


def _content(kind: type) -> dict[str, Any]:
    if kind is bytes:
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    if kind is CalendarText:
        return {"text/calendar": {"schema": {"type": "string"}}}
    if kind is str:
        return {"text/plain": {"schema": {"type": "string"}}}
    return {"application/json": {"schema": {"$ref": REF + kind.__name__}}}
