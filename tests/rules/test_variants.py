"""Variants of a reform share one pass: each gives what it gives alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from tests.rules import small
from tests.rules.generated import Sample, samples
from tests.rules.generated import law as generated_law

from mazdoor.rules import PolicySet, RunStopped, run_duckdb, run_variants, write_snapshot
from mazdoor.rules.engines.sql.plan import make_variants_plan

FORMULAS = {
    "parts_price": "sum(price over parts)",
    "is_cheap": 'parts_price < floor_price["red"]',
    "share": "rounded(parts_price * rate, 2, half_up)",
}
COMPARED = ("eligible", "amount", "category", "deciding_clause")


def law(
    rate: str = "0.05", red: str = "100", clause: str = "is_cheap", amount: str = "min(share, Rs 1_000_000)"
) -> PolicySet:
    """The small law with other values."""
    with vocabulary({"value: 0.05": f"value: {rate}", "value: 100,": f"value: {red},"}):
        return small.policy(FORMULAS, clause=clause, amount=amount)


@contextmanager
def vocabulary(changes: dict[str, str]) -> Iterator[None]:
    """The small law's vocabulary and parameters with other words in them."""
    before = small.VOCABULARY
    assert all(word in before for word in changes)
    for word, other in changes.items():
        small.VOCABULARY = small.VOCABULARY.replace(word, other)
    try:
        yield
    finally:
        small.VOCABULARY = before


def things(count: int) -> dict[str, list[dict[str, Any]]]:
    """Things of every kind with parts of rising price."""
    return {
        "houses": [{"house_id": f"h{n}", "rooms": n} for n in range(3)],
        "things": [{"thing_id": f"t{n:03}", "house_id": f"h{n % 4}", "kind": "red"} for n in range(count)],
        "parts": [
            {
                "part_id": f"t{n:03}p{m}",
                "thing_id": f"t{n:03}",
                "price": 1_000 * n + 333 * m if n % 7 else None,
                "good": m == 0,
            }
            for n in range(count)
            for m in range(n % 3)
        ],
    }


def answers(path: Path, prefix: str = "") -> list[tuple[Any, ...]]:
    """Each unit's answers, in order."""
    columns = ", ".join(f'"{prefix}{name}"' for name in COMPARED)
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT unit_id, {columns} FROM read_parquet(?) ORDER BY 1", [str(path)]).fetchall()


def check_like_alone(
    variants: dict[str, PolicySet], snapshot: Path, work: Path, at: date = date(2005, 1, 1), programme: str = "p"
) -> None:
    together = run_variants(variants, programme, snapshot, at=at, out=work / "together.parquet")
    assert list(together) == list(variants)
    for name, policy_set in variants.items():
        alone = run_duckdb(policy_set, programme, snapshot, at=at, out=work / f"{name}.parquet")
        assert answers(work / "together.parquet", f"{name}.") == answers(work / f"{name}.parquet")
        told = together[name]
        assert (told.units, told.eligible, told.unknown, told.total_amount, told.rule_hash) == (
            alone.units,
            alone.eligible,
            alone.unknown,
            alone.total_amount,
            alone.rule_hash,
        )


def test_each_variant_gives_in_one_pass_what_it_gives_alone(tmp_path: Path) -> None:
    variants = {
        "law": law(),
        "higher rate": law(rate="0.0625"),
        "other floor": law(red="150.5"),
        "both": law(rate="0.0625", red="150.5"),
        "another clause": law(clause="parts_price > Rs 20", amount="max(Rs 0, min(share * 2, Rs 1_000_000))"),
        "the law again": law(),
    }
    snapshot = write_snapshot(variants["law"], small.complete(variants["law"], things(60)), tmp_path / "snapshot")
    check_like_alone(variants, snapshot, tmp_path)
    files = [
        answers(tmp_path / "together.parquet", f"{name}.") for name in ("law", "higher rate", "other floor", "both")
    ]
    assert len({str(each) for each in files}) == 4, "each change must be seen in the answers"


def test_what_a_change_does_not_touch_is_computed_once() -> None:
    plan = make_variants_plan({"law": law(), "reform": law(rate="0.0625")}, "p", at=small.AT, known=None)
    sql = plan.results.sql(dialect="duckdb")
    assert sql.count('AS "parts_price"') == 1 and "parts_price~2" not in sql
    assert sql.count("SUM(") == 1 and 'AS "share~2"' in sql and 'AS "is_cheap~2"' not in sql


def test_variants_of_different_facts_are_refused() -> None:
    with vocabulary({"rooms: {type: number, digits: 4": "rooms: {type: number, digits: 5"}):
        different = small.policy({})
    with pytest.raises(ValueError, match="same facts"):
        make_variants_plan({"law": small.policy({}), "reform": different}, "p", at=small.AT, known=None)


def test_a_fault_of_one_variant_stops_the_pass(tmp_path: Path) -> None:
    sound, broken = small.policy({}), small.policy({}, amount="rounded(Rs 1 / whole, 2, up)")
    rows = small.complete(sound, {"things": [{"thing_id": "a", "whole": 0}]})
    snapshot = write_snapshot(sound, rows, tmp_path / "snapshot")
    with pytest.raises(RunStopped, match="division by zero"):
        run_variants({"sound": sound, "broken": broken}, "p", snapshot, at=small.AT, out=tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(sample=samples(most_rules=3, all_of_them=True))
def test_laws_nobody_wrote_give_in_one_pass_what_they_give_alone(
    tmp_path_factory: pytest.TempPathFactory, sample: Sample
) -> None:
    work = tmp_path_factory.mktemp("variants")
    laws = {f"law {number}": generated_law((rule,)) for number, rule in enumerate(sample.rules)}
    snapshot = write_snapshot(generated_law(sample.rules), sample.facts, work / "snapshot")
    sound = {}
    for name, each in laws.items():
        try:
            run_duckdb(each, "g0", snapshot, at=small.AT, out=work / "alone.parquet")
        except RunStopped:
            with pytest.raises(RunStopped):
                run_variants({name: each}, "g0", snapshot, at=small.AT, out=work / "stopped.parquet")
        else:
            sound[name] = each
    if sound:
        check_like_alone(sound, snapshot, work, at=small.AT, programme="g0")


def test_parts_of_an_interrupted_pass_are_kept_and_of_another_reform_are_not(tmp_path: Path) -> None:
    variants = {"law": law(), "reform": law(rate="0.0625")}
    rows = small.complete(variants["law"], things(20))
    for bucket in range(2):
        write_snapshot(variants["law"], rows, tmp_path / "b" / f"bucket-{bucket:03}")
    first = run_variants(variants, "p", tmp_path / "b", at=small.AT, out=tmp_path / "out")
    times = {each.name: each.stat().st_mtime_ns for each in sorted((tmp_path / "out").glob("part-*.parquet"))}
    assert len(times) == 2 and first["law"].units == 40
    (tmp_path / "out" / "part-001.parquet").unlink()
    again = run_variants(variants, "p", tmp_path / "b", at=small.AT, out=tmp_path / "out")
    kept = (tmp_path / "out" / "part-000.parquet").stat().st_mtime_ns
    assert kept == times["part-000.parquet"] and again["reform"].total_amount == first["reform"].total_amount
    run_variants({"law": law(), "reform": law(rate="0.07")}, "p", tmp_path / "b", at=small.AT, out=tmp_path / "out")
    assert (tmp_path / "out" / "part-000.parquet").stat().st_mtime_ns != kept
