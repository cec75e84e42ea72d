"""The capture line: plain text is enough; `@room`, `#tag`, `!urgent` and `?how-to` say more, and never get in the way.

A mark begins a word. A room of several words is written as it is, `@year 3`, or as `@"year 3"` or `@year_3`. What only looks
like a mark stays text: an address, a number after `#`, a time after `@`. A backslash before a sign takes its meaning away.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

# What is completed, and tells the rest: digits and other spellings are understood as well.
URGENCIES = ("!urgent", "!soon", "!whenever")
KINDS = ("?how-to", "?request")
URGENT_WORDS = {"!urgent": 1, "!1": 1, "!soon": 2, "!2": 2, "!3": 3, "!whenever": 4, "!4": 4}
KIND_WORDS = {"?": "how_to", "?how-to": "how_to", "?how_to": "how_to", "?howto": "how_to", "?request": "request"}
SIGNS = "@#!?"
# What may follow a mark without belonging to it.
AFTER = ".,;:"
_WORD = re.compile(r'(\s*)(@"[^"\n]+"[.,;:]?(?!\S)|\S+)')
_ROOM = re.compile(r"@(?:\"([^\"\n]+)\"|([^\W_][\w\-/&'’]*))[.,;:]?")
_TIME = re.compile(r"@\d{1,2}(?:[ap]m|h\d{0,2}|[:.]\d\d.*)[.,;:]?", re.IGNORECASE)
_TAG = re.compile(r"#([^\W\d_][\w-]*)[.,;:]?")
# What begins a line of a list, and says nothing.
_BULLET = re.compile(r"\s*(?:[-*•–·]|\[[ xX]?\]|\d{1,2}[.)](?=\s+\D))\s+")


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
    found = _read(line, rooms, devices or {})
    return found if found.text else found._replace(text=line)


def _read(line: str, rooms: Collection[str], devices: Mapping[str, str]) -> Capture:
    """What a line says; its text is empty where there are only marks."""
    found = Capture(line)
    kept: list[str] = []
    rest = _room_first(line, rooms) if "@" in line else None
    if rest is not None:
        found = found._replace(room=rest[0])
        line = rest[1]
    gap = ""
    for blank, word in _WORD.findall(line):
        said = _mark(found, word, devices)
        if said is not None:
            found, gap = said, gap if "\n" in gap else blank
        else:
            found = _hints(found, word)
            kept.append((gap if "\n" in gap else blank) + (word[1:] if _is_escaped(word) else word))
            gap = ""
    return found._replace(text="".join(kept).strip())


def read_page(
    text: str, rooms: Collection[str] = (), devices: Mapping[str, str] | None = None
) -> Iterator[tuple[str, Capture]]:
    """Reads a page of a log book: a ticket for each line that says something, as (the line, what it says).

    Bullets and numbers before a line are left out. A line with a room alone is a heading: what follows is there, unless it
    says otherwise.
    """
    here: str | None = None
    for line in text.splitlines():
        words = _BULLET.sub("", line, count=1).strip()
        if not words:
            continue
        said = _read(words, rooms, devices or {})
        if said.room and (not said.text or _ROOM.fullmatch(said.text)):
            here = said.room
            continue
        yield words, said._replace(text=said.text or words, room=said.room or here)


def named_tags(text: str) -> list[str]:
    """What stands after a `#` at the beginning of a word, each once, in lower case: perhaps a device's tag."""
    found = (word[1:].rstrip(AFTER).casefold() for word in text.split() if len(word) > 1 and word[0] == "#")
    return list(dict.fromkeys(filter(None, found)))


def _is_escaped(word: str) -> bool:
    return len(word) > 1 and word[0] == "\\" and word[1] in SIGNS


def _mark(found: Capture, word: str, devices: Mapping[str, str]) -> Capture | None:
    """What is known with a mark that was understood; None for any other word."""
    lowered = word.casefold().rstrip(AFTER)
    if lowered in URGENT_WORDS:
        return found._replace(urgency=URGENT_WORDS[lowered])
    if lowered in KIND_WORDS:
        return found._replace(kind=KIND_WORDS[lowered])
    if lowered[:1] == "#" and lowered[1:] in devices:
        return found._replace(device_id=devices[lowered[1:]])
    return None


def _hints(found: Capture, word: str) -> Capture:
    """What is known with a tag, or a room that the site does not know: both stay in the text as well."""
    tag = _TAG.fullmatch(word)
    if tag is not None:
        return found._replace(tags=(*found.tags, tag[1]))
    room = _ROOM.fullmatch(word) if found.room is None and not _TIME.fullmatch(word) else None
    if room is not None:
        return found._replace(room=(room[1] or room[2]).replace("_", " ").strip())
    return found


def _room_first(line: str, rooms: Collection[str]) -> tuple[str, str] | None:
    """The longest known room that stands after an `@`, and the line without it."""
    for room in sorted(rooms, key=len, reverse=True):
        name = "[ _]".join(re.escape(word) for word in room.split())
        mark = re.search(rf"(?<!\S)@(\"?){name}\1(?![\w'’@-])(?:[.,;:](?!\S))?", line, re.IGNORECASE)
        if mark is not None:
            return room, (line[: mark.start()] + line[mark.end() :].lstrip(" ")).strip()
    return None
