"""A sheet too long to be laid out whole is read in parts, with the same rows under the same numbers."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from mazdoor.delivery.registration.files import parts, sheets

SHEET = "People & places"


def workbook(path: Path, *, merged: bool = False) -> Path:
    """Headings in the second row, a thousand people beneath, blank rows between, one far down, and another sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet["A2"], sheet["B2"], sheet["C2"] = "name", "rooms", "born"
    for number in range(1_000):
        row = 3 + number + number // 100
        sheet.cell(row, 1, f"بشریٰ <row> {number}")
        sheet.cell(row, 2, number)
        sheet.cell(row, 3, dt.date(1990, 1, 1) + dt.timedelta(number))
    sheet["A2000"] = "far down"
    if merged:
        sheet.merge_cells("A5:A6")
    book.create_sheet("Other").append(["not read"])
    book.save(path)
    return path


@pytest.fixture
def every_sheet_is_long(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(parts, "LARGE", 0)
    monkeypatch.setattr(parts, "PART_ROWS", 137)
    return monkeypatch


@pytest.mark.parametrize("block", [1 << 20, 977, 64])
def test_rows_and_their_numbers_are_those_of_the_whole(
    tmp_path: Path, every_sheet_is_long: pytest.MonkeyPatch, block: int
) -> None:
    path = workbook(tmp_path / "people.xlsx")
    whole = list(sheets.rows_of(path, sheet=SHEET, width=3))
    assert len(whole) == 1_001 and whole[0] == (3, ["بشریٰ <row> 0", "0", "1990-01-01"])
    assert whole[-1] == (2_000, ["far down", "", ""])
    for module in (parts, sheets):
        every_sheet_is_long.setattr(module, "_BLOCK", block)
    every_sheet_is_long.setattr(parts, "_MOST_TAG", min(block, 4_096))
    seen = sheets.look_at(path)
    assert seen.headings == ["name", "rooms", "born"] and seen.first_row == 3 and seen.in_parts
    assert list(sheets.rows_of(path, sheet=SHEET, width=3, in_parts=True)) == whole


def test_no_part_is_longer_than_asked(tmp_path: Path, every_sheet_is_long: pytest.MonkeyPatch) -> None:
    cut = parts.cut(workbook(tmp_path / "people.xlsx"), SHEET)
    read = [CalamineWorkbook.from_filelike(part).get_sheet_by_name(SHEET) for part in cut]
    assert len(read) == 8  # 1,002 rows by 137
    assert max(sheet.height for sheet in read[:-1]) <= 137 + 2, "with blank rows between them"


def test_what_is_not_large_is_left_whole(tmp_path: Path) -> None:
    assert not sheets.look_at(workbook(tmp_path / "people.xlsx")).in_parts


def test_what_cannot_be_cut_is_left_whole(tmp_path: Path, every_sheet_is_long: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "people.xlsx")
    assert sheets.look_at(path).in_parts
    with pytest.raises(KeyError):
        parts.cut(path, "no such sheet")
    assert not sheets.look_at(workbook(tmp_path / "merged.xlsx", merged=True)).in_parts
    unnumbered = tmp_path / "unnumbered.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(unnumbered, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b'<row r="700"', b"<row", 1)
            new.writestr(info.filename, content)
    assert not sheets.look_at(unnumbered).in_parts


def test_a_long_sheet_is_unpacked_once_to_look_at_it_and_once_to_read_it(
    tmp_path: Path, every_sheet_is_long: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "people.xlsx")
    opened: list[str] = []
    plain = zipfile.ZipFile.open

    def counted(self: zipfile.ZipFile, name: str | zipfile.ZipInfo, *more: object, **named: object) -> object:
        of = name if isinstance(name, str) else name.filename
        if self.filename == str(path) and of == "xl/worksheets/sheet1.xml":
            opened.append(of)
        return plain(self, name, *more, **named)  # type: ignore[arg-type]

    every_sheet_is_long.setattr(zipfile.ZipFile, "open", counted)
    sheets.look_at(path)
    assert len(opened) == 2, "looked through once, and the headings read of its first part"
    assert len(list(sheets.rows_of(path, sheet=SHEET, width=3, in_parts=True))) == 1_001
    assert len(opened) == 3


def test_a_part_holds_the_strings_and_styles_of_the_whole(
    tmp_path: Path, every_sheet_is_long: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "people.xlsx")
    with zipfile.ZipFile(path) as whole:
        others = {name for name in whole.namelist() if not name.startswith("xl/worksheets/")}
    for part in parts.cut(path, SHEET):
        with zipfile.ZipFile(io.BytesIO(part.read())) as packed:
            assert set(packed.namelist()) == others | {"xl/worksheets/sheet1.xml"}
            assert packed.testzip() is None
