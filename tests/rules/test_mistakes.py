"""Planted mistakes in policy files (``mistakes/*.yaml``), each with the place, the message and the repair it must give."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.rules.planting import GOOD, planted

import mazdoor.rules
from mazdoor.rules import PolicyError, load_policies
from mazdoor.rules.loading import read_policies, shipped_folders
from mazdoor.rules.mistakes.codes import CODES
from mazdoor.rules.problems import Problem

FOLDER = Path(__file__).parent / "mistakes"
PLANTED: list[dict[str, Any]] = [
    {**each, "file": path.stem}
    for path in sorted(FOLDER.glob("*.yaml"))
    if path.stem != "good"
    for each in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def problems_of(tmp_path: Path, text: str) -> list[Problem]:
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return read_policies(path)[1]


def test_the_policy_without_mistakes_is_accepted(tmp_path: Path) -> None:
    assert problems_of(tmp_path, GOOD) == []


def test_at_least_two_hundred_mistakes_are_planted() -> None:
    assert len({str(sorted(each.items())) for each in PLANTED}) >= 200


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda each: f"{each['file']}: {each['code']}: {each['message'][:50]}")
def test_a_planted_mistake_is_told(tmp_path: Path, mistake: dict[str, Any]) -> None:
    text = planted(mistake)
    found = problems_of(tmp_path, text)
    told = [each for each in found if each.code == mistake["code"]]
    assert told, f"not told; instead: {[str(each) for each in found]}"
    first = told[0]
    assert first.message == mistake["message"]
    assert first.repair == mistake["repair"]
    assert first.severity == mistake["severity"]
    here = text.splitlines()[first.line - 1][first.column - 1 :].strip()
    assert here.startswith(mistake["at"]), here
    assert first.file == "policy.yaml" or first.file.endswith("/policy.yaml")
    if first.severity == "error":
        with pytest.raises(PolicyError):
            load_policies(tmp_path / "policy.yaml")


def test_every_code_is_planted_at_least_once() -> None:
    assert sorted(CODES) == sorted({each["code"] for each in PLANTED})


def test_every_code_in_the_source_is_in_the_catalogue() -> None:
    """A word with hyphens, written where a problem is made, is a code: none is told that the catalogue does not explain."""
    root = Path(mazdoor.rules.__file__).parent
    made: set[str] = set()
    for path in root.rglob("*.py"):
        if path.name == "codes.py" or "spec" in path.parts or "engines" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            values = node.elts if isinstance(node, ast.Tuple) else node.args if isinstance(node, ast.Call) else []
            for value in values:
                written = value.value if isinstance(value, ast.Constant) else None
                if isinstance(written, str) and re.fullmatch(r"[a-z]+(-[a-z]+)+|cycle", written):
                    made.add(written)
    assert made - {"utf-8", "utf-8-sig", "utf-16-be"} == set(CODES)


@pytest.mark.parametrize("country", list(shipped_folders()))
def test_the_shipped_law_has_no_mistake(country: str) -> None:
    _, problems = read_policies(shipped_folders()[country])
    assert [str(each) for each in problems if each.severity == "error"] == []


def test_a_mistake_is_told_at_its_own_line_and_column(tmp_path: Path) -> None:
    written = "formula: age_now >= least_age"
    line = next(number for number, text in enumerate(GOOD.splitlines(), start=1) if written in text)
    changed = GOOD.splitlines()[line - 1].replace("least_age", "lest_age")
    found = problems_of(tmp_path, GOOD.replace("age_now >= least_age", "age_now >= lest_age"))
    assert (found[0].line, found[0].column) == (line, changed.index("lest_age") + 1)


def test_a_mistake_inside_a_long_formula_is_told_at_its_line(tmp_path: Path) -> None:
    block = "formula: |\n      age(\n        birth_dat,\n        at_date)"
    text = GOOD.replace("formula: age(birth_date, at_date)", block)
    line = text.splitlines().index("        birth_dat,") + 1
    assert any((each.line, each.column) == (line, 9) for each in problems_of(tmp_path, text))


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("home.land < 12 acres", "home.lnd < 12 acres").replace(
        "age_now >= least_age", "age_nw >= least_age"
    )
    with pytest.raises(PolicyError) as refused:
        path = tmp_path / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        load_policies(path)
    assert len(refused.value.problems) == 2


def test_a_broken_definition_is_told_once_where_it_stands(tmp_path: Path) -> None:
    found = problems_of(tmp_path, GOOD.replace("formula: age(birth_date, at_date)", "formula: age(birth_dat, at_date)"))
    assert len(found) == 1 and "birth_dat" in str(found[0])


def test_a_warning_keeps_nothing_from_running(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(GOOD.replace("age_now >= least_age", "month_of(birth_date) > 12 months"), encoding="utf-8")
    assert [each.severity for each in read_policies(path)[1]] == ["warning"] * 2
    assert "pension" in load_policies(path).programmes


@pytest.mark.parametrize(
    "formula",
    [
        "if home.workers >= 0 then working else false",  # told elsewhere: the else is never taken
        "home.workers >= 0",  # a home may not be known: this can be unknown
        "age_now >= 60 years or age_now < 60 years",  # always true where known, and it may not be known
        "wage < Rs 5 per month and home.land > 3 acres",
        'not (sex = "female" and role = "head")',
        "wage is unknown or wage > Rs 5 per month",
        'if sex = "female" then age_now > 50 years else age_now > 60 years',
        "home.score in (0 points, 10 points)",
        "least_age at birth_date > 50 years or low_paid",
    ],
)
def test_what_can_decide_is_never_called_idle(tmp_path: Path, formula: str) -> None:
    text = planted({"clause": formula})
    told = {each.code for each in problems_of(tmp_path, text)}
    assert not told & {"clause-unreachable", "clause-idle", "clause-contradiction", "clause-duplicate"}
