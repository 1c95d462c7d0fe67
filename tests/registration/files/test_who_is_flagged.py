"""Who of a file is flagged as somebody registered before: by one telling key and what else is alike, and not by family alone."""

from __future__ import annotations

import pytest
from tests.registration.files.test_a_file_enters import PERSON, as_csv, take_in

from mazdoor.delivery.registration.files import selectors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]

THERE = PERSON | {
    "given_name": "Bushra", "surname": "Kalsoom", "father_name": "Ghulam Rasool", "birth_date": "1987-03-17", "cnic": "",
    "mobile": "0300 1234567", "household_area_code": "PK60301",
}  # fmt: skip
MISTYPED = {"given_name": "Bushta", "surname": "Kalsook", "father_name": "Ghulab Rasook"}
ANOTHER_PHONE = {"mobile": "0345 7654321"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"birth_date": "1986-03-17"} | MISTYPED, "mobile"),
        (ANOTHER_PHONE | MISTYPED, "name"),
        (ANOTHER_PHONE | {"birth_date": "1986-03-17"}, "name"),
    ],
    ids=["telephone, a year off and every name mistyped", "birth and place, mistyped", "family and place, a year off"],
)
def test_one_key_and_what_else_is_alike_flag_a_row(change: dict[str, str], why: str) -> None:
    assert _flagged(THERE, THERE | change) == [(2, why)]


@pytest.mark.parametrize(
    "change",
    [
        {
            "given_name": "Rukhsana",
            "surname": "Parveen",
            "father_name": "Allah Ditta",
            "household_area_code": "PK60302",
        },
        {"given_name": "Zainab", "birth_date": "1984-11-02"},
        {"given_name": "Zainab", "birth_date": "1987-11-02"},
    ],
    ids=["born on one day in one district", "a sister", "a sister by another mother, of the same year"],
)
def test_a_stranger_and_a_sister_are_not_flagged(change: dict[str, str]) -> None:
    assert _flagged(THERE, THERE | ANOTHER_PHONE | change) == []


@pytest.mark.parametrize(
    ("card", "found"),
    [("01234-1234568-2", [(2, "name")]), ("01234-1234576-2", [(2, "name")]), ("05678-7654321-4", [])],
    ids=["a digit wrong", "two digits swapped", "another card"],
)
def test_a_card_with_a_slip_in_it_does_not_speak_against_two_keys_and_another_card_does(
    card: str, found: list[tuple[int, str]]
) -> None:
    there = THERE | {"cnic": "01234-1234567-2"}
    assert _flagged(there, there | ANOTHER_PHONE | {"cnic": card, "father_name": "Allah Ditta"}) == found


def _flagged(there: dict[str, str], comes: dict[str, str]) -> list[tuple[int, str]]:
    """Rows and rules, when one person comes after another who is there."""
    take_in(as_csv([there]))
    done = take_in(as_csv([comes | {"household_address": comes["household_address"] + " again"}]))
    assert done.rows_entered == 1
    return [(each["row"], each["why"]) for each in selectors.likely_duplicates(import_id=done.import_id)]
