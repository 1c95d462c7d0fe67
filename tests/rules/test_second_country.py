"""India's rules beside Pakistan's: another vocabulary, another money, nothing of the first country in the way."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from mazdoor.cli.rules import rules
from mazdoor.rules import PolicyError, PolicySet, describe, explain, load_policies, shipped_folder, shipped_folders
from mazdoor.rules.cases import ENGINES, run_cases
from mazdoor.rules.comparing import compare_countries, contribution_chart, countries
from mazdoor.rules.facts import canonical

WORKER = {
    "worker_id": "w",
    "birth_date": "1990-01-01",
    "unorganised": True,
    "monthly_income_amount": 9000,
    "income_tax_payer": False,
    "statutory_scheme_member": False,
    "aadhaar_held": True,
    "bank_account_held": True,
}


@pytest.fixture(scope="module")
def india() -> PolicySet:
    return load_policies(shipped_folder("india"))


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_every_case_of_india_gives_what_its_scheme_prescribes(india: PolicySet, engine: str) -> None:
    assert len(india.cases) >= 9
    assert run_cases(india, ENGINES[engine]) == []


def test_the_two_laws_share_no_entity_instrument_or_programme(india: PolicySet) -> None:
    pakistan = load_policies()
    assert list(shipped_folders()) == ["india", "pakistan"]
    for here, there in (
        (india.entities, pakistan.entities),
        (india.instruments, pakistan.instruments),
        (india.programmes, pakistan.programmes),
        (india.parameters, pakistan.parameters),
    ):
        assert not set(here) & set(there)


def test_every_amount_of_india_is_in_its_own_money(india: PolicySet) -> None:
    for programme in india.programmes.values():
        assert programme.amount.type.unit.currency == "INR"
    assert "INR 3,000" in describe(india, "shram_yogi_pension", at=date(2025, 1, 1))


def test_an_explanation_names_the_money_of_the_law(india: PolicySet) -> None:
    rows = canonical(india, {"workers": [WORKER]})
    told = explain(india, "shram_yogi_contribution", rows, at=date(2025, 1, 2), unit="w", length="sms")
    assert "INR 150" in told.text and "Rs" not in told.text


def test_pakistani_rupees_in_an_indian_rule_are_a_mistake(tmp_path: Path) -> None:
    folder = tmp_path / "india"
    for path in shipped_folder("india").rglob("*.yaml"):
        target = folder / path.relative_to(shipped_folder("india"))
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        target.write_text(text.replace("else INR 0 per month", "else Rs 5 per month"), encoding="utf-8")
    with pytest.raises(PolicyError, match="INR/month and PKR/month"):
        load_policies(folder)


def test_an_age_outside_the_chart_is_never_looked_up(india: PolicySet) -> None:
    chart = {age: amount for age, amount, _ in contribution_chart()}
    assert (min(chart), max(chart), len(chart)) == (18, 40, 23)
    assert (chart[18], chart[40]) == ("INR 55 a month", "INR 200 a month")


def test_a_programme_of_another_country_is_found_by_its_name(tmp_path: Path) -> None:
    facts = tmp_path / "workers.csv"
    facts.write_text(",".join(WORKER) + "\n" + ",".join(str(each) for each in WORKER.values()) + "\n", "utf-8")
    run = CliRunner().invoke(
        rules, ["run", "shram_yogi_contribution", "--facts", str(facts), "--at", "2025-01-02", "--json"]
    )
    assert run.exit_code == 0, run.output
    assert Decimal(json.loads(run.output)["amount"]) == 150


# --- side by side


def test_the_same_own_account_worker_is_outside_one_scheme_and_inside_the_other() -> None:
    first = compare_countries()[0]
    pakistan, india = first.answers["pakistan"], first.answers["india"]
    assert list(countries()) == ["pakistan", "india"]
    assert (pakistan[0].answer, pakistan[0].amount, pakistan[0].written) == ("no", "", "EOB Act 1976, s.1(4)")
    assert (india[0].answer, india[0].amount) == ("yes", "INR 105 a month")
    assert india[1].amount == "INR 3,000 a month"
    assert pakistan[1].amount == "Rs 4,800"  # 40% of twelve deposits of 1,000


def test_the_comparison_is_whole_in_urdu_too() -> None:
    for english, urdu in zip(compare_countries("en"), compare_countries("ur"), strict=True):
        assert english.person != urdu.person
        for country, answers in english.answers.items():
            for one, other in zip(answers, urdu.answers[country], strict=True):
                assert one.question != other.question and one.answer != other.answer
                assert bool(one.amount) == bool(other.amount) and bool(one.reason) == bool(other.reason)
                assert other.written and other.mark


def test_amounts_are_never_converted() -> None:
    for person in compare_countries():
        assert all("INR" not in each.amount for each in person.answers["pakistan"])
        assert all("Rs" not in each.amount for each in person.answers["india"])
