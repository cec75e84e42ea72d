"""The visit's sheet as one HTML file: nothing is fetched from anywhere, and it prints on A4."""

from collections.abc import Iterator
from html import escape

from techdesk.exchange.visit_page import CARRIED, DONE, FAILED, OPEN, SKIPPED, Card, Item, Page, Section, cards, page
from techdesk.models.cards import VisitSheet
from techdesk.safe_text import safe_text

MARKS = {DONE: "✓", CARRIED: "→", FAILED: "✗", SKIPPED: "–", OPEN: "○"}
STYLE = """
@page { size: A4; margin: 14mm 15mm 16mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: #1d2733;
  margin: 0 auto; max-width: 180mm; padding: 8mm; background: #fff }
header { display: flex; justify-content: space-between; align-items: flex-end; border-bottom: 2.5pt solid #14606e;
  padding-bottom: 3mm; margin-bottom: 4mm }
h1 { font-size: 19pt; line-height: 1.15; margin: 0 }
header p { margin: 1mm 0 0; color: #55636f }
.state { border: 1pt solid #14606e; color: #14606e; border-radius: 9pt; padding: .6mm 3mm; font-weight: 600;
  white-space: nowrap; margin-left: 6mm }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .8mm 5mm; margin: 0 0 5mm }
dt { color: #55636f } dd { margin: 0; overflow-wrap: anywhere }
section { margin-bottom: 4.5mm }
h2 { font-size: 11.5pt; margin: 0 0 1mm; color: #14606e; break-after: avoid }
h2 small { font-weight: 400; color: #55636f; font-size: 9.5pt; margin-left: 2mm }
.bar { height: 2.2mm; background: #e4eaed; border-radius: 1.1mm; margin: 1mm 0 1.5mm; overflow: hidden }
.bar i { display: block; height: 100%; background: #14606e } .bar i.over { background: #b3541e }
table { width: 100%; border-collapse: collapse }
td { padding: 1.1mm 1.5mm; border-bottom: .5pt solid #dde4e8; vertical-align: top; overflow-wrap: anywhere }
tr { break-inside: avoid }
td.mark { width: 6mm; text-align: center; font-weight: 700; color: #2f7d4f }
td.mark.carried, td.mark.open { color: #9a6a00 } td.mark.failed { color: #b02a2a } td.mark.skipped { color: #55636f }
td.place { width: 27mm; color: #55636f } td.amount { width: 24mm; text-align: right; white-space: nowrap }
td small { display: block; color: #44525e; font-size: 9pt } td b { font-weight: 600; white-space: nowrap }
.summary { background: #f1f5f6; border-left: 2pt solid #14606e; padding: 2mm 3mm; margin-bottom: 5mm; white-space: pre-line;
  overflow-wrap: anywhere }
.sign { margin-top: 9mm; break-inside: avoid } .sign .line { border-bottom: .8pt solid #1d2733; height: 12mm;
  margin-bottom: 1mm } .sign div.two { display: grid; grid-template-columns: 2fr 1fr; gap: 8mm }
.sign small { color: #55636f }
footer { margin-top: 6mm; color: #55636f; font-size: 8.5pt }
.cards { display: grid; grid-template-columns: 1fr 1fr; gap: 5mm }
.card { border: .8pt dashed #7c8b96; border-radius: 2mm; padding: 3.5mm 4mm; break-inside: avoid; overflow-wrap: anywhere }
.card h2 { font-size: 14pt; margin: 0; color: #1d2733 } .card p { margin: 1mm 0 }
.card .foot { color: #55636f; font-size: 8.5pt; margin-top: 2mm }
@media print { body { padding: 0; max-width: none } }
"""


def sheet_html(sheet: VisitSheet, now: str) -> str:
    """The sheet; everything that people wrote stands in it as text and nothing else."""
    made = page(sheet, now)
    return _document(f"Visit to {made.title}", "".join(_sheet(made)))


def doors_html(sheet: VisitSheet) -> str:
    """The notes at devices, to be cut out."""
    notes = "".join(_card(each) for each in cards(sheet))
    return _document(f"Notes for {sheet.visit.site}", f'<div class="cards">{notes}</div>')


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _sheet(made: Page) -> Iterator[str]:
    where = " · ".join(filter(None, (made.code, made.address)))
    yield f'<header><div><h1>{_text(made.title)}</h1><p>{_text(where)}</p></div><span class="state">{_text(made.state)}'
    yield "</span></header>\n<dl>"
    yield "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in made.facts)
    yield "</dl>\n"
    if made.summary:
        yield f'<div class="summary">{_lines(made.summary)}</div>\n'
    for section in made.sections:
        yield from _section(section)
    yield '<div class="sign">'
    if made.signature.words:
        yield f"<strong>{_text(made.signature.words)}</strong>"
    else:
        who = f" ({made.signature.signers})" if made.signature.signers else ""
        yield '<div class="two"><div><div class="line"></div><small>'
        yield f'Signed for the school{_text(who)}</small></div><div><div class="line"></div><small>Date</small></div></div>'
    yield f"</div>\n<footer>Written {_text(made.written)} by techdesk.</footer>"


def _section(section: Section) -> Iterator[str]:
    note = f"<small>{_text(section.note)}</small>" if section.note else ""
    yield f"<section><h2>{_text(section.title)}{note}</h2>"
    if section.share is not None:
        over = ' class="over"' if section.share > 1 else ""
        yield f'<div class="bar"><i{over} style="width:{max(0.0, min(1.0, section.share)) * 100:.0f}%"></i></div>'
    yield "<table>"
    marked, placed = any(item.mark for item in section.items), any(item.place for item in section.items)
    for item in section.items:
        yield _row(item, marked, placed)
    yield "</table></section>\n"


def _row(item: Item, marked: bool, placed: bool) -> str:
    mark = f'<td class="mark {item.mark}">{MARKS.get(item.mark, "")}</td>' if marked else ""
    place = f'<td class="place">{_text(item.place)}</td>' if placed else ""
    name = f"<b>{_text(item.ref)}</b> " if item.ref else ""
    more = f"<small>{_text(item.more)}</small>" if item.more else ""
    amount = f'<td class="amount">{_text(item.amount)}</td>' if item.amount else "<td></td>"
    return f"<tr>{mark}{place}<td>{name}{_text(item.text)}{more}</td>{amount}</tr>\n"


def _card(card: Card) -> str:
    where = " · ".join(filter(None, (card.model, card.place)))
    lines = "".join(
        f"<p><b>{MARKS[item.mark]} {_text(item.ref)}</b> {_text(item.text)}<br>{_text(item.more)}</p>"
        for item in card.lines
    )
    return (
        f'<div class="card"><h2>{_text(card.device)}</h2><p>{_text(where)}</p>{lines}'
        f'<p class="foot">{_text(card.foot)}</p></div>\n'
    )


def _lines(text: str) -> str:
    return "\n".join(_text(line) for line in text.splitlines())


def _text(text: str) -> str:
    return escape(safe_text(text))
