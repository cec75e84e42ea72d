"""The visit's sheet as a PDF on A4, with a library that lays out paragraphs and tables."""

from collections.abc import Sequence
from functools import cache
from html import escape
from io import BytesIO
from typing import Any

from techdesk.errors import Refused
from techdesk.exchange.visit_page import CARRIED, DONE, FAILED, OPEN, SKIPPED, Card, Item, Page, Section, cards, page
from techdesk.models.cards import VisitSheet
from techdesk.safe_text import safe_text

INK, MUTED, ACCENT, RULE, WARN = "#1d2733", "#55636f", "#14606e", "#dde4e8", "#b3541e"
# Letters that every PDF reader draws: the font that comes with the library has no ticks and arrows.
MARKS = {DONE: ("done", "#2f7d4f"), CARRIED: ("later", "#9a6a00"), FAILED: ("not ok", "#b02a2a"), SKIPPED: ("left", MUTED),
         OPEN: ("open", "#9a6a00")}  # fmt: skip
WIDTH = 180.0  # millimetres of A4 between margins of 15


def sheet_pdf(sheet: VisitSheet, now: str) -> bytes:
    """The sheet. Raises Refused when the library is missing."""
    _require()
    made = page(sheet, now)
    return _build(f"Visit to {made.title}", [*_head(made), *_body(made), *_foot(made)], made.written)


def doors_pdf(sheet: VisitSheet, now: str) -> bytes:
    """The notes at devices, two across, to be cut out. Raises Refused when the library is missing."""
    _require()
    from reportlab.platypus import Table

    notes = [_card(each) for each in cards(sheet)] or [[_p("No device was worked on.")]]
    rows = [[*notes[n : n + 2], *([""] if n + 1 == len(notes) else [])] for n in range(0, len(notes), 2)]
    style: list[Any] = [("BOX", (column, row), (column, row), 0.7, _color("#7c8b96"), None, (2, 2))
             for row, cells in enumerate(rows) for column, cell in enumerate(cells) if cell]  # fmt: skip
    style += [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 10), ("TOPPADDING", (0, 0), (-1, -1), 8),
              ("BOTTOMPADDING", (0, 0), (-1, -1), 10)]  # fmt: skip
    table = Table(rows, colWidths=[_mm(WIDTH / 2)] * 2, style=style)
    return _build(f"Notes for {sheet.visit.site}", [table], page(sheet, now).written)


def _require() -> None:
    try:
        import reportlab.platypus  # noqa: F401
    except ImportError:
        raise Refused(
            "A sheet as PDF needs one more library: install it with  pip install 'techdesk[documents]', or use --format html."
        ) from None


def _build(title: str, story: list[Any], written: str) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont(_fonts()[0], 7.5)
        canvas.setFillColor(_color(MUTED))
        canvas.drawString(_mm(15), _mm(9), f"Written {written} by techdesk.")
        canvas.drawRightString(A4[0] - _mm(15), _mm(9), f"page {document.page}")

    out = BytesIO()
    side = _mm(15) - 6  # the frame in which the words stand keeps six points to itself
    document = SimpleDocTemplate(out, pagesize=A4, title=title, author="techdesk", leftMargin=side, rightMargin=side,
                                 topMargin=_mm(14), bottomMargin=_mm(16))  # fmt: skip
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _head(made: Page) -> list[Any]:
    from reportlab.platypus import HRFlowable, Spacer, Table

    where = " - ".join(filter(None, (made.code, made.address)))
    name, state = (
        [_p(made.title, 18, bold=True), _p(where, 9, MUTED)],
        _p(made.state, 9.5, ACCENT, bold=True, right=True),
    )
    top = Table([[name, state]], colWidths=[_mm(145), _mm(35)],
                style=[("LEFTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                       ("RIGHTPADDING", (0, 0), (-1, -1), 0)])  # fmt: skip
    facts = Table([[_p(name, 9.5, MUTED), _p(value, 9.5)] for name, value in made.facts], colWidths=[_mm(26), _mm(154)],
                  style=[("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 1),
                         ("BOTTOMPADDING", (0, 0), (-1, -1), 1), ("VALIGN", (0, 0), (-1, -1), "TOP")])  # fmt: skip
    line = HRFlowable(width="100%", thickness=2, color=_color(ACCENT), spaceBefore=3, spaceAfter=7)
    words = [_p(each, 10) for each in made.summary.splitlines()]
    return [top, line, facts, Spacer(1, _mm(2)), *words, Spacer(1, _mm(2))]


def _body(made: Page) -> list[Any]:
    from reportlab.platypus import CondPageBreak, Spacer

    story: list[Any] = []
    for section in made.sections:
        story += [
            CondPageBreak(_mm(22)),
            _title(section),
            Spacer(1, _mm(1)),
            *_bar(section),
            _table(section),
            Spacer(1, _mm(5)),
        ]
    return story


def _title(section: Section) -> Any:
    note = f'  <font size="8.5" color="{MUTED}">{_text(section.note)}</font>' if section.note else ""
    bold = _fonts()[1]
    return _markup(f'<font name="{bold}" color="{ACCENT}" size="11.5">{_text(section.title)}</font>{note}')


def _bar(section: Section) -> list[Any]:
    if section.share is None:
        return []
    from reportlab.graphics.shapes import Drawing, Rect

    drawing = Drawing(_mm(WIDTH), 8)
    drawing.add(Rect(0, 2, _mm(WIDTH), 5, fillColor=_color("#e4eaed"), strokeColor=None))
    color = WARN if section.share > 1 else ACCENT
    drawing.add(
        Rect(0, 2, _mm(WIDTH) * max(0.0, min(1.0, section.share)), 5, fillColor=_color(color), strokeColor=None)
    )
    return [drawing]


def _table(section: Section) -> Any:
    from reportlab.platypus import Table

    marked, placed = any(item.mark for item in section.items), any(item.place for item in section.items)
    widths = [13.0] * marked + [30.0] * placed
    widths += [WIDTH - sum(widths) - 24.0, 24.0]
    rows = [_row(item, marked, placed) for item in section.items]
    style = [("LINEBELOW", (0, 0), (-1, -1), 0.4, _color(RULE)), ("VALIGN", (0, 0), (-1, -1), "TOP"),
             ("LEFTPADDING", (0, 0), (-1, -1), 2), ("TOPPADDING", (0, 0), (-1, -1), 2.5),
             ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]  # fmt: skip
    return Table(rows, colWidths=[_mm(each) for each in widths], style=style)


def _row(item: Item, marked: bool, placed: bool) -> list[Any]:
    word, color = MARKS.get(item.mark, ("", INK))
    cells = [_p(word, 8, color, bold=True)] if marked else []
    cells += [_p(item.place, 9, MUTED)] if placed else []
    return [*cells, _item(item), _p(item.amount, 9.5, right=True)]


def _item(item: Item) -> Any:
    name = f'<font name="{_fonts()[1]}">{_text(item.ref)}</font> ' if item.ref else ""
    more = f'<br/><font size="8.5" color="#44525e">{_text(item.more)}</font>' if item.more else ""
    return _markup(f"{name}{_text(item.text)}{more}")


def _foot(made: Page) -> list[Any]:
    from reportlab.platypus import KeepTogether, Spacer, Table

    if made.signature.words:
        return [Spacer(1, _mm(6)), _p(made.signature.words, 10, bold=True)]
    who = f" ({made.signature.signers})" if made.signature.signers else ""
    line = Table([["", "", ""], [_p(f"Signed for the school{who}", 8.5, MUTED), "", _p("Date", 8.5, MUTED)]],
                 colWidths=[_mm(112), _mm(8), _mm(60)], rowHeights=[_mm(14), None],
                 style=[("LINEBELOW", (0, 0), (0, 0), 0.8, _color(INK)), ("LINEBELOW", (2, 0), (2, 0), 0.8, _color(INK)),
                        ("LEFTPADDING", (0, 0), (-1, -1), 0)])  # fmt: skip
    return [KeepTogether([Spacer(1, _mm(4)), line])]


def _card(card: Card) -> list[Any]:
    where = " - ".join(filter(None, (card.model, card.place)))
    lines = [_p(card.device, 14, bold=True), _p(where, 9, MUTED)]
    for item in card.lines:
        word, color = MARKS[item.mark]
        lines += [_p(f"{word} {item.ref}", 8.5, color, bold=True), _p(item.text, 9.5), _p(item.more, 9.5)]
    return [*lines, _p(card.foot, 8, MUTED)]


def _p(text: str, size: float = 9.5, color: str = INK, *, bold: bool = False, right: bool = False) -> Any:
    return _styled(_text(text), size, color, bold, right)


def _markup(text: str) -> Any:
    return _styled(text, 9.5, INK, False, False)


def _styled(markup: str, size: float, color: str, bold: bool, right: bool) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(markup, _style(size, color, bold, right))


@cache
def _style(size: float, color: str, bold: bool, right: bool) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle("words", fontName=_fonts()[bold], fontSize=size, leading=size * 1.3, textColor=_color(color),
                          alignment=2 if right else 0, splitLongWords=1)  # fmt: skip


@cache
def _fonts() -> Sequence[str]:
    """The plain and the bold font, which come with the library."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in ("Vera", "VeraBd"):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    return "Vera", "VeraBd"


@cache
def _letters() -> frozenset[int]:
    """The characters that the font has."""
    from reportlab.pdfbase import pdfmetrics

    return frozenset(pdfmetrics.getFont(_fonts()[0]).face.charToGlyph)


def _text(text: str) -> str:
    """Text as it stands in a paragraph: what the font has no letter for is a question mark, not a hole."""
    shown = "".join(each if ord(each) in _letters() else "?" for each in safe_text(text))
    return escape(shown)


def _mm(length: float) -> float:
    return length * 72 / 25.4


def _color(text: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(text)
