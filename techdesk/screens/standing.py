"""How things stand between this laptop and its server, in the lines above the sync area's list."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from techdesk.models.checkup import LEAST_FREE_MB, LastLook, last_look
from techdesk.models.store import Store
from techdesk.screens.glyphs import age_text
from techdesk.screens.widgets.bars import bar
from techdesk.screens.widgets.safe_text import clip, safe_text

if TYPE_CHECKING:
    from techdesk.screens.area import Area
    from techdesk.sync.client import SyncStatus

OFFSET_SECONDS = 300
# After so many days a look at the whole store is asked for again.
LOOK_DAYS = 30
BAR = 24


class Standing(NamedTuple):
    """What is told: of the sync, of the disk (MB), of the store (MB), and of the last `techdesk doctor`."""

    status: SyncStatus
    free: int
    size: float
    look: LastLook | None


def ask_standing(path: Path) -> Standing:
    """For a thread: the network's libraries that this loads are needed for the next sync anyway. Raises TechdeskError,
    OSError."""
    from techdesk.sync.client import status

    with Store(path) as store:
        found = status(store)
    files = [each for each in (path, path.with_name(path.name + "-wal")) if each.exists()]
    size = sum(each.stat().st_size for each in files) / 1e6
    return Standing(found, shutil.disk_usage(path.parent).free // 1_000_000, size, last_look(path))


def drawn(standing: Standing, area: Area) -> Text:
    """Two lines; while a sync runs its bar in a third, after one that failed what it said."""
    desk, dot = area.desk, f" {area.desk.signs.dot} "
    ink, width = desk.ink, max(20, area.size.width - 2)
    found = standing.status
    last = f"last sync {age_text(found.last_sync, ink.now)} ago" if found.last_sync else "never synced"
    where = f"{found.server} ({found.organisation})" if found.server else "no server yet: techdesk enrol URL CODE"
    lines = [Text(clip(dot.join((where, last)), width), "bold", no_wrap=True)]
    health = dot.join(_health(standing, area))
    lines.append(Text(clip(health, width), ink.muted, no_wrap=True))
    if desk.network == "syncing":
        lines.append(_progress(area, width))
    elif found.shut_out:
        lines.append(Text(f"{desk.signs.late} {safe_text(found.shut_out)}", ink.late))
    elif desk.syncing.failed:
        said = f"{desk.signs.late} The last sync failed; nothing is lost, and s tries again. {safe_text(desk.syncing.failed)}"
        lines.append(Text(said, ink.late))
    return Text("\n", no_wrap=False).join(lines)


def _health(standing: Standing, area: Area) -> list[str]:
    late, found, words = f"{area.desk.signs.late} ", standing.status, []
    if found.last_sync:
        off = abs(found.offset)
        which = "behind" if found.offset > 0 else "ahead of"
        words.append(f"{late if off >= OFFSET_SECONDS else ''}clock {off:.0f} s {which} the server's" if off >= 1
                     else "clock agrees")  # fmt: skip
    if found.files:
        words.append(f"{found.files:,} {'photo or file' if found.files == 1 else 'photos and files'} to send")
    words.append(f"{late if standing.free < LEAST_FREE_MB else ''}{standing.free / 1000:,.1f} GB free")
    words.append(f"store {standing.size:,.1f} MB")
    look = standing.look
    if look is None:
        words.append("unchecked: techdesk doctor")
    elif look.wrong:
        words.append(f"{late}{', '.join(look.wrong)} wrong: techdesk doctor")
    else:
        age = age_text(look.at, area.desk.now)
        words.append(f"sound {age} ago")
    return words


def _progress(area: Area, width: int) -> Text:
    progress = area.desk.syncing.progress
    if progress is None:
        return Text("Syncing: waiting for the server's first answer. Esc stops it.", no_wrap=True)
    done, whole = progress.sent + progress.received, progress.to_send + progress.to_receive
    if progress.to_load:
        drawn = bar(progress.loaded, progress.to_load, BAR, area.desk.config.ascii)
        mb = f"{progress.loaded / 1e6:.1f} of {progress.to_load / 1e6:.1f} MB"
        return Text(clip(f"{drawn} Loading the desk: {mb}. Esc stops it; what is here stays.", width), "bold")
    if progress.all_file_bytes:
        drawn = bar(progress.file_bytes, progress.all_file_bytes, BAR, area.desk.config.ascii)
        mb = f"{progress.file_bytes / 1e6:.1f} of {progress.all_file_bytes / 1e6:.1f} MB"
        return Text(clip(f"{drawn} Photos and files: {mb}. Esc stops it; the rest goes next time.", width), "bold")
    drawn = bar(done, whole, BAR, area.desk.config.ascii)
    carried = (progress.bytes_up + progress.bytes_down) / 1000
    said = (f"{progress.sent:,} of {progress.to_send:,} sent, {progress.received:,} of {progress.to_receive:,} received,"
            f" {carried:,.0f} kB. Esc stops it.")  # fmt: skip
    return Text(clip(f"{drawn} {said}", width), "bold", no_wrap=True)
