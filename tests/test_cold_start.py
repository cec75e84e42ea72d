"""What a cold command loads is part of its design."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("sqlalchemy", "sqlmodel", "pydantic", "textual", "rich", "urllib3", "cryptography", "zstandard", "fastapi",
         "asyncio", "hashlib", "statistics", "importlib.resources", "importlib.metadata")  # fmt: skip
LOADED = """
import json, sys
from techdesk.cli.main import main
sys.argv = ["techdesk", *sys.argv[1:]]
try:
    main()
finally:
    with open(2, "w") as err:
        json.dump(sorted(sys.modules), err)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A store with one ticket in it."""
    subprocess.run(
        [sys.executable, "-m", "techdesk", "log", "Toner low"],
        env={**os.environ, "TECHDESK_HOME": str(tmp_path)}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [("log", "Mouse gone"), ("list",), ("show", "1001"), ("start", "1001"), ("close", "1001", "-m", "Filled"),
     ("hold", "1001", "--reason", "parts"), ("assign", "1001", "--to", "me"), ("note", "1001", "Later"),
     ("find", "toner"), ("today",)],
    ids=lambda arguments: arguments[0],
)  # fmt: skip
def test_a_daily_verb_loads_nothing_heavy(home: Path, arguments: tuple[str, ...]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        env={**os.environ, "TECHDESK_HOME": str(home)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(json.loads(ran.stderr))
    assert "techdesk.models.store" in loaded
    assert not {name for name in loaded if name.split(".")[0] in HEAVY or name in HEAVY}
