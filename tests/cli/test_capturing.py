"""Capturing from the shell: channels, pages of a log book, e-mails."""

from email.message import EmailMessage
from pathlib import Path

from techdesk.cli.session import session
from techdesk.desk.ids import new_id
from techdesk.desk.people import RecordContact, RecordSite
from tests.cli.conftest import Cli
from tests.cli.school import school


def saved(folder: Path, *, sender: str = "o@aidans.sch.uk", id: str = "<1@x>", pdf: bool = False) -> str:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = f"N Okafor <{sender}>", "Re: Toner low", id
    message.set_content("In the office @hall #cb-1 !urgent")
    if pdf:
        message.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="order.pdf")
        message.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="all.zip")
    path = folder / "mail.eml"
    path.write_bytes(message.as_bytes())
    return str(path)


def test_a_channel_is_kept_and_an_unknown_one_refused(cli: Cli) -> None:
    assert cli("log", "No sound", "--channel", "phone", "--json").json["channel"] == "phone"
    assert cli("log", "No sound", "--json").json["channel"] == "corridor"
    ran = cli("log", "No sound", "--channel", "pigeon")
    assert ran.code == 2 and "log_book" in ran.err


def test_a_page_is_a_ticket_a_line_with_its_marks_and_headings(cli: Cli) -> None:
    school()
    page = "@Office\n- Toner low !urgent\n2. How do I scan ?how-to\n\n* No sound @hall #CB-1\nask bob@x.uk about #3\n"
    items = cli("log", "-", "--site", "2005", "--json", stdin=page).json["items"]
    told = [(each["text"], each["room"], each["device"], each["urgency"], each["kind"]) for each in items]
    assert told == [
        ("Toner low", "Office", None, 1, "incident"),
        ("How do I scan", "Office", None, 3, "how_to"),
        ("No sound", "Hall", "CB-1", 3, "incident"),
        ("ask bob@x.uk about #3", "Office", None, 3, "incident"),
    ]
    assert {each["channel"] for each in items} == {"log_book"}
    assert "4 at once" in cli("undo").out
    assert cli("list", "--json").json["total"] == 0


def test_of_a_page_what_reads_alike_is_left_to_show(cli: Cli) -> None:
    items = cli("log", "-", "--json", stdin="Projector in the hall is dark\nHall projector dark\n").json["items"]
    assert [each["similar"] for each in items] == [[], []]
    assert cli("show", items[0]["ref"], "--json").json["similar"]


def test_an_email_is_a_ticket_from_a_contact_of_a_site(cli: Cli, tmp_path: Path) -> None:
    ids = school()
    session.store.perform(RecordContact(id=ids["contact"], site_id=ids["site"], email="O@aidans.sch.uk"))
    session.end()
    ticket = cli("log", "--eml", saved(tmp_path), "--json").json
    assert (ticket["site"], ticket["reporter"], ticket["channel"]) == ("2005", "Mrs Okafor", "email")
    assert ticket["text"] == "Toner low\n\nIn the office @hall #cb-1 !urgent"
    assert (ticket["room"], ticket["device"], ticket["urgency"]) == (None, None, 3)


def test_a_stranger_is_known_by_the_domain_of_the_site(cli: Cli, tmp_path: Path) -> None:
    ids = school()
    session.store.perform_all([RecordSite(id=ids["site"], website="https://www.aidans.sch.uk/"),
                               RecordSite(id=new_id(), code="9", name="Other", website="http://other.uk")])  # fmt: skip
    session.end()
    ticket = cli("log", "--eml", saved(tmp_path), "--json").json
    assert (ticket["site"], ticket["reporter"]) == ("2005", "N Okafor <o@aidans.sch.uk>")
    assert cli("log", "--eml", saved(tmp_path, sender="x@gmail.com", id="<2@x>"), "--json").json["site"] is None
    # The beginning of a domain is not the domain.
    assert cli("log", "--eml", saved(tmp_path, sender="x@aid", id="<3@x>"), "--json").json["site"] is None


def test_the_same_email_is_one_ticket(cli: Cli, tmp_path: Path) -> None:
    ref = cli("log", "--eml", saved(tmp_path), "--json").json["ref"]
    again = cli("log", "--eml", saved(tmp_path))
    assert again.code == 1 and ref in again.err
    assert cli("list", "--json").json["total"] == 1


def test_what_was_attached_is_on_the_ticket_or_named_in_it(cli: Cli, tmp_path: Path) -> None:
    ticket = cli("log", "--eml", saved(tmp_path, pdf=True), "--json").json
    assert [each["name"] for each in ticket["attachments"]] == ["order.pdf"]
    assert "not kept: all.zip" in ticket["text"]
    assert cli("undo").code == 0
    assert cli("list", "--json").json["total"] == 0


def test_an_email_comes_from_stdin_too(cli: Cli, tmp_path: Path) -> None:
    ran = cli("log", "--eml", "-", "--json", stdin=Path(saved(tmp_path)).read_text())
    assert ran.json["channel"] == "email"


def test_what_is_not_there_to_log_is_said(cli: Cli, tmp_path: Path) -> None:
    assert cli("log").code == 2
    assert "cannot be read" in cli("log", "--eml", str(tmp_path / "none.eml")).err
    (tmp_path / "page.txt").write_text("Toner low")
    assert "no e-mail" in cli("log", "--eml", str(tmp_path / "page.txt")).err


def test_duplicates_become_one(cli: Cli) -> None:
    one, two = (cli("log", text, "--json").json["ref"] for text in ("No sound", "Hall is silent"))
    assert cli("merge", two, "--into", one, "--json").json["changed"] == [{"ref": one, "state": "new"}]
    assert cli("show", one, "--json").json["aliases"] == [two]
    assert cli("show", two, "--json").json["state"] == "cancelled"
    assert cli("merge", two, "--into", one).code == 1


def test_a_view_is_saved_used_begun_with_and_forgotten(cli: Cli) -> None:
    cli("log", "No sound", "--channel", "phone")
    ref = cli("log", "Toner low", "--json").json["ref"]
    cli("view", "save", "corridor toner", "channel:corridor", "toner")
    assert [each["ref"] for each in cli("list", "--view", "corr", "--json").json["items"]] == [ref]
    assert cli("list", "--view", "corr", "--priority", "1", "--json").json["total"] == 0
    assert cli("list", "--channel", "phone", "--json").json["total"] == 1
    cli("view", "default", "corr")
    kept = {"name": "corridor toner", "filter": "channel:corridor toner", "default": True}
    assert cli("view", "list", "--json").json["items"] == [kept]
    assert cli("view", "default").code == 0 and not cli("view", "list", "--json").json["items"][0]["default"]
    assert cli("view", "delete", "corr").code == 0
    assert cli("list", "--view", "corr").code == 3
    assert cli("view", "save", "bad", "site:nowhere").code == 3
