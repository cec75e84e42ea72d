"""What can go wrong on a laptop, with real processes: one sentence, an exit code, and nothing lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def techdesk(home: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Without PYTHONUNBUFFERED, which would write out what the program itself forgets to."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        [sys.executable, "-m", "techdesk", *arguments],
        env={**environment, "TECHDESK_HOME": str(home)}, input=stdin, capture_output=True, check=False,
    )  # fmt: skip


def sentence(ran: subprocess.CompletedProcess[bytes]) -> str:
    """The one sentence on stderr."""
    said = ran.stderr.decode().strip()
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1, said
    return said


def test_two_processes_close_the_same_ticket_and_one_is_told(tmp_path: Path) -> None:
    techdesk(tmp_path, "log", "Toner low")
    closing = [
        subprocess.Popen(
            [sys.executable, "-m", "techdesk", "close", "1001", "-m", f"Filled by {name}", "--minutes", "5"],
            env={**os.environ, "TECHDESK_HOME": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name in ("one", "two")
    ]
    assert sorted(process.wait(60) for process in closing) == [0, 1]
    ticket = json.loads(techdesk(tmp_path, "show", "1001", "--json").stdout)
    assert len(ticket["worklogs"]) == 1


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (("log", "-"), b"\xff\xfe\x00broken", 2),
        (("log", "-"), b"", 2),
        (("close", "1001", "-m", "x"), b"", 3),
        (("show", "4127-A"), b"", 2),
        (("--at", "9999-12-31", "log", "x"), b"", 2),
        (("--at", "0001-01-01", "log", "x"), b"", 2),
        (("import", "tickets", "."), b"", 2),
        (("import", "tickets", "nowhere.csv"), b"", 2),
        (("restore", "nowhere.db"), b"", 2),
        (("sync",), b"", 5),
        (("enrol", "http://127.0.0.1:9", "CODE"), b"", 5),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_input_gets_a_sentence_and_its_exit_code(
    tmp_path: Path, arguments: tuple[str, ...], stdin: bytes, code: int
) -> None:
    ran = techdesk(tmp_path, *arguments, stdin=stdin)
    assert (ran.returncode, bool(sentence(ran))) == (code, True)


def test_a_home_that_cannot_be_made_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    ran = techdesk(tmp_path / "file", "list")
    assert ran.returncode == 4
    assert "TECHDESK_HOME" in sentence(ran)


def test_a_folder_where_the_store_should_be_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "techdesk.db").mkdir()
    ran = techdesk(tmp_path, "list")
    assert ran.returncode == 4
    assert sentence(ran)


def test_the_reader_of_a_pipe_may_leave_early(tmp_path: Path) -> None:
    for number in range(3):
        techdesk(tmp_path, "log", f"Ticket {number} " + "x" * 50_000)
    with subprocess.Popen(
        [sys.executable, "-m", "techdesk", "list", "--json"],
        env={**os.environ, "TECHDESK_HOME": str(tmp_path)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_a_backup_is_the_way_back(tmp_path: Path) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy.db"
    techdesk(home, "log", "Toner low")
    assert techdesk(home, "backup", str(copy)).returncode == 0
    techdesk(home, "close", "1001", "-m", "Filled")
    assert techdesk(home, "restore", str(copy)).returncode == 0
    assert json.loads(techdesk(home, "show", "1001", "--json").stdout)["state"] == "new"
    assert len(list(home.glob("techdesk.*.db"))) == 1  # what was there is kept


def test_a_refusal_is_a_document_for_who_reads_the_pipe(tmp_path: Path) -> None:
    techdesk(tmp_path, "log", "Toner low")
    ran = techdesk(tmp_path, "show", "9999", "--json")
    assert (ran.returncode, json.loads(ran.stdout)["exit_code"]) == (3, 3)


def test_the_doctor_finds_a_torn_store(tmp_path: Path) -> None:
    for number in range(20):
        techdesk(tmp_path, "log", f"Ticket {number}")
    assert techdesk(tmp_path, "doctor").returncode == 0
    path = tmp_path / "techdesk.db"
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 40] = b"\xa5" * 4096 * 37
    path.write_bytes(data)
    ran = techdesk(tmp_path, "doctor", "--json")
    assert ran.returncode == 4
    assert not all(item["good"] for item in json.loads(ran.stdout.split(b"\n}\n")[0] + b"\n}")["items"])


def test_completion_offers_open_tickets_and_makes_no_store(tmp_path: Path) -> None:
    asking = {"_TECHDESK_COMPLETE": "complete_bash", "COMP_WORDS": "techdesk close 10", "COMP_CWORD": "2"}

    def offered() -> list[str]:
        ran = subprocess.run(
            [sys.executable, "-m", "techdesk"], env={**os.environ, "TECHDESK_HOME": str(tmp_path), **asking},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return ran.stdout.split()

    assert offered() == []
    assert not (tmp_path / "techdesk.db").exists()
    ref = json.loads(techdesk(tmp_path, "log", "Toner low", "--json").stdout)["ref"]
    assert offered() == [ref]
