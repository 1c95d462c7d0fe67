"""Workbooks: looked at in their zip directory and raw cells first, then read by calamine.

Calamine lays a sheet out whole: two cells at opposite corners would ask for seventeen thousand million. So the size of
what is packed, the width and the length of the sheet are found by a scan that keeps nothing, and refused before any
reader opens the workbook, which also finds whether a very long sheet can be handed to it in parts (`parts`).
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from mazdoor.delivery.registration import refusals_files as refusals
from mazdoor.delivery.registration.files import parts

MOST_UNPACKED_MB: Final = 3_000
MOST_PACKED_TIMES: Final = 150
"""A sheet of real data is packed ten- to twentyfold; more than this, over 50 MB, is a bomb."""
MOST_CELLS: Final = 48 * 1_048_576
"""Laid out by calamine at 24 to 32 bytes each; a full sheet of 45 columns."""
MOST_ROWS: Final = 1_048_576
NARROW: Final = 64

_BLOCK: Final = 1 << 20
_FAR: Final = re.compile(rb' r="(?:[A-Z]{3}|[C-Z][A-Z]|B[M-Z])[0-9]')  # a cell beyond the 64th column
_CELL: Final = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"')
_ROW: Final = re.compile(rb'<row\b[^>]*? r="([0-9]{1,10})"')
_ROW_START: Final = re.compile(rb"<row[\s>/]")
_READ_BY_CALAMINE: Final = re.compile(
    r"^(\[Content_Types\]\.xml|_rels/|xl/(workbook|styles|sharedStrings)\.xml|xl/_rels/|xl/worksheets/|xl/tables/)"
)


@dataclass(frozen=True)
class Seen:
    """What a look at a workbook found: the sheet that is read, its headings, the row of the first person, and whether the sheet
    is so long that it is read in parts."""

    sheet: str
    headings: list[str]
    first_row: int
    remarks: tuple[str, ...]
    in_parts: bool = False


def look_at(path: Path) -> Seen:
    """Guard and open a workbook. Raises REG-040, REG-041, REG-043, REG-044, REG-045 and REG-051."""
    remarks, long = _guard(path)
    workbook = _load(path)
    name = _sheet_of(workbook)
    in_parts = bool(long) and _file_of(path, name) in long
    sheet = next(_parts(path, name)) if in_parts else _sheet(workbook, name)
    for number, row in enumerate(_texts(sheet), start=1):
        if any(cell.strip() for cell in row):
            if sheet.height <= number:
                raise refusals.FILE_EMPTY.because()
            if sheet.merged_cell_ranges:
                remarks.append("merged")
            return Seen(name, row, number + 1, tuple(remarks), in_parts)
    raise refusals.FILE_EMPTY.because()


def rows_of(path: Path, *, sheet: str, width: int, in_parts: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Rows beneath the headings as texts, with their numbers in the sheet; blank rows are passed over. ``in_parts`` as
    `look_at` found it."""
    headed = False
    for opened in _parts(path, sheet) if in_parts else iter([_sheet(_load(path), sheet)]):
        repeated = _merged(opened)
        for number, row in enumerate(_texts(opened), start=1):
            if not any(cell.strip() for cell in row):
                continue
            if not headed:
                headed = True
                continue
            if len(row) < width:
                row = row + [""] * (width - len(row))
            if number in repeated:
                for column, value in repeated[number].items():
                    if column < len(row) and not row[column]:
                        row[column] = value
            yield number, row


def _guard(path: Path) -> tuple[list[str], set[str]]:
    """Everything that is looked at before a reader may unpack the file; returns what is worth saying of it, and which of its
    sheets are so long that they are read in parts, and can be."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            if "xl/workbook.xml" not in names:
                found = "an OpenDocument sheet" if "content.xml" in names else "a zip file"
                raise refusals.FORMAT_UNKNOWN.because(found="an XLSB workbook" if "xl/workbook.bin" in names else found)
            infos = [info for info in packed.infolist() if _READ_BY_CALAMINE.match(info.filename)]
            size = sum(info.file_size for info in infos)
            packed_size = max(1, sum(info.compress_size for info in infos))
            bomb = size > 50_000_000 and size > MOST_PACKED_TIMES * packed_size
            if size > MOST_UNPACKED_MB * 1_000_000 or bomb:
                most = min(MOST_UNPACKED_MB, MOST_PACKED_TIMES * packed_size // 1_000_000)
                raise refusals.TOO_LARGE.because(megabytes=size // 1_000_000, most=most)
            remarks: list[str] = []
            long: set[str] = set()
            for info in infos:
                if info.flag_bits & 1:
                    raise refusals.WORKBOOK_BROKEN.because()
                watch = parts.Watch() if info.file_size > parts.LARGE else None
                if _scan(packed, info, watch):
                    remarks = ["formulas"]
                if watch is not None and watch.can_be_cut():
                    long.add(info.filename)
            return remarks, long
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise refusals.WORKBOOK_BROKEN.because() from error


def _scan(packed: zipfile.ZipFile, info: zipfile.ZipInfo, watch: parts.Watch | None) -> bool:
    """Read one part to its end (a size that lies fails its checksum); refuse a sheet that is too wide or too long. Returns whether
    it holds formulas."""
    is_sheet = info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml")
    far = formulas = False
    longest = written = 0
    before = b""
    with packed.open(info) as part:
        while block := part.read(_BLOCK):
            if not is_sheet:
                continue
            if watch is not None:
                watch.see(block)
            text = before + block
            far = far or _FAR.search(text) is not None
            formulas = formulas or b"<f>" in text or b"<f " in text
            written += len(_ROW_START.findall(block))
            longest = max(longest, max((int(row) for row in _ROW.findall(text)), default=0))
            before = block[-64:]
    if is_sheet:
        width = NARROW if not far else _widest(packed, info)
        if longest > MOST_ROWS or width * max(longest, written) > max(MOST_CELLS, NARROW * 4 * written):
            raise refusals.TOO_MANY_CELLS.because(columns=width, rows=max(longest, written))
        if not far and longest > 4 * written + 100_000:  # few rows, one of them very far down
            raise refusals.TOO_MANY_CELLS.because(columns=width, rows=longest)
    return formulas


def _widest(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """The number of the last column that is written in."""
    columns: set[bytes] = set()
    before = b""
    with packed.open(info) as part:
        while block := part.read(_BLOCK):
            columns.update(letters for letters, _ in _CELL.findall(before + block))
            before = block[-32:]
    return max((_number_of(letters.decode()) for letters in columns), default=1)


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _parts(path: Path, name: str) -> Iterator[CalamineSheet]:
    """A very long sheet in parts, one after the other, whose rows keep their numbers."""
    try:
        for part in parts.cut(path, name):
            yield _sheet(_load(part), name)
    except (KeyError, EOFError, ParseError, zipfile.BadZipFile, zlib.error) as error:
        raise refusals.WORKBOOK_BROKEN.because() from error


def _file_of(path: Path, name: str) -> str | None:
    try:
        with zipfile.ZipFile(path) as packed:
            return parts.file_of(packed, name)
    except (KeyError, ParseError, ValueError) as error:
        raise refusals.WORKBOOK_BROKEN.because() from error


def _load(workbook: Path | IO[bytes]) -> CalamineWorkbook:
    try:
        if isinstance(workbook, Path):
            return CalamineWorkbook.from_path(workbook)
        return CalamineWorkbook.from_filelike(workbook)
    except (CalamineError, OSError, ValueError) as error:
        raise refusals.WORKBOOK_BROKEN.because() from error


def _sheet_of(workbook: CalamineWorkbook) -> str:
    """The first visible sheet."""
    for sheet in workbook.sheets_metadata:
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            return str(sheet.name)
    raise refusals.SHEET_MISSING.because()


def _sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError) as error:
        raise refusals.WORKBOOK_BROKEN.because() from error


def _texts(sheet: CalamineSheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        yield [cell if type(cell) is str else _text(cell) for cell in row]


def _text(cell: Any) -> str:
    """A cell as a person would write it: whole numbers without a point, days as year-month-day."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)


def _merged(sheet: CalamineSheet) -> dict[int, dict[int, str]]:
    """What a merged block says, for each row it covers: a spreadsheet keeps it in its first cell alone."""
    found: dict[int, dict[int, str]] = {}
    ranges = [block for block in sheet.merged_cell_ranges or () if block[1][0] - block[0][0] < 1_000]
    if not ranges:
        return found
    starts: dict[int, list[tuple[int, int]]] = {}
    for (row_from, column), (row_to, _) in ranges[:100_000]:
        starts.setdefault(row_from, []).append((column, row_to))
    for row_from, row in enumerate(_texts(sheet)):
        for column, row_to in starts.get(row_from, ()):
            if column < len(row) and row[column]:
                for covered in range(row_from + 1, row_to + 1):
                    found.setdefault(covered + 1, {})[column] = row[column]
    return found
