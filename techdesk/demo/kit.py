"""What stands in the schools: device models, and devices with tags, serials and rooms."""

from datetime import date, datetime, timedelta
from itertools import count, cycle, islice
from random import Random
from string import ascii_uppercase

from techdesk.demo.diary import Diary
from techdesk.demo.shapes import Device, Model, Place, Technician
from techdesk.demo.trust import Trust, classrooms
from techdesk.demo.vocabulary import words
from techdesk.desk.inventory import RecordDevice, RecordModel

# Devices for a trust of 14 schools; others in proportion.
DEVICES, SITES = 600, 14
# Every so manieth device comes from a list that spells its model otherwise, where there is such a spelling.
OTHERWISE = 3
STATES = ("in_service",) * 46 + ("faulty", "in_repair", "on_loan", "in_stock", "retired", "lost")


def equip(diary: Diary, rng: Random, trust: Trust, when: datetime) -> list[Model]:
    """Writes the models and every school's devices into the diary. Returns the models."""
    models = _models(diary, trust.me, when)
    wanted = DEVICES * len(trust.places) // SITES
    weights = [place.pupils**0.5 for place in trust.places]
    so_far, tags = 0.0, count(101)
    for place, weight in zip(trust.places, weights, strict=True):
        first = round(wanted * so_far / sum(weights))
        so_far += weight
        _fill(rng, place, models, round(wanted * so_far / sum(weights)) - first)
        for device in place.devices:
            device.id = diary.ids.at(when)
            diary.write(when, place.technician, _record(rng, place, device, next(tags), when.date()))
    return models


def _models(diary: Diary, who: Technician, when: datetime) -> list[Model]:
    models = [
        Model(diary.ids.at(when), each["kind"], each["maker"], each["name"], each["number"], each["standing"],
              each.get("expiry"), each["cost"], each["serial"], each["share"],
              diary.ids.at(when) if "spelled" in each else None)
        for each in words("hardware")["model"]
    ]  # fmt: skip
    for model in models:
        diary.write(when, who, RecordModel(
            id=model.id, name=model.name, number=model.number, category=model.kind, standing=model.standing,
            update_expiry=model.expiry, manufacturer=model.maker))  # fmt: skip
    for model, each in zip(models, words("hardware")["model"], strict=True):
        if model.spelled:
            diary.write(when, who, RecordModel(id=model.spelled, name=each["spelled"], category=model.kind))
    return models


def _fill(rng: Random, place: Place, models: list[Model], wanted: int) -> None:
    """Gives a school its devices: what every school has, then trolleys, up to the number wanted."""
    usual = {kind: _choose(rng, models, kind) for kind in words("hardware")["kinds"]}
    numbers: dict[tuple[str, str], int] = {}
    for kind, room, holder in islice(_places_for(place), wanted):
        model = usual[kind] if rng.random() < 0.75 else _choose(rng, models, kind)
        key = (kind, holder or room)
        numbers[key] = numbers.get(key, 0) + 1
        short = "".join(letter for letter in room if letter.isalnum())[:8].upper()
        sort = words("hardware")["kinds"][kind]["host"]
        host = f"{place.short.replace(' ', '')[:4].upper()}-{short}-{sort}{numbers[key]:02d}"
        place.devices.append(Device("", model, room, host, numbers[key], holder))


def _choose(rng: Random, models: list[Model], kind: str) -> Model:
    fitting = [model for model in models if model.kind == kind]
    return rng.choices(fitting, [model.share for model in fitting])[0]


def _places_for(place: Place) -> "cycle[tuple[str, str, str | None]]":
    """(kind, room, holder) of what a school has, the most needed first, then trolleys without end."""
    classes, rooms = classrooms(place), place.rooms
    hall = next(room for room in rooms if room.endswith(("Hall", "hall")))
    young = [room for room in rooms if room in ("Nursery", "Reception class", "Sensory room", "Year 1")] or classes[:2]
    older = [room for room in classes if room not in young] or classes
    computers = [room for room in rooms if room.startswith("ICT")] or ["Library"]
    trolley = [("Chromebook", room, f"the {room} trolley") for room in (*older[:1], *older[2:3])]
    must = [("Network switch", rooms[-1], None), ("Access point", hall, None), ("Printer", "Office", None),
            ("Desktop PC", "Office", "Office manager"), ("Projector", hall, None)]  # fmt: skip
    must += [("Interactive panel", room, None) for room in classes]
    must += [trolley[number % len(trolley)] for number in range(8)]
    must += [
        ("Laptop", "Head's office", "Headteacher"),
        ("Printer", "Staff room", None),
        ("Desktop PC", "Library", None),
    ]
    must += [("Visualiser", room, None) for room in classes[1::3]]
    must += [("iPad", room, f"the {room} tub") for room in young]
    must += [("Access point", room, None) for room in classes[::3]]
    must += [("Laptop", room, f"Class teacher, {room}") for room in classes[::2]]
    must += [("Desktop PC", room, None) for room in computers * 3]
    more = [*trolley * 3, ("iPad", young[0], f"the {young[0]} tub"), ("Visualiser", classes[0], None), *trolley * 2,
            ("Laptop", "Staff room", "Staff"), ("Access point", "Library", None), ("Desktop PC", computers[0], None),
    ]  # fmt: skip
    return cycle([*must, *more * 12])


def _record(rng: Random, place: Place, device: Device, tag: int, today: date) -> RecordDevice:
    model, kind = device.model, words("hardware")["kinds"][device.model.kind]
    age = rng.randint(200, 365 * (8 if model.standing == "retiring" else kind["years"]))
    bought = today - timedelta(days=age)
    seen = today + timedelta(days=100) - timedelta(days=min(age, int(rng.expovariate(1 / 60))))
    holder = device.holder.removeprefix("the ") if device.holder else None
    return RecordDevice(
        id=device.id, tag=f"BV-{tag:05d}", serial=_serial(rng, model.serial), name=device.host,
        model_id=model.spelled or model.id if tag % OTHERWISE == 0 else model.id,
        site_id=place.id, room=device.room, holder=holder, bought=bought.isoformat(), last_seen=seen.isoformat(),
        cost=round(model.cost * rng.uniform(0.92, 1.08), 2), supplier=kind["supplier"],
        order_number=f"PO-{bought.year % 100}{rng.randint(100, 999)}", state=rng.choice(STATES),
        warranty_end=(bought + timedelta(days=365 * rng.choice((1, 3, 3, 5)))).isoformat())  # fmt: skip


def _serial(rng: Random, pattern: str) -> str:
    """A serial number: a 9 of the pattern becomes a digit, an A after the maker's own letters a letter."""
    fixed = 2 if pattern[0].isalpha() else 1
    made = [
        str(rng.randrange(10)) if sign == "9" else rng.choice(ascii_uppercase) if sign == "A" else sign
        for sign in pattern[fixed:]
    ]
    return pattern[:fixed] + "".join(made)
