"""The words that the demo is made of: the TOML files of `words/`, read once."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def words(name: str) -> dict[str, Any]:
    """The tables of one file of words, as they stand in it."""
    file = resources.files("techdesk.demo").joinpath("words", f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
