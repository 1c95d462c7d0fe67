"""Doors out of assessment: what the rules said, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from mazdoor.database.prepared import ask_named
from mazdoor.delivery.assessment import checking, refusals
from mazdoor.delivery.assessment.assessable import can_assess, check_assessable, why_not_assessable
from mazdoor.delivery.assessment.models import Assessment, AssessmentRun, Snapshot
from mazdoor.delivery.assessment.policies import check_programme, policy_set
from mazdoor.delivery.assessment.snapshots import results_of, snapshot_folder
from mazdoor.delivery.assessment.standing import recount
from mazdoor.delivery.assessment.states import RunState, SnapshotState
from mazdoor.kernel.money import Rounding, to_paisa
from mazdoor.rules import Explanation, Provenance, RunStopped, Standing, explain

__all__ = [
    "amounts_by_reference",
    "assessments_of",
    "can_assess",
    "check_assessable",
    "explain_assessment",
    "find_assessment",
    "find_finished_run",
    "newest_run",
    "newest_snapshot",
    "why_not_assessable",
]


def find_finished_run(*, run_id: int) -> AssessmentRun | None:
    """The run, if it is finished."""
    return AssessmentRun.objects.filter(pk=run_id, state=RunState.FINISHED).first()


def newest_run(*, programme_code: str) -> AssessmentRun | None:
    """The newest finished run of a programme."""
    return AssessmentRun.objects.filter(programme_code=programme_code, state=RunState.FINISHED).order_by("-pk").first()


def newest_snapshot(*, as_of: dt.date | None = None) -> Snapshot | None:
    """The newest frozen snapshot (for a day, where one is given)."""
    frozen = Snapshot.objects.filter(state=SnapshotState.FROZEN)
    return (frozen.filter(as_of=as_of) if as_of else frozen).order_by("-pk").first()


def assessments_of(*, person_id: int) -> Sequence[Mapping[str, Any]]:
    """What the newest run of each programme says of the units a person answers for (amounts: paisa a cycle)."""
    return ask_named(
        "SELECT DISTINCT ON (r.programme_code) a.id, a.run_id, r.programme_code AS run__programme_code, "
        "r.at_date AS run__at_date, r.rule_hash AS run__rule_hash, s.rows_hash AS run__snapshot__rows_hash, a.unit_kind, "
        "a.eligible, a.amount, a.category, a.deciding_clause, a.failed_clauses, a.quota_rank, a.quota_places "
        "FROM assessment_assessment a JOIN assessment_assessmentrun r ON r.id = a.run_id "
        "JOIN assessment_snapshot s ON s.id = r.snapshot_id "
        "WHERE a.person_id = %s::bigint AND r.state = %s ORDER BY r.programme_code, a.run_id DESC, a.id",
        [str(person_id), RunState.FINISHED.value],
    )


def find_assessment(*, assessment_id: int) -> Mapping[str, Any] | None:
    """One assessment of a finished run with what it names of itself, or None where there is none in the officer's areas."""
    return (
        Assessment.objects.filter(pk=assessment_id, run__state=RunState.FINISHED)
        .values(
            "id",
            "run_id",
            "person_id",
            "run__programme_code",
            "run__at_date",
            "run__known_at",
            "run__rule_hash",
            "run__engine",
            "run__snapshot_id",
            "run__snapshot__rows_hash",
            "unit_kind",
            "eligible",
            "amount",
            "category",
            "deciding_clause",
            "failed_clauses",
            "quota_area",
            "quota_rank",
            "quota_places",
        )
        .first()
    )


def explain_assessment(*, assessment_id: int, language: str = "en", length: str = "notice") -> Explanation:
    """Why the rules said what they said of one unit, from the same frozen facts, by the reference engine.

    ``length`` is ``sms``, ``notice`` or ``trace``. Raises ``Assessment.DoesNotExist`` outside the officer's areas,
    ``ASM-003`` where the programme is no longer among the policies, ``ASM-006`` where the frozen facts give another
    result than the one recorded, ``ASM-007`` where that is because the rule was written anew, and ``ASM-008`` where the
    snapshot does not hold the unit.
    """
    row = Assessment.objects.select_related("run__snapshot").get(pk=assessment_id)
    run, policies = row.run, policy_set()
    check_programme(run.programme_code)
    entity = policies.entities[policies.programmes[run.programme_code].unit]
    folder = snapshot_folder(run.snapshot_id)
    if not folder.is_dir():
        raise refusals.UNIT_NOT_FROZEN.because(assessment=row.pk)
    facts = checking.facts_of_units(folder, unit=entity.id, pseudonyms=[row.pseudonym])
    if all(each[entity.key] != row.pseudonym for each in facts[entity.table]):
        raise refusals.UNIT_NOT_FROZEN.because(assessment=row.pk)
    rewritten = policies.content_hash(run.programme_code) != run.rule_hash
    kind = refusals.RULE_REWRITTEN if rewritten else refusals.RESULT_DIFFERS
    try:
        explanation = explain(
            policies,
            run.programme_code,
            facts,
            at=run.at_date,
            known_at=run.known_at,
            unit=row.pseudonym,
            lang=language,
            length=length,
            standing=_standing(row),
            provenance=Provenance(
                assessment=str(row.pk),
                snapshot_hash=run.snapshot.rows_hash,
                rule_hash=run.rule_hash,
                engine=run.engine,
            ),
        )
    except RunStopped:
        # There was a result once; that there is none now is a difference like any other.
        raise kind.because(assessment=row.pk, what="eligible") from None
    differing = checking.what_differs(row, explanation.result)
    if not differing and policies.programmes[run.programme_code].quota is not None:
        results = results_of(run.snapshot_id, run.pk)
        if not results.exists():
            raise refusals.UNIT_NOT_FROZEN.because(assessment=row.pk)
        if checking.standing_differs(row, explanation.result, results=results, at=run.at_date, known_at=run.known_at):
            differing = ["quota_rank"]
    if differing:
        raise kind.because(assessment=row.pk, what=", ".join(differing))
    return explanation


def _standing(row: Assessment) -> Standing | None:
    """The stored standing of a unit, where a quota limits it."""
    if row.quota_rank is None or row.quota_places is None:
        return None
    inside = row.quota_rank <= row.quota_places
    return Standing(row.pseudonym, row.category, row.quota_area, row.quota_rank, row.quota_places, inside)


def amounts_by_reference(*, assessment_ids: Sequence[int]) -> dict[int, int]:
    """Paisa a cycle for each eligible assessment, computed anew by the reference engine; the others are left out, and so
    are those of a quota whose recorded place in the order a recount does not confirm."""
    rows = Assessment.objects.filter(pk__in=assessment_ids).select_related("run")
    by_run: dict[int, list[Assessment]] = {}
    for row in rows:
        by_run.setdefault(row.run_id, []).append(row)
    amounts: dict[int, int] = {}
    for group in by_run.values():
        run = group[0].run
        results = checking.recompute(
            run.programme_code,
            folder=snapshot_folder(run.snapshot_id),
            pseudonyms=[row.pseudonym for row in group],
            at=run.at_date,
            known_at=run.known_at,
        )
        places = recount(
            run.programme_code,
            results,
            results=checking.result_files(results_of(run.snapshot_id, run.pk)),
            at=run.at_date,
            known_at=run.known_at,
        )
        for row in group:
            result = results.get(row.pseudonym)
            if result is None or result.amount is None or row.pseudonym not in places:
                continue
            stands = None if row.quota_rank is None else (row.quota_area, row.quota_rank, row.quota_places)
            if stands == places[row.pseudonym]:
                amounts[row.pk] = to_paisa(result.amount, rounding=Rounding.HALF_UP)
    return amounts
