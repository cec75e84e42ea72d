"""Requests by chance against a server that runs, from its own OpenAPI document: signed by a laptop that it knows, and not.

`python -m tests.server.fuzzing [--examples N] [--seed S]` is the long form; it says what is wrong and ends with 1.
"""

import argparse
import json
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from techdesk.desk.commands import HOMES
from techdesk.desk.ids import new_id
from techdesk.errors import BadInput
from techdesk.server.invites import invite
from techdesk.server.openapi import PATHS, document
from techdesk.sync import reading, wire
from tests.sync.field import Server, running_server

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SECONDS = 30
PACKED = tuple(path for path, each in PATHS.items() if each.packed[0])


class Sender:
    """A laptop that the server knows, and that signs whatever it is given."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._key = Ed25519PrivateKey.generate()
        self._laptop = new_id()
        self._counter = 0
        self._session = requests.Session()
        asked = {
            "code": invite(server.database, "Ann", "coordinator")["code"],
            "public_key": self._key.public_key().public_bytes_raw().hex(),
            "laptop": self._laptop, "laptop_name": "ann-laptop", "technician": new_id(), "van": new_id(),
            "highest_number": 0,
        }  # fmt: skip
        answer = self._session.post(server.url + wire.ENROL_PATH, json=asked, timeout=SECONDS)
        assert answer.status_code == 200, answer.text
        self._cursor = answer.json()["cursor"]
        self._last, self._hash = 0, ""

    def send(self, case: Case, *, signed: bool) -> requests.Response:
        """Sends the request, its body packed where that path's are."""
        given = case.as_transport_kwargs(base_url=self._server.url)
        prepared = requests.Request(**{name: given[name] for name in ("method", "url", "params") if given.get(name)})
        body = b"" if given.get("json") is None and not given.get("data") else _plain(given)
        operation = None
        if case.path == wire.SYNC_PATH and signed:
            body, operation = self._going_on(body)
        prepared.data = wire.compress(body) if case.path in PACKED else body
        made = self._session.prepare_request(prepared)
        if signed:
            made.headers.update(self._headers(str(made.path_url), str(made.method), prepared.data))
        answer = self._session.send(made, timeout=SECONDS, allow_redirects=False)
        if answer.headers.get("Content-Encoding") == "zstd":
            answer._content = wire.decompress(answer.content)
        if operation is not None and answer.status_code == 200:
            self._last, digest = operation.dseq, wire.digest(operation, wire.args_text(operation))
            self._hash = wire.link(self._hash, self._last, digest)
        return answer

    def _going_on(self, body: bytes) -> tuple[bytes, wire.Operation | None]:
        """The same request as the next one of this laptop, with one operation by a name that the server knows: by chance
        alone hardly any would be run."""
        try:
            asked = wire.loads(body)
        except BadInput:
            asked = None
        if not isinstance(asked, dict):
            return body, None
        asked["cursor"] = self._cursor
        try:
            operation = reading.read_request(asked).operations[0]
        except (BadInput, IndexError):
            return json.dumps(asked).encode(), None
        name = sorted(HOMES)[int(operation.mid[-4:], 16) % len(HOMES)]
        operation = operation._replace(dseq=self._last + 1, prev_hash=self._hash, command=name, actor=None)
        return json.dumps(asked | {"operations": [operation._asdict()]}).encode(), operation

    def _headers(self, path: str, method: str, body: bytes) -> dict[str, str]:
        self._counter += 1
        signature = self._key.sign(wire.signed_message(method, path, self._laptop, self._counter, body))
        return {
            "Techdesk-Laptop": self._laptop, "Techdesk-Counter": str(self._counter),
            "Techdesk-Signature": b64encode(signature).decode(),
        }  # fmt: skip


def fuzz(server: Server, examples: int, number: int) -> Iterator[str]:
    """Sends so many requests to each path; what is wrong with the answers, a text each."""
    schema = schemathesis.openapi.from_dict(document())
    sender = Sender(server)
    for found in schema.get_all_operations():
        operation = found.ok()

        for mode in GenerationMode:

            @seed(number)
            @settings(max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
                      suppress_health_check=list(HealthCheck))  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def sent(case: Case) -> None:
                for signed in (True, False):
                    case.validate_response(sender.send(case, signed=signed), checks=CHECKS)

            try:
                sent()
            except Unsatisfiable:
                continue  # there is no wrong way to ask for it
            except (Failure, BaseExceptionGroup) as failure:
                yield f"{operation.label}: {failure}"


def _plain(given: dict[str, Any]) -> bytes:
    if given.get("json") is not None:
        return json.dumps(given["json"]).encode()
    data = given["data"]
    return data.encode() if isinstance(data, str) else bytes(data)


@contextmanager
def _server() -> Iterator[Server]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(str(Path(folder) / "server.db"), Path(folder) / "said.txt") as server,
    ):
        yield server


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.server.fuzzing", description=__doc__)
    parser.add_argument("--examples", type=int, default=500, help="requests for each path")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with _server() as server:
        wrong = list(fuzz(server, asked.examples, asked.seed))
    print("\n\n".join(wrong) or f"{asked.examples} requests to each path, seed {asked.seed}: nothing is wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
