"""Words that were half typed: kept in a small file beside the store, so that they outlive a dialog, a crash and a sync.

Beside an encrypted store the file is encrypted."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from techdesk.models.sealed_files import Box
from techdesk.paths import make_private_file

MOST = 200


class Drafts:
    """Drafts by name ("close <ticket id>"), each a JSON object. A file that cannot be read counts as empty."""

    def __init__(self, path: Path, box: Box) -> None:
        self.path = path
        self._box = box
        self._drafts: dict[str, dict[str, Any]] | None = None
        self._changed: set[str] = set()
        self._saved: set[str] = set()

    def get(self, name: str) -> dict[str, Any]:
        """What was typed there last; empty when there is nothing."""
        return dict(self._all().get(name, {}))

    def put(self, name: str, draft: dict[str, Any]) -> None:
        """Keeps a draft in memory until the next `save`; an empty one is forgotten."""
        drafts = self._all()
        before = drafts.pop(name, {})
        if any(draft.values()):
            drafts[name] = draft
            while len(drafts) > MOST:
                del drafts[next(iter(drafts))]
        if before != drafts.get(name, {}):
            self._changed.add(name)

    def save(self) -> None:
        """Writes what changed, whole or not at all. Raises OSError when it cannot be written."""
        if not self._changed:
            return
        self._leave_out()
        self._changed.clear()
        text = json.dumps(self._all(), ensure_ascii=False)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        make_private_file(beside)
        beside.write_bytes(self._box.shut(text.encode("utf-8", "surrogatepass")))
        beside.replace(self.path)
        self._saved = set(self._all())

    def _leave_out(self) -> None:
        """What a sync has taken off the disk, because it is about a school that was lost, is not written there again; words
        that were typed since are."""
        there = self._read()
        if not there and self.path.exists():
            return  # it cannot be read just now
        for name in self._saved.difference(there, self._changed):
            self._all().pop(name, None)

    def _all(self) -> dict[str, dict[str, Any]]:
        if self._drafts is None:
            self._drafts = self._read()
            self._saved = set(self._drafts)
        return self._drafts

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            kept = json.loads(self._box.open(self.path.read_bytes()))
        except (OSError, ValueError, RecursionError):
            kept = {}
        known = kept if isinstance(kept, dict) else {}
        return {name: draft for name, draft in known.items() if isinstance(draft, dict)}
