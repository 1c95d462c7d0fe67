"""The quota of a programme at the command line: who has a place, laid over the results of a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from mazdoor.rules import PolicySet, Result, Standing, apply_quota, apply_quota_to_parquet

NOT_COUNTED = "The places were counted among these units alone; in a part of the country they say nothing of the whole."


def standings(
    policy_set: PolicySet, programme: str, results: Sequence[Result], *, at: date, known_at: date | None
) -> dict[str, Standing] | None:
    """The standing of every eligible unit; None where the programme has no quota."""
    if policy_set.programmes[programme].quota is None:
        return None
    return {each.unit: each for each in apply_quota(policy_set, programme, results, at=at, known_at=known_at)}


def plain(standing: Standing | None) -> dict[str, Any] | None:
    """A standing as plain values for JSON, with its reason in both languages."""
    if standing is None:
        return None
    reason = standing.reason()
    return {
        "inside": standing.inside,
        "rank": standing.rank,
        "places": standing.places,
        "area": standing.area,
        "reason": {"en": reason.en, "ur": reason.ur},
    }


def cell(standing: Standing | None) -> str:
    """A standing in a cell of a table."""
    if standing is None:
        return ""
    if standing.rank is None:
        return "no quota"
    return f"{'inside' if standing.inside else 'waits'}: {standing.rank:,} of {standing.places:,}"


def beside(
    policy_set: PolicySet, programme: str, out: Path, *, at: date, known_at: date | None
) -> dict[str, str | int] | None:
    """Write the standing beside the Parquet results ``out``: where it lies, and how many are inside and wait. None
    without a quota."""
    if policy_set.programmes[programme].quota is None:
        return None
    file = out.with_name(f"{out.stem}-standing.parquet")
    apply_quota_to_parquet(policy_set, programme, out, at=at, known_at=known_at, out=file)
    with duckdb.connect() as engine:
        row = engine.execute(
            "SELECT count(*) FILTER (WHERE inside), count(*) FILTER (WHERE NOT inside) FROM read_parquet(?)",
            [str(file)],
        ).fetchone()
    assert row is not None
    return {"out": str(file), "inside": int(row[0]), "waiting": int(row[1])}
