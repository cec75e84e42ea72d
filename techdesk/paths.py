"""Where the laptop keeps things: `TECHDESK_HOME`, else what the platform's habits say."""

import os
from contextlib import suppress
from pathlib import Path


def home() -> Path:
    """The folder of the store, keys and configuration. It is made when something is written to it."""
    chosen = os.environ.get("TECHDESK_HOME")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path  # 4 ms, not needed where TECHDESK_HOME is set

    return user_data_path("techdesk", appauthor=False)


def store_path() -> Path:
    """The laptop's store."""
    return home() / "techdesk.db"


def config_path() -> Path:
    """The key map, theme and other choices of the person."""
    return home() / "config.toml"


def demo_home() -> Path:
    """Where the demo keeps its throw-away trusts, apart from the user's own store."""
    from platformdirs import user_cache_path

    return (
        Path(os.environ["TECHDESK_HOME"]) / "demo"
        if os.environ.get("TECHDESK_HOME")
        else user_cache_path("techdesk", appauthor=False) / "demo"
    )


def make_private_folder(folder: Path) -> None:
    """Makes a folder that its user alone may enter, unless it is there: one that somebody made keeps the rights it has."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Makes an empty file that its user alone may read, unless it is there. SQLite takes an empty file for a new database,
    and gives its `-wal` and `-shm` the same rights. Raises OSError."""
    if str(path) == ":memory:":  # SQLite's name for no file
        return
    # O_EXCL, so that a file that is there is never opened: closing it would end the locks that SQLite has on it in this
    # process. A link that leads nowhere yet is followed, because O_EXCL does not.
    with suppress(FileExistsError):
        os.close(os.open(os.path.realpath(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
