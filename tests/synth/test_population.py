"""The tables hold together: schema, identity, households, calibration, and nobody who could exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from mazdoor.synth import Manifest
from mazdoor.synth.facts import read_csv
from mazdoor.synth.schema import TABLES, TRUTH

DATA = Path(__file__).parents[2] / "src" / "mazdoor" / "synth" / "data"
MARKS = {"yes", "partial", "secondary", "weak", "derived", "memory"}


def test_every_part_has_the_promised_schema(population: tuple[Path, Manifest]) -> None:
    folder, manifest = population
    for name, schema in [*TABLES.items(), *((f"truth/{name}", schema) for name, schema in TRUTH.items())]:
        files = sorted((folder / name).glob("*.parquet"))
        assert len(files) == manifest.parts == 2
        for file in files:
            assert pq.read_schema(file).remove_metadata().equals(schema), file
        assert sum(pq.read_metadata(file).num_rows for file in files) == manifest.counts[name]
    assert not list(folder.rglob("*.unfinished"))


def test_the_manifest_can_be_read_back(population: tuple[Path, Manifest]) -> None:
    folder, manifest = population
    assert Manifest.read(folder) == manifest


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("persons", "household_no", "households", "household_no"),
        ("persons", "spouse_no", "persons", "person_no"),
        ("persons", "father_no", "persons", "person_no"),
        ("persons", "mother_no", "persons", "person_no"),
        ("profiles", "person_no", "persons", "person_no"),
        ("employments", "person_no", "persons", "person_no"),
        ("employments", "business_no", "businesses", "business_no"),
        ("employments", "employer_household_no", "households", "household_no"),
        ("businesses", "owner_person_no", "persons", "person_no"),
        ("wage_records", "employment_no", "employments", "employment_no"),
        ("contributions", "person_no", "persons", "person_no"),
        ("contributions", "business_no", "businesses", "business_no"),
        ("truth_duplicates", "duplicate_of", "persons", "person_no"),
        ("truth_duplicates", "person_no", "persons", "person_no"),
        ("truth_elite", "person_no", "profiles", "person_no"),
        ("truth_underpaid", "wage_no", "wage_records", "wage_no"),
        ("truth_pensioners", "person_no", "contributions", "person_no"),
    ],
)
def test_nothing_refers_to_what_is_not_there(ask: Any, child: str, column: str, parent: str, key: str) -> None:
    [(orphans, referring)] = ask(
        f"""SELECT count(*) FILTER (WHERE p.{key} IS NULL), count(*) FROM {child} c
        LEFT JOIN (SELECT DISTINCT {key} FROM {parent}) p ON p.{key} = c.{column} WHERE c.{column} IS NOT NULL"""
    )
    assert referring > 0
    assert orphans == 0


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("households", "household_no"),
        ("persons", "person_no"),
        ("employments", "employment_no"),
        ("businesses", "business_no"),
        ("wage_records", "wage_no"),
        ("contributions", "contribution_no"),
    ],
)
def test_numbers_are_unique_over_the_whole_population(ask: Any, table: str, key: str) -> None:
    assert ask(f"SELECT count(*) - count(DISTINCT {key}) FROM {table}") == [(0,)]


def test_shares_are_within_a_point_of_the_survey_and_the_census(population: tuple[Path, Manifest]) -> None:
    _, manifest = population
    shares = [row for row in manifest.calibration if row["unit"] == "percent"]
    assert {"province", "sex", "sector", "status", "informal outside agriculture"} <= {row["group"] for row in shares}
    assert [row for row in shares if abs(row["difference"]) > 1] == []
    wages = [row for row in manifest.calibration if row["unit"] == "PKR"]
    assert len(wages) == 5
    assert [row for row in wages if abs(row["difference"]) > 0.03 * row["target"]] == []


def test_the_table_says_which_territories_follow_the_census_alone(population: tuple[Path, Manifest]) -> None:
    alone = {row["item"] for row in population[1].calibration if "census alone" in row["source"]}
    assert alone == {"Azad Jammu and Kashmir", "Gilgit-Baltistan"}


def test_the_calibration_table_is_what_the_files_say(ask: Any, population: tuple[Path, Manifest]) -> None:
    [(women, agriculture)] = ask(
        """SELECT 100.0 * avg((sex = 'female')::int), 100.0 * avg((sector = 'agriculture')::int)
        FROM employments JOIN persons USING (person_no) JOIN households USING (household_no)
        WHERE "primary" AND person_no NOT IN (SELECT person_no FROM truth_duplicates)
        AND district_code[:3] NOT IN ('PK1', 'PK3')"""
    )
    told = {row["item"]: row["obtained"] for row in population[1].calibration if row["group"] in ("sex", "sector")}
    assert float(women) == pytest.approx(told["female"], abs=0.01)
    assert float(agriculture) == pytest.approx(told["agriculture"], abs=0.01)


def test_there_are_as_many_workers_as_were_asked_for(ask: Any) -> None:
    assert ask(
        """SELECT count(DISTINCT person_no) FROM employments WHERE "primary"
        AND person_no NOT IN (SELECT person_no FROM truth_duplicates)"""
    ) == [(100_000,)]


def test_households_are_of_census_size(ask: Any) -> None:
    [(size, per_worker)] = ask(
        """SELECT count(*) / (SELECT count(DISTINCT household_no) FROM persons
        WHERE person_no NOT IN (SELECT person_no FROM truth_duplicates)), count(*) / 100000
        FROM persons WHERE person_no NOT IN (SELECT person_no FROM truth_duplicates)"""
    )
    assert 6.0 < size < 6.6
    assert 2.9 < per_worker < 3.3


def test_every_category_of_worker_is_present(ask: Any) -> None:
    found = dict(ask("SELECT category, count(*) FROM employments GROUP BY 1"))
    wanted = {
        *("daily_wage", "domestic", "home_based", "agricultural", "sharecropper", "self_employed", "street_vendor"),
        *(
            "contributing_family",
            "brick_kiln",
            "construction",
            "transport",
            "mining",
            "fisheries",
            "platform",
            "regular",
        ),
    }
    assert set(found) == wanted
    assert min(found.values()) >= 50


def test_domestic_workers_are_employed_by_another_household(ask: Any) -> None:
    [(workers, nobody, mostly)] = ask(
        """SELECT count(*), count(*) FILTER (WHERE employer_household_no IS NULL OR employer_kind <> 'household'
        OR business_no IS NOT NULL), avg((employer_household_no <> household_no)::int)
        FROM employments JOIN persons USING (person_no) WHERE category = 'domestic'"""
    )
    assert workers > 1000
    assert nobody == 0
    assert mostly > 0.99


def test_families_work_together_at_piece_rates_at_home(ask: Any) -> None:
    [(households,)] = ask(
        """SELECT count(*) FROM (SELECT household_no FROM employments JOIN persons USING (person_no)
        WHERE job_id LIKE 'home_%' GROUP BY 1 HAVING count(*) FILTER (WHERE pay_period = 'piece') > 0 AND count(*) > 1)"""
    )
    assert households > 100


def test_most_contributing_family_workers_help_in_their_own_households_business(ask: Any) -> None:
    [(share, elsewhere)] = ask(
        """WITH work AS (SELECT e.*, household_no FROM employments e JOIN persons USING (person_no)
            WHERE person_no NOT IN (SELECT person_no FROM truth_duplicates)),
        own AS (SELECT DISTINCT household_no, business_no, true AS here FROM work WHERE status <> 'contributing_family')
        SELECT avg((business_no IS NOT NULL)::int), count(*) FILTER (WHERE business_no IS NOT NULL AND here IS NULL)
        FROM work LEFT JOIN own USING (household_no, business_no) WHERE status = 'contributing_family'"""
    )
    assert share > 0.6
    assert elsewhere == 0


def test_no_card_number_could_be_issued(ask: Any) -> None:
    assert ask(
        r"SELECT count(*) FROM persons WHERE cnic IS NOT NULL AND NOT regexp_full_match(cnic, '0[0-9]{12}')"
    ) == [(0,)]
    assert ask("SELECT count(*) FROM profiles WHERE cnic[1] <> '0'") == [(0,)]
    assert ask(
        "SELECT count(*) FROM persons WHERE old_nic IS NOT NULL AND NOT regexp_full_match(old_nic, '0[0-9]{10}')"
    ) == [(0,)]


def test_card_numbers_are_unique_and_their_last_digit_tells_the_sex(ask: Any) -> None:
    assert ask("SELECT count(*) - count(DISTINCT cnic) FROM profiles") == [(0,)]
    assert ask(
        """SELECT count(*) FROM profiles JOIN persons USING (person_no)
        WHERE (right(profiles.cnic, 1)::int % 2 = 0) <> (sex = 'female')"""
    ) == [(0,)]


def test_no_phone_number_belongs_to_an_operator(ask: Any) -> None:
    assert ask(
        "SELECT count(*) FROM persons WHERE mobile IS NOT NULL AND NOT regexp_full_match(mobile, '039[0-9]{8}')"
    ) == [(0,)]


def test_phones_are_often_shared(ask: Any) -> None:
    [(phones, holders)] = ask("SELECT count(DISTINCT mobile), count(mobile) FROM persons")
    assert phones < 0.8 * holders


def test_children_have_no_card_and_are_younger_than_their_parents(ask: Any) -> None:
    assert ask(
        """SELECT count(*) FROM persons WHERE cnic IS NOT NULL AND birth_date > DATE '2008-07-02'
        AND person_no NOT IN (SELECT person_no FROM truth_duplicates)"""
    ) == [(0,)]
    for parent in ("father_no", "mother_no"):
        assert ask(
            f"""SELECT count(*) FROM persons c JOIN persons p ON p.person_no = c.{parent}
            WHERE p.birth_date > c.birth_date - INTERVAL 12 YEAR"""
        ) == [(0,)]


def test_husband_and_wife_point_at_each_other(ask: Any) -> None:
    [(pairs, wrong)] = ask(
        """SELECT count(*), count(*) FILTER (WHERE b.spouse_no <> a.person_no OR a.sex = b.sex OR
        a.household_no <> b.household_no OR a.marital_status <> 'married') FROM persons a JOIN persons b
        ON b.person_no = a.spouse_no"""
    )
    assert pairs > 10_000
    assert wrong == 0


def test_brothers_share_a_fathers_name_and_not_a_given_name(ask: Any) -> None:
    [(brothers, alike)] = ask(
        """SELECT count(*), count(*) FILTER (WHERE a.father_name = b.father_name AND a.given_name <> b.given_name)
        FROM persons a JOIN persons b ON a.father_no = b.father_no AND a.person_no < b.person_no
        WHERE a.sex = 'male' AND b.sex = 'male'"""
    )
    assert brothers > 1000
    assert alike / brothers > 0.98


def test_there_are_twins(ask: Any) -> None:
    [(twins,)] = ask(
        """SELECT count(*) FROM persons a JOIN persons b ON a.mother_no = b.mother_no AND a.person_no < b.person_no
        AND a.birth_date = b.birth_date WHERE day(a.birth_date) > 1"""
    )
    assert twins > 200


def test_households_hold_several_families(ask: Any) -> None:
    [(several, mixed)] = ask(
        """SELECT count(*) FILTER (WHERE families > 1), count(*) FILTER (WHERE households > 1) FROM (
        SELECT count(DISTINCT family_no) families, 1 households FROM persons GROUP BY household_no)"""
    )
    assert several > 5000
    assert mixed == 0
    assert ask(
        "SELECT count(*) FROM (SELECT family_no FROM persons GROUP BY 1 HAVING count(DISTINCT household_no) > 1)"
    ) == [(0,)]


def test_names_are_written_in_both_scripts(ask: Any) -> None:
    [(roman, urdu, latin_in_urdu, share)] = ask(
        """SELECT count(*) FILTER (WHERE NOT regexp_full_match(given_name, '[A-Za-z -]+')), count(given_name_ur),
        count(*) FILTER (WHERE regexp_matches(given_name_ur, '[A-Za-z]') OR given_name_ur = ''),
        avg((given_name_ur IS NOT NULL)::int) FROM persons"""
    )
    assert (roman, latin_in_urdu) == (0, 0)
    assert urdu > 0
    assert 0.6 < share < 0.8


def test_one_birth_in_six_is_on_the_first_of_january(ask: Any) -> None:
    [(share,)] = ask("SELECT avg((month(birth_date) = 1 AND day(birth_date) = 1)::int) FROM persons")
    assert 0.16 < share < 0.20


def test_informal_employees_have_neither_security_nor_leave_and_formal_ones_have_one(ask: Any) -> None:
    assert ask(
        """SELECT count(*) FROM employments WHERE status = 'employee'
        AND informal = (social_security OR paid_leave)"""
    ) == [(0,)]


def test_family_workers_are_unpaid_and_informal(ask: Any) -> None:
    assert ask(
        """SELECT count(*) FROM employments WHERE status = 'contributing_family'
        AND (pay_amount <> 0 OR pay_period <> 'none' OR NOT informal OR social_security)"""
    ) == [(0,)]


def test_every_fact_names_its_source_and_its_mark() -> None:
    for file in DATA.glob("*.csv"):
        for row in read_csv(file.name):
            assert row["source"], (file, row)
            assert row["verified"] in MARKS, (file, row)
    for file in DATA.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert "source:" in text, file
        assert set(re.findall(r"verified: \"?(\w+)", text)) <= MARKS, file
        assert yaml.safe_load(text)
