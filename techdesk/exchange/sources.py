"""What a file is: a table, or documents in JSON; and the mapping that its source was read with the last time."""

import hashlib
import json
from pathlib import Path

from techdesk.errors import BadInput
from techdesk.exchange import mapping as mappings
from techdesk.exchange.documents import Documents, is_json
from techdesk.exchange.mapping import Mapping
from techdesk.exchange.reading import bare
from techdesk.exchange.tabular import Table
from techdesk.models.store import Store

FOLDER = "mappings"
INDEX = "sources.json"


def opened(path: Path) -> Table | Documents:
    """The rows of a file, a folder or an archive. Raises BadInput, one sentence."""
    if path.is_dir() or _is_zip(path):
        return Documents(path)
    try:
        if path.is_file() and is_json(path):
            return Documents(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}): check its permissions.") from None
    return Table(path)


def _is_zip(path: Path) -> bool:
    """Whether it is an archive; a workbook is one too, and is told so by `Table`."""
    import zipfile

    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" not in archive.namelist()


def is_calendar(path: Path) -> bool:
    """Whether a file holds a calendar: iCalendar, or bank holidays in JSON."""
    if not path.is_file():
        return False
    with path.open("rb") as opened:
        start = opened.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:15].upper() == b"BEGIN:VCALENDAR" or (start[:1] == b"{" and b'"england-and-wales"' in start)


def recalled(store: Store, kind: str | None, headers: tuple[str, ...]) -> Mapping | None:
    """The mapping that was named the last time that a file with just these columns was taken."""
    name = _index(store).get(_mark(headers))
    if name is None:
        return None
    kept = _folder(store) / f"{name}.toml"
    found = mappings.load(str(kept)) if kept.exists() else mappings.load(name)
    return found if kind in (None, found.kind) else None


def chosen(store: Store, name: str) -> Mapping:
    """The mapping of a file, one that was kept, or one of techdesk's own, by what a person typed."""
    kept = _folder(store) / f"{name}.toml"
    return mappings.load(str(kept) if not Path(name).exists() and kept.exists() else name)


def remember(store: Store, name: str, mapping: Mapping, headers: tuple[str, ...]) -> str | None:
    """Keeps a mapping that a person named, for the next file of that source. Returns what to tell of it, if it is new."""
    index, mark, folder = _index(store), _mark(headers), _folder(store)
    path = Path(name)
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else None
    kept = folder / f"{mapping.name}.toml"
    same = text is None or (kept.exists() and kept.read_text(encoding="utf-8") == text)
    if index.get(mark) == mapping.name and same:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    if text is not None:
        kept.write_text(text, encoding="utf-8")
    (folder / INDEX).write_text(json.dumps(index | {mark: mapping.name}, indent=1), encoding="utf-8")
    return f"Files with these columns are read with the mapping '{mapping.name}' from now on."


def _folder(store: Store) -> Path:
    return store.path.parent / FOLDER


def _index(store: Store) -> dict[str, str]:
    path = _folder(store) / INDEX
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read ({error}): remove it, and name the mapping with --map.") from None
    return {str(mark): str(name) for mark, name in found.items()} if isinstance(found, dict) else {}


def _mark(headers: tuple[str, ...]) -> str:
    """The same for the same columns, in any order."""
    return hashlib.sha256("\x1f".join(sorted(map(bare, headers))).encode()).hexdigest()[:16]
