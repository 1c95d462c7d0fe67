"""What a level is worth: Splink compares the candidate pairs, and the shares among true pairs are learnt from them.

Splink samples what strangers share, keeps how common each value is (term frequencies), joins the keys and sets every
pair on its levels. Its own learning asks each field in turn for pairs that agree on it, which needs hundreds of true
pairs a field; files here may hold fifty. So expectation-maximisation runs once over all candidate pairs, on the counts
of each pattern of levels, held to the opening opinion with the strength of :data:`OPINION` pairs.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker

from mazdoor.matching.files.among import Among
from mazdoor.matching.files.columns import Field
from mazdoor.matching.files.keys import Key
from mazdoor.matching.files.levels import comparisons

#: So many imagined pairs stand behind the opening opinion of each field.
OPINION = 15.0
#: Pairs of strangers looked at.
STRANGERS = 150_000
_ROUNDS = 80
_SETTLED = 1e-5
_FLOOR = 1e-7

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learnt:
    """For each field and level (Splink's numbers: the best highest) the shares; and how many pairs are one person."""

    match: dict[str, dict[int, float]]
    stranger: dict[str, dict[int, float]]
    labels: dict[str, dict[int, str]]
    prior: float  # log2 odds of any two rows
    expected: float  # pairs expected to be one person


def compare_pairs(
    con: duckdb.DuckDBPyConnection,
    fields: tuple[Field, ...],
    keys: list[Key],
    *,
    seed: int,
    among: Among,
    engine: str = "duckdb",
) -> dict[str, dict[int, float]]:
    """Make `compared`: each pair that shares a key, its level in every field (``gamma_…``) and the frequencies.

    ``among``: which pairs are looked for. ``engine``: ``duckdb``, or ``spark`` for the joining and comparing. Returns what
    strangers share, which is always sampled by DuckDB, so that both engines weigh alike.
    """
    logging.getLogger("splink").setLevel(logging.ERROR)
    rules = [key.rule() + among.rule() for key in keys]
    settings: dict[str, Any] = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "comparisons": comparisons(fields),
        "blocking_rules_to_generate_predictions": rules,
        "probability_two_random_records_match": 1e-4,
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
    }
    db = DuckDBAPI(con)
    linker = Linker(db.register("people"), settings, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=STRANGERS, seed=seed, min_count_per_level=None, num_chunks=1
    )
    strangers = _strangers(linker.misc.save_model_to_json(), fields)
    if engine == "spark":
        from mazdoor.matching.files import spark  # PySpark is not installed everywhere

        spark.predict(con, settings)
        return strangers
    found = linker.inference.predict()
    con.execute(f"CREATE OR REPLACE TABLE compared AS SELECT * FROM {found.physical_name}")
    found.drop_table_from_database_and_remove_from_cache()
    return strangers


def _strangers(settings: dict[str, Any], fields: tuple[Field, ...]) -> dict[str, dict[int, float]]:
    """Level → share among strangers; a level nobody stood on has a share of half a pair."""
    shares: dict[str, dict[int, float]] = {}
    for field, written in zip(fields, settings["comparisons"], strict=True):
        levels = [each for each in written["comparison_levels"] if not each.get("is_null_level")]
        seen = [each.get("u_probability") for each in levels]
        numbers = [float(share) if isinstance(share, int | float) else 0.0 for share in seen]
        numbers = [max(share, 0.5 / STRANGERS) for share in numbers]
        shares[field.name] = {len(levels) - 1 - place: share / sum(numbers) for place, share in enumerate(numbers)}
    return shares


def learn(
    con: duckdb.DuckDBPyConnection, fields: tuple[Field, ...], strangers: dict[str, dict[int, float]], all_pairs: float
) -> Learnt:
    """Learn the shares of true pairs from `compared`. ``all_pairs``: how many pairs the files could make."""
    written = comparisons(fields)
    levels = {field.name: each["comparison_levels"][1:] for field, each in zip(fields, written, strict=True)}
    columns = ", ".join(f"gamma_{field.name}" for field in fields)
    rows = con.execute(f"SELECT {columns}, count(*) FROM compared GROUP BY {columns} ORDER BY {columns}").fetchnumpy()
    patterns = np.column_stack([np.asarray(rows[f"gamma_{field.name}"], dtype=np.int64) for field in fields])
    weights = np.asarray(rows["count_star()"], dtype=np.float64)
    opinion = [_row([each["m_probability"] for each in levels[field.name]]) for field in fields]
    apart = [
        _row([strangers[field.name][level] for level in reversed(range(len(levels[field.name])))]) for field in fields
    ]
    match = [each.copy() for each in opinion]
    expected = min(max(0.02 * math.sqrt(2 * all_pairs), 1.0), all_pairs / 2)
    for _ in range(_ROUNDS):
        odds = np.full(len(weights), math.log(expected / (all_pairs - expected)))
        for place, (of_match, of_strangers) in enumerate(zip(match, apart, strict=True)):
            odds += np.log(of_match / of_strangers)[patterns[:, place] + 1]
        share = weights / (1 + np.exp(-np.clip(odds, -60, 60)))
        before, expected = expected, min(max(float(share.sum()), 1.0), all_pairs / 2)
        for place, held in enumerate(opinion):
            seen = np.bincount(patterns[:, place] + 1, weights=share, minlength=len(held))
            seen[0] = 0.0
            match[place][1:] = (seen[1:] + OPINION * held[1:]) / (seen.sum() + OPINION)
        if abs(expected - before) < _SETTLED * expected:
            break
    return Learnt(
        {field.name: _by_level(each) for field, each in zip(fields, match, strict=True)},
        strangers,
        {
            field.name: {
                len(levels[field.name]) - 1 - place: str(each["label_for_charts"])
                for place, each in enumerate(levels[field.name])
            }
            for field in fields
        },
        math.log2(expected / (all_pairs - expected)),
        expected,
    )


def _row(best_first: list[float]) -> Table:
    """Shares by Splink's number + 1: place 0 is the unknown, which says nothing (1 against 1), then worst to best."""
    return np.array([max(each, _FLOOR) for each in (1.0, *reversed(best_first))], dtype=np.float64)


def _by_level(row: Table) -> dict[int, float]:
    return {level: float(share) for level, share in enumerate(row[1:])}


def weigh(con: duckdb.DuckDBPyConnection, fields: tuple[Field, ...], learnt: Learnt) -> None:
    """Make `weighed`: unique_id_l, unique_id_r, `weight` in bits, and ``level_…`` and ``weight_…`` of each field."""
    columns = ", ".join(
        f"{_weight(field, learnt)} AS weight_{field.name}, {_label(field, learnt)} AS level_{field.name}"
        for field in fields
    )
    whole = " + ".join(f"weight_{field.name}" for field in fields)
    con.execute(
        f"CREATE OR REPLACE TABLE weighed AS SELECT *, {learnt.prior:.12e} + {whole} AS weight "
        f"FROM (SELECT unique_id_l, unique_id_r, {columns} FROM compared)"
    )
    con.execute("DROP TABLE compared")


def _weight(field: Field, learnt: Learnt) -> str:
    """Bits of a field. Where the values are the same, what counts is how common that value is, not values at large."""
    best = max(learnt.match[field.name])
    whens = []
    for level, share in learnt.match[field.name].items():
        bits = math.log2(share / learnt.stranger[field.name][level])
        if level == best:
            usual = math.log2(share)
            whens.append(
                f"WHEN {level} THEN {usual:.12e} - log2(greatest(tf_{field.name}_l, tf_{field.name}_r, {_FLOOR}))"
            )
        else:
            whens.append(f"WHEN {level} THEN {bits:.12e}")
    return f"CASE gamma_{field.name} {' '.join(whens)} ELSE 0e0 END"


def _label(field: Field, learnt: Learnt) -> str:
    whens = " ".join(f"WHEN {level} THEN '{label}'" for level, label in learnt.labels[field.name].items())
    return f"CASE gamma_{field.name} {whens} END"
