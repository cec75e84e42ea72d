"""A school for each test: made once, copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet

from tests.screens.school import School, make_school


@pytest.fixture(scope="session", autouse=True)
def styles_read_once() -> Iterator[None]:
    """What an app reads of its style sheets is the next one's too: that is a seventh of what a test of a screen takes."""
    read: dict[tuple[Any, ...], list[Any]] = {}
    parse = Stylesheet._parse_rules

    def again(self: Stylesheet, css: str, read_from: Any, *more: Any, **named: Any) -> list[Any]:
        key = (css, read_from, more, tuple(named.items()), tuple(self._variables.items()))
        if key not in read:
            read[key] = parse(self, css, read_from, *more, **named)
        return read[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", again)
        yield


@pytest.fixture(scope="session")
def made_school(tmp_path_factory: pytest.TempPathFactory) -> School:
    return make_school(tmp_path_factory.mktemp("school") / "techdesk.db")


@pytest.fixture(scope="session")
def made_idle_school(tmp_path_factory: pytest.TempPathFactory) -> School:
    return make_school(tmp_path_factory.mktemp("idle") / "techdesk.db", visit=False)


def _copy(school: School, folder: Path) -> School:
    path = folder / "techdesk.db"
    shutil.copy(school.path, path)
    return School(path, dict(school.ids))


@pytest.fixture
def school(made_school: School, tmp_path: Path) -> School:
    """A visit under way, the projector in the hall being worked on."""
    return _copy(made_school, tmp_path)


@pytest.fixture
def idle_school(made_idle_school: School, tmp_path: Path) -> School:
    """The same school, and nobody is there."""
    return _copy(made_idle_school, tmp_path)
