"""A message is read however it is written, and answered in one SMS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazdoor.delivery.registration import messages
from mazdoor.notices.segments import count_segments, is_gsm7

pytestmark = pytest.mark.django_db
CNIC = "0123400000022"


@pytest.fixture(autouse=True)
def _areas(system: None) -> None:
    from mazdoor.reference import selectors, services

    if selectors.find_area("PK618") is None:
        services.load()


@pytest.mark.parametrize(
    ("text", "cnic", "digits", "language"),
    [
        ("0123400000022", CNIC, 13, "ur"),
        ("01234-0000002-2", CNIC, 13, "ur"),
        ("01234 0000002 2", CNIC, 13, "ur"),
        ("۰۱۲۳۴-۰۰۰۰۰۰۲-۲", CNIC, 13, "ur"),
        ("٠١٢٣٤٠٠٠٠٠٠٢٢", CNIC, 13, "ur"),
        ("O1234-OOOOOO2-2", CNIC, 13, "ur"),
        ("0l234.0000002.2", CNIC, 13, "ur"),
        ("0 1 2 3 4 0 0 0 0 0 0 2 2", CNIC, 13, "ur"),
        ("mera number 0123400000022 hai", CNIC, 13, "ur-Latn"),
        ("My CNIC is 01234-0000002-2", CNIC, 13, "en"),
        ("شناختی نمبر ۰۱۲۳۴۰۰۰۰۰۰۲۲", CNIC, 13, "ur"),
        ("\u202e0123400000022\u202c", CNIC, 13, "ur"),
        ("012340000002", "", 12, "ur"),
        ("01234000000222", "", 14, "ur"),
        ("salam", "", 0, "ur-Latn"),
        ("", "", 0, "ur"),
    ],
)
def test_a_cnic_is_found_in_any_spelling(text: str, cnic: str, digits: int, language: str) -> None:
    read = messages.read_message(text)
    assert (read.cnic, read.digits, read.language) == (cnic, digits, language)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("0123400000022 Lahore", "Lahore"),
        ("lahore 0123400000022", "Lahore"),
        ("0123400000022 لاہور", "Lahore"),
        ("0123400000022 zila Rahim Yar Khan", "Rahim Yar Khan"),
        ("0123400000022 bagh", "Bagh"),
        ("0123400000022 nowhere at all", ""),
    ],
)
def test_a_district_is_known_by_its_sound(text: str, district: str) -> None:
    from mazdoor.reference import selectors

    code = messages.read_message(text).district_code
    assert (selectors.area_name(code) if code else "") == district


KARACHI = {"PK702", "PK704", "PK712", "PK714", "PK721", "PK729", "PK7K1"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Karachi", KARACHI),
        ("کراچی", KARACHI),
        ("mein karachee se hun", KARACHI),
        ("Dir", {"PK520", "PK535"}),
        ("کوہستان", {"PK515", "PK516", "PK517"}),
        ("wazeeristan", {"PK525", "PK530"}),
        ("Karachi East", {"PK704"}),
        ("karachi sharqi", {"PK704"}),
        ("Korangi Karachi", {"PK712"}),
        ("اپر دیر", {"PK535"}),
        ("Mirpur", {"PK106"}),
        ("Mirpur Khas", {"PK716"}),
        ("East", set()),
    ],
)
def test_a_name_common_to_several_districts_is_each_of_them(text: str, codes: set[str]) -> None:
    read = messages.read_message(text)
    assert {read.district_code} - {""} | set(read.among) == codes


@pytest.mark.parametrize(
    ("text", "within", "district"),
    [
        ("East", "PK7", "PK704"),
        ("sharqi", "PK7", "PK704"),
        ("غربی", "PK7", "PK729"),
        ("south", "PK5", "PK530"),
        ("lower", "PK5", ""),
    ],
)
def test_what_tells_districts_apart_is_enough_where_they_were_asked_about(
    text: str, within: str, district: str
) -> None:
    assert messages.read_message(text, within=within).district_code == district


def test_every_answer_is_one_sms_in_every_writing() -> None:
    owed = {**{answer: answer for answer in messages.ANSWERS}, **_questions()}
    for answer, kind in owed.items():
        words = messages.ANSWERS[kind]
        assert set(words) == {"en", "ur", "ur-Latn"}, answer
        for language in words:
            text = messages.answer_text(answer, language, digits=12)
            assert count_segments(text) == 1, (answer, language, len(text))
            assert is_gsm7(text) is (language != "ur"), (answer, language)


def _questions() -> dict[str, str]:
    """Every question which district is meant."""
    names = ("Karachi", "Dir", "Chitral", "Kohistan", "Waziristan")
    return {messages.which(messages.read_message(name).among): "which" for name in names}


@given(st.text(max_size=300))
def test_nothing_that_can_be_sent_breaks_the_reading(text: str) -> None:
    read = messages.read_message(text)
    assert read.cnic == "" or (len(read.cnic) == 13 and read.cnic.isascii() and read.cnic.isdigit())
