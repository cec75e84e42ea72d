"""The road between laptops and the server: it loses, doubles, delays, cuts and corrupts what travels, by chance."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from urllib3.exceptions import NewConnectionError, ProtocolError, ReadTimeoutError

from techdesk.errors import BadInput
from techdesk.server import enrolment, forks, snapshots, syncing
from techdesk.server.declined import Declined
from techdesk.server.laptops import read_headers
from techdesk.server.storage import SqliteStorage
from techdesk.sync import wire
from techdesk.sync.connection import Answer, Connection
from tests.simulation.disk import Disk, Killed

if TYPE_CHECKING:
    from tests.simulation.world import Laptop, World

SPOKEN = {"Techdesk-Protocol": str(wire.PROTOCOL)}
# No sync of a short run needs more.
MOST_REQUESTS = 300
FAULTS = (
    "unreachable", "lost", "kill before", "late", "doubled", "doubled later", "corrupted", "reply lost", "truncated",
    "portal", "kill after", "kill applying", "commit cut", "server killed", "server killed committing", "server failed",
    "server full", "two at once", "work meanwhile", "work before", "old one first",
)  # fmt: skip


class Sent(NamedTuple):
    """A request as it is on the road."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Front:
    """The server's door, in place of the ASGI application: the same calls, the same answers to what they raise."""

    def __init__(self, storage: SqliteStorage, disk: Disk) -> None:
        self.storage = storage
        self.disk = disk

    def answer(self, sent: Sent) -> Answer:
        try:
            if sent.path == wire.ENROL_PATH:
                return _answer(200, wire.dumps(enrolment.enrol(self.storage, enrolment.read(wire.loads(sent.body)))))
            names = (sent.headers.get(f"Techdesk-{name}") for name in ("Laptop", "Counter", "Signature"))
            signed = read_headers(*names)
            if sent.path == wire.FORK_PATH:
                return _answer(200, wire.dumps(forks.fork(self.storage, signed, "POST", sent.path, sent.body)))
            if sent.path in snapshots.PATHS:
                return _answer(200, snapshots.answer(self.storage, signed, sent.path, sent.body))
            reply = syncing.exchange(self.storage, signed, "POST", sent.path, sent.body)
            return _answer(200, wire.compress(reply), {"Content-Encoding": "zstd"})
        except Declined as declined:
            return _answer(declined.status, wire.dumps(declined.document()))
        except BadInput as error:
            return _answer(400, wire.dumps({"error": str(error), "code": "bad"}))
        except self.storage.broken:
            return _answer(503, wire.dumps({"error": "The server's database cannot be used now.", "code": "database"}))


def _answer(status: int, body: bytes, more: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, {**SPOKEN, **(more or {})}, body)


class Road(Connection):
    """A connection of one laptop whose road is the world's."""

    def __init__(self, url: str, world: "World", laptop: "Laptop") -> None:
        self.url = url
        self.round_trips = self.bytes_up = self.bytes_down = self.requests = 0
        self._world = world
        self._laptop = laptop

    def close(self) -> None:
        return

    def _carry(
        self, path: str, body: bytes, headers: Mapping[str, str], connected: Callable[[], None] | None
    ) -> Answer:
        world, laptop = self._world, self._laptop
        self.requests += 1
        if self.requests > MOST_REQUESTS:
            raise AssertionError(f"{laptop.name}: a sync does not come to an end")
        fault = world.fault()
        if fault:
            world.note(f"    {laptop.name}: {fault}")
        if fault == "unreachable":
            raise NewConnectionError(None, "no network")  # type: ignore[arg-type]
        if fault == "work before":
            world.work(laptop)
        if connected is not None:
            connected()
        sent = Sent(path, dict(headers), body)
        world.road.append(sent)
        self._outward(fault, sent)
        answer = world.delivered(sent)
        if answer.body.startswith(b'{"ready":false'):
            world.engine.seconds += 20  # the server has it wait
        return self._homeward(fault, sent, answer)

    def _outward(self, fault: str, sent: Sent) -> None:
        """What may happen before the request has reached the server."""
        world, laptop = self._world, self._laptop
        if fault == "kill before":
            laptop.disk.kill()
        if fault == "lost":
            raise ProtocolError("the road is cut")
        if fault == "late":
            world.later(sent)
            raise ReadTimeoutError(None, sent.path, "no answer")  # type: ignore[arg-type]
        if fault == "old one first":
            world.again(world.engine.chance.choice(world.road))
        if fault == "corrupted":
            at = world.engine.chance.randrange(max(1, len(sent.body)))
            world.delivered(sent._replace(body=sent.body[:at] + b"\0" + sent.body[at + 1 :]))
            raise ProtocolError("the road is cut")
        if fault.startswith("server"):
            self._server_fails(fault, sent)

    def _server_fails(self, fault: str, sent: Sent) -> None:
        world = self._world
        disk = world.front.disk
        if fault == "server killed":
            disk.fuse = world.engine.chance.randrange(40)
        elif fault == "server killed committing":
            disk.last_commit = world.engine.chance.choice(("before", "after"))
        elif fault == "server full":
            disk.room, disk.takes_all_back = world.engine.chance.randrange(20), world.engine.chance.random() < 0.5
        try:
            world.delivered(sent)
        except Killed:
            disk.revive()
        disk.revive()
        disk.room = None
        raise ProtocolError("the server is gone")

    def _homeward(self, fault: str, sent: Sent, answer: Answer) -> Answer:
        """What may happen to the answer, and on the laptop before it is taken in."""
        world, laptop, chance = self._world, self._laptop, self._world.engine.chance
        if fault == "doubled":
            world.again(sent)
        if fault == "doubled later":
            world.later(sent)
        if fault == "reply lost":
            raise ProtocolError("the road is cut")
        if fault == "truncated":
            return answer._replace(body=answer.body[: chance.randrange(len(answer.body))])
        if fault == "portal":
            return Answer(200, {}, b"<html>Sign in</html>")
        if fault == "kill after":
            laptop.disk.kill()
        if fault == "kill applying":
            laptop.disk.fuse = chance.choice((chance.randrange(12), chance.randrange(150)))
        if fault == "commit cut":
            laptop.disk.last_commit = chance.choice(("before", "after"))
        if fault == "two at once":
            world.sync(laptop)
        if fault == "work meanwhile":
            world.work(laptop)
        return answer
