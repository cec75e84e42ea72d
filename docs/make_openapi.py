"""Writes docs/openapi.json from the server: `python docs/make_openapi.py`."""

import json
from pathlib import Path

from techdesk.server.openapi import document


def text() -> str:
    """The document as it stands in the file."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("openapi.json").write_text(text(), encoding="utf-8", newline="\n")
