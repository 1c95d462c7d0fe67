"""Doors into assessment: freeze the register, apply a programme's rules to it, and hear what was paid.

A run reads a frozen snapshot, never the live register; it writes all of its results or none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access.services import acting_as_system
from mazdoor.database.bulk import copy_in, duckdb_with_postgres
from mazdoor.delivery.assessment import checking, refusals
from mazdoor.delivery.assessment.assessable import check_assessable
from mazdoor.delivery.assessment.models import AssessmentRun, Snapshot
from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.delivery.assessment.snapshots import (
    pseudonym_key,
    results_of,
    run_folder,
    snapshot_folder,
    take_snapshot,
    verify_snapshot,
)
from mazdoor.delivery.assessment.standing import count_without_place, write_standing
from mazdoor.delivery.assessment.states import RunState, SnapshotState
from mazdoor.journal import services as journal
from mazdoor.rules import run_duckdb

__all__ = ["assess", "note_benefits_received", "take_snapshot", "verify_snapshot"]

CHECKED_UNITS: Final = 40


def assess(*, snapshot_id: int, programme_code: str, at: dt.date, known_at: dt.datetime | None = None) -> AssessmentRun:
    """Apply a programme's rules to a frozen snapshot and record what they say of every unit.

    The same snapshot, rules and date again give the run that is there. Raises ``ASM-001`` and ``ASM-002`` for a snapshot
    that is not whole, ``ASM-003`` for an unknown programme and ``ASM-009`` for one the register cannot assess, ``ASM-004``
    where the reference engine disagrees on the units it checks; then nothing is recorded but that the run stopped.
    """
    check_assessable(programme_code=programme_code)
    policies = policy_set()
    rule_hash = policies.content_hash(programme_code)
    snapshot = Snapshot.objects.get(pk=snapshot_id)
    if snapshot.state != SnapshotState.FROZEN:
        raise refusals.SNAPSHOT_NOT_FROZEN.because(snapshot=snapshot_id)
    verify_snapshot(snapshot)
    before = AssessmentRun.objects.filter(
        snapshot=snapshot, programme_code=programme_code, rule_hash=rule_hash, at_date=at, state=RunState.FINISHED
    ).first()
    if before is not None:
        return before
    moment = known_at or timezone.now()
    run = AssessmentRun.objects.create(
        snapshot=snapshot,
        programme_code=programme_code,
        rule_hash=rule_hash,
        at_date=at,
        known_at=moment,
        engine="duckdb",
    )
    try:
        folder = snapshot_folder(snapshot.pk)
        out = results_of(snapshot.pk, run.pk)
        summary = run_duckdb(policies, programme_code, run_folder(snapshot.pk), at=at, known_at=moment, out=out)
        checking.check_results(programme_code, folder=folder, results=out, at=at, known_at=moment, units=CHECKED_UNITS)
        standing = write_standing(programme_code, out, at=at, known_at=moment)
        if standing is not None:
            checking.check_standing(
                programme_code,
                folder=folder,
                results=out,
                standing=standing,
                at=at,
                known_at=moment,
                units=CHECKED_UNITS,
            )
        with acting_as_system(reason="assessment results"):
            rows = _with_real_ids(run, out, standing)
            if rows.num_rows != summary.units:
                raise refusals.UNITS_GONE.because(missing=summary.units - rows.num_rows)
            copy_in("assessment_assessment", rows)
            run.state = RunState.FINISHED
            run.finished_at = timezone.now()
            run.counts = {
                "units": summary.units,
                "eligible": summary.eligible,
                "not_eligible": summary.not_eligible,
                "unknown": summary.unknown,
            }
            if standing is not None:
                run.counts["behind_the_places"] = count_without_place(standing)
            run.save(update_fields=["state", "finished_at", "counts"])
            journal.record(
                act="assessment.run.finished",
                subject=f"run:{run.pk}",
                details={"programme": programme_code, "rule": rule_hash[:16], "snapshot": snapshot.pk}
                | ({} if standing is None else {"behind_the_places": run.counts["behind_the_places"]}),
                count=summary.units,
            )
    except BaseException:
        AssessmentRun.objects.filter(pk=run.pk).exclude(state=RunState.FINISHED).update(state=RunState.STOPPED)
        raise
    return run


def note_benefits_received(*, programme_code: str, received: Sequence[tuple[int, dt.date, str]]) -> int:
    """Told by later rooms: (person, day, source key) of benefits that reached people. The same key twice counts once.

    Rules such as "one grant a family" ask this when the next snapshot is taken. Returns how many are new.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO assessment_benefitreceived
                (programme_code, person_id, family_id, received_on, source_key, area_code)
            SELECT %s, p.person_id, p.family_id, g.received_on, g.source_key, p.area_code
            FROM unnest(%s::bigint[], %s::date[], %s::text[]) AS g(person_id, received_on, source_key)
            JOIN registration.person_now p USING (person_id)
            ON CONFLICT ON CONSTRAINT benefit_received_once DO NOTHING
            """,
            [programme_code, [row[0] for row in received], [row[1] for row in received], [row[2] for row in received]],
        )
        new = int(cursor.rowcount)
        if new:
            journal.record(
                act="assessment.benefits.noted", subject=f"programme:{programme_code}", details={}, count=new
            )
    return new


def _with_real_ids(run: AssessmentRun, results: Path, standing: Path | None) -> pa.Table:
    """The results, and the standing in a quota, under the ids of the register: pseudonyms are computed again from those
    still on it.

    A family is answered for by its head as the snapshot saw it, a household by its head, a person by themselves.
    """
    unit = policy_set().programmes[run.programme_code].unit
    persons = snapshot_folder(run.snapshot_id) / "persons.parquet"
    with duckdb_with_postgres(areas="*") as engine:
        engine.execute(
            "CREATE TEMP MACRO alias(kind, id) AS kind || left(sha256("
            f"'{pseudonym_key(run.snapshot)}:' || kind || id), 22)"
        )
        engine.execute(
            "CREATE TEMP TABLE people AS SELECT alias('p', person_id) AS alias, person_id, area_code "
            "FROM postgres_query('pg', 'SELECT person_id, area_code FROM registration.person_now')"
        )
        if unit == "person":
            units = "SELECT alias AS unit, person_id AS unit_id, person_id, area_code FROM people"
        else:
            kind, view = {
                "family": ("f", "SELECT family_id AS id FROM registration.family_now"),
                "household": ("h", "SELECT household_id AS id FROM registration.household_now"),
            }[unit]
            _heads(engine, unit, persons)
            units = (
                f"SELECT u.alias AS unit, u.id AS unit_id, p.person_id, p.area_code FROM "
                f"(SELECT alias('{kind}', id) AS alias, id FROM postgres_query('pg', '{view}')) u "
                "JOIN heads h ON h.unit = u.alias JOIN people p ON p.alias = h.person"
            )
        ranked = (
            "SELECT NULL::VARCHAR AS unit_id, NULL AS area, NULL::BIGINT AS rank, NULL::BIGINT AS places WHERE false"
        )
        if standing is not None:
            ranked = (
                f"SELECT unit_id, area, rank, places FROM read_parquet('{str(standing).replace(chr(39), chr(39) * 2)}')"
            )
        return engine.execute(
            f"""
            SELECT CAST({run.pk} AS BIGINT) AS run_id, '{unit}' AS unit_kind, u.unit_id, u.unit AS pseudonym, u.person_id,
                   r.eligible, CAST(round(r.amount * 100) AS BIGINT) AS amount,
                   coalesce(r.category, '') AS category, coalesce(r.deciding_clause, '') AS deciding_clause,
                   '{{' || coalesce(r.failed_clauses, '') || '}}' AS failed_clauses,
                   u.area_code, CASE WHEN s.rank IS NOT NULL THEN s.area ELSE '' END AS quota_area, s.rank AS quota_rank,
                   s.places AS quota_places
            FROM read_parquet(?) r JOIN ({units}) u ON u.unit = r.unit_id LEFT JOIN ({ranked}) s ON s.unit_id = r.unit_id
            ORDER BY u.unit_id
            """,
            [checking.result_files(results)],
        ).to_arrow_table()


def _heads(engine: duckdb.DuckDBPyConnection, unit: str, persons: Path) -> None:
    """Temp table ``heads(unit, person)``: who answers for a family or household, one each."""
    engine.execute(
        f"""
        CREATE TEMP TABLE heads AS
        SELECT {unit}_id AS unit, arg_min(person_id, (family_role <> 'head', person_id)) AS person
        FROM read_parquet(?) WHERE {unit}_id IS NOT NULL GROUP BY 1
        """,
        [str(persons)],
    )
