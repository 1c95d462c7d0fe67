"""A reform over a small country whose figures can be worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.simulation import world

from mazdoor.cli.simulate import simulate_command
from mazdoor.rules import PolicyError
from mazdoor.rules.installed import policy_folder
from mazdoor.simulation import (
    Question,
    Reform,
    Report,
    SimulationError,
    count_matching,
    read_reform,
    read_reform_text,
    shipped_reforms,
    simulate,
)
from mazdoor.simulation.study import Study
from mazdoor.synth import generate

PENSION = """kind: reform
id: flat
title: {en: flat, ur: یکساں}
programme: old_age_pension
from: 2026-07-01
parameters:
  eobi_minimum_pension: {values: [{value: 20000}]}
"""


@cache
def shipped(name: str) -> Reform:
    return read_reform(policy_folder(), shipped_reforms(policy_folder())[name])


def run(tmp_path: Path, reform: Reform, question: Question | None = None, **more: object) -> Report:
    snapshot = more.pop("snapshot", None) or world.snapshot(tmp_path / "snapshot")
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    return simulate(world.law(), reform, snapshot, work=work, question=question, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def flat() -> Reform:
    return read_reform_text(policy_folder(), PENSION)


def test_the_minimum_pension_raised_to_the_minimum_wage_lifts_whoever_is_under_it(tmp_path: Path) -> None:
    found = run(tmp_path, shipped("minimum_pension_to_minimum_wage"), Question(years=2, floor=Decimal(30_000)))
    total = found.total
    assert (total.eligible_before, total.eligible_after, total.gained, total.lost) == (2, 2, 0, 0)
    assert (total.more, total.less) == (1, 0)
    # in Sindh 11,500 becomes the wage of the province; in Punjab 150,000 * 20 / 50 is more than any minimum
    assert (total.cost_before, total.cost_after) == (11_500 + 60_000, 40_000 + 60_000)
    by_province = {line.group: line for line in found.by["province"]}
    assert by_province["PK7"].cost_change == 28_500 and by_province["PK6"].cost_change == 0
    first, second = found.years
    assert (first.before, first.after) == (71_500 * 12, 100_000 * 12)
    assert second.starts == date(2027, 7, 1)
    before, after = found.adequacy
    assert (before.at_wage, after.at_wage) == (1, 2)
    assert (before.below_floor, after.below_floor) == (1, 0)


def test_flood_cash_reaches_each_daily_wage_family_of_the_three_districts_and_nobody_else(tmp_path: Path) -> None:
    found = run(tmp_path, shipped("flood_cash_daily_wage"))
    assert (found.total.gained, found.total.cost_after) == (1, 12_000)  # f1 in Dadu; f3 works by the day in Punjab
    gained = [line.group for line in found.by["district"] if line.gained]
    assert gained == ["PK703"]
    assert {"closed", "areas", "once"} <= {each.code for each in found.said}
    assert found.years[0].by_payer[0].title.en.startswith("the Federal Government")


def test_after_its_last_day_a_reform_changes_nothing(tmp_path: Path) -> None:
    found = run(tmp_path, shipped("flood_cash_daily_wage"), Question(at=date(2027, 1, 1)))
    assert (found.total.eligible_after, found.total.cost_after) == (0, 0)
    assert "not_yet" in {each.code for each in found.said}


def test_a_reform_of_one_area_leaves_the_law_elsewhere(tmp_path: Path, flat: Reform) -> None:
    found = run(tmp_path, replace(flat, areas=("PK6",)))
    assert found.total.cost_after == found.total.cost_before  # the one under 20,000 lives in Sindh
    other = run(tmp_path, replace(flat, id="elsewhere", areas=("PK703",)))
    assert other.total.cost_change == 8_500


def test_one_reform_can_be_set_against_another(tmp_path: Path, flat: Reform) -> None:
    wage = shipped("minimum_pension_to_minimum_wage")
    found = run(tmp_path, wage, against=flat)
    assert (found.total.cost_before, found.total.cost_after) == (80_000, 100_000)
    with pytest.raises(SimulationError):
        run(tmp_path, shipped("flood_cash_daily_wage"), against=flat)


def test_the_poor_are_counted_with_and_without_the_programme(tmp_path: Path, flat: Reform) -> None:
    found = run(tmp_path, flat, Question(line=Decimal(10_000))).distribution
    assert found is not None
    # heads of income: h1 500*26/2 = 6,500 each of two; h2 0; h3 26,000; h4 90,000
    assert found.without.headcount == pytest.approx(3 / 5)
    # 11,500 / 2 more in h1 makes 12,250 each; 60,000 in h2
    assert found.before.headcount == 0
    assert found.without.mean == pytest.approx((2 * 6_500 + 0 + 26_000 + 90_000) / 5)
    assert found.after.mean == pytest.approx((2 * 6_500 + 20_000 + 60_000 + 26_000 + 90_000) / 5)
    assert found.line_basis == "stated" and not found.errors


def test_without_a_line_the_report_says_which_relative_one_it_used(tmp_path: Path, flat: Reform) -> None:
    found = run(tmp_path, flat)
    assert found.distribution is not None
    assert found.distribution.line == Decimal("3900")  # 60% of the median head: 6,500
    assert found.distribution.line_basis == "relative"
    assert "line_relative" in {each.code for each in found.said}


def test_leakage_and_undercoverage_follow_the_stated_benchmark(tmp_path: Path, flat: Reform) -> None:
    found = run(tmp_path, flat, Question(benchmark="poorest:20")).targeting
    assert found is not None
    assert (found.inside, found.outside) == (1, 4)  # p2, without any income
    assert found.after.leakage == pytest.approx(1 / 2)
    assert found.after.undercoverage == 0
    assert found.after.leaked_cost == pytest.approx(20_000 / 80_000)
    by_formula = run(tmp_path, flat, Question(benchmark='sex = "female"')).targeting
    assert by_formula is not None
    assert (by_formula.inside, by_formula.after.undercoverage, by_formula.after.leakage) == (1, 1.0, 1.0)


def test_a_benchmark_that_cannot_be_read_says_what_is_wrong(tmp_path: Path, flat: Reform) -> None:
    with pytest.raises(PolicyError, match="did you mean"):
        run(tmp_path, flat, Question(benchmark='sexx = "female"'))


def test_overlap_counts_households_reached_by_both(tmp_path: Path) -> None:
    found = run(tmp_path, shipped("flood_cash_daily_wage"), Question(overlap=("old_age_pension",)))
    (pension,) = found.overlaps
    assert (pension.reached, pension.both_before, pension.both_after) == (2, 0, 1)
    with pytest.raises(SimulationError):
        run(tmp_path, shipped("flood_cash_daily_wage"), Question(overlap=("pension",)))


def test_a_budget_is_never_met_in_an_order_nobody_stated(tmp_path: Path, flat: Reform) -> None:
    with pytest.raises(SimulationError, match="needs an order"):
        run(tmp_path, flat, Question(budget=Decimal(1)))


def test_a_budget_is_met_by_the_order_that_was_stated(tmp_path: Path, flat: Reform) -> None:
    low = run(tmp_path, flat, Question(budget=Decimal(300_000), order_by="formula_pension")).budget
    assert low is not None
    assert (low.met, low.reached, low.cost, low.of_eligible) == (True, 1, 240_000, 2)
    assert low.threshold is not None and Decimal(low.threshold) < 20_000
    high = run(tmp_path, flat, Question(budget=Decimal(300_000), order_by="-formula_pension")).budget
    assert high is not None and not high.met and high.reached == 0  # the first alone costs 720,000
    with pytest.raises(SimulationError, match="did you mean"):
        run(tmp_path, flat, Question(budget=Decimal(1), order_by="formula_pensoin"))


def test_a_budget_is_met_by_the_largest_value_of_a_parameter(tmp_path: Path, flat: Reform) -> None:
    order = "parameter:eobi_minimum_pension=10000..40000/500"
    found = run(tmp_path, flat, Question(budget=Decimal(1_000_000), order_by=order)).budget
    assert found is not None
    # 12 * (60,000 + m) <= 1,000,000 where m is a multiple of 500: m = 23,000
    assert (found.threshold, found.cost) == ("23000", 12 * 83_000)
    assert len(found.tried) < 12
    none = run(tmp_path, flat, Question(budget=Decimal(100), order_by=order)).budget
    assert none is not None and not none.met


def test_weights_make_estimates_with_errors_that_repeat_under_one_seed(tmp_path: Path, flat: Reform) -> None:
    survey = [{"household_id": f"h{n}", "weight": float(n), "welfare_amount": 100_000 * n} for n in (1, 2, 3, 4)]
    folder = world.snapshot(tmp_path / "snapshot", survey=survey)
    question = Question(line=Decimal(2_500), seed=5, replicates=50)
    found = run(tmp_path, flat, question, snapshot=folder)
    assert found.total.units == 1 + 1 + 2 + 3 + 4
    assert found.total.cost_after == 20_000 * 1 + 60_000 * 2
    assert found.distribution is not None
    # persons: 2 * 1 at 1,000, 2 at 2,000, 3 at 3,000, 4 at 4,000
    assert found.distribution.without.headcount == pytest.approx(4 / 11)
    assert found.errors["cost_after"] > 0
    again = run(tmp_path, flat, question, snapshot=folder)
    assert again.errors == found.errors and again.distribution == found.distribution
    assert "weighted" in {each.code for each in found.said} and "counted" not in {each.code for each in found.said}


def test_every_breakdown_adds_up_to_the_total(tmp_path: Path, flat: Reform) -> None:
    found = run(tmp_path, flat)
    assert set(found.by) == {"province", "district", "sex", "sector", "work", "decile", "category"}
    for name, lines in found.by.items():
        for figure in ("units", "eligible_before", "eligible_after", "more", "cost_before", "cost_after"):
            assert sum(getattr(line, figure) for line in lines) == getattr(found.total, figure), name


def test_the_report_is_plain_json_and_names_nobody(tmp_path: Path, flat: Reform) -> None:
    found = run(tmp_path, flat, Question(benchmark="poorest:20", overlap=("all",)))
    text = json.dumps(found.as_dict())
    assert not any(f'"{kind}{number}"' in text for kind in "pfh" for number in (1, 2, 3, 4, 5))
    assert json.loads(text)["total"]["cost_change"] == "8500"


def test_the_live_count_says_who_matches_and_of_whom_it_cannot_be_said(tmp_path: Path) -> None:
    snapshot = world.snapshot(tmp_path / "snapshot")
    found = count_matching(world.law(), "person", "age(birth_date, at_date) >= 60 years", snapshot, at=world.AT)
    assert (found.units, found.matching, found.unknown) == (5, 2, 0)
    open_ = count_matching(world.law(), "person", "disability", snapshot, at=world.AT)
    assert (open_.matching, open_.unknown) == (0, 5)
    with pytest.raises(PolicyError, match="yes or no"):
        count_matching(world.law(), "person", "birth_date", snapshot, at=world.AT)
    with pytest.raises(PolicyError):
        count_matching(world.law(), "person", "", snapshot, at=world.AT)


def test_an_invented_population_is_read_as_synth_wrote_it(tmp_path: Path) -> None:
    generate(workers=400, seed=7, out=tmp_path / "people", processes=1, wage_months=1)
    result = CliRunner().invoke(
        simulate_command,
        [
            *("--snapshot", str(tmp_path / "people"), "--reform", "minimum_pension_to_minimum_wage", "--json"),
            *("--out", str(tmp_path / "report.json")),
        ],
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told == json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert told["synthetic"] is True and told["welfare"]["basis"] == "synthetic"
    assert int(told["total"]["units"]) > 400


def test_the_command_says_what_is_wrong_with_a_question(tmp_path: Path) -> None:
    snapshot = world.snapshot(tmp_path / "snapshot")
    call = ["--snapshot", str(snapshot), "--reform"]
    unknown = CliRunner().invoke(simulate_command, [*call, "no_such_reform"])
    assert unknown.exit_code == 2 and "flood_cash_daily_wage" in unknown.stderr
    broken = tmp_path / "broken.yaml"
    broken.write_text(PENSION.replace("eobi_minimum_pension", "eobi_minimum"), encoding="utf-8")
    wrong = CliRunner().invoke(simulate_command, [*call, str(broken)])
    assert wrong.exit_code == 1 and "broken.yaml:7:" in wrong.stderr
    shown = CliRunner().invoke(simulate_command, [*call, "flood_cash_daily_wage", "--lang", "ur"])
    assert shown.exit_code == 0 and "سیلاب" in shown.stdout


def test_the_head_of_a_family_stands_for_it(tmp_path: Path) -> None:
    from mazdoor.simulation.snapshots import open_snapshot

    source = open_snapshot(world.law(), world.snapshot(tmp_path / "snapshot"), tmp_path / "work")
    with Study(world.law(), source, "family", at=world.AT) as study:
        rows = study.connection.execute("SELECT unit_id, sex, work FROM folk ORDER BY unit_id").fetchall()
    assert rows == [
        ("f1", "male", None),
        ("f2", "male", None),
        ("f3", "female", "daily_wage"),
        ("f4", "male", "regular"),
    ]
