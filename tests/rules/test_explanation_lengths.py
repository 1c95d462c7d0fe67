"""The three lengths: a message of three segments at most whoever wrote the policy, a letter of a page, the whole account."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.small import policy
from tests.rules.test_command import FACTS, command
from tests.rules.test_explanation import CASES, POLICY, told

from mazdoor.kernel.refusals import Words
from mazdoor.rules import Provenance, canonical, explain
from mazdoor.rules.explaining.message import why, write_message
from mazdoor.rules.explaining.notice import MOST_LINES
from mazdoor.rules.explaining.shown import ClauseShown, LawShown
from mazdoor.rules.explaining.tree import law_shown
from mazdoor.rules.explanation import reason_of
from mazdoor.rules.model import Case, Clause, Programme
from mazdoor.rules.wording import (
    HEADINGS,
    day_words,
    number_words,
    plainer,
    provision_words,
    segments,
    span_words,
    unisolated,
)

OUTCOMES = {"yes": "met", "no": "not_met", "unknown": "unknown"}


def every_clause() -> Iterator[tuple[Programme, Clause]]:
    for programme in POLICY.programmes.values():
        for clause in POLICY.rules[programme.rule].root.everything():
            yield programme, clause


def shown(title: str, law: LawShown, outcome: str, kind: str = "formula") -> ClauseShown:
    return ClauseShown("1", kind, title, outcome, law, True, False, (), ())


@pytest.mark.parametrize("lang", ["en", "ur"])
@pytest.mark.parametrize("outcome", ["met", "not_met", "unknown"])
def test_every_programme_and_outcome_fits_three_segments_with_reason_provision_and_appeal(
    lang: str, outcome: str
) -> None:
    change = {"en": "100,000 months more needed", "ur": "مزید ایک لاکھ مہینے درکار"}[lang]
    for programme, clause in every_clause():
        key = "unknown" if outcome == "unknown" else "no"
        headline = (
            HEADINGS[key].in_language(lang).format(programme=programme.short.in_language(lang), amount="Rs 9,999,999")
        )
        reason = shown(clause.title.in_language(lang), law_shown(POLICY, clause.citation, lang), outcome)
        appeal = programme.appeal.in_language(lang)
        text = write_message(headline=headline, reason=reason, change=change, further=12, appeal=appeal, lang=lang)
        assert segments(text) <= 3, (programme.id, clause.id, text)
        assert text.startswith(plainer(headline) if lang == "en" else headline)
        said = why(reason, lang) if lang == "ur" else plainer(why(reason, lang))
        assert said[:25] in text and text.endswith(plainer(appeal) if lang == "en" else appeal), text
        provision = clause.citation.provision
        assert provision[:20] in text or unisolated(provision_words(provision, lang)) in text, text
        assert "\u2066" not in text and "\u2069" not in text  # a simple telephone shows them as boxes


@settings(max_examples=100, deadline=None)
@given(
    headline=st.text(min_size=1, max_size=80),
    title=st.text(min_size=1, max_size=700),
    provision=st.text(max_size=200),
    change=st.text(max_size=80),
    appeal=st.text(min_size=1, max_size=400),
    lang=st.sampled_from(["en", "ur"]),
)
def test_a_message_of_any_policy_whatever_fits(
    headline: str, title: str, provision: str, change: str, appeal: str, lang: str
) -> None:
    law = LawShown(f"law, {provision}", "law", "a law", "", "in_force", provision, "", "yes", None)
    text = write_message(
        headline=headline,
        reason=shown(title, law, "not_met"),
        change=change,
        further=2,
        appeal=appeal,
        lang=lang,
    )
    assert segments(text) <= 3


def test_a_long_reason_is_cut_at_a_word_and_the_rest_stays_whole() -> None:
    law = LawShown("Law, s.1", "Law", "a law", "", "in_force", "s.1", "", "yes", None)
    long = "the person has worked " + "and worked " * 60
    text = write_message(
        headline="P: no.", reason=shown(long, law, "not_met"), change="", further=0, appeal="Appeal here.", lang="en"
    )
    assert segments(text) == 3 and re.search(r" (and|worked)\.\.\. \(s\.1\)\. Appeal here\.$", text)


class Tags(HTMLParser):
    """Checks that every tag is closed in order, and keeps the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


# One case for each programme, outcome and clause that decided.
KINDS = {(case.programme, case.expect[0].eligible, case.expect[0].deciding): case for case in POLICY.cases}


@pytest.mark.parametrize("case", KINDS.values(), ids=[f"{case.programme}-{case.id}" for case in KINDS.values()])
def test_a_letter_is_whole_in_text_and_html_and_short_enough_for_a_page(case: Case) -> None:
    for lang in ("en", "ur"):
        letter = told(case, lang, "notice")
        assert len(letter.text.splitlines()) <= 45
        tags = Tags()
        tags.feed(letter.document)
        assert tags.open == []
        words = " ".join(tags.text)
        for line in letter.text.splitlines():
            for part in line.strip(" -").split(": ", 1):
                assert part in words, part
        assert f'lang="{lang}" dir="{"rtl" if lang == "ur" else "ltr"}"' in letter.html
        assert POLICY.programmes[case.programme].appeal.in_language(lang) in letter.text


def test_a_letter_shows_how_far_a_provision_was_verified() -> None:
    assert "[partly verified]" in told(CASES["fourteen_and_a_half_years"], "en", "notice").text
    assert "[جزوی تصدیق شدہ]" in told(CASES["fourteen_and_a_half_years"], "ur", "notice").text


def test_a_letter_counts_what_it_has_no_room_for() -> None:
    from mazdoor.rules.explaining.notice import shortened
    from mazdoor.rules.explaining.saying import Line

    lines = shortened([Line(0, str(n)) for n in range(30)], "en")
    assert len(lines) == MOST_LINES and lines[-1].text.startswith(f"and {30 - MOST_LINES + 1} more")


def test_what_comes_from_a_policy_is_escaped_in_html() -> None:
    small = policy({}, clause="whole > 3")
    rule = small.rules["r"].root.parts[0]
    object.__setattr__(rule, "title", Words("<script>alert(1)</script>", "<b>"))
    facts = {"things": [{"thing_id": "t", "whole": 1}]}
    html = explain(small, "p", facts, at=date(2024, 2, 29), unit="t").html
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_the_full_account_names_all_that_is_needed_to_repeat_it() -> None:
    case = CASES["fourteen_and_a_half_years"]
    stored = Provenance(assessment="17", snapshot_hash="a" * 64, rule_hash="b" * 64, engine="duckdb")
    account = explain(
        POLICY,
        case.programme,
        canonical(POLICY, case.facts),
        at=case.at,
        known_at=datetime.fromisoformat("2024-01-11T10:00:00+05:00"),
        unit="p",
        length="trace",
        provenance=stored,
    )
    for named in (
        "2024-01-10",
        "2024-01-11T10:00:00+05:00",
        "a" * 64,
        "b" * 64,
        POLICY.content_hash(case.programme),
        "duckdb",
        "reference",
        account.result.outcomes,
        "in force from 1 July 1976",
        "months of contributions paid for a pension = 180 months",
        "[unresolved in the law]",
    ):
        assert named in account.text, named
    record = json.loads(json.dumps(account.record))
    (clause,) = [each for each in record["clauses"]["parts"] if each["id"] == "22(1)(b)"]
    months = next(each for each in clause["parameters"] if each["id"] == "eobi_qualifying_months")
    assert (months["exact"], months["valid_from"], months["valid_to"]) == ("180", "1976-07-01", None)
    assert months["law"]["verified"] == "yes" and months["law"]["provision"].startswith("s.22(1)(b)")
    assert {each["name"]: each["exact"] for each in clause["workings"]}["insured_months"] == "174"
    assert {each["name"]: each["exact"] for each in clause["facts"]}["birth_date"] == "1963-12-20"
    assert clause["formula"] == "insured_months >= required_insured_months" and clause["answer"] == "F"
    need = record["would_have_to_change"]
    assert need["change"] | {"row": ""} == {
        "kind": "number", "entity": "person", "row": "", "value": "insured_months",
        "now": "174", "sign": ">=", "threshold": "180", "needed": "180", "unit": "1",
    }  # fmt: skip
    assert record["would_be_enough"] is True


def test_the_value_of_the_law_is_the_one_known_on_the_day() -> None:
    late = CASES["late_notification_before"]
    before, after = (
        told(CASES[name], "en", "trace").text for name in ("late_notification_before", "late_notification_after")
    )
    assert late.known_at is not None and before != after


def test_a_policy_of_any_folder_is_explained_in_plain_words() -> None:
    small = policy({"double": "whole * 2"}, clause="double >= 10")
    facts = {"things": [{"thing_id": "t", "whole": 3, "money": 1250}]}
    for lang, word in (("en", "at least 10, now 6: 4 more needed"), ("ur", "مزید")):
        told_ = explain(small, "p", facts, at=date(2024, 2, 29), unit="t", lang=lang)
        assert word in told_.notice and segments(told_.sms) <= 3 and told_.trace


def test_the_reason_told_to_many_names_the_provision() -> None:
    assert reason_of(POLICY, "emergency_cash", "vehicle").en.endswith("(filter vehicle)")
    assert (
        reason_of(POLICY, "emergency_cash", "vehicle", cited=False).en == "the head or spouse has a vehicle registered"
    )
    assert reason_of(POLICY, "emergency_cash", "no_such_clause").en == "no_such_clause"


def test_numbers_days_and_spans_are_written_as_on_every_screen() -> None:
    from mazdoor.rules.language import typed

    rupees = POLICY.entities["person"].fields["phone_bill_amount"].type
    assert isinstance(rupees, typed.Number)
    assert number_words(Fraction(12_000), rupees, "en") == "Rs 12,000 a month"
    assert unisolated(number_words(Fraction(12_000), rupees, "ur")) == "12,000 روپے ماہانہ"
    assert day_words(date(2027, 3, 2), "en") == "2 March 2027"
    assert unisolated(day_words(date(2027, 3, 2), "ur")) == "2 مارچ 2027"
    assert span_words(date(2026, 8, 2), date(2027, 3, 2), "en") == "7 months"
    assert span_words(date(2026, 3, 1), date(2027, 4, 13), "en") == "1 year and 1 month and 12 days"
    assert unisolated("دفعہ \u2066s.22(1)(b)\u2069 میں \u20665\u2069") == "دفعہ \u200es.22(1)(b)\u200e میں 5"


def test_the_command_tells_all_three_lengths(tmp_path: Any) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS), encoding="utf-8")
    asked = ("run", "old_age_pension", "--facts", path, "--at", "2023-01-10", "--explain", "--lang", "ur")
    said = {length: command(*asked, "--length", length) for length in ("sms", "notice", "trace")}
    assert all(code == 0 and re.search("[آ-ے]", text) for code, text in said.values())
    assert len(said["sms"][1]) < len(said["notice"][1]) < len(said["trace"][1])
    code, account = command(*asked, "--json")
    assert code == 0 and json.loads(account)["clauses"]["parts"]
    assert command(*asked, "--engine", "duckdb", "--length", "sms")[1] == said["sms"][1]


@pytest.mark.parametrize(
    ("provision", "urdu"),
    [
        ("s.22(1)(b)", "دفعہ \u206622(1)(b)\u2069"),
        ("s.22(1)(b), s.22(2)", "دفعہ \u206622(1)(b)\u2069، دفعہ \u206622(2)\u2069"),
        ("s.23(1)(b), Schedule para (2)", "دفعہ \u206623(1)(b)\u2069، جدول، پیرا \u2066(2)\u2069"),
        ("filter vehicle", "\u2066filter vehicle\u2069"),
        ("s.22(1)(a), first proviso", "\u2066s.22(1)(a), first proviso\u2069"),
        ("", ""),
    ],
)
def test_a_section_is_named_in_urdu_and_other_provisions_stay_as_written(provision: str, urdu: str) -> None:
    assert provision_words(provision, "ur") == urdu
    assert provision_words(provision, "en") == provision
