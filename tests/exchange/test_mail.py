"""E-mails as tickets: what their author wrote, from whom, with what was attached."""

from email.message import EmailMessage

import pytest

from techdesk.errors import BadInput
from techdesk.exchange.mail import looks_like_mail, own_words, read_mail


def mail(text: str = "It is dead.", subject: str = "Projector", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ngozi Okafor <N.Okafor@aidans.sch.uk>"
    message["Subject"] = subject
    message["Message-ID"] = "<1@aidans>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_a_message_is_its_subject_and_its_words() -> None:
    read = read_mail(mail("No picture.\n\nThanks", subject="RE: Fwd: Projector", Date="Mon, 23 Nov 2026 09:14:00 +0000")
                     .as_bytes())  # fmt: skip
    assert (read.subject, read.text) == ("Projector", "No picture.\n\nThanks")
    assert (read.name, read.address, read.message_id) == ("Ngozi Okafor", "n.okafor@aidans.sch.uk", "1@aidans")
    assert read.sent == "2026-11-23 09:14"


@pytest.mark.parametrize(
    "text",
    [
        "Dead again.\n\nOn Mon, 16 Nov 2026 at 09:00, Jo Marsh <jo@desk.uk> wrote:\n> Fixed.",
        "Dead again.\n> Fixed.",
        "Dead again.\n\n-----Original Message-----\nFrom: Jo Marsh\nFixed.",
        "Dead again.\n\nFrom: Jo Marsh <jo@desk.uk>\nSent: 16 November\nFixed.",
        "Dead again.\n-- \nNgozi Okafor\nHead of everything",
        "Dead again.\n\nSent from my iPhone",
    ],
)
def test_what_is_quoted_and_the_signature_stay_out(text: str) -> None:
    assert own_words(text) == "Dead again."


def test_words_about_somebody_are_no_quote() -> None:
    text = "From: the hall I hear nothing\nOn Monday she wrote: it works\nPlease come"
    assert own_words(text) == text


def test_what_was_forwarded_is_what_is_meant() -> None:
    text = "---------- Forwarded message ---------\nFrom: Ms Lane <l@x.uk>\n\nToner is low"
    assert "Toner is low" in read_mail(mail(text, subject="Fwd: Toner").as_bytes()).text
    assert "Toner is low" in read_mail(mail(text, subject="Toner").as_bytes()).text


def test_a_page_of_html_is_read_as_text() -> None:
    message = mail()
    message.set_content(
        "<html><head><title>x</title><style>p {color: red}</style></head><body><p>No&nbsp;sound<br>in the hall</p>"
        "<ul><li>left</li><li>right</li></ul><script>steal()</script></body></html>",
        subtype="html",
    )
    assert read_mail(message.as_bytes()).text == "No sound\nin the hall\n\n- left\n\n- right"


@pytest.mark.parametrize(
    ("said", "written"),
    [("us-ascii", "utf-8"), ("iso-8859-1", "cp1252"), ("utf-8", "cp1252"), ("x-unknown", "utf-8"), ("utf-8", "utf-16")],
)
def test_a_wrong_charset_is_seen_through(said: str, written: str) -> None:
    head = f"From: x@y.uk\r\nSubject: Caf\xe9\r\nContent-Type: text/plain; charset={said}\r\n\r\n".encode()
    assert read_mail(head + "Die Tür – kaputt".encode(written)).text == "Die Tür – kaputt"
    assert read_mail(head + b"x").subject == "Caf\xe9"


def test_what_is_attached_is_told_by_name() -> None:
    message = mail()
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../../plan.pdf")
    message.add_attachment(b"PK", maintype="application", subtype="zip", filename="Prüfung.zip")
    read = read_mail(message.as_bytes())
    assert [name for name, _ in read.files] == ["plan.pdf", "Prüfung.zip"]
    assert read.text == "It is dead."


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"", "no e-mail"), (b"Toner low\nMouse", "no e-mail"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x", "Outlook"),
     (b"x" * 25_000_001, "larger")],
    ids=("empty", "lines", "msg", "large"),
)  # fmt: skip
def test_what_is_no_message_is_refused_with_what_to_do(data: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read_mail(data)


def test_a_very_long_message_is_cut_and_says_so() -> None:
    text = read_mail(mail("log line\n" * 100_000).as_bytes()).text
    assert len(text) < 21_000 and text.endswith("characters in all]")


def test_broken_parts_are_no_traceback() -> None:
    raw = (b"From: =?x-bad?Q?=FF?= <a@b.uk>\nSubject: =?utf-8?B?!!!?=\nDate: never\nContent-Type: multipart/mixed;"
           b" boundary=x\n\n--x\nContent-Type: text/plain; charset=\"\"\nContent-Transfer-Encoding: base64\n"
           b"\n%%%\n--x")  # fmt: skip
    assert read_mail(raw).address == "a@b.uk"


def test_a_pasted_message_is_told_from_a_page() -> None:
    assert looks_like_mail("From: a@b.uk\nTo: c@d.uk\nSubject: Toner\n\nlow")
    assert not looks_like_mail("From: the hall: no sound\nToner low")
    assert not looks_like_mail("")


def test_a_page_whose_head_is_not_closed_keeps_its_body() -> None:
    message = mail()
    message.set_content("<html><head><meta charset=utf-8><body><p>No sound</p></body></html>", subtype="html")
    assert read_mail(message.as_bytes()).text == "No sound"
