"""A reference is ours or it is nobody's."""

from __future__ import annotations

import random
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from mazdoor.delivery.payments.references import find_instruction_id, reference_of


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_a_reference_reads_back_and_its_last_digit_is_damms(number: int) -> None:
    reference = reference_of(number)
    assert find_instruction_id(reference) == number
    assert damm.is_valid(reference.removeprefix("MZ"))
    assert len(reference) == 15


@given(st.integers(min_value=0, max_value=10**12 - 1), st.integers(min_value=2, max_value=14), st.integers(1, 9))
def test_one_wrong_digit_is_nobodys_reference(number: int, place: int, more: int) -> None:
    letters = list(reference_of(number))
    letters[place] = str((int(letters[place]) + more) % 10)
    assert find_instruction_id("".join(letters)) is None


@pytest.mark.parametrize(
    "stranger", ["", "SCHOOL-FEES", "MZ", "MZ000000000017", "mz0000000000174", "MZ0000000000174 ", "MZ٠٠٠٠٠٠٠٠٠٠١٧٤"]
)
def test_a_strangers_reference_is_none_of_ours(stranger: str) -> None:
    assert find_instruction_id(stranger) is None


def test_twelve_million_references_take_seconds_not_minutes() -> None:
    numbers = [random.Random(1).randrange(10**12) for _ in range(20_000)]
    assert timeit.timeit(lambda: [reference_of(number) for number in numbers], number=1) < 1.0
