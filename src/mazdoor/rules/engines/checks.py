"""What must hold of a snapshot's tables before DuckDB reads them: columns, keys, groups, domains.

Each check asks a cheap question first, whose "yes" is proof (what was proved of these very files when they were cut; what
they say of their largest value; rows counted by a hash of what they are gathered by), and asks exactly only where that is not
enough. Nothing is sampled and nothing left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import duckdb

from mazdoor.kernel.numbers import MOST_ROWS
from mazdoor.rules.engines.proofs import group_bound, proved, rows_without_own_key
from mazdoor.rules.engines.sql.plan import Plan
from mazdoor.rules.engines.sql.writing import write_sql
from mazdoor.rules.language import typed
from mazdoor.rules.model import Entity, PolicySet
from mazdoor.rules.problems import RunStopped, did_you_mean

TOO_MANY: Final = f"more than {MOST_ROWS:,} rows belong to one"
_WHOLE: Final = (
    *("TINYINT", "SMALLINT", "INT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
)


def open_tables(connection: duckdb.DuckDBPyConnection, policy_set: PolicySet, plan: Plan, folder: Path) -> None:
    """The tables a plan reads as views over the Parquet of a snapshot folder, checked.

    Raises :class:`RunStopped` with every reason, ``FileNotFoundError`` without a folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError("there is no snapshot folder")
    for table in plan.tables:
        _open_table(connection, policy_set, plan, table, folder)
    reasons = _large_groups(connection, plan, folder)
    for table, query in plan.domains.items():
        if _surely_inside(connection, policy_set.table_entity(table), plan.tables[table]):
            continue
        for what, rows in execute(connection, write_sql(query, "duckdb")).fetchall():
            reasons.append((str(what), f"table {table}", int(rows)))
    if reasons:
        raise RunStopped(reasons)


def execute(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
    """Run ``sql``. DuckDB's own words for a failed conversion hold the value, so they are not passed on."""
    try:
        return connection.execute(sql)
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        raise RunStopped([(f"a value outside the domain ({type(error).__name__})", "the snapshot", 0)]) from None


def table_files(folder: Path, table: str) -> str | None:
    """The Parquet of a table in a snapshot folder, as DuckDB reads it; None where there is none."""
    if (folder / f"{table}.parquet").is_file():
        return str(folder / f"{table}.parquet")
    return str(folder / table / "*.parquet") if any((folder / table).glob("*.parquet")) else None


def quoted(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def _open_table(
    connection: duckdb.DuckDBPyConnection, policy_set: PolicySet, plan: Plan, table: str, folder: Path
) -> None:
    files = table_files(folder, table)
    if files is None:
        raise RunStopped([(f'the snapshot has no table "{table}"', "the snapshot", 0)])
    connection.execute(f'CREATE VIEW "{table}" AS SELECT * FROM read_parquet({quoted(files)}, union_by_name = true)')
    there = {str(name): str(kind) for name, kind, *_ in connection.execute(f'DESCRIBE "{table}"').fetchall()}
    entity = policy_set.table_entity(table)
    reasons = [reason for name in plan.tables[table] for reason in [wrong_column(entity, name, there)] if reason]
    if reasons:
        raise RunStopped([(reason, f"table {table}", 0) for reason in reasons])
    if entity.key in proved(folder, table).keys:
        return
    twice = rows_without_own_key(connection, f'"{table}"', entity.key)
    if twice:
        raise RunStopped([(f'"{entity.key}" is empty or stands twice', f"table {table}", twice)])


def wrong_column(entity: Entity, name: str, there: Mapping[str, str], *, text: str = "VARCHAR") -> str:
    """What is wrong with a column of the snapshot, or an empty string.

    ``there``: column → type in capitals, as the engine names it; ``text``: what it calls a text.
    """
    if name not in there:
        hint = did_you_mean(name, there)
        return f'the column "{name}" is missing' + (f" ({hint})" if hint else "")
    kind = there[name]
    wanted = entity.fields[name].type if name in entity.fields else typed.Text()
    if isinstance(wanted, typed.Number):
        scale = 0 if entity.fields[name].money else wanted.shape.scale
        if kind in _WHOLE:
            return ""
        if kind.startswith("DECIMAL(") and int(kind.rstrip(")").split(",")[1]) <= scale:
            return ""
        return f'the column "{name}" is {kind}, and must be exact with {scale} decimal places'
    name_wanted = {typed.Text: text, typed.YesNo: "BOOLEAN", typed.Day: "DATE"}[type(wanted)]
    return "" if kind == name_wanted else f'the column "{name}" is {kind}, and must be {name_wanted}'


def _large_groups(connection: duckdb.DuckDBPyConnection, plan: Plan, folder: Path) -> list[tuple[str, str, int]]:
    """Groups with more rows than an aggregate may run over (its sum could outgrow the domain)."""
    found: list[tuple[str, str, int]] = []
    for table, by in plan.groups:
        bound = proved(folder, table).at_most.get(by)
        if bound is None:
            bound = group_bound(connection, f'"{table}"', by)
        if bound <= MOST_ROWS:
            continue
        large = f'SELECT 1 FROM "{table}" WHERE "{by}" IS NOT NULL GROUP BY "{by}" HAVING count(*) > {MOST_ROWS}'
        row = connection.execute(f"SELECT count(*) FROM ({large})").fetchone()
        if row and row[0]:
            found.append((TOO_MANY, f"table {table}", int(row[0])))
    return found


def _surely_inside(connection: duckdb.DuckDBPyConnection, entity: Entity, names: tuple[str, ...]) -> bool:
    """Whether every fact is inside its domain, by the smallest and largest of each column and the codes there are."""
    fields = [entity.fields[name] for name in names if name in entity.fields]
    ranged = [each for each in fields if isinstance(each.type, typed.Number | typed.Day)]
    if ranged:
        ends = ", ".join(f'min("{each.name}"), max("{each.name}")' for each in ranged)
        try:
            # Alone, they are answered from what the files say of themselves.
            row = connection.execute(f'SELECT {ends} FROM "{entity.table}"').fetchone()
        except (duckdb.Error, ValueError, OverflowError):  # an end that Python cannot hold: asked exactly
            return False
        assert row is not None
        if not all(
            _holds(each.type, each.money, end) for each, end in zip([e for e in ranged for _ in "12"], row, strict=True)
        ):
            return False
    coded = [each for each in fields if isinstance(each.type, typed.Text) and each.type.one_of]
    if not coded:
        return True
    strange = " OR ".join(
        f'"{each.name}" NOT IN ({", ".join(quoted(code) for code in each.type.one_of)})'
        for each in coded
        if isinstance(each.type, typed.Text)
    )
    return connection.execute(f'SELECT 1 FROM "{entity.table}" WHERE {strange} LIMIT 1').fetchone() is None


def _holds(kind: typed.Type, money: bool, end: Any) -> bool:
    if end is None:
        return True
    if isinstance(kind, typed.Number):
        count = Fraction(end) * (1 if money else 10**kind.shape.scale)
        return kind.shape.low <= count <= kind.shape.high
    # Python holds an endless date as its own last or first: asked exactly.
    return isinstance(end, date) and date.min < end < date.max
