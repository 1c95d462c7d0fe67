"""A file enters: its good rows as a form would have been written, its bad rows back with reasons, once and no more."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection

from mazdoor.access.services import acting_as_system
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import services as registration
from mazdoor.delivery.registration.files import keeping, selectors, services
from mazdoor.delivery.registration.questionnaire import nest
from mazdoor.kernel.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]

PERSON = {
    "household_area_code": "PK60301", "household_address": "Street 4", "household_rooms": "2", "given_name": "Bushra",
    "surname": "Bibi", "sex": "female", "birth_date": "1987-03-17", "relationship": "head", "cnic": "01234-1234567-2",
    "mobile": "0300 1234567", "marital_status": "married", "consents": "registration programmes", "skills": "sewing",
    "seeing": "a_lot", "account_kind": "bank", "account_number": "PK36SCBL0000001123456702",
    "employment1_status": "own_account", "employment1_category": "home_based", "employment1_occupation": "7318",
    "employment1_industry": "1312", "employment1_started_on": "2020", "employment1_employer_kind": "none",
    "employment1_pay_period": "month", "employment1_pay_amount": "15000.50", "employment1_business_premises": "home",
    "employment1_business_tax_registered": "no", "employment1_business_persons_engaged": "3",
}  # fmt: skip
TABLES = {
    "form": "form_id", "household": "household_id", "householdrecord": "household_id", "family": "household_id",
    "person": "id", "personrecord": "person_id", "personkeys": "person_id", "member": "person_id", "consent": "person_id",
    "employment": "person_id", "business": "id", "businessrecord": "business_id", "premises": "business_id",
}  # fmt: skip


def as_csv(rows: list[dict[str, str]], **more: Any) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.writer(out, **more)
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue().encode()


def take_in(content: bytes, mapping: list[str] | None = None) -> selectors.FileRow:
    number = services.receive_file(blocks=[content])
    guessed = [guess.column for guess in services.guesses_of(number)]
    services.confirm_columns(import_id=number, mapping=mapping or guessed)
    services.import_file(import_id=number, acting=lambda: acting_as_system(reason="test"))
    return selectors.get_file(import_id=number)


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in (*TABLES, "employmentrecord"):
            cursor.execute(f"SELECT count(*) FROM registration_{table}")
            found[table] = cursor.fetchone()[0]
        return found


def written() -> dict[str, list[dict[str, Any]]]:
    """Everything of the register but ids, times, seals (opened) and form keys."""
    found: dict[str, list[dict[str, Any]]] = {}
    skipped = {"id", "idempotency_key", "receipt_id", "registry_number", "channel"}
    for table in (*TABLES, "employmentrecord"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM registration_{table} ORDER BY 1")
            names = [column[0] for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        for row in rows:
            for name in list(row):
                if name in skipped or name.endswith(("_id", "_at")) or name in ("recorded_from",):
                    row[name] = row[name] is not None
                elif name.endswith("_encrypted") and row[name] is not None:
                    purpose = {"permanent_address": "address", "account": "account_claim"}.get(
                        name.removesuffix("_encrypted"), name.removesuffix("_encrypted")
                    )
                    row[name] = keyring().open(row[name], purpose=purpose)
                elif isinstance(row[name], memoryview):
                    row[name] = bytes(row[name])
        found[table] = rows
    return found


def test_a_row_is_written_as_a_form_would_be() -> None:
    from django.db import transaction

    with transaction.atomic():
        registration.submit(form=nest(dict(PERSON)), channel="file", idempotency_key="one")
        by_form = written()
        transaction.set_rollback(True)
    done = take_in(as_csv([PERSON]))
    assert (done.rows_entered, done.rows_refused) == (1, 0)
    by_file = written()
    for table, rows in by_form.items():
        assert by_file[table] == rows, table


def test_the_same_file_twice_changes_nothing() -> None:
    rows = [PERSON, PERSON | {"given_name": "Nasreen", "cnic": "01234-1234568-4", "mobile": ""}]
    first = take_in(as_csv(rows))
    before = counts()
    again = take_in(as_csv(rows))
    assert (first.rows_entered, first.rows_already) == (2, 0)
    assert (again.rows_entered, again.rows_already) == (0, 2)
    assert counts() == before
    # The same answers in another order of columns, as a workbook, are the same rows.
    other = [dict(reversed(list(row.items()))) for row in rows]
    assert take_in(as_csv(other, delimiter=";")).rows_already == 2
    assert counts() == before


def test_the_senders_own_row_key_makes_a_changed_row_the_same_row() -> None:
    take_in(as_csv([PERSON | {"row_key": "17"}]))
    again = take_in(as_csv([PERSON | {"row_key": "17", "given_name": "Bushrah"}]))
    assert (again.rows_entered, again.rows_already) == (0, 1)


def test_bad_rows_come_back_with_reasons_beside_their_cells_and_enter_once_mended() -> None:
    rows = [PERSON, PERSON | {"given_name": "", "cnic": "12", "birth_date": "31/31/1980"}]
    done = take_in(as_csv(rows))
    assert (done.rows_entered, done.rows_refused) == (1, 1)
    path = selectors.find_returned(import_id=done.import_id)
    assert path is not None
    (headings, row) = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    reasons = dict(zip(headings, row, strict=True))
    assert [heading for heading in headings if not heading.startswith("⚠")] == list(PERSON)
    assert "REG-001" in reasons["⚠ cnic"] and "شناختی" in reasons["⚠ cnic"]
    assert "REG-018" in reasons["⚠ birth_date"]
    assert headings.index("⚠ cnic") == headings.index("cnic") + 1
    row[headings.index("given_name")] = "Rani"
    row[headings.index("cnic")] = "01234-9234567-2"
    row[headings.index("birth_date")] = "1980"
    out = io.StringIO(newline="")
    csv.writer(out).writerows([headings, row])
    assert take_in(out.getvalue().encode()).rows_entered == 1


def test_a_workbook_comes_back_as_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(PERSON))
    sheet.append(list(PERSON.values()))
    sheet.append(list((PERSON | {"sex": "woman", "given_name": "=1+1"}).values()))
    book.save(tmp_path / "people.xlsx")
    done = take_in((tmp_path / "people.xlsx").read_bytes())
    assert (done.rows_entered, done.rows_refused) == (1, 1)
    path = selectors.find_returned(import_id=done.import_id)
    assert path is not None and path.suffix == ".xlsx"
    returned = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert "REG-026" in returned[1][returned[0].index("⚠ sex")]


def test_people_of_one_household_key_are_one_household() -> None:
    spouse = {
        "given_name": "Aslam",
        "sex": "male",
        "birth_date": "1980",
        "relationship": "spouse",
        "household_key": "A",
    }
    done = take_in(as_csv([PERSON | {"household_key": "A"}, PERSON | {"household_key": "B", "cnic": ""}, spouse]))
    assert (done.rows_entered, done.rows_refused) == (3, 0)
    assert counts()["household"] == 2 and counts()["family"] == 2 and counts()["form"] == 2 and counts()["person"] == 3


def test_duplicates_are_flagged_within_the_file_and_against_the_register() -> None:
    take_in(as_csv([PERSON]))
    same_cnic = PERSON | {"given_name": "Bushara"}
    same_phone = PERSON | {"cnic": "", "birth_date": "1986"}
    other = PERSON | {"cnic": "01234-7234567-2", "mobile": "", "given_name": "Zainab"}
    done = take_in(as_csv([same_cnic, same_phone, other, other | {"birth_date": "1990"}]))
    assert done.rows_entered == 4
    found = {(each["row"], each["why"]) for each in selectors.likely_duplicates(import_id=done.import_id)}
    assert found == {(2, "cnic"), (3, "mobile"), (5, "cnic")}


def test_likely_the_same_person_is_found_in_any_area_and_told_by_district_alone(officer: Any) -> None:
    from mazdoor.access.services import acting_as

    first = take_in(as_csv([PERSON | {"cnic": "", "father_name": "Ghulam Rasool"}]))
    clerk = officer(desk="registrar", areas=["PK2"])
    again = PERSON | {"cnic": "", "household_area_code": "PK20101", "father_name": "Ghulam Rasul"}
    with acting_as(officer_id=clerk.pk):
        number = services.receive_file(blocks=[as_csv([again])])
        services.confirm_columns(import_id=number, mapping=[g.column for g in services.guesses_of(number)])
        services.import_file(import_id=number, acting=lambda: acting_as(officer_id=clerk.pk))
        (likely,) = selectors.likely_duplicates(import_id=number)
    assert (likely["why"], likely["other_person_id"], likely["district"]) == ("mobile", None, "PK603")
    (likely,) = selectors.likely_duplicates(import_id=number)  # the system sees whom
    assert likely["other_person_id"] is not None and likely["district"] == ""
    assert first.duplicates == 0


def test_a_key_that_very_many_share_is_looked_at_twenty_times_and_no_more() -> None:
    names = ("Amina", "Zahida", "Kulsoom", "Farida", "Hajra")
    row = PERSON | {"mobile": "", "father_name": "Nazir"}
    crowd = [row | {"cnic": f"01234-{n:07d}-2", "given_name": names[n % 5]} for n in range(120)]
    done = take_in(as_csv(crowd))
    assert done.rows_entered == 120
    assert done.duplicates <= 120  # at most one for each row


def test_an_officer_enters_people_of_own_areas_only(officer: Any) -> None:
    from mazdoor.access.services import acting_as

    clerk = officer(desk="registrar", areas=["PK2"])
    with acting_as(officer_id=clerk.pk):
        number = services.receive_file(blocks=[as_csv([PERSON, PERSON | {"household_area_code": "PK20101"}])])
        services.confirm_columns(import_id=number, mapping=[g.column for g in services.guesses_of(number)])
        services.import_file(import_id=number, acting=lambda: acting_as(officer_id=clerk.pk))
        done = selectors.get_file(import_id=number)
    assert (done.rows_entered, done.rows_refused) == (1, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "REG-040"), (b"\x89PNG\r\n", "REG-041"), (b"given_name,sex\n", "REG-047"), (b"PK\x03\x04junk", "REG-043")],
)
def test_a_file_that_is_none_is_refused_whole_and_nothing_is_kept(content: bytes, code: str) -> None:
    before = counts()
    with pytest.raises(Refusal) as no:
        take_in(content)
    assert no.value.code == code
    assert counts() == before


def test_what_another_register_left_under_the_same_number_is_never_given_out() -> None:
    """A register brought back from a copy counts on from an older number, and the home folder knows later ones."""
    before = take_in(as_csv([PERSON | {"cnic": "01234-1234567-4"}]))
    left = keeping.folder_of(before.import_id + 1)
    for name in ("returned.csv", "stage.duckdb", "findings.json", "prepared.json"):
        (left / name).write_text("of a file this register never saw")
    done = take_in(as_csv([PERSON]))
    assert done.import_id == before.import_id + 1
    assert (done.rows_entered, done.rows_refused) == (1, 0)
    assert selectors.find_returned(import_id=done.import_id) is None
