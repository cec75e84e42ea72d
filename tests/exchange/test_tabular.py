"""Files of every make are read as the table that their author saw, or refused with a sentence."""

import gzip
import json
import os
from pathlib import Path

import pytest

from techdesk.errors import BadInput
from techdesk.exchange.tabular import Table
from tests.exchange.conftest import Write


def read(path: Path) -> list[list[str]]:
    """The headers and the cells of a file without faults."""
    with Table(path) as table:
        body = list(table)
        assert [row.fault for row in body] == [None] * len(body)
        return [list(table.headers), *(row.cells for row in body)]


EXPECTED = [["Name", "Note"], ["Café", "a, b"], ["Élan", "“c”"]]
TEXT = 'Name,Note\nCafé,"a, b"\nÉlan,“c”\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_found(write: Write, encoding: str) -> None:
    assert read(write(TEXT.encode(encoding))) == EXPECTED


def test_one_line_in_another_encoding_does_not_spoil_the_rest(write: Write) -> None:
    assert read(write("A,B\nCafé,1\n".encode() + "Thé,2\n".encode("cp1252"))) == [
        ["A", "B"],
        ["Café", "1"],
        ["Thé", "2"],
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(write: Write, delimiter: str) -> None:
    lines = [["Name", "Price", "Town"], ["One, two", "1.5", "X"], ["Three", "2", "Y; Z"]]
    quoted = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert read(write(quoted)) == lines


def test_excels_own_word_on_the_delimiter_is_taken(write: Write) -> None:
    assert read(write("sep=;\r\nA;B\r\n1,5;2\r\n")) == [["A", "B"], ["1,5", "2"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(write: Write, end: str) -> None:
    assert read(write(f"A,B{end}1,2{end}3,4{end}")) == [["A", "B"], ["1", "2"], ["3", "4"]]


def test_a_quoted_cell_keeps_its_line_ends_and_quotes(write: Write) -> None:
    assert read(write('A,B\r\n"one\r\ntwo","say ""hi"""\r\n')) == [["A", "B"], ["one\r\ntwo", 'say "hi"']]


def test_a_column_of_one_file_needs_no_delimiter(write: Write) -> None:
    assert read(write("Name\nHall\nOffice\n")) == [["Name"], ["Hall"], ["Office"]]


def test_blank_rows_are_passed_over_and_rows_keep_their_spreadsheet_number(write: Write) -> None:
    with Table(write("A,B\n\n , \n1,2\n")) as table:
        assert [(row.number, row.cells) for row in table] == [(4, ["1", "2"])]


def test_short_rows_are_filled_and_rows_with_too_much_are_faulty(write: Write) -> None:
    with Table(write("A,B,C\n1\n1,2,3,\n1,2,3,4\n")) as table:
        found = list(table)
    assert [row.cells for row in found[:2]] == [["1", "", ""], ["1", "2", "3"]]
    assert "4 cells under 3 headers" in str(found[2].fault)


def test_a_header_that_stands_twice_is_told(write: Write) -> None:
    with Table(write("Name,Site,Name,\nx,y,z\n")) as table:
        assert table.headers == ("Name", "Site", "Name (2)")
        assert "'Name' stands twice" in table.notes[0]


def test_nuls_are_left_out_and_told(write: Write) -> None:
    with Table(write(b"A,B\nx\0y,2\n")) as table:
        assert [row.cells for row in table] == [["xy", "2"]]
        assert "NUL" in table.notes[0]


def test_a_cell_may_be_long(write: Write) -> None:
    assert read(write(f'A,B\n"{"x" * 200_000}",2\n'))[1][0] == "x" * 200_000


def test_a_packed_file_is_read(write: Write) -> None:
    assert read(write(gzip.compress(TEXT.encode()))) == EXPECTED


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (gzip.compress(os.urandom(5000))[:3000], "cut off or damaged"),
        (b"\x1f\x8bnonsense", "cut off or damaged"),
        (b"PK\x03\x04rest of a workbook", "save the sheet as CSV"),
        (b"\x7fELF" + bytes(range(256)) * 20, "is not a text file"),
        ("A,B\n1,2\n".encode("utf-16")[:-1], "cut off in the middle"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(write: Write, content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=says), Table(write(content)) as table:
        list(table)


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder"):
        Table(tmp_path)
    with pytest.raises(BadInput, match="There is no file"):
        Table(tmp_path / "no.csv")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_file_is_refused(write: Write) -> None:
    path = write("A\n1\n")
    path.chmod(0)
    with pytest.raises(BadInput, match="cannot be read"):
        Table(path)


@pytest.mark.parametrize("cut", ["A,B,C\n1,2,3\n4,5", 'A,B,C\n1,2,3\n4,"5'])
def test_a_file_that_was_cut_off_is_noticed_in_its_last_row(write: Write, cut: str) -> None:
    with Table(write(cut)) as table:
        faults = [row.fault for row in table]
    assert faults[0] is None
    assert faults[1] is not None


def test_a_quote_that_is_never_closed_is_noticed(write: Write) -> None:
    with Table(write('A,B\n1,2\n"3,4\n5,6\n7,8\n')) as table:
        assert "never closed" in str(list(table)[-1].fault)


def test_the_collected_samples_are_read_as_they_should_be(shared: Path) -> None:
    for path in sorted((shared / "interchange" / "csv").glob("*.csv")):
        expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        headers, *body = read(path)
        assert [dict(zip(headers, cells, strict=True)) for cells in body] == expected, path.name
