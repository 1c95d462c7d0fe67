"""Which pairs are worth scoring: records that share a match key, found by one join per key recipe."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from mazdoor.matching.keys import RECIPES, key_sql


@dataclass(frozen=True, slots=True)
class Blocking:
    """How many distinct pairs were found, and how many records sat in keys too common to join, by recipe."""

    pairs: int
    left_out: dict[str, int] = field(default_factory=dict)
    found_by: dict[str, int] = field(default_factory=dict)


def block(con: duckdb.DuckDBPyConnection, *, max_block: int) -> Blocking:
    """Make table `blocked` (match_key, join_key_l, join_key_r) of distinct pairs from `people`.

    A pair with no new record in it is left out: it was compared when the younger of the two came. A key shared by more
    than `max_block` records is too common to tell anything; it is skipped and its records counted, never in silence.
    """
    con.execute("CREATE OR REPLACE TABLE blocked_all (join_key_l INTEGER, join_key_r INTEGER, recipe UTINYINT)")
    left_out: dict[str, int] = {}
    found_by: dict[str, int] = {}
    only_new = bool(con.execute("SELECT bool_and(is_new) FROM people").fetchall()[0][0])
    new_only = "" if only_new else "AND (l.is_new OR r.is_new)"
    for number, recipe in enumerate(RECIPES):
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE one_key AS
            SELECT unique_id, is_new, k, count(*) OVER (PARTITION BY k) AS size
            FROM (SELECT unique_id, is_new, {key_sql(recipe, stored=False)} AS k FROM people)
            WHERE k IS NOT NULL
            QUALIFY size > 1
            """
        )
        skipped = con.execute(f"SELECT count(*) FROM one_key WHERE size > {max_block}").fetchall()[0][0]
        if skipped:
            left_out[recipe.name] = int(skipped)
        found = con.execute(
            f"""
            INSERT INTO blocked_all
            SELECT l.unique_id, r.unique_id, {number}
            FROM one_key l JOIN one_key r ON l.k = r.k AND l.unique_id < r.unique_id
            WHERE l.size <= {max_block} AND r.size <= {max_block} {new_only}
            """
        ).fetchall()
        found_by[recipe.name] = int(found[0][0])
    con.execute("DROP TABLE one_key")
    con.execute(
        """
        CREATE OR REPLACE TABLE blocked AS
        SELECT min(recipe) AS match_key, join_key_l, join_key_r FROM blocked_all GROUP BY join_key_l, join_key_r
        """
    )
    con.execute("DROP TABLE blocked_all")
    pairs = int(con.execute("SELECT count(*) FROM blocked").fetchall()[0][0])
    return Blocking(pairs, left_out, found_by)
