"""Tickets in people's own words: from who writes, how it reaches the desk, what is wrong and what surrounds it."""

import re
from random import Random
from typing import Any, NamedTuple

from techdesk.demo.shapes import Device, Person, Place, in_room
from techdesk.demo.troubles import Trouble
from techdesk.demo.vocabulary import words

SLIPS, LOWER_CASE = 0.2, 0.08
QUESTIONS = ("how ", "can ", "could ", "is there ")


class Scene(NamedTuple):
    """What a ticket is written from. `reader` is the technician that an email greets."""

    place: Place
    trouble: Trouble
    device: Device | None
    room: str
    person: Person
    channel: str
    urgency: int
    reader: str


def ticket_text(rng: Random, scene: Scene) -> str:
    """The ticket as it was written; an email keeps its subject as the first line."""
    values = _values(rng, scene)
    voices = words("voices")
    if scene.channel == "email":
        text = _email(rng, values)
    else:
        form = rng.choice([form for form in voices[scene.channel]["form"] if values["when"] or "{when}" not in form])
        values["when2"] = rng.choice(voices["phone"]["when2"])
        text = _tidy(form.format(**values))
    if scene.channel in ("corridor", "log_book") and rng.random() < LOWER_CASE:
        text = text.lower()
    if scene.channel != "monitoring" and rng.random() < SLIPS:
        text = _with_slip(rng, text)
    return text


def _values(rng: Random, scene: Scene) -> dict[str, str]:
    """What the forms may hold."""
    voices, device = words("voices"), scene.device
    where = in_room(scene.room)
    kind: dict[str, Any] = words("hardware")["kinds"].get(device.model.kind, {}) if device else {}
    number = {"nr": str(device.nr), "holder": device.holder or f"the {scene.room} set"} if device else {}
    it = rng.choice(kind["it"]).format(**number, **{"in": where}) if kind else "it"
    thing = rng.choice(kind["thing"] if kind else scene.trouble.things).format(**number)
    said = rng.choice(scene.trouble.said).format(it=it, **{"in": where})
    if said.lower().startswith(QUESTIONS):
        said += "?"
    usual = voices["extra"][scene.person.voice] + (voices["extra_device"][scene.person.voice] * 2 if device else [])
    extra = list(usual)
    if scene.urgency <= 2 and rng.random() < 0.5:
        extra = voices["urgent"]["words"]
    elif scene.urgency == 4 and rng.random() < 0.5:
        extra = voices["calm"]["words"]
    mate = rng.choice([person.name for person in scene.place.people if person is not scene.person] or ["The office"])
    first, second = (rng.choice(each).format(mate=mate) for each in (extra, usual))
    when = rng.choice(voices["when"]) if scene.trouble.kind == "incident" else ""
    return {
        "thing": thing, "Thing": _capital(thing), "short": rng.choice(scene.trouble.short), "said": said,
        "Said": _capital(said), "in": where, "room": scene.room, "when": when,
        "who": scene.person.name, "tech": scene.reader, "extra": first, "extra2": second,
        "host": device.host if device else f"{scene.place.short.replace(' ', '')[:4].upper()}-SRV01",
        "site": scene.place.short,
    }  # fmt: skip


def _email(rng: Random, values: dict[str, str]) -> str:
    mail = words("voices")["email"]
    subjects = [form for form in mail["subject"] if values["when"] or "{when}" not in form]
    subject, hello, bye = (rng.choice(each).format(**values) for each in (subjects, mail["hello"], mail["bye"]))
    since = f" {values['when']}" if values["when"] and rng.random() < 0.4 else ""
    body = f"{values['Said']}{since}.".replace("?.", "?")
    for sentence in dict.fromkeys((values["extra"], values["extra2"])):
        if rng.random() < 0.6:
            body += f" {sentence}"
    return f"{_capital(_tidy(subject))}\n\n{hello}\n{body}\n\n{bye}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tidy(text: str) -> str:
    """One blank between words, one stop after a sentence, a capital after it."""
    text = re.sub(r"\s+", " ", text).strip().replace("..", ".").replace("!.", "!").replace("?.", "?")
    return _capital(text)


def _with_slip(rng: Random, text: str) -> str:
    """The text with a slip of the hand: a word that is often misspelt, or two letters in the wrong order."""
    pairs = [pair for pair in words("voices")["typos"]["words"] if pair[0] in text]
    if pairs and (len(pairs) > 1 or rng.random() < 0.3):
        right, wrong = rng.choice(pairs[1:] if pairs[0][0] == "the " and len(pairs) > 1 else pairs)
        return text.replace(right, wrong, 1)
    long = list(re.finditer(r"[a-z]{5,}", text))
    if not long:
        return text
    at = rng.choice(long).start() + rng.randint(1, 3)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
