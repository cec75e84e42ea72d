"""The capture line: plain text is enough; `@room`, `#tag`, `!urgent` and `?` say more, and never get in the way.

A mark begins a word. A room of several words is written as it is, `@year 3`, or as `@"year 3"` or `@year_3`.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

URGENT_WORDS = {"!urgent": 1, "!1": 1, "!soon": 2, "!2": 2, "!3": 3, "!whenever": 4, "!4": 4}


class Capture(NamedTuple):
    """What a capture line says. A mark that was understood is taken out of the text; any other stays as typed."""

    text: str
    room: str | None = None
    device_id: str | None = None
    tags: tuple[str, ...] = ()
    urgency: int | None = None
    kind: str = "incident"


def read_capture(line: str, rooms: Collection[str] = (), devices: Mapping[str, str] | None = None) -> Capture:
    """Reads a line. `rooms` are the site's, `devices` maps asset tags in lower case to ids. A line of marks alone is text."""
    found = Capture(line)
    kept: list[str] = []
    rest = _room_first(line, rooms)
    if rest is not None:
        found = found._replace(room=rest[0])
        line = rest[1]
    for word in line.split(" "):
        lowered = word.casefold()
        if lowered in URGENT_WORDS:
            found = found._replace(urgency=URGENT_WORDS[lowered])
        elif word == "?":
            found = found._replace(kind="how_to")
        elif len(word) > 1 and word[0] == "#" and devices and lowered[1:] in devices:
            found = found._replace(device_id=devices[lowered[1:]])
        else:
            if len(word) > 1 and word[0] == "#":
                found = found._replace(tags=(*found.tags, word[1:]))
            if len(word) > 1 and word[0] == "@" and found.room is None:
                found = found._replace(room=word[1:].replace("_", " "))
            kept.append(word)
    text = " ".join(kept).strip()
    return found._replace(text=text or found.text)


def _room_first(line: str, rooms: Collection[str]) -> tuple[str, str] | None:
    """The longest known room that stands after an `@`, and the line without it."""
    lowered = line.casefold()
    for room in sorted(rooms, key=len, reverse=True):
        mark = "@" + room.casefold()
        for written in (f'@"{room.casefold()}"', mark, mark.replace(" ", "_")):
            start = lowered.find(written)
            end = start + len(written)
            begins = start == 0 or (start > 0 and lowered[start - 1] == " ")
            if begins and (end == len(line) or not lowered[end].isalnum()):
                return room, (line[:start] + line[end:].lstrip(" ")).strip()
    return None
