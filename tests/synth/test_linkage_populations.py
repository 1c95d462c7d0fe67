"""Populations for measuring linkage: the rates asked for, families that must not be merged, and truth beside each record."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import mazdoor.synth
from mazdoor.cli.synth import synth
from mazdoor.synth.facts import read_csv, read_yaml
from mazdoor.synth.linkage import LinkageOrder, write_linkage
from mazdoor.synth.names import is_held_back, spelling_variants

PERSONS = 40_000


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("linkage") / "plain.parquet"
    written = write_linkage(LinkageOrder(PERSONS, seed=3), out)
    assert (written.records, written.true_pairs) == (PERSONS + PERSONS // 20, PERSONS // 20)
    return out


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("linkage") / "hard.parquet"
    write_linkage(LinkageOrder(PERSONS, seed=4, cnic=True, urdu=0.3, hard=True), out)
    return out


def _ask(path: Path, sql: str) -> Any:
    return duckdb.sql(sql.replace("PEOPLE", f"read_parquet('{path}')")).fetchall()


def _shares(path: Path) -> dict[str, float]:
    rows = _ask(
        path, "SELECT error, count(*) FROM (SELECT unnest(string_split(errors, ',')) AS error FROM PEOPLE) GROUP BY 1"
    )
    return {error: count / (PERSONS // 20) for error, count in rows}


def test_one_person_in_twenty_stands_there_twice_and_nobody_thrice(plain: Path) -> None:
    times = Counter(count for _, count in _ask(plain, "SELECT person_no, count(*) FROM PEOPLE GROUP BY 1"))
    assert times == {1: PERSONS - PERSONS // 20, 2: PERSONS // 20}
    assert _ask(plain, "SELECT count(DISTINCT record_id), min(record_id) FROM PEOPLE") == [(PERSONS * 21 // 20, 1)]


def test_errors_come_as_often_as_the_model_says(plain: Path) -> None:
    share = _shares(plain)
    for error, rate in {
        "given_name_typing": 0.35,
        "surname_typing": 0.20,
        "father_name_typing": 0.30,
        "birth_date_first_of_january": 0.08,
        "birth_date_day_month_swapped": 0.06,
        "birth_date_year_off": 0.08,
        "birth_date_missing": 0.02,
        "district_changed": 0.10,
    }.items():
        assert share[error] == pytest.approx(rate, abs=0.035), error
    assert share["mobile_changed"] + share["mobile_lost"] == pytest.approx(0.35, abs=0.03)
    assert "cnic_missing" not in share and "urdu_script" not in share
    (row,) = _ask(
        plain,
        "SELECT avg((month(birth_date) = 1 AND day(birth_date) = 1)::INT), avg((mobile IS NULL)::INT) "
        "FROM PEOPLE WHERE errors IS NULL",
    )
    assert row == pytest.approx((0.18, 0.12), abs=0.01)


def test_first_records_are_rightly_spelled_and_second_ones_use_the_half_held_back(plain: Path) -> None:
    other = {spelling for variants, _ in spelling_variants(held_back=True).values() for spelling in variants}
    tuning = {spelling for variants, _ in spelling_variants(held_back=False).values() for spelling in variants} - other
    rows = _ask(
        plain,
        "SELECT lower(a.surname), lower(b.surname) FROM PEOPLE a JOIN PEOPLE b USING (person_no) WHERE a.errors IS NULL "
        "AND b.errors LIKE '%surname_spelling%' AND b.errors NOT LIKE '%surname_typing%' AND b.errors NOT LIKE '%surname_token%'",
    )
    assert len(rows) > 100
    for first, second in rows:
        for before, after in zip(first.replace("-", " ").split(), second.replace("-", " ").split(), strict=False):
            assert before == after or after in other or " " in second
            assert before == after or after not in tuning


def test_brothers_and_twins_are_other_people(plain: Path) -> None:
    """What a matcher may not merge: one house, one father, one surname; a twin has the birth date too."""
    (kin,) = _ask(
        plain,
        "SELECT count(*), count(*) FILTER (a.birth_date = b.birth_date AND month(a.birth_date) > 1), "
        "count(*) FILTER (a.birth_date = b.birth_date AND month(a.birth_date) > 1 AND a.given_name = b.given_name) "
        "FROM PEOPLE a JOIN PEOPLE b ON a.household_id = b.household_id AND a.father_name = b.father_name "
        "AND a.surname = b.surname AND a.person_no < b.person_no WHERE a.errors IS NULL AND b.errors IS NULL",
    )
    assert kin[0] > PERSONS / 4
    assert kin[1] > PERSONS / 500
    assert kin[2] <= kin[1] / 50


def test_cards_go_wrong_in_every_way_and_none_could_be_real(hard: Path) -> None:
    share = _shares(hard)
    assert share["cnic_missing"] == pytest.approx(0.25, abs=0.03)
    assert share["cnic_digit_wrong"] == pytest.approx(0.10, abs=0.03)
    assert 0.02 < share["cnic_two_digits_swapped"] < 0.06
    assert 0.005 < share["cnic_old_format"] < 0.05
    assert _ask(hard, "SELECT count(*) FROM PEOPLE WHERE cnic NOT LIKE '0____________'") == [(0,)]
    assert _ask(hard, "SELECT count(*) FROM PEOPLE WHERE mobile NOT LIKE '039________'") == [(0,)]
    assert _ask(hard, "SELECT count(*) FROM PEOPLE WHERE errors LIKE '%old_format%' AND old_nic IS NULL") == [(0,)]
    pairs = _ask(
        hard,
        "SELECT a.cnic, b.cnic, b.errors FROM PEOPLE a JOIN PEOPLE b USING (person_no) WHERE a.errors IS NULL "
        "AND b.errors IS NOT NULL AND b.cnic IS NOT NULL",
    )
    swapped = [(a, b) for a, b, errors in pairs if "two_digits" in errors]
    assert swapped and sum(sorted(a) == sorted(b) and a != b for a, b in swapped) > 0.98 * len(swapped)
    wrong = [(a, b) for a, b, errors in pairs if "digit_wrong" in errors]
    assert sum(sum(x != y for x, y in zip(a, b, strict=True)) == 1 for a, b in wrong) > 0.98 * len(wrong)


def test_some_people_show_another_persons_card(hard: Path) -> None:
    (row,) = _ask(
        hard,
        "SELECT count(*) FROM (SELECT cnic FROM PEOPLE WHERE errors IS NULL GROUP BY cnic HAVING count(DISTINCT person_no) > 1)",
    )
    assert 0.0005 * PERSONS < row[0] < 0.004 * PERSONS


def test_a_card_ends_on_an_odd_digit_for_a_man_and_an_even_one_for_a_woman(hard: Path) -> None:
    rows = _ask(hard, "SELECT avg((cnic[-1]::INT % 2 = (sex = 'male')::INT)::INT) FROM PEOPLE WHERE errors IS NULL")
    assert rows[0][0] > 0.998  # all but those who show another's


def test_the_harder_errors_happen_to_those_they_can_happen_to(hard: Path) -> None:
    share = _shares(hard)
    for error in ("husband_named_as_father", "husband_changed", "names_swapped", "birth_date_decade", "same_household"):
        assert share[error] > 0.004, error
    assert _ask(hard, "SELECT count(*) FROM PEOPLE WHERE errors LIKE '%husband_named%' AND sex = 'male'") == [(0,)]
    assert _ask(
        hard,
        "SELECT count(*) FROM PEOPLE WHERE errors LIKE '%decade%' AND (year(birth_date) % 10 <> 0 OR month(birth_date) > 1)",
    ) == [(0,)]
    texts = _ask(hard, "SELECT given_name FROM PEOPLE WHERE script = 'urdu'")
    assert len(texts) > 400 and sum(any(letter > "\u0600" for letter in text or "") for (text,) in texts) > 0.95 * len(
        texts
    )


def test_the_same_order_gives_the_same_rows_and_another_seed_others(tmp_path: Path) -> None:
    tables = []
    for number, seed in enumerate((5, 5, 6)):
        write_linkage(LinkageOrder(3_000, seed=seed, cnic=True, urdu=0.2, hard=True), tmp_path / f"{number}.parquet")
        tables.append(pq.read_table(tmp_path / f"{number}.parquet"))
    assert tables[0].equals(tables[1])
    assert not tables[0].equals(tables[2])


def test_the_mark_of_a_spelling_held_back_follows_its_rule() -> None:
    rows = read_csv("name_variants.csv")
    assert all((row["held_back"] == "yes") == is_held_back(row["variant"]) for row in rows)
    share = sum(row["held_back"] == "yes" for row in rows) / len(rows)
    assert 0.4 < share < 0.6


def test_the_rates_are_those_of_the_published_error_model() -> None:
    rates = read_yaml("linkage_errors.yaml")
    assert rates["duplicates_share"] == 0.05
    assert rates["names"]["spelling_variant_per_token"] == 0.5
    assert rates["names"]["second_token_dropped"] == 0.12
    assert rates["names"]["typing_error"] == {"given_name": 0.35, "surname": 0.20, "father_name": 0.30}


def test_the_generator_shares_no_code_with_the_matcher() -> None:
    """Neither `matching`, nor what `kernel` knows of names: else a mistake would be made on both sides and not be seen."""
    folder = Path(mazdoor.synth.__file__).parent
    files = list(folder.rglob("*.py"))
    assert {"writing.py", "names.py"} <= {path.name for path in files}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [f"{node.module}.{alias.name}" for alias in node.names]
                if isinstance(node, ast.ImportFrom) and node.module
                else []
            )
            for module in modules:
                assert not module.startswith(("mazdoor.matching", "mazdoor.kernel.names")), (
                    f"{path.name} imports {module}"
                )


def test_the_command_writes_a_population_and_says_what_is_in_it(tmp_path: Path) -> None:
    out = tmp_path / "people.parquet"
    ran = CliRunner().invoke(synth, ["linkage", "--persons", "200", "--out", str(out), "--cnic", "--json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.output) | {"seconds": 0} == {"records": 210, "persons": 200, "true_pairs": 10, "seconds": 0}
    assert pq.read_table(out).num_rows == 210
    refused = CliRunner().invoke(synth, ["--seed", "2"])
    assert refused.exit_code == 2 and "--workers" in refused.output
