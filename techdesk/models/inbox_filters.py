"""The filter line of the inbox, which screen and shell share: `conflict site:2005 ticket who:all since:2026-11-20 hall`."""

from typing import NamedTuple

KINDS = ("merged", "conflict", "rejected", "parked")
ENTITIES = (
    "ticket", "site", "device", "contact", "part", "visit", "visit_task", "technician", "device_model", "organisation",
    "stock_location", "stock_level",
)  # fmt: skip


class InboxFilter(NamedTuple):
    """Which items. `who` is the id of the technician whose they are, or "all"; None means mine, and those that nobody can be
    named for. `since` is a moment or the beginning of one. `words` are looked for in everything that an item says."""

    kind: str | None = None
    site_id: str | None = None
    entity: str | None = None
    who: str | None = None
    since: str | None = None
    settled: bool = False
    words: str = ""


class InboxFilterLine(NamedTuple):
    """What a filter line says, before names are looked up in the store."""

    kind: str | None = None
    site: str | None = None
    entity: str | None = None
    who: str | None = None
    since: str | None = None
    settled: bool = False
    words: str = ""


def parse_inbox(text: str) -> InboxFilterLine:
    """Reads a filter line. What is no known mark is a word to look for, so nothing that is typed is an error."""
    line, words = InboxFilterLine(), []
    for word in text.split():
        name, colon, value = word.partition(":")
        mark = name.casefold().replace("-", "_")
        if colon and value and mark == "site":
            line = line._replace(site=value)
        elif colon and value and mark == "who":
            line = line._replace(who=value)
        elif colon and value and mark == "since":
            line = line._replace(since=value)
        elif colon and value and mark == "kind":
            line = line._replace(kind=value.casefold())
        elif colon and value and mark == "entity":
            line = line._replace(entity=value.casefold().replace("-", "_"))
        elif mark in KINDS and not colon:
            line = line._replace(kind=mark)
        elif mark in ENTITIES and not colon:
            line = line._replace(entity=mark)
        elif mark == "settled" and not colon:
            line = line._replace(settled=True)
        else:
            words.append(word)
    return line._replace(words=" ".join(words))
