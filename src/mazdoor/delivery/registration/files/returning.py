"""What comes back: the rows that were refused, in a file of the same kind with the same columns, each reason beside its cell.

A column of reasons follows each column something was found in, its heading marked so that the file can be mended and sent
again as it is: columns of reasons are read over. Texts that a spreadsheet would run as formulas are written harmless.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import duckdb
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, PatternFill

from mazdoor.delivery.registration.files.columns import REASON_MARK
from mazdoor.kernel.refusals import Catalogue, Refusal

BATCH: Final = 5_000
_MARKED: Final = PatternFill("solid", fgColor="FDE9D9")
_REASON: Final = PatternFill("solid", fgColor="FFF7CC")
_MOST_SHEET_ROWS: Final = 1_048_575


def refusal_of(code: str, details: str) -> Refusal:
    """A finding as the refusal it is."""
    kind = Catalogue.find(code)
    if kind is None:
        raise LookupError(code)
    return kind.because(**json.loads(details))


def reason_text(code: str, details: str) -> str:
    """A finding for a person, in both languages."""
    refusal = refusal_of(code, details)
    return f"{refusal.cause('en')} {refusal.remedy('en')} — {refusal.cause('ur')} {refusal.remedy('ur')} ({code})"


def write_returned(
    stage: duckdb.DuckDBPyConnection, to: Path, *, kind: str, headings: Sequence[str], mapping: Sequence[str]
) -> int:
    """Write the refused rows; returns how many. The file appears whole or not at all; none is written for no rows."""
    rows = _Returned(stage, headings, mapping)
    if rows.count == 0:
        return 0
    waiting = to.with_name(to.name + ".part")
    if kind == "xlsx" and rows.count <= _MOST_SHEET_ROWS:
        _write_sheet(rows, waiting)
    else:
        _write_csv(rows, waiting)
    waiting.replace(to)
    return int(rows.count)


class _Returned:
    """The refused rows with their reasons, in the order of the file."""

    def __init__(self, stage: duckdb.DuckDBPyConnection, headings: Sequence[str], mapping: Sequence[str]) -> None:
        self.stage = stage
        (self.count,) = stage.execute("SELECT count(DISTINCT n) FROM findings WHERE kind = 'problem'").fetchone() or (
            0,
        )
        found = {
            name for (name,) in stage.execute("SELECT DISTINCT col FROM findings WHERE kind = 'problem'").fetchall()
        }
        places = {name: place for place, name in enumerate(mapping) if name}
        self.kept = [place for place, heading in enumerate(headings) if not heading.startswith(REASON_MARK)]
        self.reasons = {places[name]: name for name in found if name in places}
        # Reasons under a column the file does not have, and of the row as such, stand at the end.
        self.elsewhere = [name for name in sorted(found) if name not in places]
        self.headings: list[str] = []
        for place in self.kept:
            self.headings.append(headings[place])
            if place in self.reasons:
                self.headings.append(f"{REASON_MARK}{headings[place]}")
        self.headings.append(f"{REASON_MARK}row / قطار")
        self._said: dict[tuple[str, str], str] = {}

    def rows(self) -> Iterator[list[tuple[str, bool, bool]]]:
        """Rows of cells: the text, whether something was found in it, whether it is a reason."""
        width = max(self.kept, default=0) + 1
        cells = ", ".join(f"s.c{place}" for place in range(width))
        with closing(self.stage.cursor()) as asked:
            # Reasons travel as text, their parts held apart by the signs made for that.
            asked.execute(
                f"SELECT s.n, f.reasons, {cells} FROM stage s JOIN (SELECT n, string_agg(concat_ws(chr(31), col, code, "
                f"details), chr(30)) AS reasons FROM findings WHERE kind = 'problem' GROUP BY n) f ON f.n = s.n ORDER BY s.n"
            )
            while batch := asked.fetchmany(BATCH):
                for number, reasons, *texts in batch:
                    yield self._row(number, reasons, texts)

    def _row(self, number: int, reasons: str, texts: list[str]) -> list[tuple[str, bool, bool]]:
        said: dict[str, list[str]] = {}
        for reason in reasons.split("\x1e"):
            column, code, details = reason.split("\x1f")
            said.setdefault(column, []).append(self._say(code, details))
        row: list[tuple[str, bool, bool]] = []
        for place in self.kept:
            name = self.reasons.get(place)
            found = said.get(name, []) if name is not None else []
            row.append((texts[place], bool(found), False))
            if name is not None:
                row.append((" ".join(sorted(set(found))), False, bool(found)))
        rest = sorted({text for name in self.elsewhere for text in said.get(name, [])})
        row.append((" ".join([f"[{number}]", *rest]), False, bool(rest)))
        return row

    def _say(self, code: str, details: str) -> str:
        known = self._said.get((code, details))
        if known is None:
            known = reason_text(code, details)
            if len(self._said) < 10_000:
                self._said[code, details] = known
        return known


def _write_csv(rows: _Returned, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([harmless(heading) for heading in rows.headings])
        writer.writerows([harmless(text) for text, _, _ in row] for row in rows.rows())


def _write_sheet(rows: _Returned, path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("returned")
    sheet.freeze_panes = "A2"
    sheet.append(rows.headings)
    for row in rows.rows():
        cells: list[Any] = []
        for text, found, reason in row:
            if not (found or reason):
                cells.append(_sheet_text(text))
                continue
            cell = WriteOnlyCell(sheet, value=_sheet_text(text))
            cell.fill = _MARKED if found else _REASON
            cell.alignment = Alignment(wrap_text=reason, vertical="top")
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


def harmless(text: str) -> str:
    """Text a spreadsheet will not run as a formula when the file is opened. A plain number keeps its sign."""
    if text[:1] in ("=", "@", "\t", "\r") or (text[:1] in ("+", "-") and not text[1:].replace(" ", "").isdigit()):
        return f"'{text}"
    return text


def _sheet_text(text: str) -> str:
    """Text as a cell may hold it: no control characters, nothing that runs."""
    return harmless("".join(letter for letter in text if letter in "\t\n" or ord(letter) >= 32))[:32_000]
