"""The run: files in, pairs and groups out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from mazdoor.matching.files import cleaning, groups, keys
from mazdoor.matching.files.among import Among
from mazdoor.matching.files.columns import Recognised, UnknownColumn, recognise
from mazdoor.matching.files.measuring import Quality, measure, truth_of
from mazdoor.matching.files.reading import read_files
from mazdoor.matching.written import literal, quoted

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class FileLinkResult:
    """What was found. ``pairs`` and ``groups`` are Parquet files in the folder asked for.

    ``compared`` pairs share a key; ``found`` groups hold ``paired`` pairs of rows; ``people`` counts each group once.

    ``pairs``: row_a, row_b (counted from 1 through the files), weight (bits), probability, and ``level_…`` and ``weight_…``
    of each field. ``together``: columns of later files → the column of the first they were taken for.
    ``groups``: group, row, source (1, or 2 for the second file and what was compared against). ``quality`` is
    None without a truth column.
    """

    rows: int
    compared: int
    found: int
    paired: int
    people: int
    recognised: Recognised
    keys: tuple[str, ...]
    quality: Quality | None
    pairs: Path
    groups: Path
    seconds: dict[str, float] = field(default_factory=dict)
    together: dict[str, str] = field(default_factory=dict)


def link_files(
    first: Path,
    second: Path | None = None,
    *,
    against: Sequence[Path] = (),
    out: Path,
    told: Mapping[str, str] | None = None,
    truth: str | None = None,
    truth_pattern: str | None = None,
    threshold: float = 0.0,
    lowest: float = -20.0,
    seed: int = 1,
    threads: int = 2,
    memory: str = "4GB",
    engine: str = "duckdb",
    progress: Progress | None = None,
) -> FileLinkResult:
    """Find the rows of one file, or of two, that are one person.

    ``against``: files whose rows were compared with each other before; what is looked for is who of ``first`` is in them, or
    in ``first`` twice. The rows are counted on through them. They cannot be given with ``second`` (ValueError).

    ``told``: column → kind (:class:`Kind`), for columns whose name misleads. ``truth``: a column that names the person
    (``truth_pattern`` takes the part of it that does); it is only measured against. ``threshold``: bits two groups of rows
    must reach on average to become one person. ``lowest``: pairs under it are not written. ``engine``: ``duckdb`` or ``spark``,
    which find the same pairs.

    Raises :class:`UnknownColumn` where a column is not there or nothing can be compared, ``duckdb.Error`` where a file
    cannot be read.
    """
    if second is not None and against:
        raise ValueError("a second file and files to compare against cannot be given at once")
    among = Among.ACROSS if second is not None else Among.NEW if against else Among.ALL
    run = _Run(out, seed, threshold, lowest, engine, progress or _silent)
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    with duckdb.connect() as con:
        con.execute(f"SET threads = {int(threads)}")
        con.execute(f"SET memory_limit = '{memory}'")
        con.execute(f"SET temp_directory = {literal(out / '.spill')}")
        others = against if second is None else [second]
        return run.link(con, [(first, 1), *((each, 2) for each in others)], among, told, truth, truth_pattern)


def _silent(step: str, share: float) -> None:
    """Progress nobody asked for."""


@dataclass(slots=True)
class _Run:
    out: Path
    seed: int
    threshold: float
    lowest: float
    engine: str
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    def link(
        self,
        con: duckdb.DuckDBPyConnection,
        files: list[tuple[Path, int]],
        among: Among,
        told: Mapping[str, str] | None,
        truth: str | None,
        truth_pattern: str | None,
    ) -> FileLinkResult:
        from mazdoor.matching.files import learning  # Splink takes a second to import; --help should not wait for it

        begun = time.perf_counter()
        self.progress("read", 0.0)
        fixed = (*(told or {}), *([truth] if truth else []))
        columns, together = read_files(con, files, among, fixed=fixed)
        if truth is not None and truth not in columns:
            raise UnknownColumn(f'there is no column "{truth}"; there are: {", ".join(columns)}')
        beside = ("source",) if truth is None else ("source", f"CAST({quoted(truth)} AS VARCHAR) AS truth")
        recognised = recognise(con, "given", told=told, apart=("source", *([truth] if truth else [])))
        if not recognised.fields:
            raise UnknownColumn("no column was recognised; tell what they hold (name=…, birth=…)")
        rows = cleaning.clean(con, "given", recognised.fields, beside=beside)
        begun = self._took("read", begun)
        self.progress("keys", 0.1)
        chosen = keys.choose_keys(con, recognised.fields, rows)
        begun = self._took("keys", begun)
        self.progress("compare", 0.2)
        compared = 0
        weighed: list[groups.Pair] = []
        unseen = self.lowest
        if chosen:
            strangers = learning.compare_pairs(
                con, recognised.fields, chosen, seed=self.seed, among=among, engine=self.engine
            )
            begun = self._took("compare", begun)
            self.progress("learn", 0.7)
            learnt = learning.learn(con, recognised.fields, strangers, _all_pairs(con, among))
            learning.weigh(con, recognised.fields, learnt)
            compared = int(con.execute("SELECT count(*) FROM weighed").fetchall()[0][0])
            unseen = learnt.prior
            weighed = [
                (int(a), int(b), float(weight))
                for a, b, weight in con.execute(
                    f"SELECT least(unique_id_l, unique_id_r), greatest(unique_id_l, unique_id_r), weight FROM weighed "
                    f"WHERE weight >= {self.lowest} ORDER BY 1, 2"
                ).fetchall()
            ]
            begun = self._took("learn", begun)
        self.progress("group", 0.85)
        found = groups.group(weighed, threshold=self.threshold, unseen=unseen)
        begun = self._took("group", begun)
        quality = None
        if truth is not None:
            quality = self._quality(con, found, truth_pattern, among, compared)
        self.progress("write", 0.95)
        pairs, written = self._write(con, recognised, found, empty=not chosen)
        self._took("write", begun)
        self.progress("done", 1.0)
        rules = tuple(str(key) for key in chosen)
        people = rows - sum(len(each) - 1 for each in found)
        return FileLinkResult(
            rows,
            compared,
            len(found),
            sum(len(each) * (len(each) - 1) // 2 for each in found),
            people,
            recognised,
            rules,
            quality,
            pairs,
            written,
            self.seconds,
            together,
        )

    def _took(self, step: str, begun: float) -> float:
        now = time.perf_counter()
        self.seconds[step] = round(now - begun, 2)
        return now

    def _quality(
        self, con: duckdb.DuckDBPyConnection, found: list[list[int]], pattern: str | None, among: Among, compared: int
    ) -> Quality:
        rows = con.execute("SELECT unique_id, truth, source FROM people ORDER BY unique_id").fetchall()
        values = [value for _, value, _ in rows if value is not None]
        if pattern is None and len(set(values)) == len(values):
            pattern = r"\d+"  # FEBRL names its people in a part of the row's own number
        truth = {int(row): truth_of(value, pattern) for row, value, _ in rows}
        seen = con.execute("SELECT unique_id_l, unique_id_r FROM weighed").fetchall() if compared else []
        source = {int(row): int(file) for row, _, file in rows}
        return measure(found, truth, ((int(a), int(b)) for a, b in seen), source, among)

    def _write(
        self, con: duckdb.DuckDBPyConnection, recognised: Recognised, found: list[list[int]], *, empty: bool
    ) -> tuple[Path, Path]:
        pairs, written = self.out / "pairs.parquet", self.out / "groups.parquet"
        fields = ", ".join(
            f"level_{each.name}, round(weight_{each.name}, 4) AS weight_{each.name}" for each in recognised.fields
        )
        if empty:
            none = ", ".join(
                f"CAST(NULL AS VARCHAR) AS level_{each.name}, 0.0 AS weight_{each.name}" for each in recognised.fields
            )
            con.execute(
                f"CREATE TABLE weighed AS SELECT 0 AS unique_id_l, 0 AS unique_id_r, 0.0 AS weight, {none} WHERE FALSE"
            )
        con.execute(
            f"COPY (SELECT least(unique_id_l, unique_id_r) AS row_a, greatest(unique_id_l, unique_id_r) AS row_b, "
            f"round(weight, 4) AS weight, round(1 / (1 + pow(2, -greatest(least(weight, 60), -60))), 6) AS probability, {fields} "
            f"FROM weighed WHERE weight >= {self.lowest} ORDER BY row_a, row_b) TO {literal(pairs)} (FORMAT parquet)"
        )
        con.execute("CREATE OR REPLACE TEMP TABLE grouped (number INTEGER, row INTEGER)")
        if found:
            numbered = json.dumps([[number, row] for number, rows in enumerate(found, 1) for row in rows])
            con.execute(
                "INSERT INTO grouped SELECT (pair->>0)::INTEGER, (pair->>1)::INTEGER "
                "FROM (SELECT unnest(from_json(?::JSON, '[\"JSON\"]')) AS pair)",
                [numbered],
            )
        con.execute(
            'COPY (SELECT g.number AS "group", g.row, p.source FROM grouped g JOIN people p ON p.unique_id = g.row '
            f"ORDER BY g.number, g.row) TO {literal(written)} (FORMAT parquet)"
        )
        return pairs, written


def _all_pairs(con: duckdb.DuckDBPyConnection, among: Among) -> float:
    rows = con.execute("SELECT source, count(*) FROM people GROUP BY source").fetchall()
    return float(among.pairs({int(source): int(count) for source, count in rows}))
