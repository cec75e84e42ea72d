"""E-mails as they are saved or pasted (RFC 5322): who wrote, what they want, what was attached; without what they quote."""

import re
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from typing import NamedTuple

from techdesk.errors import BadInput

MOST_BYTES = 25_000_000
# Of a message that somebody pasted a whole log into, what is kept.
MOST_CHARACTERS = 20_000
MOST_HTML = 2_000_000
MOST_FILES = 50
OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_REPLY = re.compile(r"^\s*(?:(?:re|aw|antw|sv|vs|ref|rif|fw|fwd|wg|tr|doorst)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_FORWARD = re.compile(r"^\s*(?:fw|fwd|wg|tr|doorst)\s*:", re.IGNORECASE)
_HEADER = re.compile(
    r"^(?:From|To|Subject|Date|Message-ID|Received|Return-Path|MIME-Version|Delivered-To|Reply-To):", re.I
)
# Where what others wrote before begins: a line that says so, or the head of the message that is answered.
_QUOTES = (
    re.compile(
        r"^\s*-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|message d'origine).*$", re.I
    ),
    re.compile(r"^\s*_{10,}\s*$"),
    re.compile(r"^\s*(?:on|am|le|el|op)\b.{6,200}\b(?:wrote|schrieb|a écrit|escribió|schreef)\b.{0,120}:\s*$", re.I),
    re.compile(r"^\s*\*?(?:from|von|de)\s*:\*?\s.*(?:@|<).*$", re.I),
)
_SIGNED = re.compile(
    r"^(?:-- ?|sent from my .{2,40}|get outlook for .{2,20}|von meinem .{2,40} gesendet)$", re.IGNORECASE
)
_BLOCKS = frozenset(
    ("p", "div", "tr", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr")
)
_HIDDEN = frozenset(("style", "script", "head", "title", "template"))


class Mail(NamedTuple):
    """A message: `text` is what its author wrote, `files` are (name, bytes), `dropped` names what it held beside them."""

    message_id: str | None
    name: str | None
    address: str | None
    subject: str
    text: str
    sent: str | None
    files: tuple[tuple[str, bytes], ...] = ()
    dropped: tuple[str, ...] = ()


def looks_like_mail(text: str) -> bool:
    """Whether a pasted text is a message with its headers, and no page of a log book."""
    heads = 0
    for line in text.lstrip("\ufeff\r\n ").splitlines()[:60]:
        if not line.strip():
            break
        heads += _HEADER.match(line) is not None
    return heads >= 2


def read_mail(data: bytes) -> Mail:
    """Reads a message, whatever is wrong with its charset or its parts. Raises BadInput for what is none."""
    if len(data) > MOST_BYTES:
        raise BadInput(f"The e-mail is larger than {MOST_BYTES // 1_000_000} MB: save it without its attachments.")
    if data.startswith(OUTLOOK):
        raise BadInput("That is an Outlook .msg file: save the message as .eml, or as text, and log that.")
    message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n "))
    if not any(message.get(name) for name in ("From", "Subject", "Date", "Message-ID", "Received")):
        raise BadInput("That is no e-mail: it has neither sender nor subject. Save the whole message as .eml.")
    subject = _header(message, "Subject")
    forwarded = _FORWARD.match(subject) is not None
    plain, html, files, dropped = _parts(message)
    text = plain if plain.strip() else _text_of(html)
    text = _tidy(text if forwarded else own_words(text))
    name, address = _sender(message)
    return Mail(
        _header(message, "Message-ID").strip("<> ") or None, name, address, _REPLY.sub("", subject).strip(),
        text, _sent(message), tuple(files), tuple(dropped),
    )  # fmt: skip


def own_words(text: str) -> str:
    """What the author of a message wrote, without what is quoted below it and the signature; all where that is nothing."""
    kept: list[str] = []
    for line in text.splitlines():
        if any(each.match(line) for each in _QUOTES) or (_SIGNED.match(line.strip()) and any(kept)):
            break
        if not line.startswith(">"):
            kept.append(line)
    words = "\n".join(kept).strip()
    return words or text


def _parts(message: Message) -> tuple[str, str, list[tuple[str, bytes]], list[str]]:
    plain: list[str] = []
    html: list[str] = []
    files: list[tuple[str, bytes]] = []
    dropped: list[str] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        kind, name = part.get_content_type(), _file_name(part)
        data = part.get_payload(decode=True)
        content = data if isinstance(data, bytes) else b""
        attached = part.get_content_disposition() == "attachment" or name is not None
        if not attached and kind == "text/plain":
            plain.append(decoded(content, part.get_content_charset()))
        elif not attached and kind == "text/html":
            html.append(decoded(content, part.get_content_charset()))
        elif content and len(files) < MOST_FILES:
            files.append((name or f"part {len(files) + 1}", content))
        elif name:
            dropped.append(name)
    return "\n".join(plain), "\n".join(html), files, dropped


def decoded(data: bytes, charset: str | None) -> str:
    """The text of a part. What is UTF-8 is read so, whatever it calls itself: other text hardly ever is by chance."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for name in ("utf-8-sig", _known(charset), "cp1252"):
        try:
            return data.decode(name)
        except (UnicodeError, LookupError):
            continue
    return data.decode("latin-1")


def _known(charset: str | None) -> str:
    """The charset that is meant: many say one and write a larger one."""
    said = (charset or "cp1252").casefold()
    return {"us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-1": "cp1252", "latin-1": "cp1252", "gb2312": "gb18030",
            "ks_c_5601-1987": "cp949"}.get(said, said)  # fmt: skip


def _header(message: Message, name: str) -> str:
    """A header in letters, on one line."""
    raw = next((str(value) for key, value in message.raw_items() if key.casefold() == name.casefold()), "")
    if not raw.isascii():  # bytes that the header did not encode
        return _on_a_line(decoded(raw.encode("utf-8", "surrogateescape"), None))
    try:
        return _on_a_line(str(make_header(decode_header(raw))))
    except (LookupError, UnicodeError, MessageError, ValueError):
        return _on_a_line(raw)


def _on_a_line(text: str) -> str:
    return " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())


def _sender(message: Message) -> tuple[str | None, str | None]:
    found = getaddresses([_header(message, "Reply-To"), _header(message, "From")])
    for name, address in found:
        if "@" in address:
            said = next((each for each, other in found if other == address and each), name)
            return said or None, address.casefold()
    return _header(message, "From") or None, None


def _sent(message: Message) -> str | None:
    """When it was sent, as it says itself: YYYY-MM-DD HH:MM."""
    try:
        return f"{parsedate_to_datetime(_header(message, 'Date')):%Y-%m-%d %H:%M}"
    except (TypeError, ValueError, IndexError):
        return None


def _file_name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except (LookupError, UnicodeError, ValueError, TypeError):
        name = "attachment"
    if name is None:
        return None
    try:
        name = str(make_header(decode_header(name)))
    except (LookupError, UnicodeError, MessageError, ValueError):
        name = str(name)
    name = re.split(r"[\\/]", name)[-1]
    return "".join(letter for letter in name if letter.isprintable())[-200:] or "attachment"


class _Words(HTMLParser):
    """The text of a page, a line a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":  # a head that nobody closed ends here
            self._hidden = 0
        elif tag in _HIDDEN:
            self._hidden += 1
        elif tag == "br" or tag in _BLOCKS:
            self.found.append("\n- " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.found.append("  ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(re.sub(r"\s+", " ", data))


def _text_of(html: str) -> str:
    """A page as text."""
    words = _Words()
    words.feed(html[:MOST_HTML])
    words.close()
    return "".join(words.found)


def _tidy(text: str) -> str:
    """Without blanks at the ends of lines, more than one empty line, and what no screen shows; of bounded length."""
    shown = "".join(letter for letter in text.replace("\xa0", " ") if letter in "\n\t" or letter.isprintable())
    lines = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in shown.splitlines())).strip()
    if len(lines) > MOST_CHARACTERS:
        return f"{lines[:MOST_CHARACTERS].rstrip()}\n[... {len(lines):,} characters in all]"
    return lines
