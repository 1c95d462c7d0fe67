"""Compare the register with itself and queue the pairs that nobody has looked at.

Names leave the database only into a folder of this process (mode 0700), which is removed whatever happens.
"""

from __future__ import annotations

import datetime as dt
import math
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection
from django.utils import timezone

from mazdoor.access.services import acting_as_system
from mazdoor.database.bulk import copy_out
from mazdoor.database.home import home_folder
from mazdoor.delivery.deduplication import clustering
from mazdoor.delivery.deduplication.filling import fill_queue
from mazdoor.delivery.deduplication.households import find_households
from mazdoor.delivery.deduplication.labels import clerical_labels
from mazdoor.delivery.deduplication.limits import limits_at
from mazdoor.delivery.deduplication.models import MatchRun
from mazdoor.delivery.deduplication.running import memory_limit, one_run, tell
from mazdoor.delivery.deduplication.states import RunState
from mazdoor.journal import services as journal
from mazdoor.matching.engines import check_engine
from mazdoor.matching.linkage import ENOUGH_TO_TRAIN, LinkResult, LinkSettings, link
from mazdoor.matching.model import Model
from mazdoor.matching.thresholds import Thresholds, lines_within, thresholds

Progress = Callable[[str, float], None]

#: A transaction that began before a run may commit after it: records this much older are compared once more.
_MARGIN = dt.timedelta(hours=1)
#: Of the whole, what is done when everybody has been read, and when all are linked.
_READ, _LINKED = 0.1, 0.9

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
    *,
    everything: bool = False,
    settings: LinkSettings | None = None,
    memory: str | None = None,
    engine: str = "duckdb",
    progress: Progress | None = None,
) -> Found:
    """Compare what is new since the last run with everybody (or all with all) and queue new pairs.

    Acts as the system by itself and commits by steps, so call it outside a transaction. Run again with
    nothing new it queues nothing. `memory`: what DuckDB may take (else a third of the machine's), and as much again Spark, where
    `engine` is "spark". Without `settings` the lines are those the costs of `limits.yaml` draw; they are drawn together where
    officers could not look at as many. A run over what is new weighs by the model that the last run over all learnt, for the
    register as large as it now is; where there is none for the levels of today, all are compared and a model is learnt, from
    what officers decided too. Raises `mazdoor.rules.problems.EngineMissing` where there is no Spark or no Java.
    Refuses DED-009 while another run is under way.
    """
    check_engine(engine)
    with one_run(everything=everything) as (run, before):
        folder = home_folder() / "work" / "deduplication"
        shutil.rmtree(folder, ignore_errors=True)  # what a killed run may have left
        folder.mkdir(parents=True, mode=0o700)
        lines = thresholds(limits_at().costs)
        settings = settings or LinkSettings(
            lower=lines.lower, upper=lines.upper, memory_limit=memory or memory_limit(), engine=engine
        )

        def told(step: str, share: float) -> None:
            tell(run, step, share)
            if progress is not None:
                progress(step, share)

        try:
            return _run(run, before, folder, settings, told)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _run(run: MatchRun, before: MatchRun | None, folder: Path, settings: LinkSettings, progress: Progress) -> Found:
    people = folder / "people.parquet"
    learnt = before is not None and before.model.get("records", 0) >= ENOUGH_TO_TRAIN and Model.is_current(before.model)
    since = before.seen_until - _MARGIN if before is not None and before.seen_until and not run.everything else None
    progress("read", 0.0)
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
    run.learnt = settings.model is None and records >= ENOUGH_TO_TRAIN
    run.labels = pq.read_metadata(settings.labels).num_rows if run.learnt and settings.labels is not None else 0
    result = link(
        people,
        work_dir=folder / "link",
        settings=settings,
        progress=lambda step, share: progress(step, _READ + (_LINKED - _READ) * share),
    )
    progress("queue", _LINKED)
    with acting_as_system(reason="deduplication"):
        weights = _weights(result)
        lines = _lines(result, weights, new)
        queued, reopened = fill_queue(run, result, lines)
        clustering.draw_all()
        find_households()
        run.state, run.finished_at, run.seen_until = RunState.FINISHED, timezone.now(), seen_until
        run.records, run.new_records, run.compared = records, new, result.compared
        run.found, run.queued = result.found, queued
        run.lower, run.upper = lines.lower, lines.upper
        run.model, run.left_out, run.seconds = result.model.as_dict(), result.left_out, result.seconds
        run.weights, run.step, run.share = _in_half_bits(weights), "done", 1.0
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
                "labels": run.labels,
                "costs": asdict(limits_at().costs),
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


def _weights(result: LinkResult) -> list[tuple[float, int]]:
    """The weights found, in hundredths of a bit, with how many pairs have each."""
    with duckdb.connect() as duck:
        rows = duck.execute(
            "SELECT ceil(weight * 100) / 100, count(*) FROM read_parquet(?) GROUP BY 1", [str(result.pairs)]
        ).fetchall()
    return [(float(weight), int(pairs)) for weight, pairs in rows]


def _in_half_bits(weights: list[tuple[float, int]]) -> list[list[float]]:
    """The same in steps of half a bit, as it is kept: what the curve of costs is drawn from."""
    steps: dict[float, int] = {}
    for weight, pairs in weights:
        step = math.floor(weight * 2) / 2
        steps[step] = steps.get(step, 0) + pairs
    return [[step, pairs] for step, pairs in sorted(steps.items())]


def _lines(result: LinkResult, weights: list[tuple[float, int]], new: int) -> Thresholds:
    """The lines of the run, drawn together where more pairs lie between them than officers can look at."""
    limits = limits_at()
    within = lines_within(weights, limits.most_to_review(new), limits.costs)
    return Thresholds(max(result.model.lower, within.lower), min(result.model.upper, within.upper))
