"""One tolerant reader for every tabular file: whatever its encoding, delimiter and line ends, and with gzip or without."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, Self, cast

from techdesk.errors import BadInput

SAMPLE = 1 << 16
LONGEST_CELL = 1 << 24
DELIMITERS = ",;\t|"
# What files of other programs start with, and what to do with them.
OTHERS = {
    b"PK\x03\x04": "is a workbook or an archive: save the sheet as CSV (UTF-8), then import that",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook: save the sheet as CSV, then import that",
    b"%PDF": "is a PDF: ask for the table as CSV, then import that",
    b"SQLite format 3": "is a database: export the table as CSV, then import that",
}
# The five bytes that Windows-1252 leaves undefined; programs write them as the control characters of that number.
HOLES = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))


class TableRow(NamedTuple):
    """One record. `number` is what a spreadsheet shows beside it (the header is 1); `fault` says why it cannot be used."""

    number: int
    cells: list[str]
    fault: str | None = None


def _windows(error: UnicodeError) -> tuple[str | bytes, int]:
    """Reads and writes what the codec at work cannot as Windows-1252: files with both encodings exist."""
    if isinstance(error, UnicodeDecodeError):
        piece = error.object[error.start : error.end]
        return "".join(chr(b) if b in HOLES else bytes((b,)).decode("cp1252") for b in piece), error.end
    if isinstance(error, UnicodeEncodeError):
        codes = [ord(character) for character in error.object[error.start : error.end]]
        if HOLES.issuperset(codes):
            return bytes(codes), error.end
    raise error


codecs.register_error("techdesk.windows", _windows)


class Table:
    """A file of rows under a header. Opening it reads the header; iterating gives the rows. Raises BadInput, one sentence.

    headers: unique, as they stand (a repeated one gets its number). notes: what was odd about the file.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.notes = path, list[str]()
        self._quotes, self._nuls, self._last = 0, 0, "\n"
        self._raw = _opened(path)
        try:
            self.size = path.stat().st_size
            self._text = self._decoded()
            self._records = self._parsed()
            self.headers = self._headers()
        except BaseException:
            self._raw.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def position(self) -> int:
        """How many of the file's `size` bytes have been read."""
        return min(self._raw.tell(), self.size)

    def __iter__(self) -> Iterator[TableRow]:
        width, waiting = len(self.headers), None
        for number, cells in self._records:
            if not any(cell.strip() for cell in cells):
                continue
            if waiting is not None:
                yield _fitted(waiting, width)
            waiting = TableRow(number, cells)
            quotes, self._quotes = self._quotes, 0
        if waiting is not None:
            yield _fitted(waiting, width)._replace(fault=self._ending(waiting, quotes, width))
        if self._nuls:
            self.notes.append(f"{self._nuls:,} lines held NUL characters, which were left out.")

    def _ending(self, last: TableRow, quotes: int, width: int) -> str | None:
        """What is wrong with the last record: a file that was cut off ends in the middle of it."""
        if quotes % 2:
            return "a quotation mark in this row is never closed, so all that follows was taken as one cell"
        if len(last.cells) < width and not self._last.endswith(("\n", "\r")):
            return "the file ends in the middle of this row: fetch it again"
        return _fitted(last, width).fault

    def _decoded(self) -> io.TextIOWrapper:
        start = self._raw.read(16)
        self._raw.seek(0)
        for magic, sentence in OTHERS.items():
            if start.startswith(magic):
                raise BadInput(f"{self.path} {sentence}.")
        stream: IO[bytes] = self._raw
        if start.startswith(b"\x1f\x8b"):
            _check_gzip(self.path, self._raw)
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=self._raw))
        sample = stream.read(SAMPLE)
        stream.seek(0)
        encoding = _encoding(sample)
        text = sample.decode(encoding, "replace").lstrip("\ufeff")
        if not text.strip(" \t\r\n\0"):
            raise BadInput(f"{self.path} is empty: export it again.")
        odd = sum(character < " " and character not in "\t\n\r\f\v\x1b" for character in text)
        if odd > max(32, len(text) / 20) and not _good_utf8(sample):
            raise BadInput(f"{self.path} is not a text file: export the table as CSV, then import that.")
        self._delimiter, self._skip = _delimiter(text)
        return io.TextIOWrapper(
            stream, encoding, errors="strict" if "16" in encoding else "techdesk.windows", newline=""
        )

    def _lines(self) -> Iterator[str]:
        try:
            for line in self._text:
                if "\0" in line:
                    line = line.replace("\0", "")
                    self._nuls += 1
                self._quotes += line.count('"')
                self._last = line
                yield line
        except UnicodeDecodeError:
            raise BadInput(f"{self.path} is cut off in the middle of a character: fetch it again.") from None
        except (OSError, EOFError) as error:
            raise BadInput(f"{self.path} cannot be read to its end ({error}): fetch it again.") from None

    def _parsed(self) -> Iterator[tuple[int, list[str]]]:
        csv.field_size_limit(max(LONGEST_CELL, csv.field_size_limit()))
        number = 0
        lines = self._lines()
        if self._skip:
            next(lines)
        try:
            for number, cells in enumerate(csv.reader(lines, delimiter=self._delimiter), start=1 + self._skip):
                yield number, cells
        except csv.Error as error:
            raise BadInput(
                f"{self.path}, row {number + 1}, cannot be read ({error}): look for a quotation mark that is never closed."
            ) from None

    def _headers(self) -> tuple[str, ...]:
        for _, cells in self._records:
            if any(cell.strip() for cell in cells):
                self._quotes = 0
                return tuple(self._named(cells))
        raise BadInput(f"{self.path} is empty: export it again.")

    def _named(self, cells: list[str]) -> Iterator[str]:
        seen: dict[str, int] = {}
        while cells and not cells[-1].strip():
            cells.pop()
        for place, cell in enumerate(cells, start=1):
            name = " ".join(cell.replace("\ufeff", "").split()) or f"column {place}"
            seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
            if seen[name.casefold()] > 1:
                self.notes.append(f"The column '{name}' stands twice: the first one is used.")
                name = f"{name} ({seen[name.casefold()]})"
            yield name


def _opened(path: Path) -> IO[bytes]:
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name one file in it.")
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}: check the name.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}): check its permissions.") from None
    if not file.seekable():
        file.close()
        raise BadInput(f"{path} is not an ordinary file: save it to disk first.")
    return file


def _check_gzip(path: Path, raw: IO[bytes]) -> None:
    """Reads a packed file to its end, so that one that is cut off is refused before anything is taken from it."""
    try:
        packed = gzip.GzipFile(fileobj=raw)
        while packed.read(1 << 20):
            pass
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BadInput(f"{path} is cut off or damaged: fetch it again.") from None
    raw.seek(0)


def _encoding(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd, pairs = sample[::2].count(0), sample[1::2].count(0), max(1, len(sample) // 2)
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return "utf-8-sig"


def _good_utf8(sample: bytes) -> bool:
    """Whether it is UTF-8 from end to end, but for a character that the sample cuts: then it is text, however odd."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(sample: str) -> tuple[str, int]:
    """The delimiter, and how many lines stand before the header for its sake (Excel's `sep=;`)."""
    first = sample.split("\n", 1)[0].strip().strip('"')
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], 1
    return max(DELIMITERS, key=lambda delimiter: _steadiness(sample, delimiter)), 0


def _steadiness(sample: str, delimiter: str) -> float:
    """How many columns a delimiter gives, less where the rows disagree."""
    csv.field_size_limit(max(LONGEST_CELL, csv.field_size_limit()))
    records = [cells for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if cells]
    records = records[: max(1, min(50, len(records) - 1))]  # the sample cuts the last one
    width = len(records[0]) if records else 0
    steady = sum(len(cells) == width for cells in records) / max(1, len(records))
    return width * (0.2 + steady) if width > 1 else 0.0


def _fitted(row: TableRow, width: int) -> TableRow:
    """The row with as many cells as there are headers: spreadsheets leave out empty cells at the end."""
    cells = row.cells
    if len(cells) < width:
        return row._replace(cells=cells + [""] * (width - len(cells)))
    if any(cell.strip() for cell in cells[width:]):
        return row._replace(fault=f"it has {len(cells)} cells under {width} headers: a quotation mark may be missing")
    return row._replace(cells=cells[:width]) if len(cells) > width else row
