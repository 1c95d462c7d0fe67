"""Whole columns are read as single texts are, and a file by DuckDB as by the patient reader."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazdoor.delivery.registration.bulk_columns import cnic_index_columns
from mazdoor.delivery.registration.files.cells import ColumnReader, read_column, read_each
from mazdoor.delivery.registration.files.columns import columns_of
from mazdoor.delivery.registration.files.reading import open_file, rows_of
from mazdoor.delivery.registration.files.staging import open_stage, stage
from mazdoor.delivery.registration.questionnaire import get_questionnaire

ON = dt.date(2026, 11, 22)
SOME = (
    "", " ", "61101-0000001-2", "6110100000012", "61101-00000012", " 61101-0000001-2", "6110l-0000001-2", "61101 0000001 2",
    "03001234567", "0300-1234567", "+92 300 1234567", "3001234567", "0300-123-4567", "03OO1234567", "Muhammad Aslam",
    "Muhammad  Aslam", " Aslam", "Aslam ", "O'Neil", "Aslam2", "محمد اسلم", "House 7, Street 3", "House 7,  Street 3", "a\nb",
    "x" * 80, "x" * 81, "x" * 121, "x" * 301, "x" * 4001, "\u200bAslam", "\ufffd", "1.2E+12", "6110100000012.0",
)  # fmt: skip
NAMES = ("cnic", "mobile", "given_name", "household_address", "employment1_business_name")


def _reader(name: str) -> ColumnReader:
    return ColumnReader(next(column for column in columns_of(get_questionnaire()) if column.name == name), ON)


def _same(name: str, texts: list[str]) -> None:
    written = pa.array(texts, pa.string())
    one, other = read_column(_reader(name), written), read_each(_reader(name), written)
    assert one.values.to_pylist() == other.values.to_pylist()
    assert one.given.to_pylist() == other.given.to_pylist()
    assert one.unread.to_pylist() == other.unread.to_pylist()
    for mine, theirs in ((one.problems, other.problems), (one.repairs, other.repairs)):
        assert _told(mine) == _told(theirs)


def _told(found: list[tuple[object, object]]) -> set[tuple[int, object]]:
    return {(int(place), what) for places, what in found for place in places}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_texts_that_mean_themselves_are_read_as_any_other(name: str) -> None:
    _same(name, list(SOME))
    _same(name, [text for text in SOME if text][2:4])


@pytest.mark.parametrize("name", NAMES)
@given(texts=st.lists(st.text(max_size=15) | st.from_regex(r"[0-9]{5}-?[0-9]{7}-?[0-9]", fullmatch=True), max_size=8))
def test_whatever_is_written_is_read_the_same_way(name: str, texts: list[str]) -> None:
    _same(name, texts)


def test_indexes_of_many_cnics_are_those_of_each() -> None:
    from mazdoor.database.keys import keyring

    cnics = ["0123456789012", None, "0123400000019"]
    columns = cnic_index_columns(cnics)
    for place, cnic in enumerate(cnics):
        held = {name: column[place].as_py() for name, column in columns.items()}
        if cnic is None:
            assert not any(held.values())
            continue
        alone = keyring().cnic_indexes(cnic)
        assert held == {
            "cnic_index": alone.whole, "cnic_segment_1": alone.segment_1, "cnic_segment_2": alone.segment_2,
            "cnic_segment_3": alone.segment_3, "cnic_sorted_index": alone.sorted_digits,
        }  # fmt: skip


ROWS = ["1,a,x", "2,b,y", "3,c,z"] * 3
ODD = {
    "nothing odd": [],
    "a blank line": [""],
    "separators alone": [",,"],
    "a line end in quotation marks": ['4,"q{end}r",s'],
    "another line end in quotation marks": ['4,"q\nr",s'],
    "a lone carriage return": ["4,q\rr,s"],
    "a cell too few": ["4,q"],
    "a cell too many": ["4,q,r,s"],
    "an open quotation mark": ['4,"q,r'],
    "a quotation mark inside": ['4,q"q,r'],
    "quotation marks of its own": ['4,"q""q",r'],
    "letters after a quotation mark": ['4,"q" q,r'],
    "a nought": ["4,q\0,r"],
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("closing", ["", "{end}", "{end}{end}"])
@pytest.mark.parametrize("odd", list(ODD))
def test_a_file_is_laid_down_as_it_is_read_line_by_line(odd: str, end: str, closing: str, tmp_path: Path) -> None:
    lines = ["one,two,three", *ROWS[:4], *(line.format(end=end) for line in ODD[odd]), *ROWS[4:]]
    source = tmp_path / "file.csv"
    source.write_bytes((end.join(lines) + closing.format(end=end)).encode())
    opened = open_file(source, work=tmp_path)
    stage(opened, tmp_path, household_column=None)
    with open_stage(tmp_path) as laid:
        rows = laid.execute("SELECT n, h, fault, c0, c1, c2 FROM stage ORDER BY n").fetchall()
    assert rows == [(row.number, row.number, row.fault, *row.cells) for row in rows_of(opened)]
