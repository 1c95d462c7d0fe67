"""Pakistan's law: every case, on every engine, to the paisa."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from mazdoor.rules import PolicySet, describe, load_policies, minimum_wage, minimum_wage_table
from mazdoor.rules.cases import ENGINES, run_case, run_cases
from mazdoor.rules.model import Case

POLICY = load_policies()
FACTS = Path(__file__).parents[3] / "shared" / "facts"  # beside the repository, where there is one


@pytest.mark.parametrize("case", POLICY.cases, ids=[f"{case.programme}-{case.id}" for case in POLICY.cases])
def test_a_case_gives_what_the_law_prescribes(case: Case) -> None:
    assert run_case(POLICY, case, ENGINES["reference"]) == []


@pytest.mark.parametrize("programme", sorted(POLICY.programmes))
def test_every_case_gives_the_same_on_duckdb(programme: str) -> None:
    cases = [case for case in POLICY.cases if case.programme == programme]
    assert run_cases(POLICY, ENGINES["duckdb"], cases) == []


def test_a_case_that_expects_something_else_is_told() -> None:
    paid = next(each for each in POLICY.cases if each.expect[0].eligible and len(each.expect) == 1)
    case = replace(paid, expect=(replace(paid.expect[0], amount=Fraction(1), eligible=False),))
    assert len(run_case(POLICY, case, ENGINES["reference"])) == 2


def test_every_parameter_value_is_cited_and_marked() -> None:
    for parameter in POLICY.parameters.values():
        for value in parameter.values:
            assert value.citation.instrument and value.citation.provision, parameter.id
            assert value.citation.verified and value.citation.checked, parameter.id


def test_what_is_from_memory_stays_marked() -> None:
    marks = {value.citation.verified for value in POLICY.parameters["emergency_cash_pmt_cutoff"].values}
    assert marks == {"memory"}
    assert POLICY.parameters["eobi_half_year_qualifies"].values[0].citation.verified == "unresolved"
    said = describe(POLICY, "emergency_cash", at=date(2020, 5, 1))
    assert "38 points · category II [not verified]" in said


def test_each_programme_is_told_in_words_in_both_languages() -> None:
    for name in POLICY.programmes:
        english, urdu = describe(POLICY, name, "en"), describe(POLICY, name, "ur")
        assert all(
            clause.title.en in english and clause.title.ur in urdu
            for clause in POLICY.rules[POLICY.programmes[name].rule].root.everything()
            if clause is not POLICY.rules[POLICY.programmes[name].rule].root
        )


# --- minimum wages


def test_a_rate_is_known_only_from_its_notification() -> None:
    before = minimum_wage(POLICY, "PK6", at=date(2025, 8, 1), known_at=date(2025, 9, 8))
    after = minimum_wage(POLICY, "PK6", at=date(2025, 8, 1), known_at=date(2025, 9, 9))
    assert before is not None and after is not None
    assert (before.monthly_paisa, after.monthly_paisa) == (37_000 * 100, 40_000 * 100)


def test_a_rate_set_aside_by_the_court_is_believed_until_then() -> None:
    at = date(2021, 10, 1)
    believed = [
        minimum_wage(POLICY, "PK7", at=at, known_at=known) for known in (date(2021, 12, 1), date(2022, 3, 1), None)
    ]
    assert [row.monthly_paisa for row in believed if row] == [25_000 * 100, 19_000 * 100, 19_000 * 100]


def test_an_announced_rate_never_binds() -> None:
    row = minimum_wage(POLICY, "PK5", at=date(2022, 10, 1))
    assert row is not None and row.monthly_paisa == 25_000 * 100
    assert all(row.monthly_paisa != 26_000 * 100 for row in minimum_wage_table(POLICY) if row.jurisdiction == "PK5")


def test_the_notified_daily_rate_is_kept_even_where_it_was_cut() -> None:
    kp, gilgit = (
        minimum_wage(POLICY, code, at=at) for code, at in (("PK5", date(2022, 10, 1)), ("PK3", date(2024, 10, 1)))
    )
    assert kp is not None and (kp.daily_paisa, kp.daily_verified) == (96_153, "yes")
    assert gilgit is not None and gilgit.daily_paisa == 123_300
    punjab_2024 = minimum_wage(POLICY, "PK6", at=date(2024, 8, 1))
    assert punjab_2024 is not None and (punjab_2024.daily_paisa, punjab_2024.daily_verified) == (142_308, "derived")


def test_periods_of_one_jurisdiction_do_not_overlap() -> None:
    for known in (None, date(2021, 12, 1), date(2025, 8, 1)):
        rows = minimum_wage_table(POLICY, known_at=known)
        for one in rows:
            for other in rows:
                if one is not other and (one.jurisdiction, one.skill_class) == (other.jurisdiction, other.skill_class):
                    apart = (one.valid_to is not None and one.valid_to <= other.valid_from) or (
                        other.valid_to is not None and other.valid_to <= one.valid_from
                    )
                    assert apart, (one, other)


@pytest.mark.skipif(not FACTS.exists(), reason="the source tables lie beside the project, not in it")
def test_minimum_wages_are_those_of_the_source_table() -> None:
    codes = {
        "AJK": "PK1",
        "Balochistan": "PK2",
        "GB": "PK3",
        "ICT": "PK4",
        "KP": "PK5",
        "Punjab": "PK6",
        "Sindh": "PK7",
    }
    with (FACTS / "minimum_wage.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] in ("in_force", "in_force_after_court")]
    table = {(row.jurisdiction, row.skill_class, row.valid_from): row for row in minimum_wage_table(POLICY)}
    assert len(rows) == len(table)
    for row in rows:
        found = table[(codes[row["jurisdiction"]], row["skill_class"], date.fromisoformat(row["effective_from"]))]
        assert found.monthly_paisa == int(Decimal(row["monthly_pkr"]) * 100)
        assert found.monthly_verified == row["verified"]
        if row["daily_mark"] == "seen":
            assert found.daily_paisa == int(Decimal(row["daily_pkr"]) * 100)


@pytest.mark.skipif(not FACTS.exists(), reason="the source tables lie beside the project, not in it")
def test_minimum_pensions_are_those_of_the_source_table() -> None:
    with (FACTS / "eobi_minimum_pension.csv").open(encoding="utf-8") as file:
        wanted = [
            (row["effective_from"], Decimal(row["minimum_pension_pkr"]), row["verified"])
            for row in csv.DictReader(file)
        ]
    values = POLICY.parameters["eobi_minimum_pension"].values
    assert [(str(each.valid_from), each.value, each.citation.verified) for each in values] == wanted


def test_the_content_hash_changes_with_a_value_and_not_with_words(tmp_path: Path) -> None:
    from mazdoor.rules import shipped_folder

    def changed(old: str, new: str) -> PolicySet:
        folder = tmp_path / str(abs(hash((old, new))))
        for path in shipped_folder().rglob("*.yaml"):
            target = folder / path.relative_to(shipped_folder())
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        return load_policies(folder)

    same = changed("one grant per family", "a single grant for every family")
    other = changed("from: 2020-04-01, value: 12000", "from: 2020-04-01, value: 12001")
    assert same.content_hash("emergency_cash") == POLICY.content_hash("emergency_cash")
    assert other.content_hash("emergency_cash") != POLICY.content_hash("emergency_cash")
    assert other.content_hash("old_age_pension") == POLICY.content_hash("old_age_pension")
