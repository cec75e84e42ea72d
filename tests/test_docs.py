"""What the documents say, the program does."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from techdesk.cli.main import VERBS, app
from techdesk.desk.commands import HOMES, command_class

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("benchmarks/*.md")])


def commands_in(text: str) -> list[list[str]]:
    """Every techdesk command line of a document's code blocks, as words."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.split("  #")[0].strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    typed = [line.replace("python3 run.py techdesk", "techdesk") for line in lines]
    return [shlex.split(line)[1:] for line in typed if line.startswith("techdesk ")]


def resolve(words: list[str]) -> tuple[Any, list[str]]:
    """The command that a command line runs, and the words after its name."""
    command: Any = typer.main.get_command(app)
    while words and hasattr(command, "get_command") and not words[0].startswith("-"):
        found = command.get_command(None, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_line_in_a_document_can_be_typed(document: Path) -> None:
    for words in commands_in(document.read_text(encoding="utf-8")):
        command, rest = resolve(words)
        known = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}
        for word in rest:
            if word.startswith("-") and word != "-":
                assert word.split("=")[0] in known, f"{document.name}: techdesk {' '.join(words)}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_in_a_document_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def test_the_readme_has_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 run.py demo" in readme and "python3 run.py test" in readme
    assert "run.py test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_there_and_says_what_it_does(verb: str) -> None:
    command, _ = resolve([verb])
    assert command.help


@pytest.mark.parametrize("name", HOMES)
def test_every_command_lives_where_the_index_says(name: str) -> None:
    command = command_class(name)
    assert (command.NAME, command.__module__) == (name, f"techdesk.desk.{HOMES[name]}")
    assert command.__doc__
