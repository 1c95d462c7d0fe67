"""Where other systems pay the wrong people: each of their defects that concerns rules, on every engine.

Defects are numbered as in our review of the peers. Some touch other rooms too; those tests are named here.

==  ===========================================================  =====================================================
1   a household count ignores its predicate; names unresolved    here; planted in both engines
2   a condition is computed and dropped                          here; planted
3   a cap raises amounts                                         here; planted
4   one person's amount fails and is skipped                     here; payments/test_a_payroll_is_prepared.py
5   criteria that match nobody pay everybody                     here; payments/test_a_payroll_is_prepared.py
6   a rejected task still creates a payable benefit              here; payments/test_three_persons.py
7   2.5% becomes 2%, amounts in floats                           here; planted
8   only the last page of people is considered                   here
9   an "or" joined by text entitles everyone                     here; planted
14  "greater than" means "or equal"                              here; planted
15  a total overflows                                            here; payments/test_a_payroll_is_prepared.py
18  formulas are executed, text becomes SQL                      here
==  ===========================================================  =====================================================

*Planted*: the same error is put into our own compilers (``planted.py``) and the specification must notice it.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.rules import small

from mazdoor.rules import PolicyError, RunStopped, canonical, load_policies, run_duckdb, write_snapshot
from mazdoor.rules.cases import ENGINES

pytestmark = pytest.mark.parametrize("engine", list(ENGINES))
ELSEWHERE = {
    "payments/test_a_payroll_is_prepared.py": [
        "test_an_amount_that_cannot_be_computed_stops_the_run_and_skips_nobody",
        "test_nobody_due_pays_nobody",
        "test_totals_beyond_those_of_ehsaas_do_not_overflow",
    ],
    "payments/test_three_persons.py": ["test_a_rejected_payroll_leaves_nothing_that_could_be_paid"],
}
THREE = [{"thing_id": "a"}, {"thing_id": "b"}, {"thing_id": "c"}]


def test_1_a_count_looks_at_its_predicate(engine: str) -> None:
    policy = small.policy({}, clause="count(parts where size < 5) >= 1")
    parts = [{"part_id": "1", "thing_id": "a", "size": 4}, {"part_id": "2", "thing_id": "b", "size": 5}]
    results = small.run(engine, policy, {"things": THREE, "parts": parts})
    assert {unit: result.eligible for unit, result in results.items()} == {"a": True, "b": False, "c": False}


def test_1_a_name_that_cannot_be_resolved_is_refused_and_never_compared(engine: str) -> None:
    with pytest.raises(PolicyError, match='nothing is called "colour"'):
        small.policy({}, clause="colour > 3")


def test_2_a_condition_is_never_dropped(engine: str) -> None:
    policy = small.policy({}, clause="yes and whole > 3")
    things = [
        {"thing_id": "a", "yes": True, "whole": 4},
        {"thing_id": "b", "yes": True, "whole": 3},
        {"thing_id": "c", "yes": False, "whole": 4},
    ]
    results = small.run(engine, policy, {"things": things})
    assert [unit for unit, result in results.items() if result.eligible] == ["a"]


def test_3_a_cap_never_raises_an_amount(engine: str) -> None:
    policy = small.policy({}, amount="min(money, Rs 5000)")
    things = [{"thing_id": "a", "money": 100_000}, {"thing_id": "b", "money": 900_000}]
    results = small.run(engine, policy, {"things": things})
    assert (results["a"].amount, results["b"].amount) == (Decimal(1000), Decimal(5000))


def test_4_one_person_whose_amount_fails_stops_the_run(engine: str) -> None:
    policy = small.policy({}, amount="rounded(money / whole, 2, half_up)")
    things = [{"thing_id": "a", "money": 100, "whole": 1}, {"thing_id": "b", "money": 100, "whole": 0}]
    with pytest.raises(RunStopped) as stopped:
        small.run(engine, policy, {"things": things})
    assert "division by zero" in str(stopped.value) and "1 row" in str(stopped.value)
    assert '"b"' not in str(stopped.value)


def test_5_a_rule_that_matches_nobody_pays_nobody(engine: str) -> None:
    policy = small.policy({}, clause="whole > 100")
    results = small.run(engine, policy, {"things": [{**thing, "whole": 1} for thing in THREE]})
    assert len(results) == 3
    assert not any(result.eligible for result in results.values())
    assert all(result.amount is None for result in results.values())


def test_6_who_is_refused_or_open_has_no_amount(engine: str) -> None:
    policy = small.policy({}, clause="yes", amount="money")
    things = [{"thing_id": "a", "yes": False, "money": 5}, {"thing_id": "b", "money": 5}]
    results = small.run(engine, policy, {"things": things})
    assert [(result.eligible, result.amount) for result in results.values()] == [(False, None), (None, None)]


def test_7_two_and_a_half_per_cent_stay_two_and_a_half(engine: str) -> None:
    policy = small.policy({}, amount="rounded(money * 2.5%, 2, half_up)")
    results = small.run(engine, policy, {"things": [{"thing_id": "a", "money": 10_001}]})
    assert results["a"].amount == Decimal("2.50")


def test_7_amounts_are_decimals_and_never_floats(engine: str) -> None:
    policy = small.policy({}, amount="rounded(money / 3, 2, half_up)")
    results = small.run(engine, policy, {"things": [{"thing_id": "a", "money": 10_000}]})
    assert isinstance(results["a"].amount, Decimal) and results["a"].amount == Decimal("33.33")


def test_8_every_unit_is_looked_at_beyond_any_page(engine: str) -> None:
    policy = small.policy({}, clause="whole >= 0")
    things = [{"thing_id": f"{number:05}", "whole": number} for number in range(4_500)]
    results = small.run(engine, policy, {"things": things})
    assert sum(1 for result in results.values() if result.eligible) == 4_500


def test_9_an_or_entitles_only_whom_it_names(engine: str) -> None:
    policy = small.policy({}, clause='kind = "red" or whole = 1 and yes')
    things = [
        {"thing_id": "a", "kind": "red", "whole": 0, "yes": False},
        {"thing_id": "b", "kind": "blue", "whole": 1, "yes": False},
        {"thing_id": "c", "kind": "blue", "whole": 1, "yes": True},
    ]
    results = small.run(engine, policy, {"things": things})
    assert {unit: result.eligible for unit, result in results.items()} == {"a": True, "b": False, "c": True}


def test_14_greater_than_is_not_greater_or_equal(engine: str) -> None:
    policy = small.policy({}, clause="whole > 5")
    results = small.run(engine, policy, {"things": [{"thing_id": "a", "whole": 5}, {"thing_id": "b", "whole": 6}]})
    assert (results["a"].eligible, results["b"].eligible) == (False, True)


def test_15_a_total_beyond_emergency_cash_does_not_overflow(engine: str, tmp_path: Path) -> None:
    policy = small.policy({}, amount="money")
    rows = small.complete(policy, {"things": [{"thing_id": str(number), "money": 10**15 - 1} for number in range(100)]})
    if engine == "reference":
        results = ENGINES[engine](policy, "p", rows, small.AT, None)
        assert sum(result.amount for result in results if result.amount) == 100 * (Decimal(10**15 - 1) / 100)
    else:
        snapshot = write_snapshot(policy, rows, tmp_path / "snapshot")
        summary = run_duckdb(policy, "p", snapshot, at=small.AT, out=tmp_path / "out.parquet")
        assert summary.total_amount == 100 * (Decimal(10**15 - 1) / 100)
        assert str(pq.read_schema(tmp_path / "out.parquet").field("amount").type) == "decimal128(18, 2)"


@pytest.mark.parametrize(
    "formula",
    [
        '__import__("os").system("true") = 0',
        "().__class__",
        "lambda: 0",
        "yes; whole",
        "whole if yes",
        "[x for x in y]",
        "exec(code)",
        "1 = 1); DROP TABLE things; --",
        "open(code)",
        "whole ** 9",
        "code.format",
        'f("{whole}")',
        "\\u0061",
        "eval(code)",
    ],
)
def test_18_nothing_is_run_as_code(engine: str, formula: str) -> None:
    with pytest.raises(PolicyError):
        small.policy({"x": formula})


def test_18_text_in_facts_and_rules_cannot_become_sql(engine: str) -> None:
    nasty = "x' OR '1'='1"
    policy = small.policy({"same": f'code = "{nasty}"'}, clause="true")
    things = [{"thing_id": "a", "code": nasty}, {"thing_id": "b'; DROP TABLE things; --", "code": "x"}]
    results = small.run(engine, policy, {"things": things})
    assert [result.results["same"] for result in results.values()] == [True, False]


def test_the_shipped_policies_keep_their_hash_between_loads(engine: str) -> None:
    first, second = load_policies(), load_policies()
    assert {name: first.content_hash(name) for name in first.programmes} == {
        name: second.content_hash(name) for name in second.programmes
    }
    assert canonical(first, {})["persons"] == []


def test_the_tests_in_other_rooms_are_still_there(engine: str) -> None:
    for file, names in ELSEWHERE.items():
        text = (Path(__file__).parent.parent / file).read_text(encoding="utf-8")
        assert [name for name in names if f"def {name}(" not in text] == []
