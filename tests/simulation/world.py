"""A world: a few laptops, one server, and the road between them. It does what it is told; `runs` decides what that is."""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from techdesk.desk.commands import Command, Outcome
from techdesk.errors import NoConnection, Refused, StoreUnusable, TechdeskError
from techdesk.models.store import Store
from techdesk.server import postponed, retention, syncing
from techdesk.server import snapshots as server_snapshots
from techdesk.server.invites import invite
from techdesk.sync import wire
from techdesk.sync.arrivals import kept_cursor
from techdesk.sync.client import RECOVERED, SyncReport, enrol, sync
from techdesk.sync.connection import Answer, ServerRefused
from tests.simulation import commands, schools
from tests.simulation.disk import Disk, Killed
from tests.simulation.editions import LATER, PRESENT
from tests.simulation.engine import Engine
from tests.simulation.road import FAULTS, Front, Road, Sent
from tests.simulation.tables import Rows, read_log, standing

URL = "http://127.0.0.1:9"
DAY = 86_400


class Broken(AssertionError):
    """An invariant does not hold."""


class Made(NamedTuple):
    """An operation that a laptop has committed."""

    command: str
    args: str


@lru_cache(10_000)
def is_wordless(args: str) -> bool:
    """Whether the words of an operation with these arguments were erased; an undo says then still what it takes back."""
    said = json.loads(args)
    return not said or "erased" in said or (said.keys() == {"mid", "command", "writes"} and said["writes"] == "[]")


class Laptop:
    """One laptop: its store, its clock, and what it is known to have committed, by mid."""

    def __init__(self, name: str, path: Path, disk: Disk, ahead: float) -> None:
        self.name = name
        self.path = path
        self.disk = disk
        self.ahead = ahead
        # Of the program that it runs.
        self.version = PRESENT
        self.made: dict[str, Made] = {}
        self.code: str | None = None
        self.owner = ""
        # Why the server will have no more of it, once it has said so for good.
        self.shut_out: str | None = None
        self.seq = 0
        # The end of the log when it was enrolled: until it has come there, its technician and van are ahead of the rest.
        self.born: int | None = None
        # Operations that an undo under way may take out of the outbox without a trace.
        self.may_vanish: set[str] = set()
        # Operations that it let go of because it was shut out: the server alone had them then.
        self.handed_in: set[str] = set()
        self.store = Store(path)
        self.recall()

    def restart(self, log_end: int) -> None:
        """The process is gone: a new one opens the store."""
        self.disk.revive()
        self.store = Store(self.path)
        self.recall(log_end)

    def recall(self, log_end: int = 0) -> None:
        """Remembers what is in the outbox, besides what was there before."""
        rows = self.disk.execute("SELECT mid, command, args FROM operation").fetchall()
        for mid in self.may_vanish.difference(row[0] for row in rows):
            self.made.pop(mid, None)
        self.may_vanish = set()
        # What was erased, because this laptop may not read it any more, is remembered as it was.
        there = [row for row in rows if not is_wordless(row[2])]
        self.made.update((mid, Made(command, args)) for mid, command, args in there)
        if self.born is None and self.enrolled:
            self.born = log_end

    @property
    def enrolled(self) -> bool:
        return self.store.meta("server") is not None


class World:
    """`faulty` is the share of exchanges that something happens to."""

    def __init__(self, engine: Engine, front: Front, faulty: float) -> None:
        self.engine = engine
        self.front = front
        self.faulty = faulty
        self.version = PRESENT
        self.laptops: list[Laptop] = []
        self.trace: list[str] = []
        self.road: list[Sent] = []
        self.parcels: list[Sent] = []
        self.healed = False
        self.depth = 0
        # What the server's log was before it was put back, and what may be refused because of it.
        self.lost_logs: list[list[dict[str, Any]]] = []
        self.restored = self.moved_epoch = False
        self.spare_places: list[Path] = []

    def note(self, line: str) -> None:
        self.trace.append(line)

    # What people do.

    def perform(self, laptop: Laptop, sequence: Sequence[Command]) -> list[Outcome] | None:
        """A laptop's person does something; None when it was refused."""
        said = ", ".join(commands.shown(command) for command in sequence)
        return self.doing(laptop, said, lambda: laptop.store.perform_all(sequence))

    def undo(self, laptop: Laptop) -> None:
        """Takes back what was done last. What was never sent may vanish."""
        laptop.may_vanish = {mid for (mid,) in laptop.disk.execute("SELECT mid FROM operation WHERE state = 'pending'")}
        self.doing(laptop, "undo", laptop.store.undo)

    def work(self, laptop: Laptop) -> None:
        """Something by chance, while a sync is under way."""
        with self.engine.machine(laptop.ahead, laptop.version):
            self.perform(laptop, [commands.something(self.engine.chance, laptop.store)])

    def doing(self, laptop: Laptop, said: str, do: Callable[[], Any]) -> Any:
        """Does it on that laptop; None when it was refused, or the disk was full."""
        before = len(laptop.made)
        try:
            with self.engine.machine(laptop.ahead, laptop.version):
                done = do()
        except StoreUnusable as error:
            if "full" not in str(error):
                raise
            self.note(f"  {laptop.name}: {said} -> disk full")
            return None
        except TechdeskError as refusal:
            self.note(f"  {laptop.name}: {said} -> {type(refusal).__name__}: {str(refusal)[:90]}")
            return None
        finally:
            if not laptop.disk.dead:
                laptop.recall()
        self.note(f"  {laptop.name}: {said} ({len(laptop.made) - before} operations)")
        return done

    # What the laptop does.

    def sync(self, laptop: Laptop) -> SyncReport | None:
        """One sync; None when it did not come to its end. Raises Broken when it fails for what nobody did to it."""
        if self.depth > 1:
            return None
        self.depth += 1
        self.note(f"  {laptop.name}: sync")
        epoch = kept_cursor(laptop.store).epoch
        try:
            with self.engine.machine(laptop.ahead, laptop.version):
                report = sync(laptop.store, connect=self._connect(laptop))
        except ServerRefused as refusal:
            self.note(f"    refused ({refusal.code}): {str(refusal)[:100]}")
            if refusal.code == "revoked":
                self._emptied(laptop)
            elif refusal.code == "unknown":
                self._shut_out(laptop, refusal.code)
            elif self.healed:
                raise Broken(f"{laptop.name} is refused: {refusal}") from refusal
            return None
        except NoConnection as error:
            self.note(f"    no connection: {str(error)[:100]}")
            if self.healed:
                raise Broken(f"{laptop.name} cannot sync: {error}") from error
            return None
        except StoreUnusable as error:
            if "full" not in str(error):
                raise
            self.note("    disk full")
            return None
        finally:
            self.depth -= 1
            self.hand_in(laptop)
        self.note(f"    {report.sent} sent, {report.received} received, {report.waiting} waiting")
        laptop.shut_out = None
        if epoch != self.log_end()[0] and RECOVERED not in report.warnings:
            raise Broken(f"{laptop.name} was served, and its epoch is not the server's")
        return report

    def enrol(self, laptop: Laptop) -> None:
        """Uses the laptop's code; a new one, when a server that was put back does not know the laptop any more."""
        self.note(f"  {laptop.name}: enrol")
        if laptop.shut_out == "unknown":
            with self.engine.machine(0.0, self.version):
                laptop.code = invite(self.front.storage, laptop.owner, days=365)["code"]  # type: ignore[arg-type]
        try:
            with self.engine.machine(laptop.ahead, laptop.version):
                enrol(laptop.store, URL, str(laptop.code), self._connect(laptop))
        except (NoConnection, Refused) as error:
            self.note(f"    {str(error)[:100]}")
            if "enrolled already" in str(error):
                laptop.shut_out = None  # a copy of it was faster
            elif self.healed:
                raise Broken(f"{laptop.name} cannot enrol: {error}") from error
        except StoreUnusable as error:
            if "full" not in str(error):
                raise
            self.note("    disk full")
        else:
            laptop.shut_out = None
        if not laptop.disk.dead:
            laptop.recall(self.log_end()[1])  # it has been given to the technician that the server named

    def tidy(self) -> None:
        """The server lets go of what it need not keep; it is an old one, by chance."""
        days = self.engine.chance.choice((0, 1, 3))
        disk = self.front.disk
        disk.let_go |= {entry["chain"]: json.dumps(entry["writes"]) for entry in read_log(disk)}
        with self.engine.machine(0.0), self.front.storage.transaction() as session:
            server_snapshots.tidy(session)
        with self.engine.machine(0.0):
            trimmed = retention.trim(self.front.storage, days)
        self.note(f"the server lets go of what {trimmed} entries wrote")

    def log_end(self) -> tuple[str, int]:
        """The epoch of the server's log, and the number of its last entry."""
        found: tuple[str, int] = self.front.disk.execute("SELECT epoch, seq FROM org_head").fetchone()
        return found

    def known_laptops(self) -> list[dict[str, Any]]:
        """The laptops as the server has them."""
        names = ("id", "name", "technician_id", "role", "scopes", "revoked_at")
        rows = self.front.disk.execute(f"SELECT {', '.join(names)} FROM laptop ORDER BY id").fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def known(self, id: str | None) -> dict[str, Any] | None:
        """A laptop as the server has it."""
        return next((each for each in self.known_laptops() if each["id"] == id), None)

    def _emptied(self, laptop: Laptop) -> None:
        """It was shut out: the server must have said so, and the log begins anew for it."""
        known = self.known(laptop.store.meta("laptop"))
        if known is None or known["revoked_at"] is None:
            raise Broken(f"{laptop.name} is shut out, and nobody did it")
        laptop.seq = 0

    def hand_in(self, laptop: Laptop) -> None:
        """Remembers what a laptop that is shut out has let go of, also in a sync that did not come to its end."""
        known = None if laptop.disk.dead else self.known(laptop.store.meta("laptop"))
        if known is None or known["revoked_at"] is None:
            return
        kept = laptop.disk.execute("SELECT mid, args FROM operation").fetchall()
        laptop.handed_in |= laptop.made.keys() - {mid for mid, args in kept if not is_wordless(args)}

    def _connect(self, laptop: Laptop) -> Callable[[str], Road]:
        return partial(Road, world=self, laptop=laptop)

    def _shut_out(self, laptop: Laptop, code: str) -> None:
        """A refusal for good: it must have a reason."""
        laptop.shut_out = code
        if not self.restored:
            raise Broken(f"{laptop.name} is shut out ({code}), and the server was not put back")

    # The road.

    def fault(self) -> str:
        """What happens to this exchange: nothing, or one of FAULTS."""
        chance = self.engine.chance
        if self.healed or chance.random() >= self.faulty:
            return ""
        return chance.choice(FAULTS)

    def delivered(self, sent: Sent) -> Answer:
        """The request reaches the server. I9: neither has the answer a row of a school that its laptop may not have, nor was
        anything done to one."""
        laptop = self.known(sent.headers.get("Techdesk-Laptop")) or {}
        watched = sent.path == wire.SYNC_PATH and bool(json.loads(laptop.get("scopes", "[]")))
        before = (self.log_end()[1], standing(self.front.disk)) if watched else (0, {})
        with self.engine.machine(0.0, self.version):
            answer = self.front.answer(sent)
        if answer.status == 200 and sent.path == wire.SYNC_PATH and not self.front.disk.dead:
            if not laptop or laptop["revoked_at"] is not None:
                raise Broken("I9: a laptop that is shut out was served")
            if watched:
                self._own_schools(laptop, wire.decompress(answer.body), *before)
        return answer

    def _own_schools(self, laptop: dict[str, Any], reply: bytes, end: int, stood: Rows) -> None:
        log, stands = read_log(self.front.disk), standing(self.front.disk)
        sites = schools.granted(laptop, stands)
        found = schools.forbidden(reply, log, sites, laptop["technician_id"])
        if found:
            raise Broken(f"I9: {laptop['name']}, which has {sites}, was sent {found}")
        if sites is not schools.EVERYTHING:
            mine = [entry for entry in log[end:] if entry["laptop"] == laptop["id"]]
            had = schools.granted(laptop, stood) or frozenset()
            found = schools.trespass(mine, stood, stands, sites | had, laptop["technician_id"])
            if found:
                raise Broken(f"I9: {laptop['name']}, which has {sites}, did {found}")

    def update_server(self) -> None:
        """A later version of the server starts."""
        self.version = LATER
        with self.engine.machine(0.0, self.version), self.front.disk.in_peace():
            postponed.resume_all(self.front.storage, syncing.late)
        self.note("the server is updated")

    def later(self, sent: Sent) -> None:
        """The request is on its way, and nobody knows for how long."""
        self.parcels.append(sent)

    def again(self, sent: Sent) -> None:
        """A request that was delivered before, or overtaken, comes to the server."""
        answer = self.delivered(sent)
        self.note(f"    an old request came: {answer.status}")

    def deliver_parcels(self) -> None:
        while self.parcels:
            self.again(self.parcels.pop(self.engine.chance.randrange(len(self.parcels))))

    def killed(self, laptop: Laptop, do: Callable[[], object]) -> bool:
        """Does something that the laptop may die in; True when it did and was started again."""
        try:
            do()
        except Killed:
            self.depth = 0
            laptop.restart(self.log_end()[1])
            self.note(f"  {laptop.name}: killed, and started again")
            return True
        return False
