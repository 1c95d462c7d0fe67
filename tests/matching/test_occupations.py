"""Free text about work finds its code, in three writings; what is held back is measured, and words that spoke are told."""

from __future__ import annotations

import csv
import hashlib
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazdoor.matching.occupations import coder, suggest, suggest_industries, suggest_many
from mazdoor.matching.occupations.ranking import installed_data
from mazdoor.matching.occupations.words import spelling, words_of

HELD_BACK = list(csv.DictReader((Path(__file__).parent / "occupations_held_back.csv").open(encoding="utf-8")))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mistri", "7112"),
        ("ghar mein kaam", "9111"),
        ("riksha wala", "8321"),
        ("راج مستری", "7112"),
        ("welder, gas", "7212"),
        ("WELDERS", "7212"),
        ("darzee", "7531"),
        ("گھروں میں صفائی کرتی ہوں", "9111"),
        ("bhatta mazdoor", "9329"),
        ("primary school teacher", "2341"),
    ],
)
def test_what_people_say_comes_first(text: str, code: str) -> None:
    assert suggest(text)[0].code == code


@pytest.mark.parametrize(
    ("text", "code"), [("kapre ki dukan", "4751"), ("مکان بنانے والا مستری", "4390"), ("ghar mein kaam", "9700")]
)
def test_an_industry_is_suggested_too(text: str, code: str) -> None:
    assert code in [each.code for each in suggest_industries(text)][:2]


def test_the_words_that_spoke_are_told_as_written_and_as_taken() -> None:
    (first, *_) = suggest("kapre ki dukan")
    assert first.code == "5221" and first.words == ("kapre (cloth)", "dukan (shop)")
    assert suggest("گھروں میں صفائی")[0].words[1].startswith("صفائی")


def test_both_scripts_and_many_spellings_meet() -> None:
    assert {suggest(text)[0].code for text in ("tarkhan", "tarkhaan", "ترکھان", "Tarkhan ka kaam")} == {"7115"}
    assert spelling("darzee") == spelling("darzi") and spelling("mistry") == spelling("mistri")


def test_particles_tell_nothing_unless_they_are_all_there_is() -> None:
    assert [word.written for word in words_of("main ghar mein kaam karti hoon")] == ["ghar"]
    assert suggest("") == [] and suggest("123 ...") == []


def test_a_column_is_coded_in_its_order_and_each_value_once() -> None:
    column = ["mistri", "darzi", " Mistri ", "darzi"] * 500
    before = time.process_time()
    found = suggest_many(column)
    assert [each[0].code for each in found[:4]] == ["7112", "7531", "7112", "7531"]
    assert found[0] is found[2]
    assert time.process_time() - before < 2


def test_a_suggestion_is_ranked_and_its_codes_exist() -> None:
    found = suggest("machine operator in a factory", limit=8)
    assert len(found) == 8 and len({each.code for each in found}) == 8
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert all(each.code in coder().groups and 0 <= each.score <= 1 and each.title for each in found)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    for each in (*suggest(text), *suggest_industries(text)):
        assert each.code and 0 <= each.score <= 1


def test_the_half_that_is_held_back_is_known_to_nobody() -> None:
    held = {row["title_en"] for row in HELD_BACK}
    opened = {row["title_en"] for row in installed_data("titles")}
    assert len(held) + len(opened) >= 400 and held.isdisjoint(opened)
    assert all(hashlib.sha256(title.encode()).digest()[0] % 2 == 1 for title in held)
    assert all(hashlib.sha256(title.encode()).digest()[0] % 2 == 0 for title in opened)


@pytest.mark.parametrize(
    ("column", "first", "five"), [("title_en", 0.60, 0.75), ("title_ur", 0.58, 0.75), ("title_roman", 0.60, 0.75)]
)
def test_titles_never_seen_are_found(column: str, first: float, five: float) -> None:
    found = [[each.code for each in suggest(row[column])] for row in HELD_BACK]
    right = [row["isco_code"] for row in HELD_BACK]
    assert sum(codes[:1] == [code] for codes, code in zip(found, right, strict=True)) / len(right) >= first
    assert sum(code in codes for codes, code in zip(found, right, strict=True)) / len(right) >= five


def test_a_query_is_quick_enough_to_type_against() -> None:
    coder()
    texts = [row["title_roman"] for row in HELD_BACK[:100]]
    before = time.process_time()
    for text in texts:
        suggest(text)
    assert (time.process_time() - before) / len(texts) < 0.020
