"""Each operator: a small table and an expectation written as the sum a reader can redo, on every engine."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.rules import small

from mazdoor.rules import PolicySet
from mazdoor.rules.cases import ENGINES
from mazdoor.rules.engines.reference import as_decimal

F = Fraction
D = date.fromisoformat
UNKNOWN = None
PARTS = [
    {"size": 101, "price": 10_100, "good": True},
    {"size": 102, "price": 10_250, "good": False},
    {"size": 103, "price": 1, "good": True},
]
HALF_KNOWN = [{"size": 1, "good": True}, {"size": 2, "good": None}, {"size": 4, "good": False}]

# (formula, [(row, expected)]); money in rows is paisa, in formulas and expectations rupees. "parts" are the thing's parts.
SPECS: list[tuple[str, list[tuple[dict[str, Any], Any]]]] = [
    (
        "whole + other",
        [({"whole": 101, "other": 102}, 101 + 102), ({"whole": 1}, UNKNOWN), ({"whole": -5, "other": 3}, -5 + 3)],
    ),
    ("whole - other", [({"whole": 101, "other": 102}, 101 - 102), ({"other": 1}, UNKNOWN)]),
    (
        "whole * other",
        [({"whole": 999_999_999, "other": 999_999_999}, 999_999_999 * 999_999_999), ({"whole": 0}, UNKNOWN)],
    ),
    ("-whole", [({"whole": 7}, -7), ({"whole": 0}, 0), ({}, UNKNOWN)]),
    ("fine + whole", [({"fine": F("1.005"), "whole": 2}, F("1.005") + 2)]),
    (
        "fine * fine",
        [({"fine": F("-1.005")}, F("1.005") * F("1.005")), ({"fine": F("999999.999")}, F("999999.999") ** 2)],
    ),
    ("money * 40%", [({"money": 12_345}, F("123.45") * 40 / 100)]),
    ("money - Rs 0.01", [({"money": 0}, F("-0.01"))]),
    (
        "big * 1000 + 1",
        [({"big": 10**18 - 1}, (10**18 - 1) * 1000 + 1), ({"big": 1 - 10**18}, (1 - 10**18) * 1000 + 1)],
    ),
    ("whole + 0.5 - 0.5", [({"whole": 3}, 3)]),
    # --- rounding: exactly half, on both sides of zero
    *[
        (f"rounded(whole / 10, 0, {name})", [({"whole": whole}, expected) for whole, expected in table])
        for name, table in {
            "down": [(15, 1), (-15, -1), (19, 1), (-19, -1), (20, 2), (0, 0)],
            "up": [(15, 2), (-15, -2), (11, 2), (-11, -2), (20, 2), (0, 0)],
            "floor": [(15, 1), (-15, -2), (-11, -2), (-20, -2), (19, 1)],
            "ceiling": [(15, 2), (-15, -1), (11, 2), (-19, -1), (-20, -2)],
            "half_up": [(14, 1), (15, 2), (16, 2), (-14, -1), (-15, -2), (-16, -2), (5, 1), (-5, -1)],
            "half_down": [(14, 1), (15, 1), (16, 2), (-15, -1), (-16, -2), (5, 0), (-5, 0), (6, 1)],
            "half_even": [
                (15, 2),
                (25, 2),
                (26, 3),
                (24, 2),
                (-15, -2),
                (-25, -2),
                (5, 0),
                (-5, 0),
                (-6, -1),
                (35, 4),
                (-35, -4),
            ],
        }.items()
    ],
    ("rounded(money / 3, 2, half_up)", [({"money": 100}, F("0.33")), ({"money": 200}, F("0.67")), ({}, UNKNOWN)]),
    (
        "rounded(money * 2.5%, 2, half_even)",
        [({"money": 10_000}, F("2.50")), ({"money": 20}, F("0.00")), ({"money": 60}, F("0.02"))],
    ),
    ("rounded(1 / (whole + 0.5), 6, half_up)", [({"whole": 1}, F("0.666667")), ({"whole": -2}, F("-0.666667"))]),
    ("rounded(-1000 / (whole - 0.5), 0, floor)", [({"whole": 0}, 2000), ({"whole": 4}, -286)]),
    (
        "rounded(fine, 1, half_up)",
        [({"fine": F("0.050")}, F("0.1")), ({"fine": F("-0.050")}, F("-0.1")), ({"fine": F("0.049")}, 0)],
    ),
    ("rounded(whole / 7 * other - 1, 2, down)", [({"whole": 22, "other": 2}, F("5.28"))]),
    ("rounded(2 + whole / 3, 2, up)", [({"whole": 1}, F("2.34")), ({"whole": -7}, F("-0.34"))]),
    ("years_in(spent, half_up)", [({"spent": 186}, 16), ({"spent": 185}, 15), ({"spent": 6}, 1), ({"spent": 0}, 0)]),
    ("years_in(spent, half_down)", [({"spent": 90}, 7), ({"spent": 91}, 8)]),
    ("years_in(spent, down)", [({"spent": 191}, 15), ({"spent": 192}, 16)]),
    # --- comparisons
    ("whole > other", [({"whole": 2, "other": 2}, False), ({"whole": 3, "other": 2}, True), ({"whole": 3}, UNKNOWN)]),
    ("whole >= other", [({"whole": 2, "other": 2}, True), ({"whole": 1, "other": 2}, False)]),
    ("whole < fine", [({"whole": 1, "fine": F("1.001")}, True), ({"whole": 1, "fine": F("1.000")}, False)]),
    ("whole <= fine", [({"whole": 1, "fine": F("1.000")}, True), ({"whole": 1, "fine": F("0.999")}, False)]),
    ("whole = fine", [({"whole": 1, "fine": F("1.000")}, True), ({"fine": F("1.000")}, UNKNOWN)]),
    ("whole <> other", [({"whole": 1, "other": 1}, False), ({"whole": 1, "other": 2}, True), ({}, UNKNOWN)]),
    ("money >= Rs 1000", [({"money": 100_000}, True), ({"money": 99_999}, False)]),
    ('kind = "red"', [({"kind": "red"}, True), ({"kind": "blue"}, False), ({}, UNKNOWN)]),
    (
        "yes = sure",
        [({"yes": False, "sure": False}, True), ({"yes": True, "sure": False}, False), ({"yes": True}, UNKNOWN)],
    ),
    ("day < later", [({"day": D("2024-02-28"), "later": D("2024-02-29")}, True), ({"day": D("2024-02-28")}, UNKNOWN)]),
    ("day <= 2024-02-29", [({"day": D("2024-02-29")}, True), ({"day": D("2024-03-01")}, False)]),
    # --- three-valued logic, every pair
    (
        "yes and sure",
        [
            ({"yes": a, "sure": b}, e)
            for a, b, e in [
                (True, True, True),
                (True, False, False),
                (True, None, None),
                (False, True, False),
                (False, False, False),
                (False, None, False),
                (None, True, None),
                (None, False, False),
                (None, None, None),
            ]
        ],
    ),
    (
        "yes or sure",
        [
            ({"yes": a, "sure": b}, e)
            for a, b, e in [
                (True, True, True),
                (True, False, True),
                (True, None, True),
                (False, True, True),
                (False, False, False),
                (False, None, None),
                (None, True, True),
                (None, False, None),
                (None, None, None),
            ]
        ],
    ),
    ("not yes", [({"yes": True}, False), ({"yes": False}, True), ({}, UNKNOWN)]),
    ("yes is unknown", [({"yes": True}, False), ({}, True)]),
    ("day is known", [({"day": D("2024-01-01")}, True), ({}, False)]),
    ("not yes and sure", [({"yes": False, "sure": True}, True), ({"yes": True, "sure": False}, False)]),
    ("yes or sure and false", [({"yes": True, "sure": False}, True), ({"yes": False, "sure": True}, False)]),
    (
        "if yes then whole else other",
        [
            ({"yes": True, "whole": 1, "other": 2}, 1),
            ({"yes": False, "whole": 1, "other": 2}, 2),
            ({"whole": 1, "other": 2}, UNKNOWN),
            ({"yes": True, "other": 2}, UNKNOWN),
        ],
    ),
    ("if whole > 2 then 1.5 else 2", [({"whole": 3}, F("1.5")), ({"whole": 2}, 2)]),
    # the branch not chosen is not evaluated: no division by zero here
    (
        "if other = 0 then 0 else rounded(whole / other, 2, half_up)",
        [({"whole": 1, "other": 0}, 0), ({"whole": 1, "other": 8}, F("0.13"))],
    ),
    ("if_unknown(whole, other)", [({"whole": 1, "other": 2}, 1), ({"other": 2}, 2), ({}, UNKNOWN)]),
    ('kind in ("red", "green")', [({"kind": "green"}, True), ({"kind": "blue"}, False), ({}, UNKNOWN)]),
    ("whole not in (1, 2.0, 3)", [({"whole": 2}, False), ({"whole": 4}, True), ({}, UNKNOWN)]),
    ("min(whole, other, 5)", [({"whole": 7, "other": 9}, 5), ({"whole": 7, "other": -9}, -9), ({"whole": 1}, UNKNOWN)]),
    ("max(whole, fine)", [({"whole": 1, "fine": F("1.001")}, F("1.001")), ({"fine": F("1.001")}, UNKNOWN)]),
    (
        "max(day, later)",
        [({"day": D("2024-01-01"), "later": D("2023-12-31")}, D("2024-01-01")), ({"day": D("2024-01-01")}, UNKNOWN)],
    ),
    (
        'starts_with(code, "PK6")',
        [({"code": "PK603"}, True), ({"code": "PK7"}, False), ({"code": "PK"}, False), ({}, UNKNOWN)],
    ),
    # --- dates
    (
        "age(day, at_date)",
        [({"day": D("2000-02-29")}, 24), ({"day": D("2000-03-01")}, 23), ({"day": D("2024-02-29")}, 0), ({}, UNKNOWN)],
    ),
    (
        "completed_years(day, later)",
        [
            ({"day": D("2000-02-29"), "later": D("2001-02-28")}, 0),
            ({"day": D("2000-02-29"), "later": D("2001-03-01")}, 1),
            ({"day": D("2000-02-29"), "later": D("2004-02-28")}, 3),
            ({"day": D("2000-02-29"), "later": D("2004-02-29")}, 4),
            ({"day": D("2001-05-05"), "later": D("2000-05-05")}, -1),
            ({"day": D("2001-05-05"), "later": D("2000-05-04")}, -2),
        ],
    ),
    (
        "completed_months(day, later)",
        [
            ({"day": D("2024-01-31"), "later": D("2024-02-29")}, 0),
            ({"day": D("2024-01-31"), "later": D("2024-03-01")}, 1),
            ({"day": D("2024-01-31"), "later": D("2024-03-31")}, 2),
            ({"day": D("2024-01-15"), "later": D("2023-12-16")}, -1),
            ({"day": D("2024-01-15"), "later": D("2023-12-14")}, -2),
        ],
    ),
    (
        "days_between(day, later)",
        [
            ({"day": D("2024-02-28"), "later": D("2024-03-01")}, 2),
            ({"day": D("2024-02-28"), "later": D("2024-02-27")}, -1),
        ],
    ),
    (
        "add_months(day, spent)",
        [
            ({"day": D("2024-01-31"), "spent": 1}, D("2024-02-29")),
            ({"day": D("2023-01-31"), "spent": 1}, D("2023-02-28")),
            ({"day": D("2024-03-31"), "spent": -1}, D("2024-02-29")),
            ({"day": D("2024-12-31"), "spent": 14}, D("2026-02-28")),
            ({"day": D("2024-05-15"), "spent": -29}, D("2021-12-15")),
            ({"spent": 1}, UNKNOWN),
            ({"day": D("2024-05-15")}, UNKNOWN),
        ],
    ),
    (
        "add_years(day, 1 year)",
        [({"day": D("2024-02-29")}, D("2025-02-28")), ({"day": D("2023-02-28")}, D("2024-02-28"))],
    ),
    (
        "add_years(day, -24 years)",
        [({"day": D("2024-02-29")}, D("2000-02-29")), ({"day": D("1924-02-29")}, D("1900-02-28"))],
    ),
    (
        "add_days(day, 1 day)",
        [({"day": D("2024-02-28")}, D("2024-02-29")), ({"day": D("2023-02-28")}, D("2023-03-01")), ({}, UNKNOWN)],
    ),
    ("first_of_month(day)", [({"day": D("2024-02-29")}, D("2024-02-01"))]),
    (
        "last_of_month(day)",
        [
            ({"day": D("2024-02-01")}, D("2024-02-29")),
            ({"day": D("1900-02-10")}, D("1900-02-28")),
            ({"day": D("2024-12-01")}, D("2024-12-31")),
            ({"day": D("2024-04-30")}, D("2024-04-30")),
            ({}, UNKNOWN),
        ],
    ),
    ("year_of(day)", [({"day": D("2024-02-29")}, 2024)]),
    ("month_of(day)", [({"day": D("2024-02-29")}, 2)]),
    ("at_date", [({}, small.AT)]),
    # --- parameters at dates
    ("rate", [({}, F("0.075"))]),
    (
        "rate at day",
        [
            ({"day": D("2000-01-01")}, F("0.05")),
            ({"day": D("2020-06-30")}, F("0.05")),
            ({"day": D("2020-07-01")}, F("0.075")),
            ({"day": D("2030-12-31")}, F("0.1")),
            ({}, UNKNOWN),
        ],
    ),
    (
        'if kind = "blue" then Rs 0 else floor_price[kind]',
        [({"kind": "red"}, F("150.50")), ({"kind": "green"}, 200), ({"kind": "blue"}, 0), ({}, UNKNOWN)],
    ),
    (
        'floor_price["red"] at day',
        [({"day": D("2009-12-31")}, 100), ({"day": D("2010-01-01")}, F("150.50")), ({}, UNKNOWN)],
    ),
    ('(floor_price["red"] at day) * 2 + Rs 1', [({"day": D("2009-12-31")}, 100 * 2 + 1)]),
    # --- aggregates
    ("count(parts)", [({"parts": PARTS}, 3), ({"parts": []}, 0)]),
    (
        "count(parts where size > 101)",
        [({"parts": PARTS}, 2), ({"parts": []}, 0), ({"parts": [{"size": None}]}, UNKNOWN)],
    ),
    ("count(parts where good)", [({"parts": HALF_KNOWN}, UNKNOWN), ({"parts": PARTS}, 2)]),
    (
        "sum(size over parts)",
        [({"parts": PARTS}, 101 + 102 + 103), ({"parts": []}, 0), ({"parts": [{"size": 1}, {"size": None}]}, UNKNOWN)],
    ),
    (
        "sum(size over parts where good)",
        [
            ({"parts": PARTS}, 101 + 103),
            ({"parts": [{"size": None, "good": False}, {"size": 7, "good": True}]}, 7),
            ({"parts": HALF_KNOWN}, UNKNOWN),
        ],
    ),
    ("sum(price over parts)", [({"parts": PARTS}, F("101.00") + F("102.50") + F("0.01"))]),
    (
        "min(size over parts)",
        [({"parts": PARTS}, 101), ({"parts": []}, UNKNOWN), ({"parts": [{"size": -4}, {"size": None}]}, UNKNOWN)],
    ),
    ("max(size over parts where good)", [({"parts": PARTS}, 103), ({"parts": [{"size": 9, "good": False}]}, UNKNOWN)]),
    ("max(made over parts)", [({"parts": [{"made": D("2024-01-01")}, {"made": D("2023-01-01")}]}, D("2024-01-01"))]),
    (
        "any(parts where good)",
        [
            ({"parts": HALF_KNOWN}, True),
            ({"parts": [{"good": None}, {"good": False}]}, UNKNOWN),
            ({"parts": [{"good": False}]}, False),
            ({"parts": []}, False),
        ],
    ),
    (
        "all(parts where good)",
        [
            ({"parts": HALF_KNOWN}, False),
            ({"parts": [{"good": None}, {"good": True}]}, UNKNOWN),
            ({"parts": [{"good": True}]}, True),
            ({"parts": []}, True),
        ],
    ),
    ("count(parts where size > thing.whole)", [({"whole": 101, "parts": PARTS}, 2), ({"parts": PARTS}, UNKNOWN)]),
    ("count(parts where size < 2) = 0 and any(parts where size = 102)", [({"parts": PARTS}, True)]),
    ("sum(size * size over parts)", [({"parts": PARTS}, 101 * 101 + 102 * 102 + 103 * 103)]),
    ("rounded(sum(price over parts) / 2, 2, half_up)", [({"parts": PARTS}, F("101.76"))]),
    # --- over links
    ("house.rooms + 1", [({"house": {"rooms": 4}}, 5), ({}, UNKNOWN), ({"house_id": "nowhere"}, UNKNOWN)]),
    ("house.land * 2 > 5 acres", [({"house": {"land": F("2.51")}}, True), ({"house": {"land": F("2.50")}}, False)]),
]


def rows_of_specs() -> tuple[PolicySet, dict[str, list[dict[str, Any]]]]:
    """A policy with every formula of the specs, and every row: every formula is computed on every row."""
    policy_set = small.policy({f"s{index}": formula for index, (formula, _) in enumerate(SPECS)})
    things, parts, houses = [], [], []
    for index, (_, table) in enumerate(SPECS):
        for number, (row, _) in enumerate(table):
            unit = f"s{index}_{number}"
            thing = {name: value for name, value in row.items() if name not in ("parts", "house")}
            things.append({"thing_id": unit, "house_id": f"h{unit}", **_plain(thing)})
            parts.extend(
                {"part_id": f"{unit}_{i}", "thing_id": unit, **part} for i, part in enumerate(row.get("parts", ()))
            )
            if "house" in row:
                houses.append({"house_id": f"h{unit}", **_plain(row["house"])})
    return policy_set, {"things": things, "parts": parts, "houses": houses}


@pytest.fixture(scope="module", params=list(ENGINES))
def answers(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Every formula on every row, in one run of one engine: results by unit."""
    policy_set, facts = rows_of_specs()
    return small.run(request.param, policy_set, facts)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: as_decimal(value) if isinstance(value, Fraction) else value for name, value in row.items()}


@pytest.mark.parametrize("index", range(len(SPECS)), ids=[formula for formula, _ in SPECS])
def test_operator_gives_what_the_table_says(answers: dict[str, Any], index: int) -> None:
    for number, (row, expected) in enumerate(SPECS[index][1]):
        got = answers[f"s{index}_{number}"].results[f"s{index}"]
        assert small.exact(got) == small.exact(expected), f"{SPECS[index][0]} of {row}"
        assert (got is None) == (expected is None)
