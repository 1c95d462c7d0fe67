"""Months count as calendars do; a refusal speaks both languages and can cross a process."""

import datetime as dt
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazdoor.kernel.periods import Month, Spell
from mazdoor.kernel.refusals import Catalogue


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(-500, 500))
def test_going_so_many_months_and_back_is_the_same_month(day: dt.date, months: int) -> None:
    month = Month.of(day)
    assert month.plus(months).plus(-months) == month
    assert month.first <= day <= month.last


def test_february_knows_its_leap_years() -> None:
    assert Month.parse("2028-02").last == dt.date(2028, 2, 29)
    assert Month.parse("2100-02").last == dt.date(2100, 2, 28)


def test_a_spell_holds_its_first_day_and_not_its_end() -> None:
    spell = Spell(dt.date(2026, 1, 1), dt.date(2026, 2, 1))
    assert spell.covers(dt.date(2026, 1, 1))
    assert not spell.covers(dt.date(2026, 2, 1))
    assert Spell(dt.date(2026, 1, 1)).covers(dt.date(2100, 1, 1))
    with pytest.raises(ValueError, match="ends after"):
        Spell(dt.date(2026, 1, 1), dt.date(2026, 1, 1))


def test_a_refusal_has_a_code_a_cause_and_a_remedy_in_both_languages_and_survives_pickling() -> None:
    catalogue = Catalogue("TST")
    kind = catalogue.define(1, cause="{n} wrong", cause_ur="{n} غلط", remedy="mend it", remedy_ur="درست کریں")
    refusal = pickle.loads(pickle.dumps(kind.because(n=3)))
    assert (refusal.code, refusal.cause(), refusal.cause("ur"), refusal.remedy("ur")) == (
        "TST-001",
        "3 wrong",
        "3 غلط",
        "درست کریں",
    )
    assert str(refusal) == "TST-001: 3 wrong"
    with pytest.raises(ValueError, match="already taken"):
        catalogue.define(1, cause="", cause_ur="", remedy="", remedy_ur="")
