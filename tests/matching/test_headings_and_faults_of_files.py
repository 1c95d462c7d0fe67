"""Files as offices send them: headings in Urdu or in shorthand, two files with other names for one thing, faults of every kind."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from tests.matching.test_any_file import people_twice

from mazdoor.cli.link import link
from mazdoor.matching.files import link_files
from mazdoor.matching.files.columns import recognise, same_columns

PEOPLE = (
    ("Muhammad Aslam", "Karim Bakhsh", "1971-02-03", "Lahore", "03001234567", "1"),
    ("Mohd Aslam", "Kareem Bux", "1971-02-03", "Lahore", "03001234567", "1"),
    ("Bushra Bibi", "Ghulam Rasool", "1980-05-06", "Multan", "03007654321", "2"),
    ("Nasreen Akhtar", "Noor Din", "1964-11-30", "Quetta", "03009876543", "3"),
    ("Tariq Mehmood", "Sher Muhammad", "1990-07-19", "Multan", "03005556667", "4"),
)


def _file(folder: Path, heading: str, rows: tuple[tuple[str, ...], ...] = PEOPLE, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([heading, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "heading",
    [
        "نام,ولدیت / شوہر,تاریخ پیدائش,ضلع,موبائل نمبر,person",
        "Full  Name (as per CNIC),S/O,D.O.B,Distt,Mob. No.,person",
        "NAME,Father/Husband,Date of Birth,City,Contact #,person",
    ],
)
def test_headings_in_urdu_and_in_shorthand_are_understood(tmp_path: Path, heading: str) -> None:
    path = _file(tmp_path, heading)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE given AS SELECT * FROM read_csv('{path}', all_varchar = true, header = true)")
        kinds = [field.kind.value for field in recognise(con, "given", apart=("person",)).fields]
    assert kinds == ["name", "father", "birth", "text", "number"]


def test_a_number_of_the_row_in_the_list_is_not_compared(tmp_path: Path) -> None:
    for heading in ("S.No", "Sr. No", "نمبر شمار", "Serial No"):
        path = _file(tmp_path, f"{heading},name", tuple((str(place), row[0]) for place, row in enumerate(PEOPLE)))
        with duckdb.connect() as con:
            con.execute(f"CREATE TABLE given AS SELECT * FROM read_csv('{path}', all_varchar = true, header = true)")
            assert list(recognise(con, "given").left_out) == [heading]


def test_two_files_that_call_one_thing_by_two_names_are_held_against_each_other(tmp_path: Path) -> None:
    _, *rows = people_twice(tmp_path).read_text().splitlines()
    first, second = ("first.csv", rows[::2]), ("second.csv", rows[1::2])
    for (name, lines), heading in zip(
        (first, second), ("first name,surname,dob,town,p", "Given Name,Last Name,Date of Birth,City,p"), strict=True
    ):
        (tmp_path / name).write_text("\n".join([heading, *lines]))
    found = link_files(tmp_path / "first.csv", tmp_path / "second.csv", out=tmp_path / "out", truth="p")
    assert found.together == {
        "Given Name": "first name", "Last Name": "surname", "Date of Birth": "dob", "City": "town",
    }  # fmt: skip
    assert [field.columns for field in found.recognised.fields] == [
        (c,) for c in ("first name", "surname", "dob", "town")
    ]
    assert found.quality is not None and found.quality.f1 > 0.9


def test_names_that_leave_a_doubt_are_not_taken_for_one() -> None:
    assert same_columns(["phone", "cnic"], ["mobile", "nic"]) == {"mobile": "phone", "nic": "cnic"}
    assert same_columns(["phone", "mobile"], ["contact"]) == {}
    assert same_columns(["town"], ["address"]) == {}
    assert same_columns(["phone"], ["mobile"], fixed=["mobile"]) == {}
    assert same_columns(["id"], ["row"]) == {}


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "there is nothing to compare: 0 rows"),
        (b"name,father,dob\n", "there is nothing to compare: 0 rows"),
        (b"name,father,dob\nAslam,Karim,1980-01-02\n", "there is nothing to compare: 1 rows"),
        (b"name,name,dob\nAslam,Karim,1980-01-02\nAslam,Karim,1980-01-02\n", 'two columns of people.csv are called "name"'),
        (b"name,father,dob\nAslam,Karim\nAslam,Karim,1980-01-02,more\nAkram,Noor,1970-02-03\n", "do not all have the columns"),
        ("name,father\nJosé,Ñandú\nJosé,Ñandú\n".encode("latin-1"), "people.csv is not written in UTF-8"),
        ("name,father\nAslam,Karim\nAslam,Karim\n".encode("utf-16"), "people.csv is not written in UTF-8"),
        (bytes(range(256)) * 8, "people.csv is not written in UTF-8"),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_is_refused_with_what_it_is(tmp_path: Path, content: bytes, cause: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    answer = CliRunner().invoke(link, [str(path)])
    assert answer.exit_code == 3
    assert cause in answer.output
    assert "Karim" not in answer.output, "no value of the file is told"


def test_a_size_of_memory_that_is_none_is_not_understood(tmp_path: Path) -> None:
    path = _file(tmp_path, "name,father,dob,town,phone,person")
    answer = CliRunner().invoke(link, [str(path), "--memory", "lots"])
    assert answer.exit_code == 2
    assert "a size such as 2GB" in answer.output
