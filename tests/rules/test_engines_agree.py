"""Rules and populations nobody thought of: the engines must agree to the paisa, and stop on the same rows' faults."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from tests.rules import small

from mazdoor.kernel.numbers import RoundingName
from mazdoor.rules import PolicyError, PolicySet, RunStopped

ROUNDINGS = st.sampled_from(list(RoundingName))
DAYS = st.sampled_from(["day", "later", "at_date", "2024-02-29", "1999-12-31"])


def number(depth: int) -> st.SearchStrategy[str]:
    """A formula that is a plain number."""
    leaf = st.sampled_from(
        ["whole", "other", "fine", "0", "1", "-7", "0.5", "12.345", "house.rooms", "count(parts)", "rate"]
    )
    if depth == 0:
        return leaf
    inner, truth = number(depth - 1), boolean(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} - {})".format, inner, inner),
        st.builds("({} * {})".format, number(0), inner),
        st.builds(
            "rounded({} / {}, {}, {})".format,
            inner,
            st.sampled_from(["7", "0.3", "-3", "1000", "whole", "(other + 0.5)"]),
            st.integers(0, 3),
            ROUNDINGS,
        ),
        st.builds("rounded({}, {}, {})".format, inner, st.integers(0, 2), ROUNDINGS),
        st.builds("(if {} then {} else {})".format, truth, inner, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "if_unknown"]), inner, inner),
        st.builds(
            "sum({} over parts where {})".format,
            st.sampled_from(["size", "size * 2", "rounded(size / 3, 1, up)"]),
            predicate(),
        ),
        st.builds("{}(size over parts where {})".format, st.sampled_from(["min", "max"]), predicate()),
        st.builds("count(parts where {})".format, predicate()),
    )


def predicate() -> st.SearchStrategy[str]:
    """A condition on a part."""
    return st.sampled_from(
        [
            "good",
            "not good",
            "size > 0",
            "size >= thing.whole",
            "good or size = 2",
            "made <= at_date",
            "size is known",
            "good and made > 2020-01-01",
            "if good then size < 5 else true",
            "price * 2 > thing.money",
        ]
    )


def boolean(depth: int) -> st.SearchStrategy[str]:
    """A formula that is yes or no."""
    leaf = st.sampled_from(
        [
            "yes",
            "sure",
            "true",
            'kind = "red"',
            'kind in ("green", "blue")',
            "day is unknown",
            "any(parts where good)",
            "all(parts where size > 0)",
            'starts_with(code, "PK6")',
            "house.land > 2.50 acres",
        ]
    )
    if depth == 0:
        return leaf
    inner = boolean(depth - 1)
    signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    return st.one_of(
        leaf,
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("(not {})".format, inner),
        st.builds("({} {} {})".format, number(depth - 1), signs, number(depth - 1)),
        st.builds("({} {} {})".format, day(1), signs, day(1)),
        st.builds("({} {} {})".format, money(1), signs, money(1)),
        st.builds("({} is known)".format, number(depth - 1)),
        st.builds("(if {} then {} else {})".format, inner, inner, inner),
    )


def day(depth: int) -> st.SearchStrategy[str]:
    """A formula that is a date."""
    if depth == 0:
        return DAYS
    inner = day(depth - 1)
    return st.one_of(
        DAYS,
        st.builds("add_months({}, {} months)".format, inner, st.sampled_from(["1", "-1", "13", "-25", "0"])),
        st.builds("add_months({}, spent)".format, inner),
        st.builds("add_years({}, {} years)".format, inner, st.sampled_from(["1", "-60", "4"])),
        st.builds("add_days({}, {} days)".format, inner, st.sampled_from(["1", "-1", "366"])),
        st.builds("{}({})".format, st.sampled_from(["first_of_month", "last_of_month"]), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.just("max(made over parts where made is known)"),
    )


def money(depth: int) -> st.SearchStrategy[str]:
    """A formula that is money."""
    leaf = st.sampled_from(["money", "Rs 1000", "Rs 0.01", "sum(price over parts)", 'floor_price["red"]'])
    if depth == 0:
        return leaf
    inner = money(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} - {})".format, inner, inner),
        st.builds(
            "rounded({} * {}, 2, {})".format, inner, st.sampled_from(["2.5%", "rate", "0.333", "whole"]), ROUNDINGS
        ),
        st.builds("rounded({} / {}, 2, {})".format, inner, st.sampled_from(["3", "7", "max(1, whole)"]), ROUNDINGS),
        st.builds("(if {} then {} else {})".format, boolean(0), inner, inner),
        st.builds("min({}, {})".format, inner, inner),
    )


def counted(depth: int) -> st.SearchStrategy[str]:
    """A formula that counts years, months or days."""
    return st.one_of(
        st.builds("age({}, {})".format, day(depth), day(depth)),
        st.builds("completed_months({}, {})".format, day(depth), day(depth)),
        st.builds("days_between({}, {})".format, day(depth), day(depth)),
        st.builds("years_in(spent, {})".format, ROUNDINGS),
    )


BOUNDARY_DAYS = [
    None,
    *(date(2024, 2, 29) + timedelta(days=step) for step in (-1, 0, 1, -365, 366)),
    date(2000, 2, 29),
    date(1964, 2, 29),
    date(2023, 12, 31),
    date(2024, 1, 31),
    date(1900, 1, 1),
]
NUMBERS = st.sampled_from([None, 0, 1, -1, 2, 3, 5, -5, 7, 15, 25, -25, 999, 10**9 - 1, 1 - 10**9])
KNOWN_OR_NOT = st.sampled_from([None, True, False])


@st.composite
def populations(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Things with parts and houses: unknowns, empties and boundary values on purpose."""
    things, parts, houses = [], [], []
    for index in range(draw(st.integers(1, 12))):
        things.append(
            {
                "thing_id": f"t{index}",
                "house_id": draw(st.sampled_from([None, "h0", "h1", "gone"])),
                "whole": draw(NUMBERS),
                "other": draw(NUMBERS),
                "fine": draw(
                    st.sampled_from(
                        [None, Decimal("0.005"), Decimal("-0.015"), Decimal("2.500"), Decimal("999999.999")]
                    )
                ),
                "money": draw(st.sampled_from([None, 0, 1, 50, 99_999, 100_000, 100_001, -5, 10**15 - 1])),
                "spent": draw(st.sampled_from([None, 0, 5, 6, 7, 186, -1])),
                "yes": draw(KNOWN_OR_NOT),
                "sure": draw(KNOWN_OR_NOT),
                "kind": draw(st.sampled_from([None, "red", "green", "blue"])),
                "code": draw(st.sampled_from([None, "PK6", "PK603", "P", ""])),
                "day": draw(st.sampled_from(BOUNDARY_DAYS)),
                "later": draw(st.sampled_from(BOUNDARY_DAYS)),
            }
        )
        for number_ in range(draw(st.integers(0, 3))):
            parts.append(
                {
                    "part_id": f"t{index}p{number_}",
                    "thing_id": f"t{index}",
                    "size": draw(NUMBERS),
                    "good": draw(KNOWN_OR_NOT),
                    "price": draw(st.sampled_from([None, 0, 1, 33, 10**9])),
                    "made": draw(st.sampled_from(BOUNDARY_DAYS)),
                }
            )
    for index in range(2):
        houses.append(
            {
                "house_id": f"h{index}",
                "rooms": draw(NUMBERS.filter(lambda each: each is None or abs(each) < 10**4)),
                "land": draw(st.sampled_from([None, Decimal("2.50"), Decimal("2.51")])),
            }
        )
    return {"things": things, "parts": parts, "houses": houses}


@st.composite
def policies(draw: st.DrawFn) -> PolicySet:
    """A policy of a few formulas of every type; what the checker refuses is left out, formula by formula."""
    formulas: dict[str, str] = {}
    for index, strategy in enumerate(
        [number(2), number(2), boolean(2), boolean(2), day(2), money(2), counted(1), counted(1)]
    ):
        formula = draw(strategy)
        try:
            small.policy({"x": formula})
        except PolicyError as refused:
            # Only a number that may outgrow the domain is a fair refusal of what is generated here.
            assert all(problem.code in ("number-too-large", "clause-unreachable") for problem in refused.problems), (
                formula,
                refused,
            )
        else:
            formulas[f"f{index}"] = formula
    clause, amount = draw(boolean(2)), draw(money(1))
    note(f"{formulas} clause {clause} amount {amount}")
    try:
        return small.policy(
            formulas,
            clause=clause.replace("'", ""),
            amount=amount,
            unknown=draw(st.sampled_from(["asks", "excludes", "admits"])),
        )
    except PolicyError:
        return small.policy(formulas)


def outcome(engine: str, policy_set: PolicySet, facts: dict[str, list[dict[str, Any]]]) -> Any:
    try:
        results = small.run(engine, policy_set, facts)
    except RunStopped as stopped:
        return "stopped", sum(rows for _, _, rows in stopped.reasons)
    return {
        unit: (
            each.eligible,
            small.exact(each.amount),
            each.deciding,
            each.failed,
            each.unknown,
            each.outcomes,
            {name: small.exact(value) for name, value in each.results.items()},
        )
        for unit, each in results.items()
    }


def agree(policy_set: PolicySet, facts: dict[str, list[dict[str, Any]]]) -> None:
    assert outcome("reference", policy_set, facts) == outcome("duckdb", policy_set, facts)


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=QUIET, database=None)
@given(policies(), populations())
def test_engines_agree_on_rules_nobody_wrote(policy_set: PolicySet, facts: dict[str, list[dict[str, Any]]]) -> None:
    agree(policy_set, facts)


@pytest.mark.soak
@settings(max_examples=1250, deadline=None, suppress_health_check=QUIET)
@given(policies(), populations())
def test_engines_agree_on_ten_thousand_rules_nobody_wrote(
    policy_set: PolicySet, facts: dict[str, list[dict[str, Any]]]
) -> None:
    agree(policy_set, facts)
