"""What must always hold of money, decisions and records, from outside, after a walk with the outside world failing on purpose."""

from __future__ import annotations

import json
import re
import shutil
from typing import Any

import duckdb
import psycopg
import pytest
from tests.acceptance.conftest import Walk

BANKS = ("HABB", "ALFH", "JCMA")


@pytest.fixture(scope="module")
def books(walk: Walk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The banks' own books, asked of the bank itself over HTTP, from a copy so that asking changes nothing."""
    from tests.sandbox.running import Sandbox

    home = tmp_path_factory.mktemp("books") / "bank"
    shutil.copytree(walk.world / "bank", home)
    arguments = [part for bank in BANKS for part in ("--bank", bank)]
    sandbox = Sandbox("bank", home, *arguments).start()
    try:
        sandbox.fail(seed=1, faults={})
        return {bank: sandbox.get(f"/banks/{bank}/books/summary") for bank in BANKS}
    finally:
        sandbox.stop()


def step(walk: Walk, name: str) -> dict[str, Any]:
    return next(step for step in walk.again["steps"] if step["name"] == name)


def population(walk: Walk, query: str) -> list[tuple[Any, ...]]:
    """A question to the population's files; ``{table}`` stands for the parts of a table."""
    (folder,) = (walk.home / "populations").iterdir()
    filled = re.sub(r"\{([a-z_/]+)\}", lambda match: f"read_parquet('{folder}/{match[1]}/*.parquet')", query)
    return duckdb.sql(filled).fetchall()


def test_every_link_did_something_and_a_second_walk_doubles_nothing(walk: Walk) -> None:
    for name in ("made", "registered", "verified", "deduplicated", "accounts", "wages", "contributions", "assessed",
                 "enrolled", "paid", "reconciled", "reported"):  # fmt: skip
        assert step(walk, name)["count"] > 0, name
    for name in ("made", "registered", "verified", "wages", "contributions", "assessed", "enrolled", "paid"):
        first = next(step for step in walk.report["steps"] if step["name"] == name)
        assert first["count"] == step(walk, name)["count"], name
    loaded = "SELECT count(*) FROM registration_person WHERE form_id IS NULL"
    assert walk.rows(loaded) == population(walk, "SELECT count(*) FROM {persons}")


def test_people_come_through_the_doors_once_and_walk_along(walk: Walk) -> None:
    counts = {"file": 5, "device": 2, "system": 1, "message": 1, "card": 1, "change": 1}
    for report in (walk.report, walk.again):
        assert {each["name"]: each["count"] for each in report["steps"] if each["name"] in counts} == counts
    notes = {each["name"]: each["note"] for each in walk.again["steps"]}
    assert "2 came back with reasons" in notes["file"] and "1 answered by SMS" in notes["message"]
    assert "genuine and holds" in notes["card"] or "not drawn" in notes["card"]
    by_channel = walk.rows(
        "SELECT f.channel, count(*) FROM registration_person p JOIN registration_form f ON f.id = p.form_id "
        "GROUP BY 1 ORDER BY 1"
    )
    assert by_channel == [("api", 1), ("device", 2), ("file", 5)]


def test_invariant_1_money_is_whole_paisa_and_never_a_float(walk: Walk) -> None:
    floats = walk.rows(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND data_type IN ('real', 'double precision') "
        "AND (column_name LIKE '%amount%' OR column_name LIKE '%total%' OR column_name LIKE '%balance%')"
    )
    assert floats == []


def test_invariant_2_nothing_is_paid_twice_and_nothing_is_lost(walk: Walk, books: dict[str, dict[str, Any]]) -> None:
    money = walk.again["money"]
    assert money["entitled"] == sum(
        money[term] for term in ("not_yet_instructed", "in_flight", "settled", "returned", "cancelled")
    )
    # Each term against the other side's own books, summed there from its own tables.
    assert money["settled"] == sum(book["settled"]["amount"] for book in books.values())
    assert money["returned"] == sum(book["returned"]["amount"] + book["rejected"]["amount"] for book in books.values())
    assert money["in_flight"] == sum(book["held"]["amount"] for book in books.values())
    assert money["suspense"] == sum(book["unknown_credits"]["amount"] for book in books.values())
    (entitlements,) = walk.rows(
        "SELECT count(*), count(DISTINCT (canonical_person_id, cycle_id)) FROM payments_entitlement"
    )
    assert entitlements[0] == entitlements[1] > 0
    settled_twice = walk.rows(
        "SELECT entitlement_id FROM payments_paymentinstruction WHERE answer = 'settled' GROUP BY 1 HAVING count(*) > 1"
    )
    assert settled_twice == []


def test_invariant_2_a_time_out_was_taken_for_unknown_and_the_file_was_not_paid_again(walk: Walk) -> None:
    files = walk.rows("SELECT message_id, state, sends FROM payments_paymentfile")
    assert {state for _, state, _ in files} == {"sent"}
    assert len({message for message, _, _ in files}) == len(files)


def test_invariant_3_three_persons_signed_and_the_database_refuses_a_second_signature(walk: Walk) -> None:
    payrolls = walk.rows("SELECT id, prepared_by_id, approved_by_id, released_by_id FROM payments_payroll")
    assert payrolls
    for payroll, *signatures in payrolls:
        assert len({signature for signature in signatures if signature}) == 3
        with psycopg.connect(walk.app) as connection:
            connection.execute("SELECT set_config('mazdoor.areas', '*', true)")
            connection.execute("SELECT set_config('mazdoor.officer', %s, true)", [str(signatures[0])])
            with pytest.raises(psycopg.errors.Error):
                connection.execute(
                    "UPDATE payments_payroll SET approved_by_id = prepared_by_id WHERE id = %s", [payroll]
                )


def test_invariant_4_every_decision_names_what_it_was_made_on_and_explains_itself(walk: Walk) -> None:
    runs = walk.rows(
        "SELECT r.programme_code, s.rows_hash, r.rule_hash, r.at_date, r.engine FROM assessment_assessmentrun r "
        "JOIN assessment_snapshot s ON s.id = r.snapshot_id WHERE r.state = 'finished'"
    )
    assert {run[0] for run in runs} == {"emergency_cash", "old_age_pension"}
    assert all(len(run[1]) == 64 and run[2] and run[3] and run[4] for run in runs)
    script = """
import json
from mazdoor.cli.main import set_up_django
set_up_django()
from mazdoor.access.services import acting_as_system
from mazdoor.database import lifecycle
from mazdoor.delivery.assessment import selectors, services
from mazdoor.delivery.assessment.models import Assessment, Snapshot
with lifecycle.lease(), acting_as_system(reason="test"):
    services.verify_snapshot(Snapshot.objects.get())
    told = []
    for programme in ("emergency_cash", "old_age_pension"):
        kinds = Assessment.objects.filter(run__programme_code=programme).order_by("deciding_clause", "pk")
        for row in kinds.distinct("deciding_clause")[:6]:
            for language in ("en", "ur"):
                why = selectors.explain_assessment(assessment_id=row.pk, language=language, length="sms")
                told.append([why.result.eligible == row.eligible, why.result.deciding == row.deciding_clause,
                             language, why.text])
print(json.dumps(told, ensure_ascii=True))
"""
    import subprocess
    import sys

    result = subprocess.run(
        [sys.executable, "-c", script], env=walk.environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr[-2000:]
    told = json.loads(result.stdout.strip().splitlines()[-1])
    assert len(told) >= 12
    assert all(same_outcome and same_clause and text for same_outcome, same_clause, _, text in told)
    assert any(re.search("[آ-ے]", text) for _, _, language, text in told if language == "ur")


def test_invariant_5_the_slow_engine_looked_before_money_moved(walk: Walk) -> None:
    assert all(checked > 0 for (checked,) in walk.rows("SELECT checked_count FROM payments_payroll"))


def test_invariant_7_a_rate_says_when_it_applies_and_when_it_was_known(walk: Walk) -> None:
    (dated,) = walk.rows("SELECT count(*), count(known_from), count(valid_from) FROM wages_rate")
    assert dated[0] == dated[1] == dated[2] > 0


def test_invariant_8_the_record_is_whole_and_says_so_when_it_is_not(walk: Walk) -> None:
    assert walk.mazdoor("journal", "verify").returncode == 0
    with psycopg.connect(walk.owner, autocommit=True) as owner:
        (entry, act) = owner.execute("SELECT id, act FROM journal_entry ORDER BY id OFFSET 5 LIMIT 1").fetchone()  # type: ignore[misc]
        owner.execute("SET session_replication_role = replica") if _may_replicate(owner) else owner.execute(
            "ALTER TABLE journal_entry DISABLE TRIGGER USER"
        )
        try:
            owner.execute("UPDATE journal_entry SET act = 'nothing.happened' WHERE id = %s", [entry])
            broken = walk.mazdoor("journal", "verify", "--json")
            assert broken.returncode == 4
            assert json.loads(broken.stdout)["entry"] == entry
        finally:
            owner.execute("UPDATE journal_entry SET act = %s WHERE id = %s", [act, entry])
            owner.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
    assert walk.mazdoor("journal", "verify").returncode == 0


def _may_replicate(connection: psycopg.Connection[Any]) -> bool:
    return bool(connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()[0])  # type: ignore[index]


def test_invariant_9_what_nobody_can_place_is_an_exception_and_stops_nothing(walk: Walk) -> None:
    kinds = {kind for (kind,) in walk.rows("SELECT DISTINCT kind FROM reconciliation_reconciliationexception")}
    assert kinds, "a stranger's credit and repeated entries were planted"
    assert walk.again["money"]["suspense"] > 0


def test_invariant_10_no_number_of_a_person_lies_open_anywhere(walk: Walk) -> None:
    cnics = [
        row[0] for row in population(walk, "SELECT cnic FROM {persons} WHERE cnic IS NOT NULL ORDER BY cnic LIMIT 400")
    ]
    mobiles = [
        row[0] for row in population(walk, "SELECT mobile FROM {persons} WHERE mobile IS NOT NULL ORDER BY 1 LIMIT 400")
    ]
    secret = re.compile("|".join(sorted({*cnics, *mobiles})))
    assert not secret.search(walk.output)
    tables = walk.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    with psycopg.connect(walk.owner) as owner:
        for (table,) in tables:
            with owner.cursor().copy(f'COPY (SELECT * FROM public."{table}") TO STDOUT') as copy:
                for block in copy:
                    found = secret.search(bytes(block).decode("utf-8", "replace"))
                    assert not found, f"a number lies open in {table}"
    for snapshot in (walk.home / "snapshots").rglob("*.parquet"):
        text = str(duckdb.sql(f"SELECT * FROM read_parquet('{snapshot}') LIMIT 2000").fetchall())
        assert not secret.search(text), f"a number lies open in {snapshot.name}"


def test_invariant_10_an_officer_sees_their_own_area_only(walk: Walk) -> None:
    with psycopg.connect(walk.app) as connection:
        connection.execute("SELECT set_config('mazdoor.areas', 'PK6', true)")
        seen = connection.execute("SELECT DISTINCT left(area_code, 3) FROM registration_person").fetchall()
        assert seen == [("PK6",)]
        connection.execute("SELECT set_config('mazdoor.areas', '', true)")
        for table in ("registration_personrecord", "enrolment_enrolment", "payments_entitlement", "wages_wagerecord"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_shortfalls_are_those_that_were_planted(walk: Walk) -> None:
    planted = population(walk, "SELECT count(*), sum(shortfall_amount) FROM {truth/underpaid}")
    found = walk.rows("SELECT count(*), sum(shortfall_amount) FROM wages_shortfall")
    assert [(count, int(amount)) for count, amount in found] == [(count, int(amount)) for count, amount in planted]


def test_pensions_are_those_that_were_planted(walk: Walk) -> None:
    """Who is owed a pension and how much, computed by the generator another way; to the paisa."""
    (offset,) = walk.rows("SELECT person_offset FROM registration_load")[0]
    planted = {
        person + offset: payable
        for person, payable in population(
            walk, "SELECT person_no, payable_amount FROM {truth/pensioners} WHERE payable_amount > 0"
        )
    }
    found = dict(
        walk.rows(
            "SELECT a.person_id, a.amount FROM assessment_assessment a JOIN assessment_assessmentrun r ON r.id = a.run_id "
            "WHERE r.programme_code = 'old_age_pension' AND r.state = 'finished' AND a.eligible"
        )
    )
    assert found == planted


def test_a_paisa_removed_on_purpose_is_noticed(walk: Walk) -> None:
    assert walk.mazdoor("ledger", "check").returncode == 0
    with psycopg.connect(walk.owner, autocommit=True) as owner:
        (entitlement,) = owner.execute("SELECT min(id) FROM payments_entitlement WHERE amount > 1").fetchone()  # type: ignore[misc]
        owner.execute("ALTER TABLE payments_entitlement DISABLE TRIGGER USER")
        try:
            owner.execute(
                "UPDATE payments_entitlement SET amount = amount - 1, base_amount = base_amount - 1 WHERE id = %s",
                [entitlement],
            )
            noticed = walk.mazdoor("ledger", "check")
            assert noticed.returncode == 4
            assert "PAY-009" in noticed.stderr
        finally:
            owner.execute(
                "UPDATE payments_entitlement SET amount = amount + 1, base_amount = base_amount + 1 WHERE id = %s",
                [entitlement],
            )
            owner.execute("ALTER TABLE payments_entitlement ENABLE TRIGGER USER")
    assert walk.mazdoor("ledger", "check").returncode == 0


def test_another_population_is_refused_by_a_register_that_holds_one(walk: Walk) -> None:
    refused = walk.mazdoor("demo", "--no-serve", "--workers", "500", "--seed", "9")
    assert refused.returncode == 3
    assert "DEM-001" in refused.stderr


def test_payrolls_are_listed_and_without_banks_nothing_is_asked(walk: Walk) -> None:
    listed = json.loads(walk.mazdoor("payroll", "list", "--json").stdout)
    assert {row["programme"] for row in listed} == {"emergency_cash", "old_age_pension"}
    refused = walk.mazdoor("payroll", "reconcile")
    assert refused.returncode == 3
    assert "CFG-001" in refused.stderr
