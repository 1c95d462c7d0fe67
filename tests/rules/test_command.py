"""``mazdoor rules`` at the command line: checking, running, explaining; exit codes by kind of failure."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from tests.rules.test_mistakes import GOOD

from mazdoor.cli.rules import rules

FACTS = {
    "persons": [{"person_id": "p", "sex": "male", "birth_date": "1963-12-20"}],
    "contributions": [
        {
            "contribution_id": "c",
            "person_id": "p",
            "from_month": "2003-12-01",
            "to_month": "2023-11-01",
            "months_paid": 240,
            "monthly_wage_amount": 25000.50,
        }
    ],
}


def command(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(rules, [str(each) for each in arguments])
    return result.exit_code, result.output


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS), encoding="utf-8")
    return path


def test_check_of_the_shipped_policies_is_all_well() -> None:
    code, said = command("check")
    assert code == 0 and "all well" in said


def test_check_tells_mistakes_with_file_line_and_repair(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("home.land < 12 acres", "home.lnd < 12 acres"), encoding="utf-8")
    code, said = command("check", path)
    assert code == 1 and "mine.yaml:" in said and 'did you mean "land"?' in said and "1 mistake." in said


def test_check_runs_the_cases(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("eligible: null", "eligible: true"), encoding="utf-8")
    code, said = command("check", path)
    assert code == 1 and "eligible is None, expected True" in said
    assert command("check", path, "--no-cases")[0] == 0


def test_check_of_nothing_is_refused(tmp_path: Path) -> None:
    code, said = command("check", tmp_path)
    assert code == 1 and "no .yaml" in said


@pytest.mark.parametrize("engine", ["reference", "duckdb"])
def test_run_prints_what_follows(facts: Path, engine: str) -> None:
    code, said = command("run", "old_age_pension", "--facts", facts, "--at", "2024-01-10", "--engine", engine, "--json")
    assert code == 0
    # 25,000.50 * 20 / 50 = 10,000.20: more than the minimum of 10,000
    assert json.loads(said)["amount"] == "10000.20"


def test_run_knows_only_what_was_known(facts: Path) -> None:
    asked = ("run", "old_age_pension", "--facts", facts, "--at", "2025-07-01", "--json")
    assert json.loads(command(*asked)[1])["amount"] == "11500.00"
    assert json.loads(command(*asked, "--known-at", "2025-07-15")[1])["amount"] == "10000.20"


def test_run_explains_in_urdu(facts: Path) -> None:
    code, said = command(
        "run", "old_age_pension", "--facts", facts, "--at", "2023-01-10", "--explain", "--lang", "ur", "--length", "sms"
    )
    assert code == 0 and "آپ اہل نہیں" in said


def test_run_works_with_any_folder_of_policy(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(GOOD, encoding="utf-8")
    persons = tmp_path / "persons.csv"
    persons.write_text("person_id,birth_date,home_id\na,1950-01-01,\nb,2000-01-01,\n", encoding="utf-8")
    code, said = command("run", "old", "--facts", persons, "--at", "2024-01-01", "--policy", policy, "--json")
    assert code == 0
    assert [json.loads(line)["eligible"] for line in said.splitlines()] == [None, False]


def test_run_writes_parquet(facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    code, _ = command(
        "run", "old_age_pension", "--facts", facts, "--at", "2024-01-10", "--engine", "duckdb", "--out", out
    )
    assert code == 0
    table = pq.read_table(out)
    assert table.column_names[:8] == [
        "unit_id",
        "eligible",
        "amount",
        "category",
        "deciding_clause",
        "failed_clauses",
        "unknown_clauses",
        "outcomes",
    ]


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"persons": [{"person_id": "p", "sexx": "male"}]}, 1, 'no column "sexx"'),
        ({"people": []}, 1, 'no table "people"'),
        ({"persons": [{"person_id": "p", "birth_date": "31-12-1960"}]}, 1, '"birth_date" is not a date'),
        ({"persons": [{"sex": "male"}]}, 1, '"person_id" is missing'),
        ({"persons": [{"person_id": "p", "phone_bill_amount": 1.001}]}, 1, '"phone_bill_amount" is not a number'),
        ({"persons": [{"person_id": "p", "sex": "unclear"}]}, 3, "not one of its codes"),
    ],
)
def test_facts_that_cannot_be_used_are_refused_without_their_values(
    tmp_path: Path, change: dict[str, object], code: int, said: str
) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(change), encoding="utf-8")
    got, output = command("run", "old_age_pension", "--facts", path, "--at", "2024-01-10")
    assert got == code and said in output and "unclear" not in output and "31-12" not in output


def test_a_programme_that_is_not_there_is_named_with_the_likely_one(facts: Path) -> None:
    code, said = command("run", "old_age_pensoin", "--facts", facts, "--at", "2024-01-10")
    assert code == 2 and '"old_age_pension"' in said


def test_describe_prints_the_rule_in_words() -> None:
    code, said = command("describe", "emergency_cash", "--lang", "ur", "--at", "2020-05-01")
    assert code == 0 and "خاندان" in said and "غیر تصدیق شدہ" in said


def test_run_says_who_has_a_place_where_the_programme_has_a_quota(tmp_path: Path) -> None:
    from mazdoor.rules import load_policies

    case = next(
        each
        for each in load_policies().cases
        if each.programme == "emergency_cash" and any(one.category == "II" for one in each.expect)
    )
    facts = {table: [dict(row) for row in rows] for table, rows in case.facts.items()}
    facts["households"] = [
        {"household_id": "h", "area_code": "PK618", "province_code": "PK6", "utility_bill_amount": 500, "land_acres": 0}
    ]
    facts["families"] = [each | {"household_id": "h"} for each in facts["families"]]
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts, default=str), encoding="utf-8")
    asked = ("run", "emergency_cash", "--facts", path, "--at", case.at)
    code, printed = command(*asked, "--json")
    assert code == 0, printed
    told = [json.loads(line) for line in printed.splitlines()]
    (standing,) = [each["standing"] for each in told if each["category"] == "II"]
    assert standing["inside"] is True and standing["rank"] == 1 and standing["reason"]["ur"]
    assert "standing" not in json.loads(command(*asked, "--json", "--no-quota")[1].splitlines()[0])
    assert "counted among these units alone" in command(*asked)[1]
    out = tmp_path / "found.parquet"
    assert command(*asked, "--engine", "duckdb", "--out", out)[0] == 0
    (row,) = [
        each for each in pq.read_table(tmp_path / "found-standing.parquet").to_pylist() if each["category"] == "II"
    ]
    assert (row["rank"], row["inside"]) == (1, True)
