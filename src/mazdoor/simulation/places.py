"""Who has a place: the quota of a programme laid over the finished results of a run.

The order is that of :mod:`mazdoor.rules.quotas`. Where a unit stands for many (weights), it takes as many places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb

from mazdoor.rules import PolicySet, apply_quota_to_parquet
from mazdoor.rules.quotas import places_of

Places = Mapping[tuple[str, str], int]


def columns_for(policy_set: PolicySet, programme: str) -> list[str]:
    """The columns of results that a quota reads besides the category; none where the programme has no quota."""
    quota = policy_set.programmes[programme].quota
    return [] if quota is None else list(dict.fromkeys([quota.area, *quota.order]))


def places_within(
    law: PolicySet,
    reform: PolicySet,
    programme: str,
    areas: Sequence[str],
    *,
    at: date,
    known_at: datetime | date | None,
) -> Places:
    """The places where a reform holds in ``areas`` only: its own for areas inside them, the law's for all others."""
    changed = places_of(reform, programme, at=at, known_at=known_at)
    kept = {} if law.programmes[programme].quota is None else places_of(law, programme, at=at, known_at=known_at)
    inside = tuple(areas)
    return {key: size for key, size in kept.items() if not key[1].startswith(inside)} | {
        key: size for key, size in changed.items() if key[1].startswith(inside)
    }


def only_inside(
    connection: duckdb.DuckDBPyConnection,
    policy_set: PolicySet,
    programme: str,
    files: str,
    *,
    at: date,
    known_at: datetime | date | None,
    out: Path,
    folk: str | None,
    places: Places | None = None,
) -> str:
    """The results with those who have no place as not eligible and without an amount, and a column ``without_place``.

    The files as given where the programme has no quota. ``folk`` names a table with ``unit_id`` and ``weight``.
    """
    if policy_set.programmes[programme].quota is None:
        return files
    whole = out.with_name(f"{out.stem}-whole.parquet")
    connection.execute(f"COPY (FROM read_parquet({_quoted(files)})) TO {_quoted(str(whole))} (FORMAT parquet)")
    standing = apply_quota_to_parquet(
        policy_set,
        programme,
        whole,
        at=at,
        known_at=known_at,
        out=out.with_name(f"{out.stem}-standing.parquet"),
        places=places,
    )
    weight = f"LEFT JOIN (SELECT unit_id, weight FROM {folk}) f USING (unit_id)" if folk else ""
    taken = (
        "sum(coalesce(f.weight, 1)) OVER (PARTITION BY s.category, s.area ORDER BY s.rank ROWS UNBOUNDED PRECEDING)"
        if folk
        else "s.rank"
    )
    connection.execute(
        f"""
        COPY (WITH behind AS (
                SELECT unit_id FROM (SELECT s.unit_id, s.places, {taken} AS taken
                                     FROM read_parquet({_quoted(str(standing))}) s {weight} WHERE s.rank IS NOT NULL)
                WHERE taken > places)
              SELECT r.* REPLACE (r.eligible AND b.unit_id IS NULL AS eligible,
                                  CASE WHEN b.unit_id IS NULL THEN r.amount END AS amount),
                     b.unit_id IS NOT NULL AS without_place
              FROM read_parquet({_quoted(str(whole))}) r LEFT JOIN behind b USING (unit_id))
        TO {_quoted(str(out))} (FORMAT parquet)
        """
    )
    return str(out)


def without_place(connection: duckdb.DuckDBPyConnection, files: str | None) -> int | None:
    """How many units qualify and have no place (weighted where they stand for many); None without a quota."""
    if files is None:
        return None
    names = {
        str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM read_parquet({_quoted(files)})").fetchall()
    }
    if "without_place" not in names:
        return None
    row = connection.execute(
        f"SELECT coalesce(round(sum(f.weight)), 0)::BIGINT FROM read_parquet({_quoted(files)}) r JOIN folk f USING (unit_id) "
        "WHERE r.without_place"
    ).fetchone()
    return int(row[0]) if row else 0


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
