"""Compare the register with itself and queue the pairs that nobody has looked at.

Names leave the database only into a folder of this process (mode 0700), which is removed whatever happens.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection
from django.utils import timezone

from mazdoor.access.services import acting_as_system
from mazdoor.database.bulk import copy_out, staged
from mazdoor.database.home import home_folder
from mazdoor.delivery.deduplication import clustering, refusals
from mazdoor.delivery.deduplication.households import find_households
from mazdoor.delivery.deduplication.limits import limits_at
from mazdoor.delivery.deduplication.models import MatchRun
from mazdoor.delivery.deduplication.selectors import clerical_labels
from mazdoor.delivery.deduplication.states import RunState
from mazdoor.journal import services as journal
from mazdoor.matching.linkage import ENOUGH_TO_TRAIN, LinkResult, LinkSettings, link, reasons_sql
from mazdoor.matching.model import Model
from mazdoor.matching.thresholds import Thresholds, lines_within, thresholds

Progress = Callable[[str, float], None]

_LOCK = 5_170_002
#: A transaction that began before a run may commit after it: records this much older are compared once more.
_MARGIN = dt.timedelta(hours=1)

_EXTRACT = """
SELECT f.person_id AS record_id, f.given_name, f.surname, coalesce(nullif(f.father_name, ''), f.father_name_ur) AS father_name,
       coalesce(nullif(f.husband_name, ''), f.husband_name_ur) AS husband_name, f.given_name_ur,
       f.surname_ur, f.birth_date, f.birth_date_precision, f.sex, f.district_code, f.area_code, f.household_id,
       encode(f.phone_index, 'hex') AS phone_index, encode(f.cnic_index, 'hex') AS cnic_index,
       encode(f.cnic_segment_1, 'hex') AS cnic_segment_1, encode(f.cnic_segment_2, 'hex') AS cnic_segment_2,
       encode(f.cnic_segment_3, 'hex') AS cnic_segment_3, encode(f.cnic_sorted_index, 'hex') AS cnic_sorted_index,
       encode(f.old_nic_index, 'hex') AS old_nic_index,
       %s::timestamptz IS NULL OR f.recorded_from >= %s::timestamptz AS is_new
FROM registration.person_match_features f
"""

_TEXT = pa.string()
_SCHEMA = pa.schema(
    [
        ("record_id", pa.int64()),
        ("given_name", _TEXT),
        ("surname", _TEXT),
        ("father_name", _TEXT),
        ("husband_name", _TEXT),
        ("given_name_ur", _TEXT),
        ("surname_ur", _TEXT),
        ("birth_date", pa.date32()),
        ("birth_date_precision", _TEXT),
        ("sex", _TEXT),
        ("district_code", _TEXT),
        ("area_code", _TEXT),
        ("household_id", _TEXT),
        ("phone_index", _TEXT),
        ("cnic_index", _TEXT),
        ("cnic_segment_1", _TEXT),
        ("cnic_segment_2", _TEXT),
        ("cnic_segment_3", _TEXT),
        ("cnic_sorted_index", _TEXT),
        ("old_nic_index", _TEXT),
        ("is_new", pa.bool_()),
    ]
)

_LABELS = pa.schema([("record_id_a", pa.int64()), ("record_id_b", pa.int64()), ("same", pa.bool_())])

# Pairs decided before stay as decided; what is too light to be looked at is not queued; records that stand for one person
# are no pair.
_QUEUE = """
INSERT INTO deduplication_matchedpair
    (run_id, person_a_id, person_b_id, weight, probability, strong, evidence, state, area_a, area_b)
SELECT %(run)s, s.person_a, s.person_b, s.weight, s.probability, s.weight >= %(upper)s, s.evidence::jsonb, 'queued',
       a.area_code, b.area_code
FROM {staged} s
JOIN registration.person_now a ON a.person_id = s.person_a
JOIN registration.person_now b ON b.person_id = s.person_b
LEFT JOIN deduplication_canonicalperson ca ON ca.person_id = s.person_a
LEFT JOIN deduplication_canonicalperson cb ON cb.person_id = s.person_b
WHERE s.weight >= %(lower)s
  AND coalesce(ca.canonical_person_id, s.person_a) <> coalesce(cb.canonical_person_id, s.person_b)
ORDER BY s.weight DESC, s.person_a, s.person_b
ON CONFLICT (person_a_id, person_b_id) DO NOTHING
"""

# What waits is weighed by the newest run.
_WEIGH = """
UPDATE deduplication_matchedpair p
SET weight = s.weight, probability = s.probability, strong = s.weight >= %(upper)s, evidence = s.evidence::jsonb,
    run_id = %(run)s
FROM {staged} s
WHERE p.person_a_id = s.person_a AND p.person_b_id = s.person_b AND p.state IN ('queued', 'proposed', 'cannot_tell')
  AND p.evidence IS DISTINCT FROM s.evidence::jsonb
"""
# "Different" is for ever, unless the evidence has become much stronger. What counts is what fields gained whose likeness
# is another than when it was decided; what a newer model thinks of the same likeness is no evidence.
_REOPEN = """
WITH gained AS (
    SELECT p.id, s.weight, s.probability, s.evidence::jsonb AS evidence, gain.bits, gain.fields
    FROM deduplication_matchedpair p
    JOIN {staged} s ON s.person_a = p.person_a_id AND s.person_b = p.person_b_id AND s.weight > p.weight
    CROSS JOIN LATERAL (
        SELECT sum((now.value ->> 'weight')::float8 - coalesce((p.evidence -> now.key ->> 'weight')::float8, 0)) AS bits,
               jsonb_agg(now.key ORDER BY now.key) AS fields
        FROM jsonb_each(s.evidence::jsonb) now
        WHERE now.value ->> 'level' IS DISTINCT FROM p.evidence -> now.key ->> 'level'
    ) gain
    WHERE p.state = 'different' AND gain.bits >= %(strong)s
)
UPDATE deduplication_matchedpair p
SET state = 'queued', decided_at = NULL, weight = g.weight, probability = g.probability, strong = g.weight >= %(upper)s,
    evidence = g.evidence, run_id = %(run)s,
    reopened = jsonb_build_object('gain', round(g.bits::numeric, 2), 'fields', g.fields, 'run', %(run)s,
                                  'weight_before', p.weight, 'decided_at', p.decided_at)
FROM gained g WHERE g.id = p.id
"""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a run did: records read, new among them, pairs scored, found above the lower threshold, newly queued."""

    run_id: int
    records: int
    new_records: int
    compared: int
    found: int
    queued: int
    seconds: dict[str, float]
    reopened: int = 0
    """Pairs found different before that came back on strong new evidence."""


def find_pairs(
    *, everything: bool = False, settings: LinkSettings | None = None, progress: Progress | None = None
) -> Found:
    """Compare what is new since the last run with everybody (or all with all) and queue new pairs.

    Acts as the system by itself and commits by steps, so call it outside a transaction. Run again with
    nothing new it queues nothing. Without `settings` the lines are those the costs of `limits.yaml` draw; they are drawn
    together where officers could not look at as many. A run over what is new weighs by the model that the last run over all
    learnt, for the register as large as it now is; where there is none for the levels of today, all are compared and a model
    is learnt, from what officers decided too. Refuses DED-009 while another run is under way.
    """
    with _alone():
        folder = home_folder() / "work" / "deduplication"
        shutil.rmtree(folder, ignore_errors=True)  # what a killed run may have left
        folder.mkdir(parents=True, mode=0o700)
        lines = thresholds(limits_at().costs)
        with acting_as_system(reason="deduplication"):
            MatchRun.objects.filter(state=RunState.RUNNING).update(state=RunState.FAILED, finished_at=timezone.now())
            before = MatchRun.objects.filter(state=RunState.FINISHED).order_by("-pk").first()
            run = MatchRun.objects.create(everything=everything or before is None)
        try:
            return _run(run, before, folder, settings or LinkSettings(lower=lines.lower, upper=lines.upper), progress)
        except BaseException:
            with acting_as_system(reason="deduplication"):
                run.state, run.finished_at = RunState.FAILED, timezone.now()
                run.save(update_fields=["state", "finished_at"])
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _run(
    run: MatchRun, before: MatchRun | None, folder: Path, settings: LinkSettings, progress: Progress | None
) -> Found:
    people = folder / "people.parquet"
    learnt = before is not None and before.model.get("records", 0) >= ENOUGH_TO_TRAIN and Model.is_current(before.model)
    since = before.seen_until - _MARGIN if before is not None and before.seen_until and not run.everything else None
    with acting_as_system(reason="deduplication"):
        if since is not None and not learnt and settings.model is None and _registered() >= ENOUGH_TO_TRAIN:
            since = None  # how many are there twice can only be learnt from all
        seen_until = timezone.now()
        records = copy_out(_EXTRACT, people, [since, since], schema=_SCHEMA)
        labels = _write_labels(folder / "labels.parquet")
    with duckdb.connect() as duck:
        new = int(duck.execute("SELECT count(*) FROM read_parquet(?) WHERE is_new", [str(people)]).fetchall()[0][0])
    if settings.model is None and before is not None and learnt and not run.everything:
        # What true pairs share changes slowly and was learnt from everybody; weights of two runs stay comparable.
        settings = replace(settings, model=Model.from_dict(before.model).grown_to(records))
    elif settings.model is None and settings.labels is None:
        settings = replace(settings, labels=labels)
    result = link(people, work_dir=folder / "link", settings=settings, progress=progress)
    with acting_as_system(reason="deduplication"):
        lines = _lines(result, new)
        queued, reopened = _queue(run, result, lines)
        clustering.draw_all()
        find_households()
        run.state, run.finished_at, run.seen_until = RunState.FINISHED, timezone.now(), seen_until
        run.records, run.new_records, run.compared = records, new, result.compared
        run.found, run.queued = result.found, queued
        run.lower, run.upper = lines.lower, lines.upper
        run.model, run.left_out, run.seconds = result.model.as_dict(), result.left_out, result.seconds
        run.save()
        journal.record(
            act="deduplication.run.finished",
            subject=f"match_run:{run.pk}",
            details={
                "records": records,
                "new": new,
                "compared": result.compared,
                "found": result.found,
                "reopened": reopened,
            },
            count=queued,
        )
    return Found(
        run_id=run.pk,
        records=records,
        new_records=new,
        compared=result.compared,
        found=result.found,
        queued=queued,
        seconds=result.seconds,
        reopened=reopened,
    )


def _write_labels(path: Path) -> Path | None:
    """Write what officers decided for the model to learn from: numbers of records and whether they are one person, no more."""
    decided = [(label.person_a_id, label.person_b_id, label.same) for label in clerical_labels()]
    if not decided:
        return None
    columns = dict(zip(_LABELS.names, map(list, zip(*decided, strict=True)), strict=True))
    pq.write_table(pa.table(columns, schema=_LABELS), path)
    return path


def _registered() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registration.person_match_features")
        return int(cursor.fetchone()[0])


def _lines(result: LinkResult, new: int) -> Thresholds:
    """The lines of the run, drawn together where more pairs lie between them than officers can look at."""
    with duckdb.connect() as duck:
        weights = duck.execute(
            "SELECT ceil(weight * 100) / 100, count(*) FROM read_parquet(?) GROUP BY 1", [str(result.pairs)]
        ).fetchall()
    limits = limits_at()
    within = lines_within([(float(w), int(n)) for w, n in weights], limits.most_to_review(new), limits.costs)
    return Thresholds(max(result.model.lower, within.lower), min(result.model.upper, within.upper))


def _queue(run: MatchRun, result: LinkResult, lines: Thresholds) -> tuple[int, int]:
    """Queue what is new, weigh anew what waits, bring back what gained strong evidence: (queued, brought back)."""
    if not result.found:
        return 0, 0
    columns = {
        "person_a": "bigint",
        "person_b": "bigint",
        "weight": "float8",
        "probability": "float8",
        "evidence": "text",
    }
    with duckdb.connect() as duck:
        reader = duck.execute(
            f"""
            SELECT least(record_id_a, record_id_b) AS person_a, greatest(record_id_a, record_id_b) AS person_b,
                   weight, probability, {reasons_sql(result.model)} AS evidence
            FROM read_parquet(?)
            """,
            [str(result.pairs)],
        ).to_arrow_table()
    with staged(columns, reader) as name, connection.cursor() as cursor:
        values = {"run": run.pk, "lower": lines.lower, "upper": lines.upper, "strong": limits_at().strong_evidence}
        cursor.execute(_REOPEN.format(staged=name), values)
        reopened = int(cursor.rowcount)
        cursor.execute(_WEIGH.format(staged=name), values)
        cursor.execute(_QUEUE.format(staged=name), values)
        return int(cursor.rowcount), reopened


@contextmanager
def _alone() -> Iterator[None]:
    """Hold a lock of this session until the run ends, so that two runs never work in one folder."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise refusals.RUN_UNDER_WAY.because()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
