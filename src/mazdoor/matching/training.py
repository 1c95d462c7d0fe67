"""Splink at work: expectation-maximisation learns what true pairs share.

Only this module knows Splink. What it learns is written back into our `Model`, so a model can be kept, read and used
at the counter without it.
"""

from __future__ import annotations

import logging
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker

from mazdoor.matching.chance import frequency_columns
from mazdoor.matching.comparison import COMPARISONS
from mazdoor.matching.model import Model

#: Pairs to learn from: they agree on some fields, so the others can be learnt. Members of one household are kept out,
#: because brothers agree on much without being one person.
_SESSIONS: tuple[tuple[str, str], ...] = (
    ("cnic", "l.cnic = r.cnic"),
    ("phone and names", "l.phone = r.phone AND l.given_sound = r.given_sound AND l.father_head = r.father_head"),
    ("phone and birth", "l.phone = r.phone AND l.birth_date = r.birth_date AND NOT l.rounded"),
    (
        "birth and names",
        "l.birth_date = r.birth_date AND NOT l.rounded AND l.given_head = r.given_head AND l.father_head = r.father_head",
    ),
    (
        "names and place",
        "l.given_sound = r.given_sound AND l.surname_sound = r.surname_sound AND l.father_sound = r.father_sound "
        "AND l.district_code = r.district_code",
    ),
)
_APART = " AND l.household IS DISTINCT FROM r.household"
#: A session with fewer pairs teaches noise.
_ENOUGH = 300
#: Share of the learnt value in the result; the rest is the starting opinion, so no level becomes impossible.
_TRUST = 0.9


def train(con: duckdb.DuckDBPyConnection, model: Model, max_pairs: int) -> list[str]:
    """Learn the `match` numbers of the model in place; gives the names of the sessions that had enough pairs."""
    splink = linker(con, model)
    learnt: list[str] = []
    for name, condition in _SESSIONS:
        if name == "names and place" and "phone and names" in learnt:
            continue  # it also holds namesakes of one town, who are hard to tell from true pairs: a last resort
        pairs = con.execute(
            f"SELECT count(*) FROM people l JOIN people r ON {condition} WHERE l.unique_id < r.unique_id {_APART}"
        ).fetchall()[0][0]
        if int(pairs) < _ENOUGH:
            continue
        splink.training.estimate_parameters_using_expectation_maximisation(
            condition + _APART,
            estimate_without_term_frequencies=True,
            max_pairs=max_pairs,
            record_sample_proportion=0.2,
        )
        learnt.append(name)
    if learnt:
        _take_over(splink, model)
    return learnt


def linker(con: duckdb.DuckDBPyConnection, model: Model) -> Any:
    """A Splink linker over `people` with the numbers of the model and our frequency tables."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    db = DuckDBAPI(con)
    made = Linker(db.register("people"), _settings(model), log_level=logging.ERROR)
    for column in frequency_columns():
        if column.endswith("_part"):
            continue  # what two names share is no column of either: Splink cannot weigh it (see `scoring`)
        made.table_management.register_term_frequency_lookup(db.register(f"tf_{column}"), column)
    return made


def _settings(model: Model) -> dict[str, Any]:
    comparisons = []
    for comparison in COMPARISONS:
        numbers = model.comparisons[comparison.name]
        levels: list[dict[str, Any]] = [
            {"sql_condition": comparison.unknown_sql, "label_for_charts": "unknown", "is_null_level": True}
        ]
        for level in comparison.levels:
            entry: dict[str, Any] = {
                "sql_condition": level.sql,
                "label_for_charts": level.name,
                "m_probability": numbers[level.name].match,
                "u_probability": numbers[level.name].stranger,
            }
            if level.frequency_column and not level.frequency_column.endswith("_part"):
                entry |= {"tf_adjustment_column": level.frequency_column, "tf_adjustment_weight": 1.0}
            levels.append(entry)
        comparisons.append({"output_column_name": comparison.name, "comparison_levels": levels})
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [],
        "probability_two_random_records_match": 1e-5,
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
        "max_iterations": 12,
        "em_convergence": 0.001,
    }


def _take_over(linker: Any, model: Model) -> None:
    """Read the learnt numbers out of Splink into the model, held a little towards the starting opinion."""
    trained = linker.misc.save_model_to_json()
    for comparison, written in zip(COMPARISONS, trained["comparisons"], strict=True):
        opinion = {level.name: level.match for level in comparison.levels}
        learnt = {
            entry["label_for_charts"]: entry.get("m_probability")
            for entry in written["comparison_levels"]
            if not entry.get("is_null_level")
        }
        raw = {name: learnt[name] if isinstance(learnt.get(name), float) else opinion[name] for name in opinion}
        whole = sum(raw.values())
        for name, value in raw.items():
            share = _TRUST * value / whole + (1 - _TRUST) * opinion[name]
            model.comparisons[comparison.name][name].match = round(share, 9)
