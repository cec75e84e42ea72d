"""Who and where: the trust, its schools with rooms and people, and the technicians with their vans."""

from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from random import Random
from typing import Any

from techdesk.demo.days import TIMEZONE
from techdesk.demo.diary import Diary
from techdesk.demo.shapes import Person, Place, Technician
from techdesk.demo.vocabulary import words
from techdesk.desk.people import RecordContact, RecordOrganisation, RecordSite, RecordTechnician
from techdesk.desk.spares import RecordLocation

PHASES = {
    "Primary": "Primary",
    "Infant": "Primary",
    "Junior": "Primary",
    "Secondary": "Secondary",
    "Special": "Special",
}


@dataclass
class Trust:
    """The schools, the technicians (the laptop's own first) and the central store of spares."""

    places: list[Place]
    technicians: list[Technician]
    store: str

    @property
    def me(self) -> Technician:
        return self.technicians[0]


def found(diary: Diary, rng: Random, sites: int, when: datetime) -> Trust:
    """Writes the trust's beginnings into the diary: everything here is known from `when` on."""
    data, ids = words("trust"), diary.ids
    technicians = [
        Technician(ids.at(when), each["name"], each["code"], f"{each['name'].split()[0].lower()}-laptop", ids.at(when))
        for each in data["technician"]
    ]
    organisation, store, me = ids.at(when), ids.at(when), technicians[0]
    diary.write(when, me, RecordOrganisation(id=organisation, name=data["trust"], kind="trust"))
    for technician, each in zip(technicians, data["technician"], strict=True):
        _record_technician(diary, technician, each, when)
    diary.write(
        when,
        me,
        RecordLocation(id=store, name="Trust store, Hexbridge", kind="store", latitude=52.318, longitude=-2.455),
    )
    names = _names(rng, data["people"])
    places = []
    for number, school in enumerate(_schools(rng, sites)):
        group = number * len(technicians) // sites
        place = _place(diary, rng, school, number, (technicians[group], data["technician"][group]["at"]), when)
        _staff(rng, place, names)
        _record_place(diary, place, school, number, when, organisation, data["clusters"][group])
        places.append(place)
    return Trust(places, technicians, store)


def _record_technician(diary: Diary, technician: Technician, data: dict[str, Any], when: datetime) -> None:
    latitude, longitude = data["at"]
    name, domain = technician.name, words("trust")["domain"]
    van = RecordLocation(id=technician.van, name=f"Van of {name}", kind="van", technician_id=technician.id)
    diary.write(when, technician, van)
    diary.write(when, technician, RecordTechnician(
        id=technician.id, name=name, code=technician.code, role=data["role"], skills=data["skills"],
        email=f"{name.lower().replace(' ', '.')}@{domain}", base_latitude=latitude, base_longitude=longitude,
        working_days="1,2,3,4,5", stock_location_id=technician.van))  # fmt: skip


def _schools(rng: Random, sites: int) -> list[dict[str, Any]]:
    """The schools by name, and as many more as are asked for."""
    data = words("trust")
    schools, more = list(data["school"][:sites]), data["more"]
    names = [f"{first} {second}" for second in more["second"] for first in more["first"]]
    rng.shuffle(names)
    for name in names[: sites - len(schools)]:
        phase = rng.choice(more["phases"])
        kind = "High" if phase == "Secondary" else phase
        schools.append({"name": f"{name} {kind} School", "phase": phase, "town": rng.choice(more["towns"]),
                        "street": f"{rng.randint(1, 140)} {name}", "entry": rng.choice(more["entries"]),
                        "pupils": rng.randint(620, 1180) if phase == "Secondary" else rng.randint(84, 410)})  # fmt: skip
    return schools


def _place(
    diary: Diary, rng: Random, school: dict[str, Any], number: int, by: tuple[Technician, list[float]], when: datetime
) -> Place:
    name, phase = school["name"], school["phase"]
    technician, (latitude, longitude) = by
    at = (round(latitude + rng.uniform(-0.07, 0.07), 5), round(longitude + rng.uniform(-0.1, 0.1), 5))
    for word in (" Church of England", " Catholic", " Community", " School", " Primary", " and Infant"):
        name = name.replace(word, "")
    return Place(diary.ids.at(when), str(8852001 + number * 17), school["name"], name, phase, school["pupils"], at,
                 technician, list(words("trust")["rooms"][phase]))  # fmt: skip


def _names(rng: Random, people: dict[str, list[str]]) -> "cycle[str]":
    surnames = list(people["surnames"])
    rng.shuffle(surnames)
    return cycle([f"{rng.choice(people['titles'])} {surname}" for surname in surnames * 2])


def _staff(rng: Random, place: Place, names: "cycle[str]") -> None:
    """One person for each post, and a teacher for each classroom."""
    for post in words("trust")["staff"]:
        rooms = classrooms(place) if post["room"] == "class" else [post["room"] or rng.choice(place.rooms)]
        for room in rooms:
            place.people.append(Person(next(names), post["role"], post["voice"], room, bool(post["signs"])))


def classrooms(place: Place) -> list[str]:
    """The rooms in which lessons are held."""
    starts = ("Year ", "Class ", "Reception class", "Nursery", "Science", "Maths", "English", "Humanities", "Languages",
              "Art", "Music")  # fmt: skip
    return [room for room in place.rooms if room.startswith(starts)]


def _record_place(
    diary: Diary, place: Place, school: dict[str, Any], number: int, when: datetime, organisation: str, cluster: str
) -> None:
    data = words("trust")
    site = RecordSite(
        id=place.id, code=place.code, name=place.name, organisation_id=organisation, trust=data["trust"], cluster=cluster,
        phase=PHASES[place.phase], address=f"{school['street']}, {school['town']}",
        postcode=f"WY{number % 14 + 1} {number % 9 + 1}{_pair(number)}", telephone=f"01632 960{number + 101:03d}",
        website=f"https://{_word(place.short)}.{data['domain']}", latitude=place.at[0], longitude=place.at[1],
        timezone=TIMEZONE, pupils=place.pupils, entry_notes=school["entry"], rooms=tuple(place.rooms))  # fmt: skip
    diary.write(when, place.technician, site)
    for person in place.people:
        if person.role == "Teacher":
            continue
        diary.write(when, place.technician, RecordContact(
            id=diary.ids.at(when), site_id=place.id, name=person.name, role=person.role, may_sign=int(person.signs),
            channel="phone" if person.voice in ("office", "site") else "email", telephone=f"01632 960{number + 101:03d}",
            email=f"{_word(person.name.split()[-1])}@{_word(place.short)}.{data['domain']}"))  # fmt: skip


def _pair(number: int) -> str:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return letters[number * 7 % len(letters)] + letters[(number * 3 + 5) % len(letters)]


def _word(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalpha())
