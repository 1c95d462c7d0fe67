"""Why and why not: clause, values, threshold, provision and how to appeal, in two languages and three lengths."""

from __future__ import annotations

import pytest

from mazdoor.rules import canonical, evaluate_reference, explain, load_policies
from mazdoor.rules.explanation import Explanation
from mazdoor.rules.model import Case
from mazdoor.rules.wording import segments

POLICY = load_policies()
CASES = {case.id: case for case in POLICY.cases}
NASTALIQ = range(0x0600, 0x0700)


def told(case: Case, lang: str, length: str) -> Explanation:
    return explain(
        POLICY,
        case.programme,
        canonical(POLICY, case.facts),
        at=case.at,
        known_at=case.known_at,
        unit=case.expect[0].unit,
        lang=lang,
        length=length,
    )


@pytest.mark.parametrize("case", POLICY.cases, ids=[f"{case.programme}-{case.id}" for case in POLICY.cases])
def test_an_explanation_agrees_with_the_decision_and_fits_a_message(case: Case) -> None:
    results = {
        each.unit: each
        for each in evaluate_reference(
            POLICY, case.programme, canonical(POLICY, case.facts), at=case.at, known_at=case.known_at
        )
    }
    for lang in ("en", "ur"):
        message = told(case, lang, "sms")
        assert message.result == results[case.expect[0].unit]
        assert segments(message.text) <= 3
        assert any(ord(sign) in NASTALIQ for sign in message.text) == (lang == "ur")


def test_a_message_says_what_is_missing_and_where_to_go() -> None:
    message = told(CASES["fourteen_and_a_half_years"], "en", "sms").text
    assert "you do not qualify" in message and "6 months more needed" in message and "s.22(1)(b)" in message
    assert "regional office" in message


def test_a_condition_that_fails_is_not_told_as_a_reason_that_holds() -> None:
    failed = told(CASES["fourteen_and_a_half_years"], "en", "sms").text
    excluded = told(CASES["spouse_has_a_vehicle"], "en", "sms").text
    assert "This condition is not met: contributions were paid" in failed
    assert "Reason: the head or spouse has a vehicle registered" in excluded
    assert "یہ شرط پوری نہیں" in told(CASES["fourteen_and_a_half_years"], "ur", "sms").text


def test_a_notice_names_every_other_reason_too() -> None:
    case = CASES["no_valid_cnic"]
    notice = told(case, "en", "notice").text
    assert "Also not met, or not known" in notice and "the head or spouse has travelled abroad" in notice


def test_what_is_not_known_is_asked_and_not_refused() -> None:
    message = told(CASES["travel_not_answered"], "en", "sms").text
    assert (
        "we cannot decide yet" in message
        and "do not yet know whether the head or spouse has travelled abroad" in message
    )


def test_the_trace_shows_each_clause_with_its_values_provision_and_mark() -> None:
    trace = told(CASES["fourteen_and_a_half_years"], "en", "trace").text
    assert (
        "22(1)(b)" in trace and "174 months (required or limit: 180 months)" in trace and "[partly verified]" in trace
    )
    assert "average monthly wage of the last twelve calendar months: Rs 25,000 a month" in trace
    assert "22(1)p3" in trace and "not decided here" in trace


def test_numbers_inside_urdu_are_kept_left_to_right() -> None:
    text = told(CASES["published_twenty_years"], "ur", "sms").text
    assert "10,000 روپے" in text and "\u2066" not in text


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ا" * 70, 1),
        ("ا" * 71, 2),
        ("ا" * 201, 3),
        ("ا" * 202, 4),
        ("€" * 81, 2),
    ],
)
def test_segments_of_a_message_are_counted_as_the_network_counts(text: str, count: int) -> None:
    assert segments(text) == count


def test_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="sms, notice, trace"):
        told(CASES["published_twenty_years"], "en", "letter")
