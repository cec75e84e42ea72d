"""Where the laptop keeps things: `TECHDESK_HOME`, else what the platform's habits say."""

import os
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
