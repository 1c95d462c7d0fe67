"""Five hundred rotten files: each gives a clear refusal, a stated repair, or what it holds; nothing half enters.

Every day the faults of single cells lie together, one file for each kind of fault; with ``-m soak`` each is a file of its own.
All of them as files of their own take some 200 seconds of a processor (0.4 s a file, most of it DuckDB planning the checks), twice
what the everyday run has for them; nothing is found by it that a row beside others does not find.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from tests.registration.files.rotten import Case, cases, cases_together

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration.files import keeping, selectors, services
from mazdoor.delivery.registration.files.returning import refusal_of
from mazdoor.kernel.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]

PARTS = 5
WHOLE = {"person", "personrecord", "member", "personkeys", "consent"}


def test_there_are_five_hundred_and_no_two_are_the_same() -> None:
    every = list(cases())
    assert len(every) >= 500
    assert len({case.name for case in every}) == len(every)


def _counts() -> dict[str, int]:
    tables = (*sorted(WHOLE), "form", "household", "householdrecord", "employment", "employmentrecord")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM registration_{table})" for table in tables))
        return dict(zip(tables, cursor.fetchone(), strict=True))


def _is_whole(counts: dict[str, int]) -> None:
    """Nothing is half there: a person has a record, keys, a household and a consent; a form its household."""
    assert len({counts[table] for table in WHOLE}) == 1, counts
    assert counts["form"] == counts["household"] == counts["householdrecord"], counts
    assert counts["employment"] == counts["employmentrecord"], counts


def _take_in(case: Case) -> tuple[selectors.FileRow, set[str], set[str]]:
    """The file as it ended, the codes of refused rows, the codes of warnings and repairs."""
    number = services.receive_file(blocks=[case.content])
    mapping = [guess.column for guess in services.guesses_of(number)]
    services.confirm_columns(import_id=number, mapping=mapping)
    services.import_file(import_id=number, acting=lambda: acting_as_system(reason="test"))
    found = selectors.what_was_found(import_id=number)
    for each in found:  # every finding can be told in both languages
        refusal = refusal_of(each["code"], each["details"])
        assert "{" not in refusal.cause("en") + refusal.cause("ur") + refusal.remedy("en") + refusal.remedy("ur")
    return (
        selectors.get_file(import_id=number),
        {each["code"] for each in found if each["kind"] == "problem"},
        {each["code"] for each in found if each["kind"] != "problem"},
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_rotten_files_are_told_what_is_wrong_and_nothing_half_enters(part: int) -> None:
    assert list(_what_went_wrong(list(cases_together())[part::PARTS])) == []


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_each_rotten_file_by_itself_is_told_what_is_wrong(part: int) -> None:
    assert list(_what_went_wrong(list(cases())[part::PARTS])) == []


def _what_went_wrong(rotten: list[Case]) -> Iterator[tuple[str, str]]:
    before = _counts()
    for case in rotten:
        try:
            done, refused, told = _take_in(case)
        except Refusal as no:
            if case.ends not in ("whole", "any") or (case.codes and no.code not in case.codes):
                yield case.name, f"refused whole with {no.code}"
            if _counts() != before:
                yield case.name, "was refused, and something entered"
            continue
        before = _counts()
        _is_whole(before)
        well = done.rows_entered + done.rows_already
        if well + done.rows_refused != done.rows_total:
            yield case.name, f"rows are lost: {done}"
        if case.ends == "any":
            continue
        if case.ends == "whole":
            yield case.name, f"was not refused: {done}"
        elif case.bad is not None and done.rows_refused != case.bad:
            yield case.name, f"{done.rows_refused} of {case.bad} refused; {sorted(refused)}"
        elif well < case.good:
            yield case.name, f"{well} of {case.good} entered; {sorted(refused)}"
        elif case.ends == "row" and not (refused & case.codes):
            yield case.name, f"expected {sorted(case.codes)}, found {sorted(refused)} and {sorted(told)}"
        elif case.ends == "repair" and case.codes and not (told & case.codes):
            yield case.name, f"not told: {sorted(case.codes)}, found {sorted(told)}"
        elif case.ends in ("well", "repair") and refused:
            yield case.name, f"refused {sorted(refused)}"


def test_no_personal_value_is_in_a_refusal_of_a_file(tmp_path: object) -> None:
    """What is kept of findings is codes, names of questions and numbers."""
    case = next(each for each in cases() if each.name.startswith("cnic='1234567890123456'"))
    done, _, _ = _take_in(case)
    said = json.dumps(selectors.what_was_found(import_id=done.import_id), ensure_ascii=False)
    assert "1234567890123456" not in said and "Bushra" not in said
    assert not (keeping.folder_of(done.import_id) / "stage.duckdb").exists()
