"""How a visit's sheet is written: to stdout or to a file, as text, HTML or PDF."""

import os
import sys
import tempfile
from pathlib import Path

from techdesk.cli.session import say, tell
from techdesk.errors import BadInput
from techdesk.models.cards import VisitSheet

FORMATS = ("text", "html", "pdf")
ENDINGS = {".html": "html", ".htm": "html", ".pdf": "pdf"}


def write(sheet: VisitSheet, now: str, form: str | None, output: Path | None, *, doors: bool) -> None:
    """Writes the sheet, or with `doors` the notes at devices. A file is written whole or not at all. Raises BadInput."""
    form = form or (ENDINGS.get(output.suffix.lower(), "text") if output else "text")
    if form not in FORMATS:
        raise BadInput(f"A sheet is not written as '{form}': use one of {', '.join(FORMATS)}.")
    if doors and not sheet.doors:
        raise BadInput(
            "No ticket of this visit names a device, so there is no note to leave: see  techdesk edit REF --device."
        )
    if form == "pdf" and output is None:
        raise BadInput("A PDF goes into a file: name it with -o FILE.")
    content = _content(sheet, now, form, doors)
    if output is not None:
        _whole(output, content if isinstance(content, bytes) else content.encode())
        tell(f"{'The notes' if doors else 'The sheet'} of {sheet.visit.site} {'are' if doors else 'is'} in {output}.")
    elif form == "html":
        sys.stdout.write(str(content))
    else:
        for line in str(content).splitlines():
            say(line)


def _content(sheet: VisitSheet, now: str, form: str, doors: bool) -> str | bytes:
    if form == "pdf":
        from techdesk.exchange.visit_pdf import doors_pdf, sheet_pdf

        return doors_pdf(sheet, now) if doors else sheet_pdf(sheet, now)
    if form == "html":
        from techdesk.exchange.visit_html import doors_html, sheet_html

        return doors_html(sheet) if doors else sheet_html(sheet, now)
    from techdesk.exchange.visit_sheet import doors_text, sheet_text

    return doors_text(sheet) if doors else sheet_text(sheet, now)


def _whole(path: Path, content: bytes) -> None:
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name a file in it.")
    part = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        part = Path(name)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        part.replace(path)
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written ({error.strerror}): name another file.") from error
