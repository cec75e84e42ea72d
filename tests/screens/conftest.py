"""A school for each test: made once, copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.screens.school import School, make_school


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
