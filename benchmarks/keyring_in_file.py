"""A keyring in a file, for measuring: what a real one adds is the system's own time to answer."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend


class Keyring(KeyringBackend):
    """Keeps everything, readable, in the file that BENCHMARK_KEYRING names."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file.write_text(json.dumps({**self._all(), f"{service} {username}": password}), encoding="utf-8")

    @property
    def _file(self) -> Path:
        return Path(os.environ["BENCHMARK_KEYRING"])

    def _all(self) -> dict[str, str]:
        return json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}
