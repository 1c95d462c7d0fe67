"""Cutting a snapshot into buckets by household: every run then needs the memory of one bucket, and resumes at the next.

A row's *home* is the household it belongs to, found over the vocabulary's links (a contribution's person's household); where
a link is empty, the next one; where none leads home, the row is its own. Rows of one home are in one bucket, so that no link
and no collection crosses buckets: that is checked, and a snapshot that cannot be cut so is refused, never cut wrongly.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb

from mazdoor.rules.engines.checks import quoted, table_files
from mazdoor.rules.engines.proofs import prove
from mazdoor.rules.model import Entity, PolicySet
from mazdoor.rules.problems import RunStopped

ROWS_A_BUCKET: Final = 3_000_000
"""Rows of all tables that one bucket holds: the nation (95 million) takes 32 buckets, each some hundred MB in memory."""

_ROW_GROUP: Final = 122_880
"""Rows that Parquet keeps together; smaller groups are read more slowly."""

Progress = Callable[[str, int, int], None]


def buckets_for(rows: int) -> int:
    """How many buckets suit a snapshot of so many rows in all its tables; 1: it need not be cut."""
    return max(1, -(-rows // ROWS_A_BUCKET))


def snapshot_files(folder: Path, table: str) -> list[str]:
    """The Parquet files of a table in a snapshot, whole or cut; patterns as DuckDB reads them. Empty where there are none."""
    parts = sorted(each for each in folder.glob("bucket-*") if each.is_dir()) or [folder]
    return [found for each in parts for found in [table_files(each, table)] if found is not None]


def count_rows(policy_set: PolicySet, folder: Path) -> int:
    """Rows of all tables of a snapshot, as its files say."""
    with duckdb.connect() as connection:
        total = 0
        for entity in policy_set.entities.values():
            files = snapshot_files(folder, entity.table)
            if files:
                row = connection.execute(
                    "SELECT count(*) FROM read_parquet(?, union_by_name = true)", [files]
                ).fetchone()
                total += int(row[0]) if row else 0
        return total


def bucket_snapshot(
    policy_set: PolicySet,
    source: Path,
    out: Path,
    buckets: int | None = None,
    *,
    by: str = "household",
    memory: str = "4GB",
    threads: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Cut the snapshot ``source`` into ``out/bucket-000`` … by the home of each row. Gives the number of buckets.

    ``buckets``: how many (None: by the number of rows). ``by``: the entity that is a home. Rows and values stay as they are.
    ``out`` must not exist; it appears whole or not at all. Raises :class:`RunStopped` where a row links to one in another
    bucket (a person of one household in a family of another, say), ``ValueError`` where there is no such entity,
    ``FileNotFoundError`` without a snapshot, ``FileExistsError`` where ``out`` is there.
    """
    if by not in policy_set.entities:
        raise ValueError(f'the vocabulary has no entity "{by}"')
    if not source.is_dir():
        raise FileNotFoundError("there is no snapshot folder")
    if out.exists():
        raise FileExistsError(f"{out.name} is there already")
    number = buckets or buckets_for(count_rows(policy_set, source))
    beside = out.with_name(f".{out.name}.writing")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        with duckdb.connect() as connection:
            connection.execute("SET preserve_insertion_order = false")
            connection.execute("SET enable_progress_bar = false")
            connection.execute(f"SET memory_limit = '{memory}'")
            connection.execute(f"SET temp_directory = {quoted(str(beside / '.spill'))}")
            connection.execute(f"SET partitioned_write_flush_threshold = {_ROW_GROUP * min(number, 32)}")
            if threads:
                connection.execute(f"SET threads = {int(threads)}")
            _Cut(policy_set, source, beside, number, by, connection).cut(progress)
        shutil.rmtree(beside / ".spill", ignore_errors=True)
        beside.rename(out)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return number


class _Cut:
    """One snapshot being cut."""

    def __init__(
        self,
        policy_set: PolicySet,
        source: Path,
        out: Path,
        number: int,
        by: str,
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        self.source, self.out, self.number, self.connection = source, out, number, connection
        self.entities = policy_set.entities
        self.home = policy_set.entities[by]
        self.files = {name: found for name, each in self.entities.items() if (found := table_files(source, each.table))}
        self.placed: list[str] = []
        self.first: dict[str, str] = {}
        """By entity, the column by which its rows found their home first."""

    def cut(self, progress: Progress | None) -> None:
        """Every table, those that others look into first."""
        order = self.order()
        for step, entity in enumerate(order, start=1):
            self.cut_table(self.entities[entity], mapped=any(self.leans(each, entity) for each in order))
            self.placed.append(entity)
            if progress is not None:
                progress(self.entities[entity].table, step, len(order))
        self.check_links()
        for bucket in range(self.number):
            folder = self.out / f"bucket-{bucket:03}"
            relations = {
                name: f"read_parquet({quoted(files)})"
                for name in order
                if (files := table_files(folder, self.entities[name].table)) is not None
            }
            prove(self.connection, self.entities, folder, relations)

    def leans(self, entity: str, target: str) -> bool:
        """Whether rows of ``entity`` look for their home, or have a link to check, in those of ``target``."""
        return any(link.entity == target for link in self.entities[entity].links.values())

    def order(self) -> list[str]:
        """The home first, then each table after those its rows link to; tables nothing leads home from come last."""
        waiting, found = [name for name in self.files if name != self.home.id], []
        if self.home.id in self.files:
            found.append(self.home.id)
        while waiting:
            ready = [
                name
                for name in waiting
                if all(link.entity not in waiting or link.entity == name for link in self.entities[name].links.values())
            ]
            for name in ready or waiting[:1]:
                found.append(name)
                waiting.remove(name)
        return found

    def cut_table(self, entity: Entity, *, mapped: bool) -> None:
        """Write one table's rows into their buckets, and note where each row went if others link to it."""
        joins, homes = [], []
        for number, link in enumerate(entity.links.values()):
            if entity.id == self.home.id or (link.entity not in self.placed and link.entity != self.home.id):
                continue
            self.first.setdefault(entity.id, link.by)
            # A household's own home is its key, so nobody need look into the households.
            if link.entity != self.home.id:
                joins.append(f'LEFT JOIN "at_{link.entity}" AS l{number} ON l{number}.key = t."{link.by}"')
                homes.append(f"l{number}.home")
            homes.append(
                f'hash(t."{link.by}")' if link.entity == self.home.id else f"hash(t.\"{link.by}\" || '~{link.entity}')"
            )
            homes[-1] = f'CASE WHEN t."{link.by}" IS NOT NULL THEN {homes[-1]} END'
        homes.append(f'hash(t."{entity.key}"' + (")" if entity.id == self.home.id else f" || '~{entity.id}')"))
        read = f"read_parquet({quoted(self.files[entity.id])}, union_by_name = true)"
        home = f"coalesce({', '.join(homes)})"
        rows = f"SELECT t.*, {home} AS _home FROM {read} AS t {' '.join(joins)}"
        target = self.out / f".{entity.table}"
        self.connection.execute(
            f"COPY (SELECT * EXCLUDE (_home), (_home % {self.number})::USMALLINT AS _bucket FROM ({rows})) "
            f"TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (_bucket), ROW_GROUP_SIZE {_ROW_GROUP})"
        )
        self.move(entity.table, target)
        if mapped and entity.id != self.home.id:
            self.connection.execute(
                f'CREATE TABLE "at_{entity.id}" AS SELECT "{entity.key}" AS key, _home AS home FROM ({rows})'
            )

    def move(self, table: str, target: Path) -> None:
        """DuckDB's folders (``_bucket=7``) as ours; a bucket without rows of a table has the table, empty."""
        for bucket in range(self.number):
            folder = self.out / f"bucket-{bucket:03}"
            folder.mkdir(exist_ok=True)
            written = sorted((target / f"_bucket={bucket}").glob("*.parquet"))
            if len(written) == 1:
                written[0].rename(folder / f"{table}.parquet")
                continue
            (folder / table).mkdir()
            for part, each in enumerate(written):
                each.rename(folder / table / f"part-{part:03}.parquet")
            if not written:
                (folder / table).rmdir()
                read = f"read_parquet({quoted(str(self.source_of(table)))}, union_by_name = true)"
                empty = quoted(str(folder / f"{table}.parquet"))
                self.connection.execute(f"COPY (SELECT * FROM {read} LIMIT 0) TO {empty} (FORMAT parquet)")
        shutil.rmtree(target, ignore_errors=True)

    def source_of(self, table: str) -> str:
        """The files of a table before it was cut."""
        found = table_files(self.source, table)
        assert found is not None
        return found

    def check_links(self) -> None:
        """No link and no collection may lead to a row of another bucket."""
        reasons: list[tuple[str, str, int]] = []
        for name, by, target in sorted(self.ways()):
            crossing = 0
            for bucket in range(self.number):
                folder = self.out / f"bucket-{bucket:03}"
                own, there = (table_files(folder, self.entities[each].table) for each in (name, target))
                assert own is not None and there is not None
                key = self.entities[target].key
                row = self.connection.execute(
                    f"""
                    WITH gone AS (SELECT t."{by}" AS key FROM read_parquet({quoted(own)}) AS t
                                  WHERE t."{by}" IS NOT NULL AND NOT EXISTS
                                        (SELECT 1 FROM read_parquet({quoted(there)}) AS o WHERE o."{key}" = t."{by}"))
                    SELECT count(*) FROM gone
                    SEMI JOIN read_parquet({quoted(self.files[target])}, union_by_name = true) AS o ON o."{key}" = gone.key
                    """
                ).fetchone()
                crossing += int(row[0]) if row else 0
            if crossing:
                what = f'"{by}" leads to another {self.home.id}: the snapshot cannot be cut by it'
                reasons.append((what, f"table {self.entities[name].table}", crossing))
        if reasons:
            raise RunStopped(reasons)

    def ways(self) -> set[tuple[str, str, str]]:
        """(entity, its column, the entity whose key stands there) of every link and collection that could cross.

        What a row found its home by needs no check: it was put where that leads.
        """
        found = {(name, link.by, link.entity) for name in self.placed for link in self.entities[name].links.values()}
        found |= {
            (many.entity, many.by, name) for name in self.placed for many in self.entities[name].collections.values()
        }
        return {
            (name, by, target)
            for name, by, target in found
            if name in self.placed and target in self.placed and self.first.get(name) != by
        }
