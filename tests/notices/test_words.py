"""The words of notices: both languages say the same, and fit into three SMS."""

from __future__ import annotations

import string
from datetime import date

import pytest

from mazdoor.kernel.refusals import Refusal, Words
from mazdoor.notices.segments import MOST_SEGMENTS, count_segments, is_gsm7
from mazdoor.notices.templates import CATALOGUE, fill, render

# The longest programme name and reason in use: a template that fits with these fits always.
LONGEST = {
    "registry_number": "123456789012",
    "programme": Words("Ehsaas Emergency Cash 2020", "احساس ایمرجنسی کیش ۲۰۲۰"),
    "places": Words("2,118,397", "2,118,397"),
    "area": Words("Khyber Pakhtunkhwa", "خیبر پختونخوا"),
    "reason": Words("a vehicle is registered to your family", "آپ کے خاندان کے نام گاڑی رجسٹرڈ ہے"),
    "from_date": date(2026, 11, 1),
    "due_on": date(2026, 12, 24),
    "held_on": date(2027, 2, 7),
    "appeal": "Appeal within 30 days at the nearest registration office or by SMS to 8171.",
    "amount": 1_200_000_00,
    "cycle": "2026-11",
    "code": "482 915",
    "minutes": "10",
}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_have_the_same_blanks(code: str) -> None:
    words = CATALOGUE[code].words
    blanks = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (words.en, words.ur)]
    assert blanks[0] == blanks[1]


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_template_fits_three_segments(code: str, language: str) -> None:
    text = render(code, fill(LONGEST, language), language)
    assert count_segments(text) <= MOST_SEGMENTS, len(text)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_english_words_travel_in_the_cheap_alphabet(code: str) -> None:
    assert is_gsm7(CATALOGUE[code].words.en)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # an extension character takes two septets
        ("€" * 81, 2),
        ("م" * 70, 1),
        ("م" * 71, 2),
        ("م" * 201, 3),
        ("م" * 202, 4),
        ("😀" * 35, 1),  # two UTF-16 units each
        ("😀" * 36, 2),
    ],
)
def test_segments_are_counted_as_the_networks_count_them(text: str, segments: int) -> None:
    assert count_segments(text) == segments


def test_a_blank_left_empty_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        render("registered", {}, "en")
    assert refused.value.code == "NTC-002"
