"""Pictures made fit to travel: upright, no larger than one needs, with nothing in them but what is seen.

Needs Pillow (the extra `photos`): importing this module without it raises ImportError.
"""

import io
import warnings
from datetime import datetime
from typing import NamedTuple

from PIL import ExifTags, Image, ImageOps

from techdesk import clock
from techdesk.errors import BadInput

# Pixels along the longer side: enough to read a label in a photo of a rack.
LONGEST = 2560
SMALL = 320
# More than any phone's camera, and no way to fill the memory with a small file.
MOST_PIXELS = 120_000_000
QUALITY, SMALL_QUALITY = 85, 70
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}


class Picture(NamedTuple):
    """A picture as it is kept, its size in pixels, a small JPEG of it, and when it was taken where the camera said so."""

    data: bytes
    width: int
    height: int
    thumbnail: bytes
    taken_at: str | None


def made_fit(data: bytes, media_type: str, name: str) -> Picture | None:
    """The picture without what the camera wrote into it (the place, the device, the owner), turned as it was held; None for a
    kind of picture that cannot be read here. Raises BadInput for one that is damaged."""
    if media_type not in FORMATS:
        return None
    try:
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # MOST_PIXELS is asked below
        with Image.open(io.BytesIO(data), formats=[FORMATS[media_type]]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadInput(f"{name} has {image.width} x {image.height} pixels: make a smaller picture of it.")
            taken_at = _taken_at(image)
            image.draft(
                "RGB", (LONGEST, LONGEST)
            )  # a JPEG is read no larger than it is needed: a quarter of the memory
            upright = ImageOps.exif_transpose(image)
            as_coded = _as_coded(image) if media_type == "image/jpeg" else None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadInput(f"{name} is damaged or cut short ({error}): copy it from the camera again.") from None
    upright.info = {key: value for key, value in upright.info.items() if key == "transparency"}
    small = _small(upright)
    if media_type == "image/gif":  # it may move, and holds nothing of a camera
        return Picture(data, upright.width, upright.height, small, None)
    upright.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    written = as_coded or _saved(upright, FORMATS[media_type], QUALITY)
    return Picture(written, upright.width, upright.height, small, taken_at)


def _as_coded(image: Image.Image) -> bytes | None:
    """A JPEG that is upright and small enough, with the camera's own coding but nothing that it wrote beside it."""
    if max(image.size) > LONGEST or image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        return None
    image.info = {}
    written = io.BytesIO()
    image.save(written, "JPEG", quality="keep", subsampling="keep", exif=b"", optimize=True)
    return written.getvalue()


def _small(image: Image.Image) -> bytes:
    small = image.convert("RGB")
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    small.info = {}
    return _saved(small, "JPEG", SMALL_QUALITY)


def _saved(image: Image.Image, form: str, quality: int) -> bytes:
    if form == "JPEG" and image.mode not in ("RGB", "L"):
        image = image.convert("RGB")
    written = io.BytesIO()
    image.save(written, form, quality=quality, optimize=True)
    return written.getvalue()


def _taken_at(image: Image.Image) -> str | None:
    """By the camera's clock; in this laptop's time zone when the camera did not say which."""
    exif = image.getexif().get_ifd(ExifTags.IFD.Exif)
    when = f"{exif.get(ExifTags.Base.DateTimeOriginal, '')}{exif.get(ExifTags.Base.OffsetTimeOriginal, '')}".strip(
        "\0 "
    )
    for form in ("%Y:%m:%d %H:%M:%S%z", "%Y:%m:%d %H:%M:%S"):
        try:
            taken = datetime.strptime(when, form).astimezone()
        except (ValueError, OverflowError, OSError):
            continue
        if clock.EARLIEST_YEAR <= taken.year < clock.LATEST_YEAR:
            return clock.moment(taken)
    return None
