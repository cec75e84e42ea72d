"""The settings file: read, complained about in sentences, and written as an example."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from techdesk.config import Config, example, load_config


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_config(tmp_path / "config.toml") == (Config(), [])


def test_settings_are_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "techdesk-light"\nrefresh_seconds = 5\n[keys]\n"ticket.close" = "f2"\n', encoding="utf-8")
    config = Config(theme="techdesk-light", refresh_seconds=5.0, keys={"ticket.close": "f2"})
    assert load_config(file) == (config, [])


def test_names_of_keys_need_no_quotes(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[keys]\nticket.close = "f2"\nticket.hold = "f3"\n', encoding="utf-8")
    assert load_config(file)[0].keys == {"ticket.close": "f2", "ticket.hold": "f3"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('theme = "', " is not valid TOML, so none of it is used: "),
        (f"refresh_seconds = {'9' * 5000}", " is not valid TOML, so none of it is used: "),
        ("theme = 3", ": theme should be a text in quotes, so it stays as it is by default."),
        ('them = "x"', ': there is no setting "them", did you mean "theme".'),
        ("colour = 1", ': there is no setting "colour".'),
        ("ascii = 1", ": ascii should be true or false, so it stays as it is by default."),
        ("refresh_seconds = true", ": refresh_seconds should be a number of seconds, above 0 and below a day,"),
        ("refresh_seconds = 0", ": refresh_seconds should be a number of seconds, above 0 and below a day,"),
        ("refresh_seconds = nan", ": refresh_seconds should be a number of seconds, above 0 and below a day,"),
        ("keys = 1", ': keys should be a table of lines like "ticket.close" = "c",'),
        ("[keys]\nundo = 3", ': the key for "undo" should be a text in quotes, so it stays as it is.'),
    ],
)
def test_a_mistake_is_one_sentence_and_the_default(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    config, problems = load_config(file)
    assert config == Config()
    assert [problem.startswith(f"{file}{sentence}") for problem in problems] == [True]


def test_a_mistake_leaves_the_other_settings_alone(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = 3\nascii = true\n[keys]\na = 1\nb = "f2"\n', encoding="utf-8")
    config, problems = load_config(file)
    assert (config, len(problems)) == (Config(ascii=True, keys={"b": "f2"}), 2)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\xef\xbb\xbfascii = true"])
def test_any_bytes_are_survived(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    config, problems = load_config(file)
    assert config.ascii is not bool(problems)


def test_a_folder_in_place_of_the_file_is_a_sentence(tmp_path: Path) -> None:
    config, problems = load_config(tmp_path)
    assert (config, len(problems)) == (Config(), 1)


def test_the_example_explains_every_setting_and_is_the_defaults(tmp_path: Path) -> None:
    lines = example().splitlines()
    settings = [line.removeprefix("# ") for line in lines if " = " in line or line.startswith("# [")]
    explained = "\n".join(line for line in settings if not line.startswith(("Other", '"')))
    assert set(tomllib.loads(explained)) == {setting.name for setting in fields(Config)}
    file = tmp_path / "config.toml"
    file.write_text(explained, encoding="utf-8")
    assert load_config(file) == (Config(), [])


def test_reading_settings_loads_nothing_heavy() -> None:
    code = "import sys, techdesk.config; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"textual", "rich", "pydantic", "difflib"}.isdisjoint(run.stdout.split())
