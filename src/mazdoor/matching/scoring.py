"""Weigh candidate pairs in bulk: levels once, then weights by table look-up, all in DuckDB.

The weights against strangers are Splink's own (a test compares them on the same pairs); they are written out here
because one pass over the pairs is several times faster than carrying every compared column through a result table.
"""

from __future__ import annotations

import math

import duckdb

from mazdoor.matching.chance import frequency_columns, level_sql
from mazdoor.matching.comparison import COMPARISONS, Comparison
from mazdoor.matching.model import RAREST, Model

#: Columns of `people` that scoring does not read.
_NOT_COMPARED = frozenset({"record_id", "born", "is_new", "unique_id"})


def score(con: duckdb.DuckDBPyConnection, model: Model, *, chunk_pairs: int = 20_000_000) -> None:
    """Turn table `blocked` into `scored`: ids, level and weight of each field, and the sums `strangers` and `kin`.

    The sums leave the priors out; `combined_sql` adds them. Pairs are taken in chunks, so memory does not grow with
    their number.
    """
    joins = " ".join(f"LEFT JOIN tf_{column} USING ({column})" for column in frequency_columns())
    tf = ", ".join(f"tf_{column}" for column in frequency_columns())
    con.execute(f"CREATE OR REPLACE TABLE people_tf AS SELECT people.*, {tf} FROM people {joins} ORDER BY unique_id")
    pairs = int(con.execute("SELECT count(*) FROM blocked").fetchall()[0][0])
    chunks = max(1, math.ceil(pairs / chunk_pairs))
    con.execute("DROP TABLE IF EXISTS scored")
    for chunk in range(chunks):
        where = f"WHERE join_key_l % {chunks} = {chunk}" if chunks > 1 else ""
        select = _select(con, model, where)
        con.execute(f"CREATE TABLE scored AS {select}" if chunk == 0 else f"INSERT INTO scored {select}")
    con.execute("DROP TABLE people_tf")


def combined_sql(model: Model) -> str:
    """SQL of `model.combine` over the columns `strangers` and `kin`."""
    s, k = f"(strangers + {model.prior_weight})", f"(kin + {model.kin_weight})"
    return f"(least({s}, {k}) - log2(1 + pow(2, least({s}, {k}) - greatest({s}, {k}))))"


def _select(con: duckdb.DuckDBPyConnection, model: Model, where: str) -> str:
    described = [row[0] for row in con.execute("DESCRIBE people_tf").fetchall() if row[0] not in _NOT_COMPARED]
    columns = ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in described)
    frequencies = ", ".join(f"greatest(tf_{column}_l, tf_{column}_r) AS tf_{column}" for column in frequency_columns())
    levels = ", ".join(f"{level_sql(comparison)} AS level_{comparison.name}" for comparison in COMPARISONS)
    names = ", ".join(f"level_{comparison.name}" for comparison in COMPARISONS)
    weights = ", ".join(f"{_weight_sql(model, comparison)} AS weight_{comparison.name}" for comparison in COMPARISONS)
    strangers = " + ".join(f"weight_{comparison.name}" for comparison in COMPARISONS)
    kin = " + ".join(_kin_sql(model, comparison.name) for comparison in COMPARISONS)
    household = f"CASE WHEN one_household THEN {_double(model.same_household_weight)} ELSE 0e0 END"
    return f"""
        WITH side_by_side AS (
            SELECT join_key_l AS unique_id_l, join_key_r AS unique_id_r, match_key, {columns}
            FROM blocked JOIN people_tf l ON l.unique_id = join_key_l JOIN people_tf r ON r.unique_id = join_key_r
            {where}
        ), levelled AS (
            SELECT unique_id_l, unique_id_r, match_key, coalesce(household_l = household_r, FALSE) AS one_household,
                   {levels}, {frequencies}
            FROM side_by_side
        ), weighed AS (
            SELECT unique_id_l, unique_id_r, match_key, one_household, {names}, {weights} FROM levelled
        )
        SELECT * EXCLUDE (one_household), {strangers} AS strangers, {kin} + {household} AS kin FROM weighed
    """


def _weight_sql(model: Model, comparison: Comparison) -> str:
    """Weight of one field against strangers, in bits, by its level."""
    whens = []
    for level in comparison.levels:
        numbers = model.comparisons[comparison.name][level.name]
        weight = _double(math.log2(numbers.match / numbers.stranger))
        if level.frequency_column:
            usual = model.usual_share(comparison, level.frequency_column)
            rarity = f"greatest(tf_{level.frequency_column}, {RAREST})"
            weight = f"{_double(math.log2(numbers.match / numbers.stranger * usual))} - log2({rarity})"
        whens.append(f"WHEN '{level.name}' THEN {weight}")
    return f"CASE level_{comparison.name} {' '.join(whens)} ELSE 0e0 END"


def _kin_sql(model: Model, comparison: str) -> str:
    """Weight of one field against kin, in bits, by its level."""
    whens = " ".join(
        f"WHEN '{level}' THEN {_double(math.log2(numbers.match / numbers.kin))}"
        for level, numbers in model.comparisons[comparison].items()
    )
    return f"CASE level_{comparison} {whens} ELSE 0e0 END"


def _double(number: float) -> str:
    """A literal DuckDB reads as a double: without the exponent it would be an exact decimal, and sums would overflow."""
    return f"{number:.15e}"
