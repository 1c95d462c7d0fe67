"""Planted truth agrees with the tables it is about, worked out here another way."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from mazdoor.synth import Manifest

RATES = yaml.safe_load(
    (Path(__file__).parents[2] / "src/mazdoor/synth/data/registration_errors.yaml").read_text(encoding="utf-8")
)


def test_one_worker_in_twenty_is_registered_twice(ask: Any) -> None:
    [(duplicates, originals, second)] = ask(
        """SELECT count(*), count(DISTINCT duplicate_of), count(*) FILTER (WHERE duplicate_of IN (SELECT person_no
        FROM truth_duplicates)) FROM truth_duplicates"""
    )
    assert (duplicates, originals, second) == (5000, 5000, 0)


def test_a_duplicate_has_a_household_and_an_employment_of_its_own(ask: Any) -> None:
    assert ask(
        """SELECT count(*) FROM truth_duplicates t JOIN persons p USING (person_no, household_no)
        JOIN employments e USING (person_no) JOIN households h USING (household_no)"""
    ) == [(5000,)]
    assert ask(
        "SELECT count(*) FROM persons JOIN truth_duplicates USING (household_no) WHERE relationship <> 'head'"
    ) == [(0,)]


@pytest.mark.parametrize(
    ("error", "rate"),
    [
        ("given_name_token_dropped", RATES["names"]["second_token_dropped"]),
        ("given_name_typing", RATES["names"]["typing_error"]["given_name"]),
        ("surname_typing", RATES["names"]["typing_error"]["surname"]),
        ("father_name_typing", RATES["names"]["typing_error"]["father_name"]),
        ("birth_date_first_of_january", RATES["birth_date"]["moved_to_first_of_january"]),
        ("birth_date_day_month_swapped", RATES["birth_date"]["day_and_month_swapped"]),
        ("birth_date_year_off", RATES["birth_date"]["year_or_two_off"]),
        ("birth_date_unknown", RATES["birth_date"]["unknown_year_only"]),
        ("mobile_missing", RATES["mobile"]["missing"]),
        ("mobile_changed", RATES["mobile"]["changed"]),
        ("district_changed", RATES["area"]["district_changed"]),
    ],
)
def test_errors_happen_as_often_as_their_file_says(ask: Any, error: str, rate: float) -> None:
    [(obtained,)] = ask(f"SELECT avg(list_contains(errors, '{error}')::int) FROM truth_duplicates")
    assert obtained == pytest.approx(rate, abs=0.015)


def test_names_are_respelled_at_least_as_often_as_in_the_measured_error_model(ask: Any) -> None:
    [(given, father)] = ask(
        """SELECT avg(list_contains(errors, 'given_name_spelling')::int), avg(list_contains(errors,
        'father_name_spelling')::int) FROM truth_duplicates"""
    )
    assert given > 0.5
    assert father > 0.5


def test_every_error_told_can_be_seen_and_no_other(ask: Any) -> None:
    [(card, phone, born, nothing)] = ask(
        """SELECT
        count(*) FILTER (WHERE (d.cnic IS DISTINCT FROM o.cnic) <> list_has_any(errors, ['cnic_missing',
            'cnic_digit_wrong', 'cnic_two_digits_swapped', 'cnic_old_format'])),
        count(*) FILTER (WHERE d.mobile IS DISTINCT FROM o.mobile AND NOT
            list_has_any(errors, ['mobile_missing', 'mobile_changed'])),
        count(*) FILTER (WHERE d.birth_date <> o.birth_date AND NOT list_has_any(errors, ['birth_date_unknown',
            'birth_date_first_of_january', 'birth_date_day_month_swapped', 'birth_date_year_off'])),
        count(*) FILTER (WHERE d.given_name <> o.given_name AND NOT list_has_any(errors, ['given_name_spelling',
            'given_name_typing', 'given_name_token_dropped', 'names_swapped']))
        FROM truth_duplicates t JOIN persons d USING (person_no) JOIN persons o ON o.person_no = t.duplicate_of"""
    )
    assert (card, phone, born, nothing) == (0, 0, 0, 0)


def test_a_wrong_card_number_differs_in_one_digit_or_two_neighbours(ask: Any) -> None:
    wrong = ask(
        """SELECT o.cnic, d.cnic, errors FROM truth_duplicates t JOIN persons d USING (person_no)
        JOIN persons o ON o.person_no = t.duplicate_of WHERE d.cnic IS NOT NULL AND d.cnic <> o.cnic"""
    )
    assert {"cnic_digit_wrong" in error for _, _, error in wrong} == {True, False}, "both kinds are there"
    for first, second, error in wrong:
        places = [place for place in range(13) if first[place] != second[place]]
        if "cnic_digit_wrong" in error:
            assert len(places) == 1
        else:
            assert places[1] - places[0] == 1
            assert sorted(first) == sorted(second)


def test_only_elders_hold_an_old_number(ask: Any) -> None:
    [(holders, youngest)] = ask("SELECT count(*), max(birth_date) FROM persons WHERE old_nic IS NOT NULL")
    assert holders > 20
    assert youngest < date(1984, 1, 2)


# ---- the elite


@pytest.mark.parametrize(
    ("filter_id", "column"),
    [
        ("foreign_travel", "foreign_travel"),
        ("passport", "passport_executive_fee"),
        ("vehicle", "vehicle"),
        ("property", "property"),
        ("government_employee", "government_employee"),
        ("mobile_bill", "phone_bill_amount >= 100000"),
    ],
)
def test_self_or_spouse_filters_fall_on_both_and_on_nobody_else(ask: Any, filter_id: str, column: str) -> None:
    own = column if ">" in column else f"{column}"
    assert ask(
        f"""WITH hit AS (SELECT person_no FROM profiles WHERE {own}), expected AS (
            SELECT person_no FROM hit UNION SELECT profiles.person_no FROM profiles JOIN persons USING (person_no)
            WHERE spouse_no IN (SELECT person_no FROM hit)),
        told AS (SELECT person_no FROM truth_elite WHERE filter_id = '{filter_id}')
        SELECT (SELECT count(*) > 100 FROM told),
            (SELECT count(*) FROM (SELECT * FROM expected EXCEPT SELECT * FROM told)),
            (SELECT count(*) FROM (SELECT * FROM told EXCEPT SELECT * FROM expected))"""
    ) == [(True, 0, 0)]


@pytest.mark.parametrize(
    ("filter_id", "members"),
    [
        ("income_tax", "SELECT person_no FROM profiles WHERE income_taxpayer"),
        (
            "utility_bill",
            """SELECT person_no FROM profiles JOIN persons USING (person_no) JOIN households USING (household_no)
            WHERE utility_bill_amount > 1000000""",
        ),
        (
            "land",
            """SELECT person_no FROM profiles JOIN persons USING (person_no) JOIN households USING (household_no)
            WHERE land_acres > 12""",
        ),
        (
            "cnic_executive_fee",
            """SELECT person_no FROM profiles JOIN persons USING (person_no) WHERE family_no IN (SELECT family_no
            FROM profiles JOIN persons USING (person_no) WHERE cnic_executive_fee GROUP BY 1 HAVING count(*) >= 3)""",
        ),
        (
            "other_relief",
            """SELECT person_no FROM profiles JOIN persons USING (person_no) WHERE family_no IN (SELECT family_no
            FROM profiles JOIN persons USING (person_no) WHERE other_relief)""",
        ),
    ],
)
def test_the_other_filters_fall_on_exactly_whom_the_registers_show(ask: Any, filter_id: str, members: str) -> None:
    assert ask(
        f"""WITH expected AS ({members}), told AS (SELECT person_no FROM truth_elite WHERE filter_id = '{filter_id}')
        SELECT (SELECT count(*) > 100 FROM told),
            (SELECT count(*) FROM (SELECT * FROM expected EXCEPT SELECT * FROM told)),
            (SELECT count(*) FROM (SELECT * FROM told EXCEPT SELECT * FROM expected))"""
    ) == [(True, 0, 0)]


def test_some_households_stand_exactly_on_a_threshold(ask: Any) -> None:
    [(land, bill)] = ask(
        """SELECT count(*) FILTER (WHERE land_acres = 12), count(*) FILTER (WHERE utility_bill_amount = 1000000)
        FROM households"""
    )
    assert land > 100
    assert bill > 100
    assert ask("SELECT count(*) > 100 FROM profiles WHERE phone_bill_amount = 99999") == [(True,)]
    assert ask("SELECT count(*) > 10 FROM profiles WHERE phone_bill_amount = 100000") == [(True,)]


# ---- wages


def test_shortfalls_are_exactly_the_minimum_less_what_was_paid(ask: Any) -> None:
    daily = {"PK6": "1538.46", "PK7": "1538.46", "PK5": "1538.46", "PK2": "1423.08", "PK4": "1423.08"}
    daily |= {"PK1": "1423.08", "PK3": "1333.33"}
    hourly = {"PK6": "192.31", "PK7": "192.00", "PK5": "192.31", "PK2": "177.89", "PK4": "177.89", "PK1": "177.89"}
    hourly["PK3"] = "166.67"
    monthly = {"PK6": 40000, "PK7": 40000, "PK5": 40000, "PK2": 37000, "PK4": 37000, "PK1": 37000, "PK3": 40000}
    rows = ask(
        """SELECT w.pay_period, units, days_worked, work_area_code[:3], w.paid_amount, minimum_amount, shortfall_amount
        FROM wage_records w JOIN employments e USING (employment_no) LEFT JOIN truth_underpaid t USING (wage_no)"""
    )
    assert len(rows) > 50_000
    seen = set()
    for period, units, worked, province, paid, minimum, shortfall in rows:
        if period == "month":
            least = monthly[province] * 100
        elif period == "hour":
            least = int(Decimal(hourly[province]) * 100 * units)
        else:
            least = int(Decimal(daily[province]) * 100) * worked
        assert (minimum, shortfall) == ((least, least - paid) if paid < least else (None, None))
        seen.add((period, province))
    assert {"month", "day", "hour", "piece"} == {period for period, _ in seen}


def test_wages_are_those_of_the_last_whole_months(ask: Any) -> None:
    assert ask("SELECT DISTINCT month FROM wage_records ORDER BY 1") == [(date(2026, month, 1),) for month in (4, 5, 6)]
    assert ask("SELECT count(*) FROM wage_records WHERE paid_on > DATE '2026-07-01' OR paid_amount <= 0") == [(0,)]


# ---- pensions


def test_contribution_spells_of_a_person_do_not_overlap_and_count_their_months(ask: Any) -> None:
    assert ask(
        """SELECT count(*) FROM (SELECT from_month, lag(to_month) OVER (PARTITION BY person_no ORDER BY from_month)
        AS before FROM contributions) WHERE from_month <= before"""
    ) == [(0,)]
    assert ask(
        "SELECT count(*) FROM contributions WHERE months_paid <> date_diff('month', from_month, to_month) + 1"
    ) == [(0,)]


def test_pensioners_are_owed_what_the_act_says(ask: Any) -> None:
    """Section 22 and the Schedule, one person at a time in decimals, from the spells alone."""
    spells: dict[int, list[tuple[date, date, int]]] = {}
    people = {}
    for person, first, last, wage, sex, born in ask(
        """SELECT person_no, from_month, to_month, monthly_wage, sex, birth_date FROM contributions
        JOIN persons USING (person_no) WHERE died_on IS NULL ORDER BY person_no, from_month"""
    ):
        spells.setdefault(person, []).append((first, last, wage))
        people[person] = (sex, born)
    told = {row[0]: row[1:] for row in ask('SELECT * EXCLUDE ("at") FROM truth_pensioners')}
    as_of, owed = date(2026, 7, 1), {}
    for person, runs in spells.items():
        sex, born = people[person]
        age, relief = (55, 5) if sex == "female" else (60, 0)
        reached = (born.year + age) * 12 + born.month - 1
        paid = {
            index: wage
            for first, last, wage in runs
            for index in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        }
        if reached >= as_of.year * 12 + as_of.month - 1:
            continue
        entry = min(paid) - born.year * 12 - born.month + 1
        old_rule = min(paid) < 2008 * 12 + 6
        needed = (
            60 if old_rule and entry > (45 - relief) * 12 else 84 if old_rule and entry > (40 - relief) * 12 else 180
        )
        if len(paid) < needed:
            continue
        years = len(paid) // 12 + (1 if len(paid) % 12 >= 6 else 0)
        average = Decimal(sum(paid.get(reached - back, 0) for back in range(1, 13))) / 12
        formula = (average * years / 50).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        owed[person] = (len(paid), years, int(formula), max(int(formula), 1_150_000))
    assert len(owed) > 300
    assert owed == {person: (row[0], row[1], row[3], row[4]) for person, row in told.items()}


def test_pensioners_stand_on_both_sides_of_the_half_year_and_of_the_minimum(ask: Any) -> None:
    months = {row[0] for row in ask("SELECT insured_months FROM truth_pensioners")}
    assert {180, 185, 186} <= months
    assert not months & set(range(174, 180))
    [(below, above)] = ask(
        """SELECT count(*) FILTER (WHERE formula_amount < payable_amount), count(*) FILTER (WHERE
        formula_amount = payable_amount) FROM truth_pensioners"""
    )
    assert below > 50
    assert above > 20


def test_the_manifest_counts_the_truth(population: tuple[Path, Manifest], ask: Any) -> None:
    for name in ("duplicates", "elite", "underpaid", "pensioners"):
        assert ask(f"SELECT count(*) FROM truth_{name}") == [(population[1].counts[f"truth/{name}"],)]
