"""Mapping files: what the columns of one source mean, in TOML (docs/mappings.md describes the format)."""

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from techdesk.desk.service_hours import zone
from techdesk.errors import BadInput
from techdesk.exchange.kinds import KINDS
from techdesk.exchange.values import CLEANERS

TOP = {
    "kind", "source", "title", "needs", "timezone", "dates", "missing", "clean", "key", "columns", "values", "extra",
    "events", "strip", "warn", "ignore",
}  # fmt: skip
COLUMN = {"from", "join", "with", "values", "otherwise", "default", "replace"}
EVENTS = {"order", "at", "who", "history"}


@dataclass(frozen=True)
class Column:
    """Where a field comes from: the first of the headers `sources` that the file has, or several of them put together.

    values: lower-case cell -> value; otherwise: for cells that the table lacks (None: such a cell is an error).
    replace: patterns and what takes their place, in order.
    """

    field: str
    sources: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    glue: str = ", "
    values: dict[str, str] | None = None
    otherwise: str | None = None
    default: str | None = None
    replace: tuple[tuple[re.Pattern[str], str], ...] = ()


@dataclass(frozen=True)
class Events:
    """Rows that are updates of one thing: in which order, when and by whom, and which fields make lines of history."""

    order: tuple[str, ...]
    at: str
    who: str | None
    history: tuple[str, ...]


@dataclass(frozen=True)
class Mapping:
    """One source's meaning. `key` names the columns whose cells say which thing a row is (empty: its whole content says)."""

    name: str
    kind: str
    source: str
    title: str
    needs: tuple[tuple[str, ...], ...]
    timezone: ZoneInfo
    dates: tuple[str, ...]
    missing: frozenset[str]
    clean: tuple[str, ...]
    strip: bool
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    extra: tuple[str, ...] | None
    ignore: tuple[str, ...]
    warn: dict[str, tuple[re.Pattern[str], str]]
    events: Events | None
    fingerprint: str


@cache
def shipped() -> tuple[Mapping, ...]:
    """The mappings that come with techdesk."""
    folder = resources.files("techdesk.exchange") / "mappings"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(parse(file.read_text(encoding="utf-8"), file.name.removesuffix(".toml")) for file in files)


def load(chosen: str) -> Mapping:
    """The mapping in that file, or the shipped one of that name."""
    path = Path(chosen)
    if path.suffix == ".toml" or path.exists():
        try:
            return parse(path.read_text(encoding="utf-8-sig"), path.stem)
        except OSError as error:
            raise BadInput(f"The mapping {path} cannot be read ({error.strerror}): check the name.") from None
        except UnicodeDecodeError:
            raise BadInput(f"The mapping {path} is not text in UTF-8: save it as UTF-8.") from None
    known = {mapping.name: mapping for mapping in shipped()}
    if chosen not in known:
        raise BadInput(f"There is no mapping '{chosen}': name a .toml file, or one of {', '.join(sorted(known))}.")
    return known[chosen]


def parse(text: str, name: str) -> Mapping:
    """The mapping that the text holds. Raises BadInput naming what is wrong in it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"The mapping '{name}' is not TOML: {error}.") from None
    wrong = _Wrong(name)
    wrong.unknown("", data, TOP)
    kind = data.get("kind")
    if kind not in KINDS:
        raise wrong(f"`kind` is {kind!r}: it must be one of {', '.join(KINDS)}")
    columns = tuple(_column(field, given, data, wrong) for field, given in wrong.table(data, "columns").items())
    if not columns:
        raise wrong("[columns] is missing: say which column means what")
    _known_fields(columns, kind, wrong)
    canonical = json.dumps(data, sort_keys=True, default=str).encode()
    return Mapping(
        name=name,
        kind=kind,
        source=str(data.get("source", name)),
        title=str(data.get("title", name)),
        needs=tuple(wrong.words([each], "needs") if isinstance(each, str) else wrong.words(each, "needs")
                    for each in data.get("needs", [])),
        timezone=_zone(data, wrong),
        dates=wrong.words(data.get("dates", ["iso"]), "dates"),
        missing=frozenset(each.casefold() for each in wrong.words(data.get("missing", [""]), "missing")) | {""},
        clean=_clean(data, wrong),
        strip=bool(data.get("strip", True)),
        key=wrong.words(data.get("key", []), "key"),
        columns=columns,
        extra=_extra(data, kind, wrong),
        ignore=wrong.words(data.get("ignore", []), "ignore"),
        warn={header: _pattern(rule, f"warn.{header}", wrong) for header, rule in wrong.table(data, "warn").items()},
        events=_events(data, columns, kind, wrong),
        fingerprint=hashlib.sha256(canonical).hexdigest(),
    )  # fmt: skip


class _Wrong:
    """Makes the sentences that say what is wrong in a mapping."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, what: str) -> BadInput:
        return BadInput(f"The mapping '{self.name}' cannot be used: {what}.")

    def unknown(self, where: str, table: dict[str, Any], known: set[str]) -> None:
        strange = sorted(table.keys() - known)
        if strange:
            raise self(f"it says `{where}{strange[0]}`, which is not known; there are {', '.join(sorted(known))}")

    def table(self, data: dict[str, Any], name: str) -> dict[str, Any]:
        found = data.get(name, {})
        if not isinstance(found, dict):
            raise self(f"[{name}] must be a table")
        return found

    def words(self, given: Any, where: str) -> tuple[str, ...]:
        listed = [given] if isinstance(given, str) else given
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise self(f"`{where}` must be a text or a list of texts")
        return tuple(listed)


def _column(field: str, given: Any, data: dict[str, Any], wrong: _Wrong) -> Column:
    if isinstance(given, str | list):
        return Column(field, sources=wrong.words(given, f"columns.{field}"))
    if not isinstance(given, dict):
        raise wrong(f"`columns.{field}` must be a header, a list of headers or a table")
    wrong.unknown(f"columns.{field}.", given, COLUMN)
    if not given.keys() & {"from", "join", "default"}:
        raise wrong(f"`columns.{field}` needs `from`, `join` or `default`")
    rules = given.get("replace", [])
    if not isinstance(rules, list):
        raise wrong(f"`columns.{field}.replace` must be a list of [pattern, text]")
    return Column(
        field,
        sources=wrong.words(given.get("from", []), f"columns.{field}.from"),
        join=wrong.words(given.get("join", []), f"columns.{field}.join"),
        glue=str(given.get("with", ", ")),
        values=_values(field, given.get("values"), data, wrong),
        otherwise=None if "otherwise" not in given else str(given["otherwise"]),
        default=None if "default" not in given else str(given["default"]),
        replace=tuple(_pattern(rule, f"columns.{field}.replace", wrong) for rule in rules),
    )


def _values(field: str, given: Any, data: dict[str, Any], wrong: _Wrong) -> dict[str, str] | None:
    """A table of values, in place or by its name under [values]."""
    if isinstance(given, str):
        tables = wrong.table(data, "values")
        if given not in tables:
            raise wrong(f"`columns.{field}.values` names [values.{given}], which is not there")
        given = tables[given]
    if given is None:
        return None
    if not isinstance(given, dict):
        raise wrong(f"`columns.{field}.values` must be a table, or the name of one under [values]")
    return {str(cell).casefold(): str(value) for cell, value in given.items()}


def _pattern(rule: Any, where: str, wrong: _Wrong) -> tuple[re.Pattern[str], str]:
    if not (isinstance(rule, list) and len(rule) == 2 and all(isinstance(each, str) for each in rule)):
        raise wrong(f"`{where}` must hold [pattern, text]")
    try:
        return re.compile(rule[0]), rule[1]
    except re.error as error:
        raise wrong(f"`{where}`: {rule[0]!r} is not a pattern ({error})") from None


def _known_fields(columns: tuple[Column, ...], kind: str, wrong: _Wrong) -> None:
    fields, choices = KINDS[kind].fields, KINDS[kind].choices
    for column in columns:
        if column.field not in fields:
            raise wrong(f"{kind} have no field '{column.field}'; there are {', '.join(fields)}")
        given = [*(column.values or {}).values(), *filter(None, (column.otherwise, column.default))]
        for value in given if column.field in choices else ():
            if value and value not in choices[column.field]:
                raise wrong(f"`{column.field}` cannot be '{value}'; it is one of {', '.join(choices[column.field])}")


def _zone(data: dict[str, Any], wrong: _Wrong) -> ZoneInfo:
    try:
        return zone(str(data.get("timezone", "UTC")))
    except BadInput as error:
        raise wrong(str(error).rstrip(".")) from None


def _clean(data: dict[str, Any], wrong: _Wrong) -> tuple[str, ...]:
    chosen = wrong.words(data.get("clean", []), "clean")
    for each in chosen:
        if each not in CLEANERS:
            raise wrong(f"`clean` says '{each}'; there are {', '.join(CLEANERS)}")
    return chosen


def _extra(data: dict[str, Any], kind: str, wrong: _Wrong) -> tuple[str, ...] | None:
    """The columns kept beside the fields; None for all that mean nothing else."""
    given = data.get("extra", [])
    if given and not KINDS[kind].extra:
        raise wrong(f"{kind} keep no `extra` columns")
    return None if given == "rest" else wrong.words(given, "extra")


def _events(data: dict[str, Any], columns: tuple[Column, ...], kind: str, wrong: _Wrong) -> Events | None:
    given = wrong.table(data, "events")
    if not given:
        return None
    wrong.unknown("events.", given, EVENTS)
    if kind != "tickets":
        raise wrong("only tickets have [events]")
    if not data.get("key"):
        raise wrong("[events] needs `key`: the column that says which ticket a row belongs to")
    if "at" not in given:
        raise wrong("[events] needs `at`: the column that says when the update was made")
    history = wrong.words(given.get("history", []), "events.history")
    lost = set(history) - {column.field for column in columns}
    if lost:
        raise wrong(f"`events.history` names '{min(lost)}', which is not under [columns]")
    order = wrong.words(given.get("order", given["at"]), "events.order")
    return Events(order, str(given["at"]), given.get("who"), history)
