"""A snapshot cut by household: every row in one bucket, nothing that belongs together apart, the same results."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mazdoor.rules import PolicySet, RunStopped, bucket_snapshot, load_policies, run_duckdb, write_snapshot
from mazdoor.rules.buckets import ROWS_A_BUCKET, buckets_for, snapshot_files

HOUSEHOLDS = 40


@pytest.fixture(scope="module")
def law() -> PolicySet:
    return load_policies()


def people(law: PolicySet, **changes: Any) -> dict[str, list[dict[str, Any]]]:
    """Households with families, workers, contributions; a person without household, links that lead nowhere."""
    facts: dict[str, list[dict[str, Any]]] = {entity.table: [] for entity in law.entities.values()}
    for n in range(HOUSEHOLDS):
        facts["households"].append({"household_id": f"h{n}", "province_code": f"PK{1 + n % 7}"})
        facts["families"].append({"family_id": f"f{n}", "household_id": f"h{n}", "application_route": "district"})
        for m in range(n % 4):
            person = f"p{n}-{m}"
            role = "head" if m == 0 else "child"
            facts["persons"].append(
                {
                    "person_id": person,
                    "household_id": f"h{n}",
                    "family_id": f"f{n}",
                    "family_role": role,
                    "identity_verified": True,
                    "birth_date": date(1950 + n % 30, 1 + m, 1),
                    "sex": "male",
                }
            )
            facts["contributions"].append(
                {
                    "contribution_id": f"c{person}",
                    "person_id": person,
                    "from_month": date(2000, 1, 1),
                    "to_month": date(2019, 12, 1),
                    "months_paid": 120 + 4 * n,
                    "monthly_wage_amount": 800_000 + n,
                }
            )
    facts["families"].append({"family_id": "f-alone", "application_route": "sms"})
    facts["persons"] += [
        {"person_id": "of nobody"},
        {"person_id": "of a family alone", "family_id": "f-alone", "family_role": "head"},
        {"person_id": "led nowhere", "household_id": "h-gone", "family_id": "f-gone"},
    ]
    facts["contributions"] += [
        {"contribution_id": "c1", "person_id": "of a family alone", "months_paid": 3},
        {"contribution_id": "c2", "person_id": "p-gone"},
        {"contribution_id": "c3"},
    ]
    for table, rows in changes.items():
        facts[table] += rows
    for entity in law.entities.values():
        names = [entity.key, *entity.fields]
        facts[entity.table] = [{name: row.get(name) for name in names} for row in facts[entity.table]]
    return facts


def rows_of(folder: Path, table: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        files = snapshot_files(folder, table)
        return sorted(connection.execute("SELECT * FROM read_parquet(?)", [files]).fetchall(), key=str)


def test_every_row_is_in_one_bucket_and_none_is_changed(law: PolicySet, tmp_path: Path) -> None:
    whole = write_snapshot(law, people(law), tmp_path / "whole")
    assert bucket_snapshot(law, whole, tmp_path / "cut", 5) == 5
    assert sorted(each.name for each in (tmp_path / "cut").iterdir()) == [f"bucket-{n:03}" for n in range(5)]
    for entity in law.entities.values():
        assert rows_of(whole, entity.table) == rows_of(tmp_path / "cut", entity.table)
    filled = [len(rows_of(tmp_path / "cut" / f"bucket-{n:03}", "households")) for n in range(5)]
    assert all(filled), filled


def test_what_belongs_to_a_household_is_in_its_bucket(law: PolicySet, tmp_path: Path) -> None:
    whole = write_snapshot(law, people(law), tmp_path / "whole")
    bucket_snapshot(law, whole, tmp_path / "cut", 4)
    place: dict[str, int] = {}
    for bucket in range(4):
        folder = tmp_path / "cut" / f"bucket-{bucket:03}"
        for table, key in (("persons", "person_id"), ("households", "household_id"), ("families", "family_id")):
            with duckdb.connect() as connection:
                found = connection.execute(f"SELECT {key} FROM read_parquet(?)", [snapshot_files(folder, table)])
                place.update({f"{table}:{row[0]}": bucket for row in found.fetchall()})
        there = {row[0] for row in rows_of(folder, "persons")}
        with duckdb.connect() as connection:
            paid = connection.execute(
                "SELECT person_id FROM read_parquet(?)", [snapshot_files(folder, "contributions")]
            )
            orphans = {row[0] for row in paid.fetchall()} - there
        assert orphans <= {"p-gone", None}
    for n in range(HOUSEHOLDS):
        assert place[f"families:f{n}"] == place[f"households:h{n}"]
        assert all(place[f"persons:p{n}-{m}"] == place[f"households:h{n}"] for m in range(n % 4))
    assert place["persons:of a family alone"] == place["families:f-alone"]


@pytest.mark.parametrize("programme", ["emergency_cash", "old_age_pension"])
def test_buckets_give_the_results_of_the_whole(law: PolicySet, tmp_path: Path, programme: str) -> None:
    whole = write_snapshot(law, people(law), tmp_path / "whole")
    bucket_snapshot(law, whole, tmp_path / "cut", 3)
    at = date(2020, 6, 1)
    one = run_duckdb(law, programme, whole, at=at, out=tmp_path / "one.parquet")
    cut = run_duckdb(law, programme, tmp_path / "cut", at=at, out=tmp_path / "parts")
    assert cut.parts == 3 and (one.units, one.eligible, one.total_amount) == (cut.units, cut.eligible, cut.total_amount)
    with duckdb.connect() as connection:
        sql = "SELECT * FROM read_parquet(?) ORDER BY unit_id"
        first = connection.execute(sql, [str(tmp_path / "one.parquet")]).fetchall()
        second = connection.execute(sql, [str(tmp_path / "parts" / "part-*.parquet")]).fetchall()
    assert first == second and one.units > HOUSEHOLDS and len({row[1] for row in first}) > 1


def test_a_family_over_two_households_is_not_cut_apart(law: PolicySet, tmp_path: Path) -> None:
    strays = [{"person_id": f"stray{n}", "household_id": f"h{n}", "family_id": f"f{n + 1}"} for n in range(12)]
    whole = write_snapshot(law, people(law, persons=strays), tmp_path / "whole")
    with pytest.raises(RunStopped, match="family_id") as stopped:
        bucket_snapshot(law, whole, tmp_path / "cut", 8)
    assert not (tmp_path / "cut").exists() and "stray" not in str(stopped.value)
    assert [each.name for each in tmp_path.iterdir()] == ["whole"], "nothing half-written is left"


def test_what_is_there_is_never_overwritten(law: PolicySet, tmp_path: Path) -> None:
    whole = write_snapshot(law, people(law), tmp_path / "whole")
    (tmp_path / "cut").mkdir()
    with pytest.raises(FileExistsError):
        bucket_snapshot(law, whole, tmp_path / "cut", 2)
    with pytest.raises(FileNotFoundError):
        bucket_snapshot(law, tmp_path / "nowhere", tmp_path / "other", 2)
    with pytest.raises(ValueError, match="no entity"):
        bucket_snapshot(law, whole, tmp_path / "other", 2, by="village")


def test_the_number_of_buckets_follows_the_rows(law: PolicySet, tmp_path: Path) -> None:
    assert buckets_for(0) == buckets_for(ROWS_A_BUCKET) == 1
    assert buckets_for(ROWS_A_BUCKET + 1) == 2
    assert buckets_for(60_000_000 + 35_000_000) == 32
    whole = write_snapshot(law, people(law), tmp_path / "whole")
    assert bucket_snapshot(law, whole, tmp_path / "cut") == 1
