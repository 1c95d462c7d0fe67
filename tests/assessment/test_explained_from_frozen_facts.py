"""A result is explained from the facts it was made on, in the words of the reference engine, or not at all."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import time
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from tests.cast.households import registered

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.assessment import selectors, services
from mazdoor.delivery.assessment.models import Assessment, AssessmentRun
from mazdoor.delivery.assessment.snapshots import snapshot_folder
from mazdoor.kernel.refusals import Refusal
from mazdoor.rules.wording import segments

pytestmark = pytest.mark.django_db(transaction=True)  # DuckDB reads what is committed

DAY = dt.date(2020, 5, 1)


@pytest.fixture
def assessed() -> Iterator[Assessment]:
    """The family of Bushra of Lahore, assessed for Emergency Cash: refused, since she never applied."""
    shutil.rmtree(snapshot_folder(1).parent, ignore_errors=True)
    with acting_as_system(reason="test"):
        registered()
    snapshot = services.take_snapshot(as_of=DAY)
    run = services.assess(snapshot_id=snapshot.pk, programme_code="emergency_cash", at=DAY)
    with acting_as_system(reason="test"):
        yield Assessment.objects.get(run_id=run.pk)
    shutil.rmtree(snapshot_folder(1).parent)


def explained(assessment: Assessment, **more: Any) -> Any:
    return selectors.explain_assessment(assessment_id=assessment.pk, **more)


def test_an_explanation_is_that_of_the_stored_result_and_names_what_it_came_from(assessed: Assessment) -> None:
    run = AssessmentRun.objects.select_related("snapshot").get(pk=assessed.run_id)
    started = time.process_time()
    english = explained(assessed, length="trace")
    assert time.process_time() - started < 1
    assert english.result.eligible == assessed.eligible and english.result.deciding == assessed.deciding_clause
    for named in (run.rule_hash, run.snapshot.rows_hash, "2020-05-01", run.known_at.isoformat(), run.engine):
        assert named in english.text
    record = json.loads(json.dumps(english.record))
    assert record["stored"]["snapshot_hash"] == run.snapshot.rows_hash
    assert record["clauses"]["parts"] and record["deciding_clause"] == assessed.deciding_clause
    urdu = explained(assessed, language="ur", length="sms").text
    assert segments(urdu) <= 3 and re.search("[آ-ے]", urdu)
    assert "Bushra" not in json.dumps(record)  # pseudonyms, never a name


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("eligible", True),
        ("amount", 12_000_00),
        ("category", "V"),
        ("deciding_clause", "vehicle"),
        ("failed_clauses", ["vehicle"]),
    ],
)
def test_a_row_somebody_altered_is_not_explained(assessed: Assessment, column: str, value: object) -> None:
    assert getattr(assessed, column) != value
    Assessment.objects.filter(pk=assessed.pk).update(**{column: value})
    with pytest.raises(Refusal, match="ASM-006") as refused:
        explained(assessed)
    assert column in refused.value.cause() and "Nothing is explained" in refused.value.remedy()


def test_altered_facts_are_found_out_too(assessed: Assessment) -> None:
    path = snapshot_folder(AssessmentRun.objects.get(pk=assessed.run_id).snapshot_id) / "families.parquet"
    altered = duckdb.sql(f"SELECT * REPLACE ('district' AS application_route) FROM read_parquet('{path}')")
    rows = altered.to_arrow_table()
    path.unlink()
    duckdb.from_arrow(rows).write_parquet(str(path))
    with pytest.raises(Refusal, match="ASM-006"):
        explained(assessed)


def test_a_rule_written_anew_since_is_named_as_the_cause(assessed: Assessment) -> None:
    AssessmentRun.objects.filter(pk=assessed.run_id).update(rule_hash="1" * 64)
    told = explained(assessed, length="trace")  # another rule, the same result: explained, and said
    assert told.rule_changed and "1" * 64 in told.text and "written anew" in told.notice
    Assessment.objects.filter(pk=assessed.pk).update(deciding_clause="vehicle")
    with pytest.raises(Refusal, match="ASM-007"):
        explained(assessed)


def test_without_its_frozen_facts_nothing_is_explained(assessed: Assessment) -> None:
    Assessment.objects.filter(pk=assessed.pk).update(pseudonym="f-of-nobody")
    with pytest.raises(Refusal, match="ASM-008"):
        explained(assessed)
