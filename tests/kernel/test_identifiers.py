"""Registry numbers catch slips of the pen; CNIC and mobile numbers are read however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazdoor.kernel.identifiers import (
    is_registry_number,
    mask_cnic,
    mask_mobile,
    parse_cnic,
    parse_mobile,
    registry_number,
)

SEQUENCES = st.integers(0, 10**11 - 1)


@given(SEQUENCES, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(sequence: int, place: int, shift: int) -> None:
    number = registry_number(sequence)
    assert is_registry_number(number)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not is_registry_number(wrong)


@given(SEQUENCES, st.integers(0, 10))
def test_two_neighbours_swapped_are_noticed(sequence: int, place: int) -> None:
    number = registry_number(sequence)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not is_registry_number(swapped)


@given(SEQUENCES, SEQUENCES)
def test_two_registrants_never_share_a_number(first: int, second: int) -> None:
    assert (registry_number(first) == registry_number(second)) == (first == second)


def test_the_series_ends_with_a_refusal() -> None:
    with pytest.raises(ValueError, match="exhausted"):
        registry_number(10**11)


@pytest.mark.parametrize(
    "text", ["01234-1234567-1", "0123412345671", "۰۱۲۳۴-۱۲۳۴۵۶۷-۱", "01234 1234567 1", "01234–1234567–1"]
)
def test_a_cnic_is_read_in_any_usual_writing(text: str) -> None:
    assert parse_cnic(text) == "0123412345671"


@pytest.mark.parametrize("text", ["", "1234", "O1234-1234567-1", "01234-1234567-12", "01234-1234567-x"])
def test_what_is_not_a_cnic_is_not_guessed(text: str) -> None:
    assert parse_cnic(text) is None


@pytest.mark.parametrize(
    "text", ["03001234567", "+92 300 1234567", "0092-300-1234567", "923001234567", "3001234567", "۰۳۰۰۱۲۳۴۵۶۷"]
)
def test_a_mobile_number_is_read_in_any_usual_writing(text: str) -> None:
    assert parse_mobile(text) == "03001234567"


@pytest.mark.parametrize("text", ["", "0421234567", "030012345", "0300123456x", "+1 300 1234567"])
def test_what_is_not_a_mobile_number_is_not_guessed(text: str) -> None:
    assert parse_mobile(text) is None


def test_masks_show_enough_to_recognise_and_too_little_to_use() -> None:
    assert mask_cnic("0123412345671") == "*****-*****67-1"
    assert mask_mobile("03001234567") == "03*****4567"
