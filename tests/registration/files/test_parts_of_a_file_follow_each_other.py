"""The parts of a file are written by several sessions in turn: what one part tells follows from the part before it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import IntegrityError, connection

from mazdoor.access.services import acting_as_system
from mazdoor.database.appending import Step
from mazdoor.database.bulk import analyse
from mazdoor.delivery.registration.files import chunks, entering, importing, services
from mazdoor.delivery.registration.models import FileDuplicate, FileImport, Form, Person

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "given_name,surname,sex,birth_date,relationship,household_area_code,consents,cnic"


def _row(number: int, cnic: int | None = None) -> str:
    name = ["Rani", "Zara", "Mina", "Hina", "Gul", "Bano", "Noor", "Asma", "Rabia", "Saba", "Lubna", "Kiran"][number]
    own = number if cnic is None else cnic
    return f"{name},Bibi,female,19{60 + number}-03-0{1 + number % 9},head,PK60301,registration,00000000{own:04d}2"


def _received(rows: list[str]) -> int:
    with acting_as_system(reason="test"):
        number = services.receive_file(blocks=["\n".join([HEAD, *rows, ""]).encode()])
        services.confirm_columns(import_id=number, mapping=services.sure_mapping(number) or [])
    return number


def _import(number: int) -> FileImport:
    importing.run_import(import_id=number, acting=lambda: acting_as_system(reason="test"), chunk_rows=3)
    with acting_as_system(reason="test"):
        return FileImport.objects.get(pk=number)


def test_a_household_in_two_neighbouring_parts_enters_once_and_a_duplicate_of_the_part_before_is_told() -> None:
    rows = [_row(number) for number in range(12)]
    rows[4] = rows[2]  # the same household, in the part after
    rows[6] = _row(6, cnic=5)  # another person with the CNIC of the part before
    done = _import(_received(rows))
    assert (done.state, done.next_row) == (FileImport.State.DONE, 14)
    assert (done.rows_entered, done.rows_already, done.rows_refused) == (11, 1, 0)
    with acting_as_system(reason="test"):
        assert Form.objects.count() == Person.objects.count() == 11
        (told,) = FileDuplicate.objects.filter(why="cnic")
        assert (told.row, told.person_id > told.other_person_id) == (8, True)


def test_when_a_part_fails_nothing_of_the_parts_after_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    number = _received([_row(number) for number in range(12)])
    plain = chunks.flag_duplicates
    asked: list[int] = []

    def fails_at_the_second(import_id: int) -> int:
        asked.append(import_id)
        if len(asked) == 2:
            raise IntegrityError("the second part")
        return plain(import_id)

    monkeypatch.setattr(chunks, "flag_duplicates", fails_at_the_second)
    with pytest.raises(IntegrityError, match="the second part"):
        _import(number)
    with acting_as_system(reason="test"):
        held = FileImport.objects.get(pk=number)
        assert (held.next_row, held.rows_entered, Person.objects.count()) == (5, 3, 3)
    monkeypatch.setattr(chunks, "flag_duplicates", plain)
    assert _import(number).rows_entered == 12
    with acting_as_system(reason="test"):
        assert Person.objects.count() == 12


def test_parts_cover_a_file_once_and_are_smaller_at_its_beginning_and_its_end() -> None:
    for rows, most in ((1, 25_000), (999, 25_000), (200_000, 25_000), (1_000_000, 25_000), (12, 3)):
        starts = chunks.first_places(rows, most)
        sizes = [after - start for start, after in pairwise([*starts, rows + 1])]
        assert (starts[0], sum(sizes), max(sizes) <= most, min(sizes) > 0) == (1, rows, True, True)
        if rows > 5 * most:
            assert max(sizes) == most
            assert max(sizes[0], sizes[-1]) <= most // 5


def test_tables_that_were_empty_when_statistics_were_made_do_not_make_the_look_for_duplicates_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An index of all that holds now was walked to its end for each row: a few thousand rows took minutes."""
    with acting_as_system(reason="test"):
        analyse("registration_personrecord", "registration_personkeys")
    names = [f"{one}{two}" for one in "ABCDEFGHIJKLMNOPQRST" for two in ("ara", "ila", "una", "eema", "osha")]
    rows = [
        f"{names[number % 100]},{names[number // 4]},female,19{60 + number % 40}-0{1 + number % 9}-0{1 + number % 7},head,PK60301,"
        f"registration,00000000{number:04d}2"
        for number in range(400)
    ]
    fetched: list[int] = []
    plain = chunks.flag_duplicates

    def counting(import_id: int) -> int:
        before = _records_fetched()
        found = plain(import_id)
        fetched.append(_records_fetched() - before)
        return found

    monkeypatch.setattr(chunks, "flag_duplicates", counting)
    importing.run_import(import_id=_received(rows), acting=lambda: acting_as_system(reason="test"), chunk_rows=200)
    assert len(fetched) == 2
    assert max(fetched) < 200 * 20  # each row meets a few; all of them with all would be tens of thousands


def _records_fetched() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_tuples_fetched('registration_personrecord'::regclass)")
        return int(cursor.fetchone()[0])


def test_no_row_of_a_file_is_asked_for_its_keys_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard that is not ENABLE ALWAYS sends its table the slow way: a trigger for each key of each row."""
    tables: set[str] = set()
    plain = entering.append_all

    def listening(source: str, steps: list[Step]) -> list[int]:
        tables.update(step.target for step in steps)
        return plain(source, steps)

    monkeypatch.setattr(entering, "append_all", listening)
    _import(_received([_row(number) for number in range(3)]))
    assert {"registration_personrecord", "registration_member", "registration_householdrecord"} <= tables
    everywhere = tables | {"registration_businessrecord", "registration_employmentrecord"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = ANY (%s::regclass[]) AND NOT tgisinternal AND tgtype & 4 <> 0 "
            "AND tgenabled NOT IN ('A', 'D')",
            [sorted(everywhere)],
        )
        assert cursor.fetchall() == []
