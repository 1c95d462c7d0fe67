"""Scorecards: policy data that every engine adds up, and the command that fits one to a survey."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Iterator
from datetime import date
from math import exp
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.rules.small import load_text

from mazdoor.cli.rules import rules
from mazdoor.rules import load_policies
from mazdoor.rules.cases import ENGINES, run_cases
from mazdoor.rules.loading import read_policies
from mazdoor.rules.model import Scale
from mazdoor.rules.scorecards.fitting import SurveyError, fit_scorecard

SCORECARD = """
kind: facts
id: s
entities:
  home:
    table: homes
    key: home_id
    title: {en: home, ur: گھر}
    fields:
      rooms: {type: number, digits: 3, title: {en: rooms, ur: کمرے}}
      persons: {type: number, digits: 3, title: {en: persons, ur: افراد}}
      gas: {type: yesno, title: {en: gas, ur: گیس}}
      toilet: {type: text, one_of: [flush, none], title: {en: toilet, ur: بیت الخلا}}
---
kind: scorecard
id: score
entity: home
title: {en: score, ur: اسکور}
declared: synthetic
from: 2020-01-01
source: invented for this test
verified: derived
least: 2
most: 20
variables:
  - name: space
    title: {en: rooms for each person, ur: فی کس کمرے}
    formula: rounded(rooms / persons, 2, down)
    points: [{from: 0, gives: 0}, {from: 0.5, gives: 6}, {from: 1, gives: 9.5}]
  - {name: gas, title: {en: gas, ur: گیس}, formula: gas, points: {yes: 7, no: 0}}
  - {name: toilet, title: {en: toilet, ur: بیت الخلا}, formula: toilet, points: {flush: 5, none: 0}}
---
kind: instruments
instruments:
  law: {title: {en: a law, ur: قانون}, short: {en: law, ur: قانون}, type: act, status: in_force}
---
kind: rule
id: poor
entity: home
title: {en: poor, ur: غریب}
instrument: law
clauses: {all_of: [{id: "1", title: {en: few points, ur: کم پوائنٹ}, provision: s.1, verified: yes, formula: score <= 11 points}]}
---
kind: programme
id: grant
title: {en: grant, ur: امداد}
short: {en: grant, ur: امداد}
unit: home
rule: poor
cycle: once
amount: {title: {en: amount, ur: رقم}, formula: Rs 100, provision: s.1, instrument: law}
results: [score, score_space, score_space_points, score_gas_points, score_toilet_points]
appeal: {en: Complain., ur: شکایت کریں۔}
"""


@pytest.mark.parametrize("engine", list(ENGINES))
def test_the_points_of_a_scorecard_are_added_up_alike_on_every_engine(engine: str) -> None:
    policy_set = load_text(SCORECARD)
    homes: list[dict[str, Any]] = [
        {"home_id": "a", "rooms": 1, "persons": 3, "gas": False, "toilet": "none"},  # 0.33: 0, lifted to the least
        {"home_id": "b", "rooms": 1, "persons": 2, "gas": False, "toilet": "flush"},  # 0.50: 6 + 5
        {"home_id": "c", "rooms": 99, "persons": 100, "gas": True, "toilet": "flush"},  # 0.99: 6 + 7 + 5
        {"home_id": "d", "rooms": 3, "persons": 3, "gas": True, "toilet": "flush"},  # 1.00: 21.5, cut to the most
        {"home_id": "e", "rooms": 3, "persons": 3, "gas": None, "toilet": "flush"},
    ]
    found = {each.unit: each for each in ENGINES[engine](policy_set, "grant", {"homes": homes}, date(2024, 1, 1), None)}
    assert {unit: each.results["score"] for unit, each in found.items()} == {
        "a": 2,
        "b": 11,
        "c": 18,
        "d": 20,
        "e": None,
    }
    assert {unit: each.eligible for unit, each in found.items()} == {
        "a": True,
        "b": True,
        "c": False,
        "d": False,
        "e": None,
    }


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("formula: gas,", "formula: gass,", "name-unknown"),
        ("points: {flush: 5, none: 0}", "points: {flush: 5, nothing: 0}", "code-without-value"),
        ("{from: 0.5, gives: 6}", "{from: 2, gives: 6}", "brackets-unordered"),
        ("declared: synthetic", "declared: guessed", "value-unknown"),
        ("entity: home\ntitle: {en: score", "entity: hoem\ntitle: {en: score", "entity-unknown"),
        ("formula: rounded(rooms / persons, 2, down)", "formula: rooms / persons", "rounding-missing"),
    ],
)
def test_a_mistake_in_a_scorecard_is_told_where_it_stands(
    tmp_path: Path, written: str, instead: str, told: str
) -> None:
    assert written in SCORECARD
    path = tmp_path / "policy.yaml"
    path.write_text(SCORECARD.replace(written, instead, 1), encoding="utf-8")
    problems = [each for each in read_policies(path)[1] if each.code == told]
    assert problems
    first = SCORECARD.replace(written, instead, 1).splitlines()[problems[0].line - 1]
    where = ["id: grant"] if told == "code-without-value" else instead.split()  # a code: told where the run would stop
    assert any(word in first for word in where)


def test_a_later_scorecard_replaces_the_points_from_its_day() -> None:
    dated = SCORECARD.replace("from: 2020-01-01", "from: 2020-01-01\nto: 2025-01-01", 1)
    parameter = load_text(dated).parameters["score_space_points_table"]
    assert isinstance(parameter.values[0].value, Scale)
    assert parameter.find(date(2024, 12, 31)) is not None
    assert parameter.find(date(2025, 1, 1)) is None


@pytest.mark.parametrize("engine", list(ENGINES))
def test_the_cases_of_kafaalat_hold_on_every_engine(engine: str) -> None:
    policy_set = load_policies()
    cases = [each for each in policy_set.cases if each.programme in ("kafaalat", "scorecard_demonstration")]
    assert len(cases) >= 10
    assert run_cases(policy_set, ENGINES[engine], cases) == []


# --- fitting


def invented(rows: int = 2000, seed: int = 3) -> Iterator[dict[str, Any]]:
    """A survey whose welfare follows rooms and schooling, and not the colour of the door."""
    generator = random.Random(seed)
    for _ in range(rows):
        rooms, schooling = generator.randint(1, 6), generator.choice(["none", "some", "much"])
        gain = {"none": 0.0, "some": 0.3, "much": 0.9}[schooling]
        yield {
            "rooms": rooms,
            "schooling": schooling,
            "door": generator.choice(["red", "green"]),
            "weight": generator.choice([1, 2]),
            "welfare": round(1000 * exp(0.25 * rooms + gain + generator.gauss(0, 0.2)), 2),
        }


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def test_a_fitted_scorecard_finds_what_welfare_follows() -> None:
    fitted = fit_scorecard(columns(list(invented())), welfare="welfare", weight="weight")
    assert {each.name for each in fitted.variables} == {"rooms", "schooling"}
    points = {each.name: each for each in fitted.variables}
    rising = [gives for _, gives in points["rooms"].brackets]
    assert rising == sorted(rising) and rising[0] == 0
    schooling = dict(points["schooling"].codes)
    assert schooling["none"] == 0 < schooling["some"] < schooling["much"]
    assert rising[-1] + schooling["much"] == pytest.approx(100, abs=2)
    assert fitted.explained > 0.8 and fitted.rank_correlation > 0.9
    for each in fitted.errors:
        assert abs(each.reached - each.share) < 0.1 and each.exclusion < 0.35 and each.inclusion < 0.35
    assert (fitted.households, fitted.held_out, fitted.left_out) == (1400, 600, 0)


def test_the_same_seed_gives_the_same_scorecard_and_another_measures_on_others() -> None:
    survey = columns(list(invented()))
    one, again, other = (fit_scorecard(survey, welfare="welfare", seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one.explained != other.explained


def test_the_held_out_part_takes_no_part_in_the_points() -> None:
    """Where only the held-out part follows the colour of the door, the door gets no points."""
    rows = list(invented())
    fitted = fit_scorecard(columns(rows), welfare="welfare", variables=["rooms", "schooling", "door"])
    assert "door" not in {each.name for each in fitted.variables}


def test_households_with_something_unknown_are_left_out_and_counted() -> None:
    rows = list(invented())
    for row in rows[:100]:
        row["rooms"] = None
    for row in rows[100:110]:
        row["welfare"] = 0
    fitted = fit_scorecard(columns(rows), welfare="welfare")
    assert fitted.left_out == 110
    assert fitted.households + fitted.held_out == 1890


def test_a_survey_that_says_nothing_is_refused() -> None:
    survey = columns(list(invented()))
    with pytest.raises(SurveyError, match='no column "welfar" did you mean "welfare"'):
        fit_scorecard(survey, welfare="welfar")
    with pytest.raises(SurveyError, match="no column says anything"):
        fit_scorecard(survey, welfare="welfare", variables=["door"])
    with pytest.raises(SurveyError, match="too few"):
        fit_scorecard({name: values[:100] for name, values in survey.items()}, welfare="welfare")


def write_survey(path: Path) -> Path:
    rows = list(invented())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_command_writes_a_scorecard_that_the_check_accepts(tmp_path: Path) -> None:
    survey, out = write_survey(tmp_path / "survey.csv"), tmp_path / "scorecard.yaml"
    arguments = ["fit-scorecard", str(survey), "--welfare", "welfare", "--weight", "weight", "--out", str(out)]
    told = CliRunner().invoke(rules, [*arguments, "--source", "an invented survey"])
    assert told.exit_code == 0, told.output
    assert "of the poor are missed" in told.output and "held out" in told.output
    assert read_policies(out)[1] == []
    assert "declared: fitted" in out.read_text() and "an invented survey" in out.read_text()
    loaded = load_policies(out)
    assert ("household", "fitted_score") in loaded.definitions


def test_the_command_names_a_column_that_the_entity_does_not_have(tmp_path: Path) -> None:
    survey, out = write_survey(tmp_path / "survey.csv"), tmp_path / "scorecard.yaml"
    arguments = ["fit-scorecard", str(survey), "--welfare", "welfare", "--out", str(out), "--source", "x"]
    told = CliRunner().invoke(rules, [*arguments, "--entity", "poverty_form"])
    assert told.exit_code == 1
    assert 'poverty_form has no field "schooling"' in told.output
    assert not out.exists()


def test_the_demonstration_scorecard_is_what_the_command_makes_of_the_survey(tmp_path: Path) -> None:
    folder = Path(os.environ.get("MAZDOOR_HIES", "/nowhere"))
    if not (folder / "Housing.csv.gz").exists():
        pytest.skip("the HIES 2015-16 microdata is not here: set MAZDOOR_HIES to its folder")
    from benchmarks.hies_survey import COLUMNS, households

    rows = list(households(folder))
    fitted = fit_scorecard({name: [row[name] for row in rows] for name in (*COLUMNS, "welfare")}, welfare="welfare")
    policy_set = load_policies()
    for each in fitted.variables:
        parameter = policy_set.parameters[f"demonstration_score_{each.name}_points_table"]
        if each.brackets:
            scale = parameter.values[0].value
            assert isinstance(scale, Scale)
            assert [(step.start, step.gives) for step in scale.brackets] == list(each.brackets)
        else:
            assert {value.key[0]: value.value for value in parameter.values} == dict(each.codes)
