"""Find the pairs of records that may be one person, in bulk: DuckDB for the rows, Splink for training, on request Spark for pairs.

1. Names are taken apart and people laid out (`prepare`).
2. What strangers share by chance is counted, what kin share is counted from families living together (`chance`).
3. What true pairs share is learnt by expectation-maximisation (Splink), from pairs that agree on part of the fields.
4. Pairs sharing a match key are scored; the weight against kin is put beside the weight against strangers (`model`).
5. Pairs above the lower threshold are written to Parquet with the weight of each field.

Everything is seeded and ordered: the same people give the same file.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from mazdoor.matching import chance
from mazdoor.matching.blocking import Blocking, block, lay_out
from mazdoor.matching.comparison import COMPARISONS
from mazdoor.matching.engines import DuckDBEngine, Engine, check_engine
from mazdoor.matching.keys import RECIPES
from mazdoor.matching.labels import learn_labels
from mazdoor.matching.model import Model, starting_model
from mazdoor.matching.prepare import prepare, source_sql
from mazdoor.matching.priors import learn_priors
from mazdoor.matching.scoring import NAMES, combined_sql, score
from mazdoor.matching.written import literal

Progress = Callable[[str, float], None]

#: Fewer records than this teach a model nothing that the starting model does not know better.
ENOUGH_TO_TRAIN = 2_000


#: Bits under the lower threshold down to which the screen keeps pairs: priors are learnt from them, and they may rise.
SCREEN = 3.0


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """How to link. Weights are in bits; memory as DuckDB writes it.

    `lower`: pairs under it are not written. `upper`: pairs at or over it are taken for one person until an officer
    has looked. `use_cnic=False` links as if nobody had shown a CNIC. `model` uses a trained model and trains nothing (so
    does a register of fewer than 2,000 records, with the starting model).
    `labels`: a Parquet file of pairs officers decided (record_id_a,
    record_id_b, same), learnt from where the model is trained. `max_block`: a key shared by more records
    than this is left out and counted in the result; so is a key that would bring more than `pairs_a_record` pairs a record.
    `engine`: where keys are joined and pairs weighed, "duckdb" or "spark"; both find the same pairs. `memory_limit` is that of
    each of the two.
    """

    lower: float = 0.0
    upper: float = 7.0
    seed: int = 1
    use_cnic: bool = True
    model: Model | None = None
    training_pairs: int = 1_000_000
    chance_pairs: int = 2_000_000
    labels: Path | None = None
    max_block: int = 2_000
    pairs_a_record: float = 0.8
    threads: int = 2
    memory_limit: str = "4GB"
    engine: str = "duckdb"


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What a linkage run found, and how long each step took.

    `pairs` is a Parquet file: record_id_a, record_id_b, weight, probability, then for each field `level_<field>` (text,
    NULL where nothing can be said) and `weight_<field>` (bits), `weight_kinship`, `match_key` (the key that found it).
    """

    pairs: Path
    model: Model
    records: int
    compared: int
    found: int
    above_upper: int
    left_out: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    too_wide: dict[str, int] = field(default_factory=dict)


def link(
    persons: str | Path | duckdb.DuckDBPyRelation,
    *,
    work_dir: Path,
    settings: LinkSettings | None = None,
    progress: Progress | None = None,
) -> LinkResult:
    """Link people with themselves.

    `persons`: a Parquet or CSV path (globs allowed) or a DuckDB relation with `record_id` and any columns of
    `prepare.OPTIONAL`; where `is_new` is given, only pairs with a new record are looked for. `work_dir` is made if
    absent, private to this user; it holds names while linking and only `pairs.parquet` and `model.json` afterwards.
    `progress` is called with the name of the step and the share done. Raises ValueError for an engine that does not exist and
    `mazdoor.rules.problems.EngineMissing` where Spark or Java is not there; on a cluster `work_dir` is a folder of all workers.
    """
    settings = settings or LinkSettings()
    check_engine(settings.engine)
    work_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = work_dir / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        with duckdb.connect() as con:  # in memory, spilling to scratch: a database file costs a write-ahead log
            con.execute(f"SET threads = {settings.threads}; SET preserve_insertion_order = false")
            con.execute(f"SET memory_limit = '{settings.memory_limit}'")
            con.execute(f"SET temp_directory = {literal(scratch)}")
            return _Run(con, work_dir, settings, progress or _silent).run(persons)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _silent(step: str, share: float) -> None:
    """Progress nobody asked for."""


class _Run:
    """One linkage run: its connection, its settings and its clock."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, work_dir: Path, settings: LinkSettings, progress: Progress
    ) -> None:
        self.con = con
        self.work_dir = work_dir
        self.settings = settings
        self.progress = progress
        self.seconds: dict[str, float] = {}
        self.trained = True
        self.engine: Engine = DuckDBEngine(con)

    def run(self, persons: str | Path | duckdb.DuckDBPyRelation) -> LinkResult:
        records = self._timed("prepare", 0.0, lambda: self._prepare(persons))
        if records < 2:
            return self._nothing(records)
        model = self._timed("chance", 0.2, lambda: self._model(records))
        self._timed("lay out", 0.3, lambda: lay_out(self.con))
        if self.trained:
            from mazdoor.matching import training  # Splink takes most of a second to import; the counter never needs it

            self._timed("train", 0.35, lambda: training.train(self.con, model, self.settings.training_pairs))
            chance.set_slips_aside(model)
        if self.settings.engine == "spark":
            self.engine = self._timed("hand over", 0.45, lambda: self._spark(records))
        blocking = self._timed("block", 0.5, lambda: self._block(model))
        if blocking.pairs == 0:
            return self._nothing(records, model, blocking)
        self._timed("score", 0.65, lambda: self._score(model))
        if (labels := self.settings.labels) is not None and self.trained:
            self._timed("labels", 0.8, lambda: self._learn_labels(model, labels))
        found, above = self._timed("write", 0.95, lambda: self._write(model))
        model.save(self.work_dir / "model.json")
        self.progress("done", 1.0)
        return LinkResult(
            self.work_dir / "pairs.parquet",
            model,
            records,
            blocking.joined,
            found,
            above,
            blocking.left_out,
            self.seconds,
            blocking.too_wide,
        )

    def _timed(self, step: str, share: float, act: Callable[[], Any]) -> Any:
        self.progress(step, share)
        start = time.perf_counter()
        result = act()
        self.seconds[step] = round(time.perf_counter() - start, 2)
        return result

    def _prepare(self, persons: str | Path | duckdb.DuckDBPyRelation) -> int:
        source, relation = source_sql(persons)
        if relation is not None:  # a relation belongs to its own connection: hand it over as Arrow batches
            self.con.register(source, relation.fetch_arrow_reader(200_000))
            self.con.execute("CREATE TEMP TABLE people_read AS SELECT * FROM people_given")
            source = "people_read"
        return prepare(self.con, source, use_cnic=self.settings.use_cnic, numbered=True)

    def _model(self, records: int) -> Model:
        given = self.settings.model
        if given is None and records < ENOUGH_TO_TRAIN:
            given = starting_model(records)
        if given is not None:
            self.trained = False
            model = Model.from_dict(given.as_dict())
            chance.load_frequencies(self.con, model)
        else:
            model = chance.count(self.con, pairs=self.settings.chance_pairs)
            model.seed = self.settings.seed
        model.lower, model.upper = self.settings.lower, self.settings.upper
        return model

    def _spark(self, records: int) -> Engine:
        """What grows goes to Spark from here: it takes over the tables that keys, weights and names are read from."""
        from mazdoor.matching.spark import SparkEngine

        folder = self.work_dir / "scratch"
        engine = SparkEngine(self.con, folder, memory=self.settings.memory_limit, records=records)
        for table in ("narrow", "name_numbers", "names", *(f"tf_{name}_part" for name in NAMES)):
            engine.take(table)
        return engine

    def _block(self, model: Model) -> Blocking:
        if self.trained:  # not learnt yet: as if two in a hundred were there twice
            model.prior_weight = math.log2(0.04 / max(model.records, 2))
        return block(
            self.engine,
            model,
            max_block=self.settings.max_block,
            pairs_a_record=self.settings.pairs_a_record,
            least=self.settings.lower - SCREEN,
        )

    def _score(self, model: Model) -> None:
        """Table `scored`: for each candidate pair the field weights, and its sums against strangers and kin."""
        score(self.engine, model)
        if self.trained:
            learn_priors(self.con, self.engine, model)

    def _learn_labels(self, model: Model, labels: Path) -> None:
        """Learn once more, with what officers decided in the place of what the model believed, and weigh again."""
        learn_labels(self.con, self.engine, model, f"read_parquet({literal(labels)})")
        self._score(model)

    def _write(self, model: Model) -> tuple[int, int]:
        fields = ", ".join(
            f"level_{comparison.name}, round(weight_{comparison.name}, 4) AS weight_{comparison.name}"
            for comparison in COMPARISONS
        )
        target = literal(self.work_dir / "pairs.parquet")
        keys = "CASE match_key " + " ".join(f"WHEN {i} THEN '{key.name}'" for i, key in enumerate(RECIPES)) + " END"
        self.engine.bring(
            "likely",
            f"SELECT * FROM (SELECT *, {combined_sql(model)} AS w FROM scored) WHERE round(w, 4) >= {model.lower}",
        )
        self.con.execute(
            f"""
            COPY (
                SELECT l.record_id AS record_id_a, r.record_id AS record_id_b, round(w, 4) AS weight,
                       round(1 / (1 + pow(2, -greatest(least(w, 60), -60))), 6) AS probability, {fields},
                       round(w - (strangers + {model.prior_weight}), 4) AS weight_kinship, {keys} AS match_key
                FROM likely JOIN folk l ON l.unique_id = unique_id_l JOIN folk r ON r.unique_id = unique_id_r
                ORDER BY record_id_a, record_id_b
            ) TO {target} (FORMAT parquet, COMPRESSION zstd)
            """
        )
        row = self.con.execute(
            f"SELECT count(*), count(*) FILTER (weight >= {model.upper}) FROM read_parquet({target})"
        ).fetchall()[0]
        return int(row[0]), int(row[1])

    def _nothing(self, records: int, model: Model | None = None, blocking: Blocking | None = None) -> LinkResult:
        """The empty result, with the columns of a full one."""
        model = model or Model(0.0, 0.0, lower=self.settings.lower, upper=self.settings.upper, records=records)
        fields = ", ".join(
            f"CAST(NULL AS VARCHAR) AS level_{comparison.name}, 0.0 AS weight_{comparison.name}"
            for comparison in COMPARISONS
        )
        target = literal(self.work_dir / "pairs.parquet")
        self.con.execute(
            f"""COPY (SELECT record_id AS record_id_a, record_id AS record_id_b, 0.0 AS weight, 0.0 AS probability,
            {fields}, 0.0 AS weight_kinship, '' AS match_key FROM people WHERE FALSE)
            TO {target} (FORMAT parquet)"""
        )
        model.save(self.work_dir / "model.json")
        blocking = blocking or Blocking(0)
        return LinkResult(
            self.work_dir / "pairs.parquet",
            model,
            records,
            blocking.joined,
            0,
            0,
            blocking.left_out,
            self.seconds,
            blocking.too_wide,
        )


def reasons_sql(model: Model) -> str:
    """DuckDB expression over `pairs`: JSON of field -> level and weight, `kinship` and `prior` among them.

    With the prior in, the weights add up to the weight of the pair.
    """
    fields = ", ".join(
        f"'{comparison.name}': {{'level': level_{comparison.name}, 'weight': weight_{comparison.name}}}"
        for comparison in COMPARISONS
    )
    return (
        f"CAST(to_json({{{fields}, 'kinship': {{'level': CAST(NULL AS VARCHAR), 'weight': weight_kinship}}, "
        f"'prior': {{'level': CAST(NULL AS VARCHAR), 'weight': {model.prior_weight}}}}}) AS VARCHAR)"
    )
