"""The state that every run starts from: a server with an organisation, and six laptops, four of them enrolled and in step."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from techdesk.desk.ids import new_id
from techdesk.desk.inventory import RecordDevice, RecordModel
from techdesk.desk.people import RecordSite
from techdesk.desk.spares import MoveStock, RecordPart
from techdesk.desk.tickets import LogTicket
from techdesk.desk.visits import PlanVisit
from techdesk.models.store import Store
from techdesk.server.invites import invite
from techdesk.server.storage import SqliteSession, SqliteStorage
from tests.simulation.disk import Disk, new_disk
from tests.simulation.engine import Engine
from tests.simulation.road import Front
from tests.simulation.world import Laptop, World

# Ann has two laptops. The last two are used before they are enrolled.
OWNERS = {"ann": "Ann", "ben": "Ben", "ann-too": "Ann", "cid": "Cid", "dee": "Dee", "ben-too": "Ben"}
ENROLLED = ("ann", "ben", "ann-too", "cid")


def new_front() -> Front:
    """A server on a database in memory."""
    storage = SqliteStorage(Path(":memory:"))
    disk = new_disk()
    disk.deserialize(storage._connection.serialize())
    storage._connection.close()
    storage._connection = disk
    storage.reading = partial(_reading, disk)  # type: ignore[method-assign]
    return Front(storage, disk)


@contextmanager
def _reading(disk: Disk) -> Iterator[SqliteSession]:
    """There is one connection to a database in memory; nobody else writes while a snapshot is made."""
    yield SqliteSession(disk)


def give_places(engine: Engine, folder: Path) -> None:
    """A folder and a disk for each laptop. The file of a store stays empty: its content is in memory."""
    for name in OWNERS:
        path = folder / name / "techdesk.db"
        path.parent.mkdir()
        path.touch()
        engine.disks[path] = new_disk()


def place(engine: Engine, folder: Path, name: str) -> Path:
    """Where the laptop of that name keeps its store, with its own key."""
    path = folder / name / "techdesk.db"
    engine.keys[path] = Ed25519PrivateKey.from_private_bytes(bytes([list(OWNERS).index(name) + 1]) * 32)
    return path


def make(engine: Engine, front: Front, folder: Path) -> dict[str, str]:
    """Fills all disks and freezes them, alike in every process. Returns the codes of those who are not enrolled yet."""
    engine.start(-1)
    world = World(engine, front, 0.0)
    world.healed = True
    codes: dict[str, str] = {}
    for name, owner in OWNERS.items():
        path = place(engine, folder, name)
        Store(path).set_meta(laptop_name=f"{name}-laptop")
        laptop = Laptop(name, path, engine.disks[path], 0.0)
        laptop.code = codes[name] = invite(front.storage, owner, days=365)["code"]  # type: ignore[arg-type]
        world.laptops.append(laptop)
    for laptop in world.laptops:
        if laptop.name in ENROLLED:
            world.enrol(laptop)
            world.sync(laptop)
    _furnish(world.laptops[0].store)
    for laptop in (*world.laptops, *world.laptops):
        if laptop.enrolled:
            world.sync(laptop)
    for disk in (front.disk, *engine.disks.values()):
        disk.freeze()
    return {name: codes[name] for name in OWNERS if name not in ENROLLED}


def _furnish(store: Store) -> None:
    site, south, model, part = (new_id() for _ in range(4))
    van = store.connection.execute("SELECT id FROM stock_location ORDER BY id LIMIT 1").fetchone()[0]
    store.perform_all(
        [
            RecordSite(id=site, code="1", name="North", cluster="n", rooms=("Hall", "A")),
            RecordSite(id=south, code="2", name="South", cluster="s"),
            RecordModel(id=model, name="X1", manufacturer="P"),
            RecordDevice(id=new_id(), tag="L-1", model_id=model, site_id=site),
            RecordPart(id=part, sku="T1", name="Toner", models=(model,)),
            MoveStock(part_id=part, quantity=2, reason="receive", to_id=van),
            LogTicket(id=new_id(), text="Toner is out", site_id=site, impact=3),
            LogTicket(id=new_id(), text="Wifi"),
            LogTicket(id=new_id(), text="Beamer", site_id=south),
            RecordDevice(id=new_id(), tag="L-2", site_id=south),
            PlanVisit(id=new_id(), site_id=site, technician_id=str(store.meta("technician")),
                      planned_start="2026-11-24T08:00:00.000Z", planned_end="2026-11-24T11:00:00.000Z"),
        ]
    )  # fmt: skip
