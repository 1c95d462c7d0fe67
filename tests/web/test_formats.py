"""Values as people read them, in both languages."""

import datetime as dt

import pytest
from django.utils.translation import override

from mazdoor.delivery.payments.states import Hold
from mazdoor.delivery.registration.words import PURPOSE
from mazdoor.web import formats, states
from mazdoor.web.tables import Column, Table
from mazdoor.web.worker.portal import _effect

PAISA = 100


@pytest.mark.parametrize(
    ("paisa", "shown"),
    [
        (12_345 * PAISA + 67, "Rs 12,345.67"),
        (12_000 * PAISA, "Rs 12,000"),
        (5, "Rs 0.05"),
        (0, "Rs 0"),
        (-(4_000 * PAISA), "Rs −4,000"),
        (178_500_000_000 * PAISA, "Rs 178,500,000,000"),
    ],
)
def test_money_is_shown_in_rupees_with_its_unit(paisa: int, shown: str) -> None:
    with override("en"):
        assert formats.money(paisa) == f'<bdi dir="ltr">{shown}</bdi>'


def test_money_in_urdu_keeps_its_figures_left_to_right_and_names_the_unit_in_urdu() -> None:
    with override("ur"):
        assert formats.money(12_345_67) == '<bdi dir="ltr">12,345.67</bdi> روپے'


def test_a_date_has_its_month_in_words_so_nobody_can_misread_it() -> None:
    day = dt.date(2026, 3, 4)
    with override("en"):
        assert formats.day(day) == "4 March 2026"
    with override("ur"):
        assert formats.day(day) == "4 مارچ 2026"


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_reason_why_money_waits_is_told_in_words(language: str) -> None:
    with override(language):
        told = [str(states.word(reason)) for reason in Hold]
    assert len(set(told)) == len(Hold) > 5
    for reason, words in zip(Hold, told, strict=True):
        assert reason in states.STATES and words.isascii() == (language == "en"), reason


def test_every_consent_that_can_be_taken_back_says_what_follows() -> None:
    for code, _ in PURPOSE.choices_in("en"):
        if code != "registration":
            assert _effect(code)


def test_what_is_missing_is_a_dash() -> None:
    assert formats.day(None) == formats.money(None) == formats.ltr("") == formats.count(None) == "–"


def test_what_is_isolated_is_also_escaped() -> None:
    assert formats.ltr("<script>") == '<bdi dir="ltr">&lt;script&gt;</bdi>'


def _table() -> Table:
    return Table(
        name="wages",
        caption="Wages",
        columns=[
            Column("Name", lambda row: row["name"], head=True),
            Column("Paid", lambda row: row["paid"], "money"),
            Column("On", lambda row: row["on"], "day"),
        ],
        rows=[{"name": "=cmd|' /C calc'!A0", "paid": 1_234_56, "on": dt.date(2026, 3, 4)}],
    )


def test_a_file_holds_what_the_page_shows_in_forms_machines_read() -> None:
    text = _table().csv().content.decode("utf-8-sig")
    assert text.splitlines()[0] == "Name,Paid,On"
    assert text.splitlines()[1].endswith(",1234.56,2026-03-04")


def test_a_name_that_looks_like_a_formula_is_not_run_by_a_spreadsheet() -> None:
    assert _table().csv().content.decode("utf-8-sig").splitlines()[1].startswith("'=cmd")


def test_the_page_escapes_what_people_have_written() -> None:
    row = {"name": "<b>x</b>", "paid": 100, "on": None}
    body = Table("t", "t", _table().columns, [row]).body
    assert body.startswith('<tr><th scope="row">&lt;b&gt;x&lt;/b&gt;</th><td class="number">')
    assert body.endswith("<td>–</td></tr>\n") and body.count("<td") == 2


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.5, "50.0%"),
        (0.0008, "0.08%"),
        (0.000041, "0.0041%"),
        (0.0, "0.0%"),
        (1.0, "100.0%"),
        (0.99999, "&gt; 99.9%"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_to_everything(share: float, shown: str) -> None:
    assert formats.percent(share) == f'<bdi dir="ltr">{shown}</bdi>'


def test_no_share_of_nothing() -> None:
    assert formats.percent(None) == "–"
