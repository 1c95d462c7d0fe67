"""A file as it comes: what kind it is, how its letters and separators are written, and its rows as texts.

Nothing here knows the questionnaire. A CSV file is made UTF-8 first where it is not; DuckDB reads it when every line is
well made, and otherwise a patient reader takes it line by line, so that one rotten line costs itself and no other. A
workbook is looked at in its zip directory and in its raw cells before any reader may unpack it.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from charset_normalizer import from_bytes

from mazdoor.delivery.registration import refusals_files as refusals
from mazdoor.delivery.registration.files import sheets

MOST_COLUMNS: Final = 400
SAMPLE: Final = 256 * 1024
LONGEST_CELL: Final = 4_000
"""Characters; more than any answer has. Longer cells are cut and the row is refused."""

_BLOCK: Final = 1 << 20
_SEPARATORS: Final = (",", ";", "\t", "|")
_LONGEST_RECORD_LINES: Final = 30
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Files that are no tables, by their first bytes: told by name, so that nobody wonders.
_OTHERS: Final = (
    (b"\xd0\xcf\x11\xe0", "an old Excel or a protected workbook"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"PAR1", "Parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3", "SQLite"),
    (b"{\\rtf", "RTF"),
)


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a file. ``fault`` names what is wrong with the row as such: ``cells``, ``quote``, or nothing."""

    number: int
    cells: list[str]
    fault: str = ""
    found: int = 0


@dataclass(slots=True)
class Opened:
    """A file that can be read: its kind, its headings, and what was found out about it on the way.

    ``remarks`` are stated repairs of the file as a whole (its encoding, a line that named the separator, formulas). ``in_parts``
    is whether the sheet is so long that it is read in parts.
    """

    path: Path
    kind: Literal["csv", "xlsx"]
    headings: list[str]
    encoding: str = ""
    separator: str = ""
    first_row: int = 2
    skip: int = 1
    remarks: list[str] = field(default_factory=list)
    sheet: str = ""
    in_parts: bool = False


def open_file(path: Path, *, work: Path) -> Opened:
    """Find out what a file is, and read its headings; ``work`` is a folder for what must be unpacked or rewritten.

    Raises REG-040 to REG-045, REG-051 and REG-053.
    """
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    if not start.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise refusals.FILE_EMPTY.because()
    for mark, name in _OTHERS:
        if start.startswith(mark):
            raise refusals.FORMAT_UNKNOWN.because(found=name)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _open_workbook(path)
    if start.lstrip()[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise refusals.FORMAT_UNKNOWN.because(found="HTML or XML")
    return _open_csv(path, start, work)


def rows_of(opened: Opened) -> Iterator[RawRow]:
    """The rows beneath the headings, read patiently; blank rows are passed over."""
    if opened.kind == "xlsx":
        width = len(opened.headings)
        for number, cells in sheets.rows_of(opened.path, sheet=opened.sheet, width=width, in_parts=opened.in_parts):
            extra = any(cells[len(opened.headings) :])
            yield RawRow(number, cells[: len(opened.headings)], "cells" if extra else "", len(cells))
        return
    yield from _patient_rows(opened)


# --- workbooks -----------------------------------------------------------------------------------------------------


def _open_workbook(path: Path) -> Opened:
    seen = sheets.look_at(path)
    headings = _trimmed(seen.headings)
    if not headings:
        raise refusals.FILE_EMPTY.because()
    _check_width(headings)
    return Opened(
        path=path,
        kind="xlsx",
        headings=headings,
        sheet=seen.sheet,
        first_row=seen.first_row,
        remarks=list(seen.remarks),
        in_parts=seen.in_parts,
    )


def _trimmed(headings: list[str]) -> list[str]:
    kept = [" ".join(heading.replace("\ufeff", "").split()) for heading in headings]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _check_width(headings: list[str]) -> None:
    if len(headings) > MOST_COLUMNS:
        raise refusals.TOO_MANY_COLUMNS.because(columns=len(headings), most=MOST_COLUMNS)


# --- CSV -----------------------------------------------------------------------------------------------------------


def _open_csv(path: Path, start: bytes, work: Path) -> Opened:
    encoding, lossy = _encoding_of(path, start)
    remarks: list[str] = []
    readable = path
    if encoding != "utf-8":
        readable = work / "as-utf-8.csv"
        _rewrite(path, readable, encoding, lossy=lossy)
        if encoding not in ("utf-8-sig",):
            remarks.append(f"encoding:{encoding}")
    with readable.open(encoding="utf-8", errors="replace", newline="") as file:
        sample = file.read(SAMPLE)
    skip = 0
    separator = ""
    first, _, rest = sample.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 6:
        separator = first.strip()[4:5] or "\t"
        remarks.append("separator_line")
        sample, skip = rest, 1
    while sample and not sample.split("\n", 1)[0].strip(" \t\r,;|\ufeff\x00"):  # blank lines above the headings
        sample = sample.partition("\n")[2]
        skip += 1
    separator = separator or _separator_of(sample)
    headings = _trimmed(next(csv.reader(io.StringIO(sample.replace("\x00", "")), delimiter=separator), []))
    if not headings:
        raise refusals.FILE_EMPTY.because()
    _check_width(headings)
    return Opened(
        path=readable,
        kind="csv",
        headings=headings,
        encoding=encoding,
        separator=separator,
        first_row=skip + 2,
        skip=skip + 1,
        remarks=remarks,
    )


def _encoding_of(path: Path, start: bytes) -> tuple[str, bool]:
    """The encoding of a file, and whether some of its bytes belong to no letter in it."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name, not _decodes(path, name)
    if start.count(b"\x00") > len(start) // 5:  # UTF-16 without its mark: every other byte of plain text is nothing
        even, odd = start[0::2].count(0), start[1::2].count(0)
        return ("utf-16-le" if odd >= even else "utf-16-be"), True
    if _decodes(path, "utf-8"):
        return "utf-8", False
    sample = _around_the_first_fault(path, start)
    repaired = sample.decode("utf-8", errors="replace")
    wrong = repaired.count("\ufffd")
    right = sum(1 for letter in repaired if ord(letter) > 127) - wrong
    if right > 4 * wrong:  # UTF-8 in which a few bytes were spoilt: their cells are refused, the rest is read
        return "utf-8", True
    best = from_bytes(sample, cp_isolation=["cp1256", "cp1252"]).best()
    if best is None:
        if len([byte for byte in sample if byte < 9]) > 4:
            raise refusals.LETTERS_UNREADABLE.because()
        return "cp1252", True
    return str(best.encoding), True


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except (UnicodeDecodeError, UnicodeError):
            return False
    return True


def _around_the_first_fault(path: Path, start: bytes) -> bytes:
    """A sample that holds letters beyond ASCII: the start of the file, or what lies around its first such byte."""
    if any(byte > 127 for byte in start):
        return start
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if not block.isascii():
                return block
    return start


def _rewrite(path: Path, to: Path, encoding: str, *, lossy: bool) -> None:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace" if lossy else "strict")
    temporary = to.with_name(to.name + ".part")
    with path.open("rb") as file, temporary.open("w", encoding="utf-8", newline="") as out:
        while block := file.read(_BLOCK):
            out.write(decoder.decode(block))
        out.write(decoder.decode(b"", final=True))
    temporary.replace(to)


def _separator_of(sample: str) -> str:
    """The separator that divides the first lines into the same number of cells, most of them."""
    lines = [line for line in sample.replace("\x00", "").splitlines()[:30] if line.strip()]
    # An endless cell divides nothing.
    lines = [line for line in lines if len(line) <= csv.field_size_limit()] or lines[:1]
    if not lines:
        return ","

    def worth(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
        same = sum(1 for width in widths if width == widths[0])
        return (same * (widths[0] - 1), widths[0])

    try:
        return max(_SEPARATORS, key=worth)
    except csv.Error:
        return ","


def _patient_rows(opened: Opened) -> Iterator[RawRow]:
    """Line by line: a record of several lines is taken when its quotation marks close soon, else its line stands alone."""
    width = len(opened.headings)
    number = opened.first_row - 1
    with opened.path.open(encoding="utf-8", errors="replace", newline="") as file:
        lines = _lines(file)
        for _ in range(opened.skip):
            next(lines, None)
        waiting: list[str] = []
        while True:
            line = waiting.pop(0) if waiting else next(lines, None)
            if line is None:
                return
            number += 1
            record, used = line, 0
            if line.count('"') % 2:
                while len(waiting) < _LONGEST_RECORD_LINES and (more := next(lines, None)) is not None:
                    waiting.append(more)
                while used < len(waiting) and record.count('"') % 2:
                    record += waiting[used]
                    used += 1
                cells = _cells(record, opened.separator) if record.count('"') % 2 == 0 else []
                if len(cells) == width:
                    del waiting[:used]
                    yield RawRow(number, cells)
                else:
                    yield RawRow(number, _laid_out(line.split(opened.separator), width), "quote")
                continue
            cells = _cells(record, opened.separator)
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if not any(cell.strip() for cell in cells):
                continue
            fault = "" if len(cells) == width else "cells"
            yield RawRow(number, _laid_out(cells, width), fault, len(cells))


def _lines(file: io.TextIOBase) -> Iterator[str]:
    """Lines with their ends; a line without one for a megabyte is cut, so that memory stays that of a block."""
    while line := file.readline(_BLOCK):
        yield line.replace("\x00", "")


def _cells(record: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([record], delimiter=separator), [])
    except csv.Error:
        return record.rstrip("\r\n").split(separator)


def _laid_out(cells: list[str], width: int) -> list[str]:
    """As many cells as there are headings: what is too much stays visible in the last one."""
    plain = [cell.rstrip("\r\n") for cell in cells]
    if len(plain) > width:
        plain = [*plain[: width - 1], " ".join(plain[width - 1 :])]
    return plain + [""] * (width - len(plain))
