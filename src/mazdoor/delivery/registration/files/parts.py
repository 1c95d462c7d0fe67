"""A very long sheet, a hundred thousand rows at a time.

Calamine lays a sheet out whole before it gives the first row: 3.4 GB for a full sheet of 30 columns. So a sheet that unpacks to
more than `LARGE` is cut between rows as it is unpacked, and each part is handed on as a workbook of its own, in memory, with the
strings and styles of the whole. Rows keep their numbers, which stand in them. A sheet that cannot be cut so (rows without
numbers, blocks of merged cells that may reach over a cut, other tags than every program writes) is left whole.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from defusedxml import ElementTree

LARGE: Final = 200_000_000
"""Bytes of a sheet, unpacked, up to which it is laid out whole: some 400 MB of memory."""
PART_ROWS: Final = 100_000

_BLOCK: Final = 1 << 20
_ROW: Final = re.compile(rb"<row[\s>]")
_NUMBERED: Final = re.compile(rb'<row\s[^>]*?\br="[0-9]+"')
_SHEET_DATA: Final = re.compile(rb"<sheetData\s*>")
_END: Final = b"</sheetData>"
_AFTER: Final = b"</sheetData></worksheet>"
_MOST_TAG: Final = 4_096  # a start tag lies within so many bytes, or this is no sheet of people
_SHORT: Final = 32  # longer than any of the words looked for

_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKAGE: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"


class Watch:
    """Told a sheet block by block as it is unpacked, to say whether it can be cut: every row has its number, nothing is merged."""

    def __init__(self) -> None:
        self._rows = self._numbered = 0
        self._started = False
        self._merged = False
        self._before = b""

    def see(self, block: bytes) -> None:
        """The next block."""
        text = self._before + block
        self._merged = self._merged or b"<mergeCell" in text
        self._started = self._started or _SHEET_DATA.search(text) is not None
        # What begins near the end of the block is counted with the next one, which has the rest of its tag.
        until = text.rfind(b"<row", max(0, len(text) - _MOST_TAG))
        until = until if until >= 0 else max(0, len(text) - _SHORT)
        self._count(text, until)
        self._before = text[until:]

    def can_be_cut(self) -> bool:
        """When all was seen."""
        self._count(self._before, len(self._before))
        self._before = b""
        return self._started and not self._merged and self._rows == self._numbered

    def _count(self, text: bytes, until: int) -> None:
        self._rows += sum(1 for _ in _ROW.finditer(text, 0, until))
        self._numbered += sum(1 for _ in _NUMBERED.finditer(text, 0, until))


def cut(path: Path, sheet: str) -> Iterator[IO[bytes]]:
    """The workbook in parts of `PART_ROWS` rows of a sheet that can be cut, each a workbook. ``KeyError`` for no such sheet."""
    with zipfile.ZipFile(path) as packed:
        name = file_of(packed, sheet)
    if name is None:
        raise KeyError(sheet)
    return _cut(path, name, PART_ROWS)


def file_of(packed: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of the package that holds a sheet, where it can be told."""
    book = ElementTree.fromstring(packed.read("xl/workbook.xml"))
    wanted = [each.get(_RELATION) for each in book.iter(f"{_MAIN}sheet") if each.get("name") == sheet]
    relations = "xl/_rels/workbook.xml.rels"
    if len(wanted) != 1 or relations not in packed.namelist():
        return None
    for each in ElementTree.fromstring(packed.read(relations)).iter(f"{_PACKAGE}Relationship"):
        if each.get("Id") == wanted[0]:
            name = posixpath.normpath(posixpath.join("/xl", each.get("Target", "")))[1:]
            return name if name in packed.namelist() else None
    return None


def _cut(path: Path, name: str, part_rows: int) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as packed:
        frame = io.BytesIO()
        with zipfile.ZipFile(frame, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
            for info in packed.infolist():
                if info.filename == name or info.filename.startswith("xl/worksheets/"):
                    continue
                made.writestr(info.filename, packed.read(info))
        for rows in _runs_of_rows(packed, name, part_rows):
            part = io.BytesIO()
            part.write(frame.getbuffer())
            with (
                zipfile.ZipFile(part, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
                made.open(name, "w") as sheet,
            ):
                sheet.writelines(rows)
            part.seek(0)
            yield part


def _runs_of_rows(packed: zipfile.ZipFile, name: str, part_rows: int) -> Iterator[list[bytes]]:
    """The sheet as XML, ``part_rows`` rows at a time, each run with the head of the sheet before and its end after it."""
    with packed.open(name) as part:
        text = b""
        while (begins := _SHEET_DATA.search(text)) is None:
            text += part.read(_BLOCK)
        head, text = text[: begins.end()], text[begins.end() :]
        kept: list[bytes] = [head]
        rows = 0
        ended = False
        while not ended:
            block = part.read(_BLOCK)
            text += block
            end = text.find(_END)
            if end >= 0:
                text, ended = text[:end], True
            elif not block:
                ended = True
            # A tag or an end may be cut in two by the block: what could be is looked at with the next one.
            safe = len(text) if ended else max(0, len(text) - len(_END))
            written = 0
            for found in _ROW.finditer(text, 0, safe):
                if rows and rows % part_rows == 0:
                    kept.append(text[written : found.start()])
                    written = found.start()
                    yield [*kept, _AFTER]
                    kept = [head]
                rows += 1
            kept.append(text[written:safe])
            text = text[safe:]
        yield [*kept, _AFTER]
