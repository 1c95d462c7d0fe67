"""Splink at work: expectation-maximisation learns what true pairs share.

Only this module knows Splink. What it learns is written back into our `Model`, so a model can be kept, read and used
at the counter without it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker

from mazdoor.matching.chance import frequency_columns
from mazdoor.matching.comparison import COMPARISONS
from mazdoor.matching.model import Model


@dataclass(frozen=True, slots=True)
class _Session:
    """Pairs to learn from: equal in these columns of `people` and `narrow`, so that the other fields can be learnt."""

    name: str
    equal: tuple[str, ...]

    @property
    def known(self) -> str:
        """Condition on one record: all is known; a day written down for want of a better one tells nobody apart."""
        told = [f"{column} IS NOT NULL" for column in self.equal]
        return " AND ".join([*told, "NOT rounded"] if "birth_date" in self.equal else told)

    @property
    def rule(self) -> str:
        """Condition on a pair. Members of one household are kept out: brothers agree on much without being one person."""
        alike = [f"l.{column} = r.{column}" for column in self.equal]
        alike += ["NOT l.rounded"] if "birth_date" in self.equal else []
        return " AND ".join([*alike, "l.household IS DISTINCT FROM r.household"])


_SESSIONS = (
    _Session("cnic", ("cnic",)),
    _Session("phone and names", ("phone", "given_sound", "father_head")),
    _Session("phone and birth", ("phone", "birth_date")),
    _Session("birth and names", ("birth_date", "given_head", "father_head")),
    _Session("names and place", ("given_sound", "surname_sound", "father_sound", "district_code")),
)
#: A session with fewer pairs teaches noise.
_ENOUGH = 300
#: Share of the learnt value in the result; the rest is the starting opinion, so no level becomes impossible.
_TRUST = 0.9
#: Of so many records every pair is learnt from; of a larger register as many, those who share a chosen part of the values.
TAUGHT_FROM = 1_000_000


def train(con: duckdb.DuckDBPyConnection, model: Model, max_pairs: int) -> list[str]:
    """Learn the `match` numbers of the model in place; gives the names of the sessions that had enough pairs.

    Reads `narrow` to find who meets anybody; only they are laid before Splink (table `taught`).
    """
    _choose(con, max(1, model.records // TAUGHT_FROM))
    splink = linker(con, model, "taught")
    learnt: list[str] = []
    for session in _SESSIONS:
        if session.name == "names and place" and "phone and names" in learnt:
            continue  # it also holds namesakes of one town, who are hard to tell from true pairs: a last resort
        pairs = con.execute(
            f"SELECT count(*) FROM taught l JOIN taught r ON {session.rule} WHERE l.unique_id < r.unique_id"
        ).fetchall()[0][0]
        if int(pairs) < _ENOUGH:
            continue
        splink.training.estimate_parameters_using_expectation_maximisation(
            session.rule,
            estimate_without_term_frequencies=True,
            max_pairs=max_pairs,
            record_sample_proportion=0.2,
        )
        learnt.append(session.name)
    if learnt:
        _take_over(splink, model)
    con.execute("DROP TABLE taught")
    return learnt


def _choose(con: duckdb.DuckDBPyConnection, one_in: int) -> None:
    """Table `taught`: the rows of `people` that meet another in a session, by one in so many of its values."""
    con.execute("CREATE OR REPLACE TEMP TABLE chosen (unique_id INTEGER)")
    for session in _SESSIONS:
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE meeting AS
            SELECT unique_id, k FROM (SELECT unique_id, hash({", ".join(session.equal)}) AS k FROM narrow
                                      WHERE {session.known}) WHERE k % {one_in} = 0
            """
        )
        con.execute(
            "INSERT INTO chosen SELECT unique_id FROM meeting "
            "SEMI JOIN (SELECT k FROM meeting GROUP BY k HAVING count(*) > 1) USING (k)"
        )
    con.execute(
        "CREATE OR REPLACE TABLE taught AS SELECT * FROM people WHERE unique_id IN (SELECT unique_id FROM chosen)"
    )
    con.execute("DROP TABLE meeting; DROP TABLE chosen")


def linker(con: duckdb.DuckDBPyConnection, model: Model, people: str = "people") -> Any:
    """A Splink linker over `people` (or some of them) with the numbers of the model and our frequency tables."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    db = DuckDBAPI(con)
    made = Linker(db.register(people), _settings(model), log_level=logging.ERROR)
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
