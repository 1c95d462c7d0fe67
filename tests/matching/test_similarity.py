"""The counter's arithmetic is the bulk engine's arithmetic."""

from __future__ import annotations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from mazdoor.matching.comparison import SLIP_FROM, _one_slip
from mazdoor.matching.similarity import damerau_levenshtein, jaro_winkler

_WORDS = st.text(alphabet="abcdmnrs", max_size=14)
_DUCKDB = duckdb.connect()


@settings(max_examples=400, deadline=None)
@given(_WORDS, _WORDS)
def test_jaro_winkler_is_what_duckdb_computes(first: str, second: str) -> None:
    theirs = _DUCKDB.execute("SELECT jaro_winkler_similarity(?, ?)", [first, second]).fetchall()[0][0]
    assert abs(jaro_winkler(first, second) - theirs) < 1e-12


@settings(max_examples=400, deadline=None)
@given(_WORDS, _WORDS)
def test_damerau_levenshtein_is_what_duckdb_computes(first: str, second: str) -> None:
    theirs = _DUCKDB.execute("SELECT damerau_levenshtein(?, ?)", [first, second]).fetchall()[0][0]
    assert damerau_levenshtein(first, second) == theirs


@settings(max_examples=2_000, deadline=None)
@given(st.text(alphabet="ab", min_size=SLIP_FROM, max_size=7), st.text(alphabet="ab", min_size=SLIP_FROM, max_size=7))
def test_one_slip_is_a_distance_of_one_at_most(first: str, second: str) -> None:
    assert _one_slip(first, second) == (damerau_levenshtein(first, second) <= 1)
