"""import and export from the shell."""

import csv
from pathlib import Path

from tests.cli.conftest import Cli

SITES = "code,name,latitude\n1,Hill,53.7\n2,Dale,north\n3,Vale,53.9\n"


def file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "sites.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_import_counts_and_names_each_error(cli: Cli, tmp_path: Path) -> None:
    ran = cli("import", "sites", file(tmp_path, SITES))
    assert ran.code == 0
    assert [line.split() for line in ran.out.splitlines()] == [
        ["3", "rows", "read"], ["2", "created"], ["0", "updated"], ["0", "unchanged"], ["1", "rejected"],
    ]  # fmt: skip
    assert "row 3, latitude 'north': it is not a number." in ran.err


def test_the_document_of_an_import_has_the_keys_that_scripts_stand_on(cli: Cli, tmp_path: Path) -> None:
    ran = cli("import", "sites", file(tmp_path, SITES), "--json")
    assert {name: ran.json[name] for name in ("schema", "read", "created", "updated", "unchanged", "rejected")} == {
        "schema": 1, "read": 3, "created": 2, "updated": 0, "unchanged": 0, "rejected": 1,
    }  # fmt: skip
    assert ran.json["errors"] == [{"row": 3, "column": "latitude", "value": "north", "why": "it is not a number"}]


def test_a_clean_import_ends_with_nothing_to_say(cli: Cli, tmp_path: Path) -> None:
    path = file(tmp_path, SITES.replace("north", "53.8"))
    assert cli("import", "sites", path).code == 0
    assert "3  unchanged" in cli("import", "sites", path).out


def test_dry_run_and_strict_say_that_nothing_was_taken(cli: Cli, tmp_path: Path) -> None:
    path = file(tmp_path, SITES)
    assert "dry run" in cli("import", "sites", path, "--dry-run").out
    strict = cli("import", "sites", path, "--strict")
    assert (strict.code, "Nothing was taken" in strict.out) == (1, True)
    assert cli("export", "sites").out.splitlines()[1:] == []


def test_all_errors_go_to_a_file(cli: Cli, tmp_path: Path) -> None:
    cli("import", "sites", file(tmp_path, SITES), "--errors", str(tmp_path / "errors.csv"))
    with (tmp_path / "errors.csv").open(encoding="utf-8", newline="") as errors:
        assert [(row["level"], row["row"], row["column"]) for row in csv.DictReader(errors)] == [
            ("error", "3", "latitude")
        ]


def test_a_file_that_cannot_be_read_is_one_sentence_and_code_2(cli: Cli, tmp_path: Path) -> None:
    for arguments in (("sites", str(tmp_path)), ("sites", str(tmp_path / "no.csv")), ("cakes", file(tmp_path, SITES))):
        ran = cli("import", *arguments)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)


def test_an_export_goes_to_stdout_or_to_a_file(cli: Cli, tmp_path: Path) -> None:
    cli("import", "sites", file(tmp_path, SITES))
    out = cli("export", "sites")
    assert [row["name"] for row in csv.DictReader(out.out.splitlines())] == ["Hill", "Vale"]
    target = tmp_path / "out.json"
    assert cli("export", "sites", "--format", "json", "-o", str(target)).code == 0
    assert cli("export", "sites", "--format", "json").json["total"] == 2
    assert target.is_file()
    assert cli("export", "cakes").code == 2


def test_several_files_are_taken_one_after_the_other_and_undone_together(cli: Cli, tmp_path: Path) -> None:
    for name, row in (("a", "1,Hill"), ("b", "2,Dale"), ("c", "3,Vale,x")):
        (tmp_path / f"{name}.csv").write_text(f"code,name,phase\n{row}\n", encoding="utf-8")
    files = [str(tmp_path / f"{name}.csv") for name in "abc"]
    document = cli("import", "sites", *files, "--json").json
    assert (document["created"], [each["created"] for each in document["files"]]) == (3, [1, 1, 1])
    assert cli("undo").code == 0
    assert cli("export", "sites").out.splitlines()[1:] == []
    assert cli("import", "sight", *files).code == 2
