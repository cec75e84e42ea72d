"""The filter line of the device list, which screen and shell share: `site:2005 room:ICT model:CB514 faulty trolley`."""

from typing import NamedTuple

from techdesk.desk.inventory import DEVICE_STATES, STANDINGS


class DeviceFilter(NamedTuple):
    """Which devices. `words` are looked for in tags, serials, names, rooms, notes and the model's name."""

    site_id: str | None = None
    room: str | None = None
    model: str | None = None
    states: tuple[str, ...] = ()
    standing: str | None = None
    words: str = ""


class DeviceLineText(NamedTuple):
    """What a filter line says, before the site is looked up in the store."""

    site: str | None = None
    room: str | None = None
    model: str | None = None
    states: tuple[str, ...] = ()
    standing: str | None = None
    words: str = ""


def parse_devices(text: str) -> DeviceLineText:
    """Reads a filter line. What is no known mark is a word to look for, so nothing that is typed is an error."""
    line, words = DeviceLineText(), []
    for word in text.split():
        name, colon, value = word.partition(":")
        mark = name.casefold().replace("-", "_")
        if colon and value and mark == "site":
            line = line._replace(site=value)
        elif colon and value and mark == "room":
            line = line._replace(room=value.replace("_", " "))
        elif colon and value and mark == "model":
            line = line._replace(model=value.replace("_", " "))
        elif mark in DEVICE_STATES and not colon:
            line = line._replace(states=(*line.states, mark))
        elif mark in STANDINGS and not colon:
            line = line._replace(standing=mark)
        else:
            words.append(word)
    return line._replace(words=" ".join(words))
