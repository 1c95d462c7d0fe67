"""What is done to many values at once is what is done to each of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazdoor.kernel.identifiers import registry_number
from mazdoor.kernel.numbering import registry_numbers
from mazdoor.kernel.sealing import Keyring

RING = Keyring(sealing_keys={1: b"a" * 32, 2: b"b" * 32}, index_key=b"c" * 32)


@given(st.lists(st.integers(0, 10**11 - 1), max_size=30))
def test_registry_numbers_of_many_are_those_of_each(sequences: list[int]) -> None:
    assert registry_numbers(np.array(sequences, dtype=np.int64)) == [registry_number(each) for each in sequences]


@pytest.mark.parametrize("beyond", [-1, 10**11])
def test_a_number_beyond_the_series_is_refused_among_many(beyond: int) -> None:
    with pytest.raises(ValueError, match="exhausted"):
        registry_numbers(np.array([5, beyond], dtype=np.int64))


@given(st.lists(st.none() | st.text(max_size=20), max_size=20))
def test_values_sealed_together_open_one_by_one(values: list[str | None]) -> None:
    sealed = RING.seal_all(values, purpose="address")
    assert [RING.open(each, purpose="address") if each else None for each in sealed] == [
        each or None for each in values
    ]
    kept = [each for each in sealed if each]
    assert len({each[1:13] for each in kept}) == len(kept), "no nonce serves twice"


@given(st.lists(st.none() | st.text(max_size=20), max_size=20))
def test_values_indexed_together_have_the_index_of_each(values: list[str | None]) -> None:
    assert RING.index_all(values, purpose="mobile") == [
        RING.index(each, purpose="mobile") if each else None for each in values
    ]
