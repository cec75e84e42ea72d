"""What the demo's makers hand each other: people, schools, devices and parts, with the ids of their rows."""

from dataclasses import dataclass, field


@dataclass
class Person:
    """Someone at a school. `voice` says how they write: teacher, office, head, digital, site."""

    name: str
    role: str
    voice: str
    room: str
    signs: bool


@dataclass
class Technician:
    """One of the three. `laptop` is the name of the device that their history is written on."""

    id: str
    name: str
    code: str
    laptop: str
    van: str

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True)
class Model:
    """A device model; `expiry` is a date, `spelled` the id of the same model as a list of devices once spelled it."""

    id: str
    kind: str
    maker: str
    name: str
    number: str
    standing: str
    expiry: str | None
    cost: float
    serial: str
    share: int
    spelled: str | None = None


@dataclass
class Device:
    """A device as tickets speak of it: `nr` is its number in its trolley or room, `holder` the trolley or person."""

    id: str
    model: Model
    room: str
    host: str
    nr: int
    holder: str | None


@dataclass
class Place:
    """A school."""

    id: str
    code: str
    name: str
    short: str
    phase: str
    pupils: int
    at: tuple[float, float]
    technician: Technician
    rooms: list[str]
    people: list[Person] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)

    def of_kind(self, kind: str, room: str | None = None) -> list[Device]:
        """The school's devices of a kind, in one room if it is given."""
        return [each for each in self.devices if each.model.kind == kind and room in (None, each.room)]

    def signatory(self) -> str:
        """Who signs for a visit."""
        return next((person.name for person in self.people if person.signs), self.people[0].name)


@dataclass(frozen=True)
class Part:
    """A spare: what it `does` for a fix, the numbers of models or the kinds that it fits, levels as (minimum, target)."""

    id: str
    sku: str
    name: str
    does: str
    fits: tuple[str, ...]
    van: tuple[int, int]
    store: tuple[int, int]
    serialised: bool

    def suits(self, model: Model) -> bool:
        return model.number in self.fits or model.kind in self.fits


def in_room(room: str) -> str:
    """'in Year 3', 'in the library': how one says where."""
    if any(letter.isdigit() for letter in room) or room.startswith(("Class ", "Head's", "Nursery")):
        return f"in {room}" if not room.startswith("Head's") else "in the head's office"
    words = room.split()
    lowered = " ".join(word if word.isupper() else word.lower() for word in words)
    return f"at the {lowered}" if lowered.endswith("desk") else f"in the {lowered}"
