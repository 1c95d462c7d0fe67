"""How many of all pairs are one person: learnt from the pairs that were weighed, in each run over all."""

from __future__ import annotations

import math

import duckdb

from mazdoor.matching import chance
from mazdoor.matching.engines import Engine
from mazdoor.matching.model import Model
from mazdoor.matching.scoring import combined_sql

#: The least and the most that living in one household may add to the weight against kin, in bits. Members of one household
#: were seen side by side by whoever registered them.
SAME_HOUSEHOLD = (-12.0, -3.0)


def learn_priors(con: duckdb.DuckDBPyConnection, engine: Engine, model: Model) -> None:
    """The priors of ``model`` from table `scored`: the share at which the expected matches give themselves.

    Members of one household are counted for themselves: whether a register holds people twice in one household is
    its own affair, and decides how much their likeness may say.
    """
    total = model.records * (model.records - 1) / 2
    kin_apart = chance.kin_pairs(con)
    # the sums in steps of an eighth of a bit: a few thousand rows stand for millions of pairs
    engine.make(
        "sums",
        "SELECT round(strangers * 8) / 8 AS strangers, round(kin * 8) / 8 AS kin, one_household, count(*) AS pairs "
        "FROM scored GROUP BY 1, 2, 3",
    )
    engine.bring("sums_seen", "SELECT * FROM sums ORDER BY strangers, kin, one_household")
    apart, together = 0.02 * model.records, 0.0
    for turn in range(15):
        model.prior_weight = math.log2(min(apart + together, total / 2) / total)
        model.kin_weight = math.log2(apart / kin_apart)
        if turn:  # kin living apart are taken to be as many as those living together
            weight = math.log2(max(together, 0.5) / kin_apart) - model.kin_weight
            model.same_household_weight = min(max(weight, SAME_HOUSEHOLD[0]), SAME_HOUSEHOLD[1])
        rows = con.execute(
            "SELECT one_household, sum(pairs / (1 + pow(2, -greatest(least(w, 60), -60)))) "
            f"FROM (SELECT pairs, one_household, {combined_sql(model)} AS w FROM sums_seen) GROUP BY 1"
        ).fetchall()
        expected = {bool(one): float(pairs) for one, pairs in rows}
        apart, together = min(max(expected.get(False, 0.0), 1.0), total / 2), expected.get(True, 0.0)
    model.prior_weight = round(model.prior_weight, 6)
    model.kin_weight = round(model.kin_weight, 6)
    model.same_household_weight = round(model.same_household_weight, 6)
