"""Numbers as long and as fine as the domain allows: no engine cuts, rounds or wraps them on the way out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import psycopg
import pytest
from tests.rules import small

from mazdoor.rules import PolicyError, PolicySet
from mazdoor.rules.cases import ENGINES, Engine, on_postgres, on_spark
from mazdoor.rules.engines.spark_session import why_not

FORMULAS = {
    "longest": "big * big * 10",
    "long_and_fine": "big * big * 0.000001",
    "finest": "big * big * 0.000000000000000001",
    "long_and_finest": "big * big * 10 * 0.000000000000000001",
    "tiny": "whole * 0.000000000000000001",
    "thirty_five": "big * 10000000000000000 * 0.1",
    "four_places": "big * big * 0.0001",
}
LONG = 10**18 - 1
BIG = [LONG, -LONG, 999_999_999_999_999_937, 123_456_789_012_345_678, 1, -1, 0, None]


@pytest.fixture(params=["reference", "duckdb", "postgres", "spark"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Every engine."""
    if request.param == "postgres":
        request.getfixturevalue("django_db_setup")
        from mazdoor.database.address import current_address

        with psycopg.connect(current_address().conninfo("app"), autocommit=True) as connection:
            yield on_postgres(connection)
    elif request.param == "spark":
        if why_not():
            pytest.skip(why_not())
        yield on_spark
    else:
        yield ENGINES[request.param]


@pytest.fixture(scope="module")
def policy() -> PolicySet:
    return small.policy(FORMULAS)


def test_the_longest_and_finest_numbers_come_out_whole(engine: Engine, policy: PolicySet) -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "things": [{"thing_id": f"t{index}", "big": value, "whole": index - 3} for index, value in enumerate(BIG)]
    }
    found = {each.unit: each for each in engine(policy, "p", small.complete(policy, rows), small.AT, None)}
    for index, value in enumerate(BIG):
        square = None if value is None else Fraction(value) ** 2
        wanted = {
            "longest": None if square is None else square * 10,
            "long_and_fine": None if square is None else square / 10**6,
            "finest": None if square is None else square / 10**18,
            "long_and_finest": None if square is None else square / 10**17,
            "tiny": Fraction(index - 3, 10**18),
            "thirty_five": None if value is None else Fraction(value) * 10**15,
            "four_places": None if square is None else square / 10**4,
        }
        assert {name: small.exact(each) for name, each in found[f"t{index}"].results.items()} == wanted


def test_facts_as_fine_as_a_vocabulary_allows_are_read_whole(engine: Engine) -> None:
    text = small.VOCABULARY.replace(
        "fine: {type: number, digits: 9, scale: 3", "fine: {type: number, digits: 18, scale: 8"
    )
    policy = small.load_text(small_text(text))
    values = [Decimal("9999999999.99999999"), Decimal("-9999999999.99999999"), Decimal("0.00000001"), Decimal(-7)]
    rows = {"things": [{"thing_id": f"t{index}", "fine": value} for index, value in enumerate(values)]}
    found = engine(policy, "p", small.complete(policy, rows), small.AT, None)
    assert [each.results["x"] for each in found] == [value * 3 for value in values]


def small_text(vocabulary: str) -> str:
    """A policy whose one result reads a very fine fact."""
    return (
        vocabulary
        + "---\nkind: definitions\nentity: thing\ninstrument: law\ndefinitions:\n"
        + "  x: {title: {en: x, ur: ق}, provision: s.1, formula: fine * 3}\n"
        + small.PROGRAMME.format(clause="true", amount="Rs 1", unknown="asks", results="x")
    )


def test_a_finer_fact_is_refused_by_the_check() -> None:
    text = small.VOCABULARY.replace("digits: 9, scale: 3", "digits: 18, scale: 9")
    with pytest.raises(PolicyError, match='"scale" is 9'):
        small.load_text(small_text(text))


def test_an_amount_that_could_outgrow_money_is_refused_by_the_check() -> None:
    with pytest.raises(PolicyError, match="amount"):
        small.policy({}, amount="money * big")
