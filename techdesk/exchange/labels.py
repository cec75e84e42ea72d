"""Labels for devices as a PDF on the usual label sheets: a QR code of the tag, and the tag in words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from techdesk.errors import BadInput, Refused


class Label(NamedTuple):
    """What stands on a label; the QR code holds the tag alone, as a scanner is to type it."""

    tag: str
    model: str
    owner: str


class Sheet(NamedTuple):
    """The geometry of a label sheet in millimetres, as its maker publishes it: page, labels across and down, their size, the
    place of the first one, and the step from one to the next."""

    page: tuple[float, float]
    across: int
    down: int
    size: tuple[float, float]
    first: tuple[float, float]
    step: tuple[float, float]


A4, LETTER = (210.0, 297.0), (215.9, 279.4)
SHEETS = {
    "L7160": Sheet(A4, 3, 7, (63.5, 38.1), (7.2, 15.1), (66.0, 38.1)),
    "L7163": Sheet(A4, 2, 7, (99.1, 38.1), (4.65, 15.15), (101.6, 38.1)),
    "L7651": Sheet(A4, 5, 13, (38.1, 21.2), (4.75, 10.7), (40.6, 21.2)),
    "L4731": Sheet(A4, 7, 27, (25.4, 10.0), (8.6, 13.5), (27.9, 10.0)),
    "5160": Sheet(LETTER, 3, 10, (66.675, 25.4), (4.7625, 12.7), (69.85, 25.4)),
    "5167": Sheet(LETTER, 4, 20, (44.45, 12.7), (7.62, 12.7), (52.07, 12.7)),
}
MARGIN = 1.5


def write_labels(labels: Sequence[Label], path: Path, sheet: str, start: int = 1) -> int:
    """Writes the PDF; returns how many sheets it takes. `start` is the first free label of the first sheet, counted along
    the rows. Raises BadInput for an unknown sheet, Refused when the library is missing or there is nothing to print."""
    if sheet.upper() not in SHEETS:
        raise BadInput(f"The sheet {sheet} is not known: use one of {', '.join(SHEETS)}.")
    kind = SHEETS[sheet.upper()]
    places = kind.across * kind.down
    if not 1 <= start <= places:
        raise BadInput(f"A sheet of {sheet} has {places} labels: start at one of them.")
    if not labels:
        raise Refused("There is no device to make a label for.")
    canvas = _canvas(path, kind)
    for number, label in enumerate(labels, start=start - 1):
        place = number % places
        if place == 0 and number >= places:
            canvas.showPage()
        _draw(canvas, label, kind, place % kind.across, place // kind.across)
    canvas.save()
    return -(-(start - 1 + len(labels)) // places)


def _canvas(path: Path, sheet: Sheet) -> Any:
    try:
        from reportlab.lib.units import mm
        from reportlab.pdfgen.canvas import Canvas
    except ImportError:
        raise Refused("Labels need one more library: install it with  pip install 'techdesk[documents]'.") from None
    canvas = Canvas(str(path), pagesize=(sheet.page[0] * mm, sheet.page[1] * mm))
    canvas.setTitle("Labels")
    return canvas


def _draw(canvas: Any, label: Label, sheet: Sheet, column: int, row: int) -> None:
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.units import mm

    width, height = sheet.size
    left = sheet.first[0] + column * sheet.step[0]
    bottom = sheet.page[1] - sheet.first[1] - row * sheet.step[1] - height
    side = min(height - 2 * MARGIN, width * 0.42)
    code = QrCodeWidget(label.tag, barLevel="M", barBorder=2)
    x0, y0, x1, y1 = code.getBounds()
    drawing = Drawing(side * mm, side * mm, transform=[side * mm / (x1 - x0), 0, 0, side * mm / (y1 - y0), 0, 0])
    drawing.add(code)
    renderPDF.draw(drawing, canvas, (left + MARGIN) * mm, (bottom + (height - side) / 2) * mm)
    room = width - side - 3 * MARGIN
    lines = [(label.tag, "Helvetica-Bold", 12.0), (label.model, "Helvetica", 8.0), (label.owner, "Helvetica", 7.0)]
    shown = [line for line in lines if line[0]] if height > 15 else lines[:1]
    gap = min(5.0, (height - 2 * MARGIN) / len(shown))
    top = bottom + height / 2 + gap * (len(shown) - 1) / 2
    for number, (text, font, size) in enumerate(shown):
        words, points = _fitting(canvas, text, font, size, room * mm)
        canvas.setFont(font, points)
        canvas.drawString((left + 2 * MARGIN + side) * mm, (top - number * gap) * mm - points / 3, words)


def _fitting(canvas: Any, text: str, font: str, size: float, room: float) -> tuple[str, float]:
    """The text in the font's letters, and a size in points at which it fits; what is too long at 5 points is cut."""
    words = text.encode("cp1252", "replace").decode("cp1252")
    while size > 5 and canvas.stringWidth(words, font, size) > room:
        size -= 0.5
    while len(words) > 1 and canvas.stringWidth(words, font, size) > room:
        words = words[:-1]
    return words, size
