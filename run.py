#!/usr/bin/env python3
"""One door on Windows, macOS and Linux: run techdesk or its tests in a virtual environment of their own.

    python3 run.py demo [ARGS...]       try techdesk on invented schools
    python3 run.py techdesk [ARGS...]   run the command line
    python3 run.py test [ARGS...]       every check the project has; ARGS go to pytest

The environment is `.venv` beside this file. It is filled on the first run, and again only after
pyproject.toml has changed. Only the standard library is needed.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("techdesk needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])

import hashlib
import os
import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "--strict", "techdesk"),
    ("lint-imports",),
)


def main(arguments: list[str]) -> int:
    """Do what the first argument names, and return the exit code of what was run."""
    door, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if door == "demo":
        install("server")
        return techdesk("demo", *rest)
    if door == "techdesk":
        install("server")
        return techdesk(*rest)
    if door == "test":
        install("dev")
        return test(rest)
    print(__doc__.strip(), file=sys.stderr)
    return 2


def install(extra: str) -> None:
    """Make `.venv` hold techdesk with this extra, doing nothing where it already does."""
    wanted = fingerprint(extra)
    stamp = VENV / f"installed-{extra}.txt"
    if not PYTHON.exists():
        make_environment()
    elif stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(f"Installing techdesk[{extra}]; the first time takes a minute ...", file=sys.stderr, flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    finished = subprocess.run([*pip, "--editable", f"{ROOT}[{extra}]"], check=False)
    if finished.returncode:
        sys.exit("The packages could not be installed; the lines above say why.")
    # A cold command must not pay for compiling, not even where Python is told to write no bytecode.
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", str(ROOT / "techdesk")], check=False)
    stamp.write_text(wanted, encoding="utf-8")


def make_environment() -> None:
    """Make an empty `.venv`, in place of a broken one."""
    print(f"Making {VENV} ...", file=sys.stderr, flush=True)
    try:
        venv.create(VENV, with_pip=True, clear=VENV.exists())
    except subprocess.CalledProcessError:
        sys.exit("This Python cannot make virtual environments; on Debian and Ubuntu install python3-venv.")


def fingerprint(extra: str) -> str:
    """Name an installation by what decides its content: the project's file, the extra, the interpreter."""
    content = (ROOT / "pyproject.toml").read_bytes()
    return hashlib.sha256(content + f"\n{extra}\n{sys.version}\n{ROOT}".encode()).hexdigest()


def techdesk(*arguments: str) -> int:
    """Run the techdesk command where the caller stands."""
    return subprocess.run([str(PYTHON), "-m", "techdesk", *arguments], check=False).returncode


def test(arguments: list[str]) -> int:
    """Run every check in order and stop at the first that fails; pytest's closing line comes last."""
    speaking_utf8 = {**os.environ, "PYTHONIOENCODING": "utf-8"}  # a Windows pipe is something narrower
    workers = str(2 * (os.cpu_count() or 1))  # a test of a screen or of a server waits half of its time
    for check in (*CHECKS, ("pytest", "-q", "-n", workers, "--dist", "worksteal", *arguments)):
        print(f"$ {' '.join(check)}", flush=True)
        command = [str(SCRIPTS / check[0]), *check[1:]]
        finished = subprocess.run(command, cwd=ROOT, env=speaking_utf8, check=False)
        if finished.returncode:
            return finished.returncode
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
