"""What a file is by its content, and pictures made fit to travel."""

import io
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from techdesk.errors import BadInput
from techdesk.exchange.attaching import MOST_READ, media_type_of, prepare
from techdesk.exchange.pictures import LONGEST, SMALL

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)


def photo(path: Path, size: tuple[int, int] = (64, 32), form: str = "JPEG", orientation: int = 1) -> Path:
    """A picture as a phone takes it: with its place, its owner and its orientation. The left half is red."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Telltale Phones"
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {ExifTags.Base.DateTimeOriginal: "2026:11:20 14:30:05", ExifTags.Base.OffsetTimeOriginal: "+01:00"}
    )
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (53.0, 25.0, 6.0)})
    more = {"comment": b"Telltale comment"} if form == "JPEG" else {}
    image.save(path, form, exif=exif, **more)
    return path


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_what_the_camera_wrote_into_it(tmp_path: Path, form: str) -> None:
    path = photo(tmp_path / "rack.bin", form=form)
    assert b"Telltale" in path.read_bytes()
    found = prepare(path)
    assert found.media_type == f"image/{form.lower()}" and b"Telltale" not in found.data
    assert dict(opened(found.data).getexif()) == {} and "without the place" in found.said
    assert found.taken_at == "2026-11-20T13:30:05.000Z"


def test_it_stands_upright_though_the_camera_was_turned(tmp_path: Path) -> None:
    found = prepare(photo(tmp_path / "rack.jpg", orientation=6))
    assert (found.width, found.height) == opened(found.data).size == (32, 64)
    top = opened(found.data).convert("RGB").getpixel((16, 4))
    assert isinstance(top, tuple) and top[0] > 200 and top[2] < 60


def test_a_large_photo_is_made_smaller_and_gets_a_small_picture(tmp_path: Path) -> None:
    found = prepare(photo(tmp_path / "rack.jpg", (4000, 2000)))
    assert opened(found.data).size == (found.width, found.height) == (LONGEST, LONGEST // 2)
    assert found.thumbnail is not None and opened(found.thumbnail).size == (SMALL, SMALL // 2)
    assert b"Telltale" not in found.thumbnail


def test_a_photo_that_is_fit_already_is_not_made_worse(tmp_path: Path) -> None:
    path = photo(tmp_path / "rack.jpg", (300, 200))
    before, found = Image.open(path), prepare(path)
    after = opened(found.data)
    assert after.quantization == before.quantization and len(found.data) < path.stat().st_size  # type: ignore[attr-defined]


def test_a_photo_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    path = photo(tmp_path / "rack.jpg", (640, 480))
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(BadInput, match="damaged or cut short"):
        prepare(path)


def test_a_picture_with_more_pixels_than_a_camera_has_is_refused(tmp_path: Path) -> None:
    Image.new("1", (30_000, 5_000)).save(tmp_path / "bomb.png")
    with pytest.raises(BadInput, match="pixels"):
        prepare(tmp_path / "bomb.png")


def test_a_photo_of_another_kind_is_kept_as_it_is_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "rack.heic").write_bytes(HEIC)
    found = prepare(tmp_path / "rack.heic")
    assert (found.media_type, found.data, found.thumbnail) == ("image/heic", HEIC, None)
    assert "the place where it was taken" in found.said


def test_without_the_library_a_photo_is_kept_as_it_is_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photo(tmp_path / "rack.jpg")
    monkeypatch.setitem(__import__("sys").modules, "techdesk.exchange.pictures", None)
    monkeypatch.delattr("techdesk.exchange.pictures", raising=False)
    found = prepare(path)
    assert found.data == path.read_bytes() and found.thumbnail is None
    assert "techdesk[photos]" in found.said and "the place where it was taken" in found.said


@pytest.mark.parametrize(
    ("content", "is_a"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"GIF89a....", "image/gif"),
        ("\ufeffZähler 4711\r\n".encode(), "text/plain"),
    ],
)
def test_the_content_decides_and_not_the_name(content: bytes, is_a: str) -> None:
    assert media_type_of(content, "evil.exe") == is_a


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", b"  <!DOCTYPE html><p>", b"#!/bin/sh\nrm",
        b"MZ\x90\x00", b"\x7fELF", b"PK\x03\x04", b"hello <SCRIPT>x</SCRIPT>", b"caf\xe9", b"a\x00b", b"\x1b[31mred",
        b"II*\x00tiff",
    ],
)  # fmt: skip
def test_what_a_viewer_would_run_or_cannot_show_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match=r"photo\.jpg is neither"):
        media_type_of(content, "photo.jpg")


def test_a_file_that_is_not_there_a_folder_or_empty_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no file"):
        prepare(tmp_path / "nowhere.jpg")
    with pytest.raises(BadInput, match="is a folder"):
        prepare(tmp_path)
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(BadInput, match="is empty"):
        prepare(tmp_path / "empty.jpg")


def test_a_file_that_is_too_large_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"a" * (10_000_001))
    with pytest.raises(BadInput, match=r"10\.0 MB at most"):
        prepare(path)
    with path.open("r+b") as file:
        file.truncate(MOST_READ + 1)
    with pytest.raises(BadInput, match="larger than"):
        prepare(path)
