"""Names: one sound for one name, in whatever letters it was written."""

from __future__ import annotations

import doctest
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazdoor.kernel.names import (
    NO_NAME,
    Lineage,
    analyse_name,
    fold_roman,
    normalise_urdu,
    parts,
    roman,
    split_lineage,
    urdu,
)

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
    ("Chaudhry", "Choudhary", "Chaudhary", "چوہدری", "چودھری", "چودہری"),
    ("Aslam Chaudhry", "Ch. Aslam", "چوہدری اسلم", "اسلم چوھدری", "اسلم"),
    ("Mehmood", "Mahmood", "Mahmud", "محمود"),
    ("Syed Ali", "Sayed Ali", "سید علی", "Ali"),
    ("Bushra Bibi", "Boshra", "بشریٰ بی بی", "بشری", "بشرىٰ", "بشرا"),
    ("Mustafa", "Mustafaa", "مصطفیٰ", "مصطفی"),
    ("Isa", "Essa", "Eesa", "عیسیٰ", "عیسی"),
    ("Musa", "Moosa", "موسیٰ", "موسی"),
    ("Hussain", "Husain", "Hussein", "Hossain", "حسین"),
    ("Hassan", "Hasan", "Hasaan", "حسن"),
    ("Farhan", "Farhaan", "فرحان"),
    ("Mazhar", "Mazher", "مظہر"),
    ("Azhar", "Azher", "اظہر"),
    ("Talha", "Tallha", "طلحہ"),
    ("Subhan", "Subhaan", "سبحان", "سبحٰن"),
    ("Ishaq", "Ishaaq", "اسحاق", "اسحٰق"),
    ("Ibrahim", "Ebrahim", "Ibraheem", "ابراہیم", "ابراھیم"),
    ("Rafique", "Rafiq", "Rafeeq", "رفیق"),
    ("Ambreen", "Ambrin", "عنبرین"),
    ("Hayat", "Hayaat", "حیات", "حیاۃ"),
    ("Sabah", "Sabaah", "صباح"),
    ("Saleh", "Salih", "صالح"),
    ("Mumtaz", "Mumtaaz", "ممتاز"),
    ("Shahjahan", "Shahjehan", "شاہجہان"),
    ("Ghulam Abbas", "Gulam Abas", "غلام عباس"),
    ("Rukhsana", "Rukhsanah", "رخسانہ"),
    ("Wajid", "Vajid", "واجد"),
    ("Zubair", "Zubayr", "زبیر"),
]

TWO_NAMES = [
    ("Muhammad", "Mehmood"),
    ("محمد", "محمود"),
    ("Nasir", "Nasira"),
    ("Shahid", "Shahida"),
    ("Aslam", "Akram"),
    ("Sabir", "Shabir"),
    ("Saeed", "Sajid"),
    ("Hassan", "Hussain"),
    ("حسن", "حسین"),
    ("Hasan", "حسین"),
    ("Abdul Hassan", "Abdul Hussain"),
    ("عبدالحسن", "Abdool Husain"),
    ("Nadia", "Nadeem"),
    ("نادیہ", "ندیم"),
    ("Rashid", "Rasheeda"),
    ("رشید", "رشیدہ"),
    ("Zahid", "Zaid"),
    ("Aslam", "Saleem"),
    ("Akbar", "Bakar"),
    ("Amin", "Amina"),
    ("Azhar", "Azra"),
    ("Farhan", "Faran"),
    ("Kareem", "Ikram"),
    ("Bashir", "Bushra"),
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


def test_father_and_husband_are_read_from_one_line() -> None:
    assert split_lineage("Rashida D/o Muhammad Aslam") == Lineage("Rashida", "father", "Muhammad Aslam")
    assert split_lineage("رشیدہ زوجہ محمد اسلم") == Lineage("رشیدہ", "husband", "محمد اسلم")
    assert split_lineage("s/o Akram").other == "Akram"
    assert analyse_name("S/O Akram") == analyse_name("Akram")
    assert analyse_name("Rashida w/o Aslam") == analyse_name("Rashida")


ROMAN = st.text(alphabet="abcdefghijklmnopqrstuvwxyz '-.", max_size=25)
URDU = st.text(alphabet="ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھیےآئءؤۃكيه ٰ\u064f\u200c", max_size=20)


@given(st.one_of(ROMAN, URDU, st.text(max_size=20)))
def test_any_text_is_taken_apart_without_fail_and_always_alike(text: str) -> None:
    name = analyse_name(text)
    assert name == analyse_name(text)
    assert all(part and part.isascii() and part.isupper() for part in name.parts)
    assert name.head in name.sound.split() or not name.sound


@given(URDU)
def test_a_normalised_word_is_normal_already(text: str) -> None:
    once = normalise_urdu(text)
    assert normalise_urdu(once) == once
    assert analyse_name(once) == analyse_name(text)


@given(ROMAN)
def test_capitals_points_and_spaces_change_nothing(text: str) -> None:
    assert fold_roman(fold_roman(text)) == fold_roman(text)
    assert fold_roman(f"  {text.upper()} ") == fold_roman(text)


@given(
    st.lists(st.sampled_from(["Ali", "Raza", "Shah", "Aslam", "Kamran", "Zubair"]), min_size=2, max_size=4),
    st.randoms(),
)
def test_parts_may_come_in_any_order(parts: list[str], dice: random.Random) -> None:
    mixed = dice.sample(parts, len(parts))
    assert analyse_name(" ".join(mixed)).sound == analyse_name(" ".join(parts)).sound


def test_the_examples_in_the_documentation_are_true() -> None:
    for module in (parts, roman, urdu):
        found = doctest.testmod(module)
        assert found.attempted and not found.failed
