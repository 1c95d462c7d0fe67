"""The fonts cards are set in, found on whatever machine this is.

No font is part of this product. They are looked for in the folders of ``MAZDOOR_FONTS``, among the system's, and in the
project's npm packages (``browser/``: ``@fontsource/noto-…``), whose WOFF files Typst does not read: they are unpacked once
into the home folder. Without Nastaliq or Naskh a card would be a row of boxes, so that is a refusal, never a fallback.
"""

from __future__ import annotations

import os
import struct
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Final

import typst

from mazdoor.database.home import home_folder
from mazdoor.interfaces.credentials.refusals import FONTS_MISSING

NASTALIQ: Final = "Noto Nastaliq Urdu"
NASKH: Final = "Noto Naskh Arabic"
NEEDED: Final = (NASTALIQ, NASKH)
LATIN: Final = ("Noto Sans", "DejaVu Sans", "Libertinus Serif")
"""For Latin letters, best first; Typst carries the last one itself."""

_PACKAGES: Final = ("noto-nastaliq-urdu", "noto-naskh-arabic")
_PART: Final = "arabic"
"""Each package cuts its font in parts by script; two parts of one name would hide each other's letters."""
_WEIGHTS: Final = ("400", "700")


class NotAFont(ValueError):
    """A file that ends in .woff and is none."""


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Every font Typst may use. Raises ``CRD-007`` where a needed one is nowhere."""
    given = [folder for folder in os.environ.get("MAZDOOR_FONTS", "").split(os.pathsep) if folder]
    found = typst.Fonts(font_paths=[*given])
    if not _missing(found):
        return found
    found = typst.Fonts(font_paths=[*given, str(_unpacked())])
    if missing := _missing(found):
        raise FONTS_MISSING.because(font=missing[0])
    return found


def _missing(found: typst.Fonts) -> list[str]:
    families = set(found.families())
    return [name for name in NEEDED if name not in families]


def _unpacked() -> Path:
    """The folder with what the npm packages carry, unpacked; empty where they are not installed."""
    folder = home_folder() / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    project = Path(__file__).resolve().parents[4]
    for package in _PACKAGES:
        files = project / "browser" / "node_modules" / "@fontsource" / package / "files"
        for woff in (files / f"{package}-{_PART}-{weight}-normal.woff" for weight in _WEIGHTS):
            if not woff.exists():
                continue
            target = folder / f"{woff.stem}.ttf"
            if not target.exists():
                waiting = target.with_suffix(f".{os.getpid()}")
                waiting.write_bytes(unpack_woff(woff.read_bytes()))
                waiting.replace(target)
    return folder


def unpack_woff(data: bytes) -> bytes:
    """The TrueType or OpenType font in a WOFF 1.0 file (W3C: WOFF File Format 1.0). Raises :class:`NotAFont`."""
    if len(data) < 44 or data[:4] != b"wOFF":
        raise NotAFont("not a WOFF 1.0 file")
    flavour, _, count = struct.unpack(">4sIH", data[4:14])
    largest = 1 << (count.bit_length() - 1)
    head = struct.pack(">4sHHHH", flavour, count, largest * 16, largest.bit_length() - 1, count * 16 - largest * 16)
    directory, tables, offset = b"", b"", 12 + 16 * count
    for number in range(count):
        tag, start, packed, size, checksum = struct.unpack(">4sIIII", data[44 + 20 * number : 64 + 20 * number])
        table = data[start : start + packed]
        if packed < size:
            table = zlib.decompress(table)
        if len(table) != size:
            raise NotAFont("a table of the WOFF file is damaged")
        directory += struct.pack(">4sIII", tag, checksum, offset, size)
        padded = table + b"\0" * (-size % 4)
        tables += padded
        offset += len(padded)
    return head + directory + tables
