"""Learning from what officers decided: clerical labels beside expectation-maximisation."""

from __future__ import annotations

import duckdb

from mazdoor.matching.comparison import COMPARISONS
from mazdoor.matching.engines import Engine
from mazdoor.matching.model import Model
from mazdoor.matching.scoring import combined_sql

#: So many decided pairs count as much as all that was learnt without them.
AS_MUCH = 400.0


def learn_labels(con: duckdb.DuckDBPyConnection, engine: Engine, model: Model, labels: str) -> int:
    """Move the `match` numbers of ``model`` towards what true pairs share, decided pairs among them; how many were decided.

    Over table `scored`: each pair counts by the chance the model gives it, a decided pair by its decision (1 or 0). Officers
    see the doubtful pairs most, so decided pairs alone would teach that true pairs are unlike; the sure ones are counted
    beside them. ``labels``: a FROM clause of (record_id_a, record_id_b, same).
    """
    con.execute(
        f"""
        CREATE OR REPLACE TABLE decided_pairs AS
        SELECT least(x.unique_id, y.unique_id) AS l, greatest(x.unique_id, y.unique_id) AS r, any_value(same) AS same
        FROM {labels} JOIN folk x ON x.record_id = record_id_a JOIN folk y ON y.record_id = record_id_b GROUP BY ALL
        """
    )
    engine.take("decided_pairs")
    engine.make(
        "judged",
        f"""
        SELECT s.*, CASE WHEN d.same IS NULL THEN 1 / (1 + pow(2, -greatest(least({combined_sql(model)}, 60), -60)))
                         WHEN d.same THEN 1.0 ELSE 0.0 END AS chance, d.same IS NOT NULL AS decided
        FROM scored s LEFT JOIN decided_pairs d ON d.l = unique_id_l AND d.r = unique_id_r
        """,
    )
    decided = int(engine.rows("SELECT count(*) FROM judged WHERE decided")[0][0])
    trust = decided / (decided + AS_MUCH)
    for comparison in COMPARISONS:
        numbers = model.comparisons[comparison.name]
        level = f"level_{comparison.name}"
        rows = engine.rows(f"SELECT {level}, sum(chance) FROM judged WHERE {level} IS NOT NULL GROUP BY 1")
        seen = {str(name): float(share) for name, share in rows}
        whole = sum(seen.values())
        if whole < 1 or not decided:
            continue
        for name, each in numbers.items():
            each.match = round((1 - trust) * each.match + trust * max(seen.get(name, 0.0) / whole, 1e-6), 9)
    engine.drop("judged", "decided_pairs")
    return decided
