"""The authority knows the living and the dead of its book, forgives spelling, and knows no planted duplicate."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.sandbox.running import Sandbox

from mazdoor.sandbox.identity.compare import names_agree

CNIC = "0123400000011"


def population(folder: Path) -> Path:
    """A family of three with CNICs, one of them dead, a child without, and a second registration of the mother."""
    for table in ("persons", "profiles", "truth/duplicates"):
        (folder / table).mkdir(parents=True)
    duckdb.execute(
        f"""
        COPY (SELECT * FROM (VALUES
            (1, 10, 'head', 'male', DATE '1980-05-06', 'day', 'Aslam', 'Khan', 'Akbar Khan', 'married', '{CNIC}', NULL),
            (2, 10, 'spouse', 'female', DATE '1984-01-01', 'year', 'Bushra', 'Bibi', 'Rasool', 'married', '0123400000022',
             NULL),
            (3, 10, 'parent', 'male', DATE '1950-02-03', 'day', 'Akbar', 'Khan', 'Gul', 'widowed', '0123400000033',
             DATE '2024-01-01'),
            (4, 10, 'child', 'male', DATE '2015-02-03', 'day', 'Ali', 'Khan', 'Aslam', 'single', NULL, NULL),
            (5, 11, 'head', 'female', DATE '1984-01-01', 'day', 'Boshra', 'Bibi', 'Rasul', 'married', '0123400000023', NULL)
        ) AS t(person_no, family_no, relationship, sex, birth_date, birth_date_precision, given_name, surname, father_name,
               marital_status, cnic, died_on)) TO '{folder}/persons/part-00000.parquet'
        """
    )
    duckdb.execute(
        f"""
        COPY (SELECT person_no, cnic, false AS foreign_travel, false AS passport_executive_fee, false AS cnic_executive_fee,
                     person_no = 1 AS vehicle, 12345::BIGINT AS phone_bill_amount, false AS property,
                     false AS government_employee, false AS income_taxpayer, false AS other_relief,
                     true AS kafaalat_beneficiary, 21.5::DECIMAL(5,2) AS pmt_score
              FROM '{folder}/persons/*.parquet' WHERE cnic IS NOT NULL) TO '{folder}/profiles/part-00000.parquet'
        """
    )
    duckdb.execute(f"COPY (SELECT 5 AS person_no, 2 AS duplicate_of) TO '{folder}/truth/duplicates/part-00000.parquet'")
    return folder


def ask(sandbox: Sandbox, **claim: str) -> dict[str, object]:
    (answer,) = sandbox.post("/verify", {"records": [{"reference": "r", **claim}]})["answers"]
    return dict(answer)


def test_the_book_is_a_population_without_its_planted_duplicates(tmp_path: Path) -> None:
    folder = population(tmp_path / "population")
    authority = Sandbox("identity", tmp_path / "home", "--population", str(folder)).start()
    try:
        assert authority.get("/admin/summary")["citizens"] == 3
        aslam = {"cnic": CNIC, "name": "Muhammad Aslam", "father_name": "Akbar", "birth_date": "1980-05-06"}
        assert ask(authority, **{**aslam, "name": "Aslam Khan"}) == {
            "reference": "r", "outcome": "match", "family_key": "F10", "family_place": "head",
        }  # fmt: skip
        assert ask(authority, **{**aslam, "name": "Aslem"})["outcome"] == "match"
        assert ask(authority, **{**aslam, "name": "Nasreen", "birth_date": "1980-05-07"})["differs"] == [
            "name", "birth_date",
        ]  # fmt: skip
        wife = {"cnic": "0123400000022", "name": "Bushra", "father_name": "", "birth_date": "1984-09-09"}
        assert ask(authority, **wife)["family_place"] == "spouse", "the book itself knows no more than the year"
        dead = {"cnic": "0123400000033", "name": "Akbar Khan", "father_name": "Gul", "birth_date": "1950-02-03"}
        assert ask(authority, **dead)["outcome"] == "deceased"
        assert ask(authority, **{**wife, "cnic": "0123400000023"})["outcome"] == "no_match"
        (profile,) = authority.post("/profile", {"records": [{"reference": "r", "cnic": CNIC}]})["answers"]
        assert (profile["flags"]["vehicle"], profile["flags"]["phone_bill_amount"]) == (True, 12345)
        assert profile["flags"]["pmt_score"] == "21.50"
        authority.kill()
        authority.start()
        assert authority.get("/admin/summary")["citizens"] == 3
    finally:
        authority.stop()


@pytest.mark.parametrize(
    ("claimed", "held", "agree"),
    [
        ("Muhammad Aslam", "Mohammed Aslam", True),
        ("Ghulam Rasool", "Gulam Rasul", True),
        ("Shabana", "Shabana Bibi", True),
        ("Bushra", "Nasreen", False),
        ("Aslam", "Akram", False),
        ("", "Akram", True),
    ],
)
def test_spelling_is_forgiven_and_another_name_is_not(claimed: str, held: str, agree: bool) -> None:
    assert names_agree(claimed, held) is agree


def test_some_are_refused_on_purpose_and_the_same_ones_each_time(authority: Sandbox) -> None:
    citizens = [{"cnic": f"{n:013d}", "given_name": "Gul", "birth_date": "1990-01-02"} for n in range(200)]
    authority.post("/admin/citizens", {"citizens": citizens})
    authority.fail(seed=5, faults={"person.no_match": {"rate": 0.1}, "person.deceased": {"rate": 0.1}})
    claims = [{"reference": c["cnic"], "cnic": c["cnic"], "name": "Gul", "birth_date": "1990-01-02"} for c in citizens]
    first = authority.post("/verify", {"records": claims})["answers"]
    assert authority.post("/verify", {"records": claims[::-1]})["answers"][::-1] == first
    outcomes = [answer["outcome"] for answer in first]
    assert 8 < outcomes.count("no_match") < 35
    assert 8 < outcomes.count("deceased") < 35
