"""What a technician may set, in one TOML file. A missing file is fine; a broken one never stops the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

Amount = float


@dataclass(frozen=True)
class Config:
    """The settings, with what they are where the file says nothing."""

    theme: str = "techdesk-dark"
    """Colours of the terminal app. "techdesk-dark" and "techdesk-light" belong to it."""

    ascii: bool = False
    """Draw cursors, marks and charts with ASCII characters only, for terminals without the others."""

    refresh_seconds: float = 2.0
    """How often to look whether another program changed the store, in seconds."""

    message_seconds: float = 6.0
    """How long the line at the bottom says what happened, in seconds."""

    fetch_files: bool = False
    """At a sync, fetch the photos and files of open tickets as well, not only small pictures of them."""

    hour_rate: Amount = 30.0
    """What an hour of support costs, in the organisation's currency: for what a device has cost so far."""

    keys: dict[str, str] = field(default_factory=dict)
    """Other keys, as "what" = "key" or "key,key". The help screen (?) shows what there is to name."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_KINDS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "str": ("a text in quotes", lambda value: isinstance(value, str) and value != ""),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "float": (
        "a number of seconds, above 0 and below a day",
        lambda value: _is_number(value) and 0 < float(str(value)) < 86_400,
    ),
    "Amount": ("a number, 0 or more", lambda value: _is_number(value) and 0 <= float(str(value)) < 1e6),
    "dict[str, str]": ('a table of lines like "ticket.close" = "c"', lambda value: isinstance(value, dict)),
}
"""For each type a field may have: how to say it, and whether a value from a file is one."""


def load_config(path: Path) -> tuple[Config, list[str]]:
    """The settings in the file, and a sentence for each thing in it that could not be used."""
    if not path.exists():
        return Config(), []
    import tomllib  # 3 ms, which only those pay who have settings of their own

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Config(), []
    except UnicodeDecodeError:
        return Config(), [f"{path} is not UTF-8 text, so none of it is used."]
    except (ValueError, RecursionError) as error:  # also numbers and nesting that are too large to parse
        return Config(), [f"{path} is not valid TOML, so none of it is used: {error}."]
    except OSError as error:
        return Config(), [f"{path} cannot be read, so none of it is used: {error.strerror}."]
    return _checked(document, path)


def _checked(document: dict[str, Any], path: Path) -> tuple[Config, list[str]]:
    types = {setting.name: str(setting.type) for setting in fields(Config)}
    values: dict[str, Any] = {}
    problems = []
    for name, value in document.items():
        if name not in types:
            problems.append(f'{path}: there is no setting "{name}"{_did_you_mean(name, list(types))}.')
            continue
        said, fits = _KINDS[types[name]]
        if name == "keys" and fits(value):
            values[name], wrong = _checked_keys(value)
            problems.extend(f"{path}: {sentence}" for sentence in wrong)
        elif fits(value):
            values[name] = float(value) if types[name] in ("float", "Amount") else value
        else:
            problems.append(f"{path}: {name} should be {said}, so it stays as it is by default.")
    return replace(Config(), **values), problems


def _checked_keys(table: dict[str, Any], before: str = "") -> tuple[dict[str, str], list[str]]:
    """The key map, whether its names were quoted or, as tables in tables, not."""
    keys: dict[str, str] = {}
    problems = []
    for name, value in table.items():
        if isinstance(value, dict):
            deeper, wrong = _checked_keys(value, f"{before}{name}.")
            keys |= deeper
            problems.extend(wrong)
        elif isinstance(value, str):
            keys[before + name] = value
        else:
            problems.append(f'the key for "{before}{name}" should be a text in quotes, so it stays as it is.')
    return keys, problems


def _did_you_mean(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # 3 ms that only a mistake has to pay

    close = get_close_matches(name, known, n=1)
    return f', did you mean "{close[0]}"' if close else ""


def example() -> str:
    """The settings file with every setting at its default, commented out."""
    lines = ["# Settings of techdesk. Take the # away from a line to change it.", ""]
    explained = _docstrings()
    for setting in fields(Config):
        lines.extend(f"# {line}" for line in explained[setting.name].splitlines())
        default = getattr(Config(), setting.name)
        if isinstance(default, dict):
            lines.extend([f"# [{setting.name}]", '# "ticket.close" = "c"'])
        else:
            lines.append(f"# {setting.name} = {_toml(default)}")
        lines.append("")
    return "\n".join(lines)


def _toml(value: str | bool | float) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return str(value).lower()


def _docstrings() -> dict[str, str]:
    """Field name -> the string beneath it, which Python itself does not keep."""
    import ast  # 10 ms together with inspect, only for writing the example
    import inspect

    body = ast.parse(inspect.getsource(Config)).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for before, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(before, ast.AnnAssign) and isinstance(after, ast.Expr):
            assert isinstance(before.target, ast.Name)
            found[before.target.id] = inspect.cleandoc(str(ast.literal_eval(after.value)))
    return found
