"""Sealed values open only for their purpose and their keys; blind indexes meet and tell nothing."""

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazdoor.kernel.sealing import INDEX_BYTES, Keyring, SealBroken

RING = Keyring(sealing_keys={1: b"k" * 32}, index_key=b"i" * 32)


@given(st.text(max_size=60), st.sampled_from(["cnic", "iban", "mobile"]))
def test_what_is_sealed_opens_again(value: str, purpose: str) -> None:
    assert RING.open(RING.seal(value, purpose=purpose), purpose=purpose) == value


def test_a_sealed_cnic_is_not_an_account() -> None:
    with pytest.raises(SealBroken):
        RING.open(RING.seal("0123412345671", purpose="cnic"), purpose="iban")


@given(st.integers(0, 40), st.integers(1, 255))
def test_an_altered_byte_breaks_the_seal(place: int, change: int) -> None:
    sealed = bytearray(RING.seal("0123412345671", purpose="cnic"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(SealBroken):
        RING.open(bytes(sealed), purpose="cnic")


def test_the_same_value_sealed_twice_does_not_look_the_same() -> None:
    assert RING.seal("x", purpose="cnic") != RING.seal("x", purpose="cnic")


def test_an_old_key_still_opens_and_the_newest_seals() -> None:
    sealed = RING.seal("x", purpose="cnic")
    both = Keyring(sealing_keys={1: b"k" * 32, 2: b"n" * 32}, index_key=b"i" * 32)
    assert both.open(sealed, purpose="cnic") == "x"
    assert both.seal("x", purpose="cnic")[0] == 2
    with pytest.raises(SealBroken):
        RING.open(both.seal("x", purpose="cnic"), purpose="cnic")


def test_blind_indexes_meet_within_a_purpose_and_key_only() -> None:
    other = Keyring(sealing_keys={1: b"k" * 32}, index_key=b"j" * 32)
    index = RING.index("0123412345671", purpose="cnic")
    assert len(index) == INDEX_BYTES
    assert index == RING.index("0123412345671", purpose="cnic")
    assert index != RING.index("0123412345671", purpose="mobile")
    assert index != other.index("0123412345671", purpose="cnic")


def test_a_swapped_cnic_shares_its_sorted_digits_and_a_wrong_digit_leaves_two_segments() -> None:
    true, swapped, wrong = (RING.cnic_indexes(cnic) for cnic in ("0123412345671", "0123412345761", "0123412345672"))
    assert true.sorted_digits == swapped.sorted_digits
    assert true.whole != swapped.whole
    assert (true.segment_1, true.segment_2) == (wrong.segment_1, wrong.segment_2)
    assert true.segment_3 != wrong.segment_3


def test_pseudonyms_of_two_contexts_do_not_join() -> None:
    assert RING.pseudonym("17", within="a") == RING.pseudonym("17", within="a")
    assert RING.pseudonym("17", within="a") != RING.pseudonym("17", within="b")


def test_the_key_file_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "keyring.json"
    first = Keyring.load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = json.loads(path.read_text())
    again = Keyring.load_or_create(path)
    assert json.loads(path.read_text()) == content
    assert again.open(first.seal("x", purpose="cnic"), purpose="cnic") == "x"
