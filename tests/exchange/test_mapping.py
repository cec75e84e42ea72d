"""Another desk's export needs a mapping and no code; a mapping that is wrong says where."""

import re
from pathlib import Path

import pytest

from techdesk.errors import BadInput
from techdesk.exchange import importing, mapping
from techdesk.exchange.kinds import KINDS
from techdesk.models.store import Store
from tests.exchange.conftest import Write, rows

MINE = """
kind = "tickets"
source = "old-desk"
key = ["Nr"]
timezone = "Europe/Berlin"
dates = ["%d.%m.%Y %H:%M"]
missing = ["-"]

[columns]
ref = "Nr"
text = { join = ["Betreff", "Text"], with = "\\n" }
opened_at = "Eingang"
state = { from = "Status", values = { "offen" = "new", "erledigt" = "closed" } }
room = { from = "Raum", replace = [["^R0*", "Room "]] }
kind = { default = "request" }
"""


def test_a_mapping_of_ones_own_reads_another_desk(store: Store, write: Write, tmp_path: Path) -> None:
    file = tmp_path / "old.toml"
    file.write_text(MINE, encoding="utf-8")
    path = write("NR;Betreff;Text;Eingang;Status;Raum\n7;Kein Ton;-;1.7.2026 09:00;Offen;R012\n")
    report = importing.run(store, "tickets", path, str(file))
    assert (report.mapping, report.created) == ("old", 1)
    assert rows(store, "SELECT ref, text, opened_at, state, room, kind, source FROM ticket") == [
        ("7", "Kein Ton", "2026-07-01T07:00:00.000Z", "new", "Room 12", "request", "old-desk")
    ]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('kind = "tickets"', 'kind = "cakes"', "`kind` is 'cakes'"),
        ("kind = ", "kind = = ", "is not TOML"),
        ("room = {", "rooms = {", "no field 'rooms'"),
        ('"offen" = "new"', '"offen" = "open"', "`state` cannot be 'open'"),
        ("Europe/Berlin", "Europe/Nowhere", "not a time zone"),
        ('"^R0*"', '"^R0*("', "is not a pattern"),
        ("missing", "mising", "`mising`, which is not known"),
        ('missing = ["-"]', 'clean = ["soap"]', "`clean` says 'soap'"),
        ("default", "defualt", "defualt`, which is not known"),
        ('key = ["Nr"]', "key = 7", "`key` must be a text"),
        ("[columns]", "[events]\nwho = 'x'\n[columns]", "needs `at`"),
        ("[columns]", "[events]\nat = 'Eingang'\nhistory = ['mood']\n[columns]", "names 'mood'"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(before: str, after: str, says: str) -> None:
    assert before in MINE
    with pytest.raises(BadInput) as refused:
        mapping.parse(MINE.replace(before, after, 1), "mine")
    assert says in str(refused.value)
    assert "'mine'" in str(refused.value)


def test_every_shipped_mapping_is_sound() -> None:
    found = mapping.shipped()
    assert len({each.name for each in found}) == len(found) >= 10
    assert {each.kind for each in found} == {
        "sites",
        "tickets",
        "devices",
        "models",
        "expiry",
        "parts",
        "people",
        "licences",
        "agreements",
    }


def test_the_documented_example_and_fields_are_those_of_the_program() -> None:
    text = (Path(__file__).parents[2] / "docs" / "mappings.md").read_text(encoding="utf-8")
    example, events = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert mapping.parse(example, "example").kind == "tickets"
    columns = example.split("[columns]")[1]
    key = 'key = ["number"]'
    assert key in events
    more = 'priority = "p"\ngroup = "g"\nassigned_to = "a"\nreassigned = "n"\nreopened = "o"\n'
    body = f'kind = "tickets"\n{events}\n[columns]\n{more}{columns}'
    assert mapping.parse(body, "events").events is not None
    for kind, known in KINDS.items():
        [line] = [each for each in text.splitlines() if each.startswith(f"| {kind} | `") and "own-" not in each]
        said = set(re.findall(r"`([a-z_]+)`", line.split("|")[2]))
        # The identity and the source are what `export` writes, and `source` of the mapping says.
        assert known.fields.keys() - {"id", "extra", "source", "source_key", "source_digest"} <= said, kind
    assert set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", text)) >= {each.name for each in mapping.shipped()}


def test_a_name_that_is_no_mapping_is_refused(store: Store, write: Write) -> None:
    path = write("name\nHill\n")
    with pytest.raises(BadInput, match="There is no mapping 'servicenw'"):
        importing.run(store, "sites", path, "servicenw")
    with pytest.raises(BadInput, match="is for devices, not for sites"):
        importing.run(store, "sites", path, "snipeit-assets")
    with pytest.raises(BadInput, match="the file lacks"):
        importing.run(store, "sites", path, "english-schools")


def test_a_file_that_nothing_fits_is_refused_with_its_headers(store: Store, write: Write) -> None:
    with pytest.raises(BadInput, match=r"No mapping fits .*foo, bar.*--map"):
        importing.run(store, "sites", write("foo,bar\n1,2\n"))


def test_a_change_of_the_mapping_reads_the_file_anew(store: Store, write: Write, tmp_path: Path) -> None:
    file = tmp_path / "old.toml"
    path = write("NR;Betreff;Text;Eingang;Status;Raum\n7;Kein Ton;-;1.7.2026 09:00;Offen;R012\n")
    file.write_text(MINE, encoding="utf-8")
    importing.run(store, "tickets", path, str(file))
    file.write_text(MINE.replace('"Room "', '"Raum "') + "\n# a comment\n", encoding="utf-8")
    assert importing.run(store, "tickets", path, str(file)).updated == 1
    assert rows(store, "SELECT room FROM ticket") == [("Raum 12",)]
