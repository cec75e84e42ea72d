"""One run from one seed: a few laptops live through some steps, everything heals, all sync, and the invariants must hold."""

import hashlib
import json
import logging
import random
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from techdesk.desk.ids import new_id
from techdesk.server import admittance
from techdesk.server import log as server_log
from techdesk.server import retention as server_retention
from techdesk.server import snapshots as server_snapshots
from techdesk.sync import arrivals, exchanges, packing, rebase, snapshots, wire
from techdesk.sync.arrivals import kept_cursor
from techdesk.sync.outbox import waiting
from tests.simulation import commands, schools, template, truths
from tests.simulation.disk import Content
from tests.simulation.editions import LATER, PRESENT
from tests.simulation.engine import Engine, installed
from tests.simulation.tables import Entry, read_log
from tests.simulation.world import DAY, Broken, Laptop, World

YEAR = 365 * DAY
# A clock that is off by that many seconds.
CLOCKS = (0, 0, 0, 40, -7200, 3 * YEAR, -20 * YEAR, 30 * YEAR)
STEPS = (6, 26)
# How often all may have to sync until nothing moves: what one brings, the next has yet to fetch.
ROUNDS = 5


class Ended(NamedTuple):
    """How a run ended: `broken` says which invariant did not hold, None when all did. `digest` is that of everything that
    the server and the laptops hold, and of the trace: the same whenever the seed is run."""

    seed: int
    broken: str | None
    trace: list[str]
    digest: str
    operations: int


class Simulator:
    """Runs seeds, one after the other, on the same databases."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        template.give_places(engine, folder)
        self._front = template.new_front()
        self._codes = template.make(engine, self._front, folder)

    def run(self, seed: int) -> Ended:
        """One run."""
        world = self._world(seed)
        broken = None
        try:
            with _sizes(self._engine.chance):
                _Life(world).live()
        except Broken as failure:
            broken = str(failure)
        except Exception as failure:
            broken = f"{type(failure).__name__}: {failure}"
            world.trace.append(_where(failure))
        return Ended(seed, broken, world.trace, _digest(world), sum(len(laptop.made) for laptop in world.laptops))

    def _world(self, seed: int) -> World:
        engine, chance = self._engine, self._engine.chance
        engine.start(seed)
        chance = engine.chance
        self._front.disk.reset()
        world = World(engine, self._front, chance.choice((0.0, 0.15, 0.3, 0.5)))
        names = list(template.OWNERS)
        for name in chance.sample(names, chance.randint(2, 4)):
            path = template.place(engine, self._folder, name)
            disk = engine.disks[path]
            disk.reset()
            shutil.rmtree(path.with_name("snapshot"), ignore_errors=True)
            laptop = Laptop(name, path, disk, chance.choice(CLOCKS))
            laptop.code, laptop.owner = self._codes.get(name), template.OWNERS[name]
            world.laptops.append(laptop)
        taken = {laptop.name for laptop in world.laptops}
        world.spare_places = [template.place(engine, self._folder, name) for name in names if name not in taken]
        world.note(f"laptops {', '.join(f'{each.name} ({each.ahead / 3600:+.0f} h)' for each in world.laptops)}, "
                   f"{world.faulty:.0%} of exchanges faulty")  # fmt: skip
        return world


class _Life:
    """The steps of one run."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = world.engine.chance
        self.backup: tuple[Content, list[Entry]] | None = None
        self.mixed = self.chance.random() < 0.4
        if self.mixed:
            for laptop in world.laptops:
                laptop.version = self.chance.choice((PRESENT, LATER))
        self.copies = self.chance.random() < 0.2
        self.special = self.chance.choices(("", "home", "restore", "epoch"), (80, 4, 10, 6))[0]
        # In some organisations not everyone may have every school; people are shut out, and let in again.
        self.schools = self.chance.random() < (0.2 if self.special else 0.5)
        self.home: tuple[Laptop, Content] | None = None

    def live(self) -> None:
        steps = self.chance.randint(*STEPS)
        turn = self.chance.randrange(steps)
        second = self.chance.randint(turn, steps)
        if self.schools:
            for _ in self.world.laptops:
                self._grant()
        for step in range(steps):
            self.world.engine.seconds += self.chance.choice((1, 60, 3600, DAY))
            if step == turn:
                self._special()
            if step == second:
                self._restore()
                self._put_home_back()
            if self.copies and (step == turn or self.chance.random() < 0.1):
                self._copy(self.chance.choice(self.world.laptops))
            if self.mixed and self.chance.random() < 0.1:
                self._update()
            if self.schools and self.chance.random() < 0.15:
                self._admit()
            self._step(self.chance.choice(self.world.laptops))
        self._heal()
        truths.at_rest(self.world)
        truths.nothing_left_to_say(self.world)

    def _step(self, laptop: Laptop) -> None:
        world, dice = self.world, self.chance.random()
        if dice < 0.03 and world.parcels:
            world.deliver_parcels()
            return
        if self.chance.random() < 0.03:
            world.tidy()
        if 0.03 <= dice < 0.06:
            laptop.disk.room = None if laptop.disk.room is not None else self.chance.choice((0, 1, 5, 20))
            laptop.disk.takes_all_back = self.chance.random() < 0.5
            world.note(f"  {laptop.name}: its disk has room for {laptop.disk.room} rows")
        if world.faulty and self.chance.random() < 0.06:
            laptop.disk.fuse = self.chance.randrange(60)
        killed = world.killed(laptop, lambda: self._do(laptop, dice))
        laptop.disk.fuse = laptop.disk.last_commit = None
        if killed or self.chance.random() < 0.1:
            truths.of_a_laptop(world, laptop)

    def _do(self, laptop: Laptop, dice: float) -> None:
        world, chance = self.world, self.chance
        if dice < 0.35 and laptop.enrolled and not laptop.shut_out:
            world.sync(laptop)
        elif dice < 0.35:
            world.enrol(laptop)
        elif dice < 0.43:
            world.undo(laptop)
        elif dice < 0.46:
            self._poison(laptop)
        else:
            with world.engine.machine(laptop.ahead, laptop.version):
                some = [commands.something(chance, laptop.store) for _ in range(chance.choice((1, 1, 1, 1, 3)))]
            world.perform(laptop, some)

    def _poison(self, laptop: Laptop) -> None:
        """An operation such as another version of techdesk, or a damaged one, would have left in the outbox."""
        name, args, version = self.chance.choice(commands.POISON)
        store, mid = laptop.store, new_id()

        def leave() -> None:
            with store.transaction():
                store.connection.execute(
                    "INSERT INTO operation (mid, command, version, args, at, actor, undo, batch)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (mid, name, version, json.dumps(args), store.now(), store.meta("technician"), "[]", mid),
                )

        self.world.doing(laptop, f"poison {name} {json.dumps(args)}", leave)

    def _admit(self) -> None:
        """What a coordinator does at the server: other grants, shutting a laptop out, deciding on what waits."""
        self.chance.choice((self._grant, self._grant, self._grant, self._revoke, self._decide))()

    def _grant(self) -> None:
        known = self.world.known_laptops()
        if not known:
            return
        laptop, labels = self.chance.choice(known), self.chance.choice(schools.LABELS)
        role = self.chance.choice((None, None, None, "coordinator", "technician"))
        storage = self.world.front.storage
        self._at_the_server(
            f"grant {laptop['name']} {labels} {role}",
            lambda: admittance.grant(storage, laptop["id"], role, None, labels, no_school_yet=True),  # type: ignore[arg-type]
        )

    def _revoke(self) -> None:
        known = self.world.known_laptops()
        if known and not self.copies:
            laptop = self.chance.choice(known)
            self._at_the_server(
                f"revoke {laptop['name']}",
                lambda: admittance.revoke(self.world.front.storage, laptop["id"]),  # type: ignore[arg-type]
            )

    def _decide(self) -> None:
        known, drop = self.world.known_laptops(), self.chance.random() < 0.3
        if known:
            laptop = self.chance.choice(known)
            self._at_the_server(
                f"decide on {laptop['name']}, {'drop' if drop else 'release'}",
                lambda: admittance.decide(self.world.front.storage, laptop["id"], drop=drop),  # type: ignore[arg-type]
            )

    def _at_the_server(self, said: str, do: Callable[[], object]) -> None:
        with self.world.engine.machine(0.0):
            do()
        self.world.note(f"  the coordinator: {said}")

    def _special(self) -> None:
        if self.special == "home":
            laptop = self.chance.choice(self.world.laptops)
            self.home = laptop, laptop.disk.content()
            self.world.note(f"  {laptop.name}: its home is backed up")
        elif self.special and self.backup is None:
            self.backup = self.world.front.disk.content(), read_log(self.world.front.disk)
            self.world.note("the server is backed up")

    def _copy(self, laptop: Laptop) -> None:
        """Someone copies a laptop's folder, and both go on."""
        world = self.world
        if not laptop.enrolled or not world.spare_places:
            return
        path = world.spare_places.pop(0)
        disk = world.engine.disks[path]
        disk.reset()
        shutil.rmtree(path.with_name("snapshot"), ignore_errors=True)
        disk.load(laptop.disk.content())
        twin = Laptop(f"{laptop.name}'s copy", path, disk, laptop.ahead)
        twin.version = laptop.version
        twin.born, twin.owner, twin.shut_out = laptop.born, laptop.owner, laptop.shut_out
        world.engine.copy_keys(laptop.path, path)
        world.laptops.append(twin)
        world.note(f"  {laptop.name}: copied")

    def _put_home_back(self) -> None:
        """A laptop's home is put back to its backup: what was done since and not sent is gone with the disk it was on."""
        if self.home is None:
            return
        laptop, content = self.home
        laptop.disk.revive()
        with laptop.disk.in_peace():
            laptop.disk.load(content)
        laptop.made, laptop.seq = {}, 0
        laptop.restart(self.world.log_end()[1])
        self.world.note(f"  {laptop.name}: its home is put back")
        self.home = None

    def _update(self) -> None:
        """A laptop or the server gets a later version of the program."""
        world = self.world
        machine = self.chance.choice((*world.laptops, None))
        if machine is None:
            world.update_server()
        else:
            machine.version = LATER
            world.note(f"  {machine.name}: updated")

    def _restore(self) -> None:
        """The server is put back to its backup: without a word, or by its own command, which moves the epoch."""
        world, disk = self.world, self.world.front.disk
        if self.backup is None:
            return
        if self.chance.random() < 0.7:
            self._mingle()
        content, log = self.backup
        now = read_log(disk)
        for laptop in world.laptops:
            world.hand_in(laptop)
        disk.load(content)
        world.restored = True
        if now != log:
            world.lost_logs.append(now)
        if self.special == "epoch":
            disk.execute("UPDATE org_head SET epoch = ?", (new_id(),))
            world.moved_epoch = True
        world.note(
            f"the server is put back from {len(now)} to {len(log)} entries{', with a new epoch' * world.moved_epoch}"
        )
        self.backup = None

    def _mingle(self) -> None:
        """All work on what the others have just made, so that after a restore each needs rows that another has."""
        world, chance = self.world, self.chance
        for laptop in chance.sample(world.laptops, len(world.laptops)) * 2:
            if not laptop.enrolled or laptop.shut_out:
                continue
            with world.engine.machine(laptop.ahead):
                some = [commands.on_the_newest(chance, laptop.store) for _ in range(chance.randint(1, 3))]
            for each in some:
                world.killed(laptop, partial(world.perform, laptop, [each]))
            world.killed(laptop, partial(world.sync, laptop))
            laptop.disk.fuse = laptop.disk.last_commit = None

    def _heal(self) -> None:
        """The disks have room, the road is sound, what was on it arrives; all sync until nothing moves."""
        world = self.world
        world.note("healed")
        world.healed = True
        for laptop in world.laptops:
            laptop.disk.room = None
            laptop.version = LATER if self.mixed else PRESENT
        if self.mixed:
            world.update_server()
        world.deliver_parcels()
        for laptop in world.laptops:
            if not laptop.enrolled and laptop.code:
                world.enrol(laptop)
        for laptop in self.chance.sample(world.laptops, len(world.laptops)):
            if laptop.enrolled:
                world.sync(laptop)
        for _ in range(ROUNDS):
            moved = [self._caught_up(laptop) for laptop in world.laptops]
            if not any(moved):
                break

    def _caught_up(self, laptop: Laptop) -> bool:
        """Lets a laptop sync that is behind; whether it was."""
        world, again = self.world, bool(laptop.shut_out)
        if again:
            world.enrol(laptop)
        behind = waiting(laptop.store) or kept_cursor(laptop.store)[:2] != world.log_end()
        if not laptop.enrolled or not (again or behind) or (laptop.shut_out and not again):
            return False
        world.sync(laptop)
        return laptop.store.meta("shut_out") is None


@contextmanager
def _sizes(chance: random.Random) -> Iterator[None]:
    """Pages and leases so small that a short run meets their edges."""
    page = chance.choice((1_500, 4_000, 256 * 1024))
    piece = chance.choice((700, 1024 * 1024))
    fewest, more = chance.choice(((1, 1), (1, 3), (20, 50), (49, 50)))
    places = [
        (wire, "PAGE_BYTES", page),
        (wire, "PAGE_OPERATIONS", chance.choice((1, 3, 500))),
        (server_log, "READ_AT_ONCE", chance.choice((1, 2, 64))),
        (server_log, "NEW_BY_LOG", chance.choice((0, 10, 2_000))),
        (server_snapshots, "MOST_BEHIND", chance.choice((0, 3, 20_000))),
        (server_retention, "AT_ONCE", chance.choice((1, 7, 1_000))),
        (packing, "PLAIN_BYTES", chance.choice((2_000, 8_000_000))),
        (packing, "LINE_BYTES", chance.choice((500, 128_000))),
        (snapshots, "MOST_PIECE", piece),
        (snapshots, "LEAST_PIECE", min(piece, 32 * 1024)),
        (arrivals, "MOST_HELD", chance.choice((3_000, 32 * 1024 * 1024))),
        (rebase, "AT_ONCE", chance.choice((1, 2, 500))),
        (exchanges, "FEWEST_NUMBERS", fewest),
        (exchanges, "MORE_NUMBERS", more),
    ]
    kept = [getattr(place, name) for place, name, _ in places]
    for place, name, value in places:
        setattr(place, name, value)
    try:
        yield
    finally:
        for (place, name, _), value in zip(places, kept, strict=True):
            setattr(place, name, value)


def _where(failure: Exception) -> str:
    return "".join(traceback.format_exception(failure)[-12:])


def _digest(world: World) -> str:
    """Of the trace, of what every laptop has committed, and of the chain that the server's log ends with."""
    parts = list(world.trace)
    for laptop in world.laptops:
        laptop.disk.revive()
        parts += [f"{mid} {made.args}" for mid, made in sorted(laptop.made.items())]
    world.front.disk.revive()
    parts.append(str(world.front.disk.execute("SELECT seq, chain, next_number FROM org_head").fetchone()))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@contextmanager
def simulator() -> Iterator[Simulator]:
    """A simulator; while it lasts, this process has its clocks and ids from it."""
    logging.getLogger("techdesk").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, installed(Engine()) as engine:
        yield Simulator(engine, Path(folder))
