"""The OpenAPI document: in step with the server, with what travels, and with the answers to requests by chance."""

import json
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from techdesk.server import documents
from techdesk.server.api import make_app
from techdesk.server.openapi import PATHS, document
from techdesk.server.storage import opened
from techdesk.sync import wire
from tests.server.fuzzing import fuzz
from tests.server.test_api import Laptop, reply
from tests.sync.field import Server

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def database(tmp_path: Path) -> str:
    return str(tmp_path / "server.db")


@pytest.fixture
def web(database: str) -> Iterator[TestClient]:
    with TestClient(make_app(opened(database)), raise_server_exceptions=False) as client:
        yield client


def test_the_copy_in_the_docs_is_in_step() -> None:
    spec = spec_from_file_location("make_openapi", DOCS / "make_openapi.py")
    assert spec is not None and spec.loader is not None
    maker: Any = module_from_spec(spec)
    sys.modules[spec.name] = maker
    spec.loader.exec_module(maker)
    assert (DOCS / "openapi.json").read_text(encoding="utf-8") == maker.text(), "run: python docs/make_openapi.py"


def test_every_path_is_described_and_the_server_shows_it(web: TestClient) -> None:
    app: Any = web.app
    served = {
        (route.path, *(method.lower() for method in route.methods))
        for route in app.routes
        if isinstance(route, APIRoute)
    }
    assert served - {("/openapi.json", "get")} == {(path, each.method) for path, each in PATHS.items()}
    assert web.get("/openapi.json").json() == json.loads(json.dumps(document()))


def test_what_travels_has_the_shapes_that_are_described(web: TestClient, database: str) -> None:
    laptop = Laptop(web, database)
    operation = laptop.note(1, "")
    cursor = wire.Cursor(**laptop.cursor)
    sent = wire.request_body(wire.Request(cursor, [wire.Operation(**operation)], 3, "2026-11-23T09:14:05.120Z"))
    documents.SyncRequest.model_validate_json(sent)
    documents.SyncReply.model_validate(reply(laptop.send(wire.compress(sent))))
    fork = wire.fork_body(wire.Fork(laptop.id, "0" * 64, 0, "", cursor))
    documents.ForkRequest.model_validate_json(fork)
    documents.Problem.model_validate(web.post(wire.SYNC_PATH).json())


def test_a_wrong_method_says_which_is_right(web: TestClient) -> None:
    answer = web.get(wire.SYNC_PATH)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_requests_by_chance_get_what_is_described(sqlite_server: Server) -> None:
    assert list(fuzz(sqlite_server, 5, 1)) == []
