"""Whole small files of anything: each row enters or comes back with a reason, nothing crashes, nothing half enters, and the
same file again changes nothing."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.registration.files.rotten import GOOD
from tests.registration.files.test_rotten_files import _counts, _is_whole

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration.files import selectors, services
from mazdoor.kernel.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]

PHONES = ("03001234567", "0300 1234567", "0300-1234567", "+923001234567", "+92 300 1234567", "00923001234567",
          "923001234567", "3001234567", "O3OO1234567", "۰۳۰۰۱۲۳۴۵۶۷", "(0300) 1234567", "0300.123.4567")  # fmt: skip
DATES = ("1987-03-17", "17/03/1987", "03/17/1987", "17-3-1987", "3/4/1987", "17 March 1987", "1987", "31843", "۱۷/۰۳/۱۹۸۷",
         "31/02/1987", "2031-01-01", "1387/12/26", "17.03.87")  # fmt: skip
CNICS = ("01234-1234567-2", "0123412345672", "O1234-1234567-2", "01234-I234567-2", "1.23E+12", "012341234567", "۰۱۲۳۴۱۲۳۴۵۶۷۲",
         "01234-1234567-2\u200f", "'0123412345672")  # fmt: skip
MARKS = st.text(alphabet="\u200f\u200e\u202e\u202c\u2066\u2069\ufeff\u0000\u0007\u200b\u00ad", max_size=3)
WORDS = st.one_of(
    st.sampled_from(
        ["Rani", "رانی", "Rani رانی", "=1+1", "-", "N/A", "نامعلوم", "x" * 300, "\ufffd", '"', "a\nb", " ", ""]
    ),
    st.text(max_size=8),
)
FITTING = {
    "mobile": st.sampled_from(PHONES),
    "birth_date": st.sampled_from(DATES),
    "employment1_started_on": st.sampled_from(DATES),
    "cnic": st.sampled_from(CNICS),
}


@st.composite
def cells(draw: st.DrawFn, name: str) -> str:
    """A cell that is right, one of its kind, or anything, with marks nobody sees around it."""
    if draw(st.integers(0, 9)) < 6:
        return GOOD[name]
    word = draw(st.one_of(FITTING.get(name, st.just(GOOD[name])), WORDS))
    return draw(MARKS) + word + draw(MARKS)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, int]:
    """The bytes of a file, and how many rows it was written with."""
    needed = ["household_area_code", "given_name", "sex", "birth_date", "relationship", "consents"]
    more = draw(st.lists(st.sampled_from([name for name in GOOD if name not in needed]), max_size=8, unique=True))
    names = draw(st.permutations([*needed, *more]))
    keyed = draw(st.booleans())
    rows = [
        [draw(cells(name)) for name in names] + ([draw(st.sampled_from(["A", "B", ""]))] if keyed else [])
        for _ in range(draw(st.integers(1, 8)))
    ]
    out = io.StringIO(newline="")
    separator = draw(st.sampled_from(",;\t|"))
    csv.writer(out, delimiter=separator).writerows([[*names, *(["household_key"] if keyed else [])], *rows])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return out.getvalue().encode(encoding, "replace"), len(rows)


def taken_in(content: bytes) -> selectors.FileRow | None:
    """The file as it ended; nothing where it was refused as a whole."""
    try:
        number = services.receive_file(blocks=[content])
        services.confirm_columns(import_id=number, mapping=[guess.column for guess in services.guesses_of(number)])
        services.import_file(import_id=number, acting=lambda: acting_as_system(reason="test"))
    except Refusal as no:
        assert "{" not in no.cause("en") + no.cause("ur")
        return None
    return selectors.get_file(import_id=number)


@settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=[Phase.generate]
)
@given(file=files())
def test_each_row_enters_or_comes_back_and_the_same_file_again_changes_nothing(file: tuple[bytes, int]) -> None:
    content, written = file
    before = _counts()
    done = taken_in(content)
    after = _counts()
    _is_whole(after)
    if done is None:
        assert after == before
        return
    assert done.rows_total is not None and done.rows_total <= written
    assert done.rows_entered + done.rows_already + done.rows_refused == done.rows_total
    assert after["person"] - before["person"] == done.rows_entered
    back = selectors.find_returned(import_id=done.import_id)
    assert (back is not None) == (done.rows_refused > 0)
    if back is not None:
        given_back = list(csv.reader(io.StringIO(back.read_bytes().decode("utf-8-sig"), newline="")))
        assert len(given_back) == done.rows_refused + 1
        reasons = [place for place, heading in enumerate(given_back[0]) if heading.startswith("⚠")]
        assert all(any("REG-" in row[place] for place in reasons) for row in given_back[1:])
    again = taken_in(content)
    assert again is not None and (again.rows_entered, again.rows_refused) == (0, done.rows_refused)
    assert again.rows_already == done.rows_entered + done.rows_already
    assert _counts() == after


@pytest.mark.soak
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(file=files())
def test_many_more_of_them(file: tuple[bytes, int]) -> None:
    test_each_row_enters_or_comes_back_and_the_same_file_again_changes_nothing.hypothesis.inner_test(file)
