"""The filter line of the ticket list, which the shell's options and saved views share: `site:2005 p:2 mine on_hold toner`."""

from typing import NamedTuple

STATE_WORDS = (
    "new", "triaged", "assigned", "in_progress", "on_hold", "resolved", "closed", "reopened", "cancelled",
)  # fmt: skip
SORTS = ("triage", "newest", "oldest")
# What `is:` finds in a filter line.
MARKS = ("waiting", "cold", "major", "repeat", "reopened")


class TicketFilter(NamedTuple):
    """Which tickets. `states` empty means the open ones, unless `all`; `words` are looked for in the full text."""

    site_id: str | None = None
    states: tuple[str, ...] = ()
    priority: int | None = None
    owner_id: str | None = None
    room: str | None = None
    words: str = ""
    all: bool = False
    sort: str = "triage"
    role: str | None = None
    kind: str | None = None
    channel: str | None = None
    category: str | None = None
    marks: tuple[str, ...] = ()
    problem_id: str | None = None


class FilterLine(NamedTuple):
    """What a filter line says, before names are looked up in the store."""

    site: str | None = None
    owner: str | None = None
    room: str | None = None
    priority: int | None = None
    states: tuple[str, ...] = ()
    all: bool = False
    sort: str = "triage"
    words: str = ""
    role: str | None = None
    kind: str | None = None
    channel: str | None = None
    category: str | None = None
    marks: tuple[str, ...] = ()
    problem: str | None = None


def parse_line(text: str) -> FilterLine:
    """Reads a filter line. What is no known mark is a word to look for, so nothing that is typed is an error."""
    line, words = FilterLine(), []
    for word in text.split():
        name, colon, value = word.partition(":")
        mark = name.casefold()
        if colon and value and mark == "site":
            line = line._replace(site=value)
        elif colon and value and mark == "room":
            line = line._replace(room=value.replace("_", " "))
        elif colon and value and mark == "owner":
            line = line._replace(owner=value)
        elif mark == "is" and value.casefold() in MARKS:
            line = line._replace(marks=(*line.marks, value.casefold()))
        elif colon and value and mark == "sort":
            line = line._replace(sort=value)
        elif colon and value and mark == "role":
            line = line._replace(role=value.casefold())
        elif colon and value and mark == "kind":
            line = line._replace(kind=value.casefold().replace("-", "_"))
        elif colon and value and mark == "channel":
            line = line._replace(channel=value.casefold().replace("-", "_"))
        elif colon and value and mark == "category":
            line = line._replace(category=value.replace("_", " "))
        elif colon and value and mark == "problem":
            line = line._replace(problem=value)
        elif mark == "p" and value.isdigit() and 1 <= int(value) <= 5:
            line = line._replace(priority=int(value))
        elif mark in STATE_WORDS and not colon:
            line = line._replace(states=(*line.states, mark))
        elif mark == "mine" and not colon:
            line = line._replace(owner="me")
        elif mark == "all" and not colon:
            line = line._replace(all=True)
        else:
            words.append(word)
    sort = line.sort if line.sort in SORTS else "triage"
    return line._replace(words=" ".join(words), sort=sort)
