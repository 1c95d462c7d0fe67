"""The same programme for OpenFisca-core: run in an environment of its own, so it imports nothing of ours.

``python by_openfisca.py SNAPSHOT OUT`` → a decision row for each person in ``OUT/part-*.parquet``, and a line of JSON.
Amounts are float32, as OpenFisca holds numbers; what is not known is loaded as what the rule makes of it.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openfisca_core.entities import build_entity
from openfisca_core.periods import ETERNITY, MONTH
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD = "2026-07"
CLAUSES = 12
CATEGORIES = ["disability", "elderly", "children", "one earner", "other"]

person = build_entity(key="person", plural="persons", label="a person", is_person=True)
household = build_entity(
    key="household", plural="households", label="a household", roles=[{"key": "member", "plural": "members"}]
)


def _fact(entity: Any, name: str, kind: type) -> type[Variable]:
    return type(name, (Variable,), {"value_type": kind, "entity": entity, "definition_period": ETERNITY, "label": name})


def _formula(entity: Any, name: str, kind: type, formula: Any) -> type[Variable]:
    inside = {"value_type": kind, "entity": entity, "definition_period": MONTH, "label": name}
    return type(name, (Variable,), inside | {"formula": formula})


PERSON_FACTS = {
    "age": int,
    "female": bool,
    "alive": bool,
    "disability": bool,
    "identity_verified": bool,
    "informal": bool,
    "pay": float,
    "pay_known": bool,
    "phone_bill": float,
    "government_employee": bool,
    "income_taxpayer": bool,
    "vehicle": bool,
    "foreign_travel": bool,
    "other_relief": bool,
}
HOUSEHOLD_FACTS = {"province": int, "land_acres": float, "utility_bill": float, "pmt_score": float}


def _count(condition: Any) -> Any:
    return lambda home, period: home.sum(condition(home.members, period))


HOUSEHOLD_FORMULAS = {
    "size": (int, lambda home, period: home.nb_persons()),
    "under_five": (int, _count(lambda m, p: (m("age", p) >= 0) & (m("age", p) < 5))),
    "school_age": (int, _count(lambda m, p: (m("age", p) >= 5) & (m("age", p) < 17))),
    "elderly": (int, _count(lambda m, p: m("age", p) >= 60)),
    "women": (int, _count(lambda m, p: m("female", p) & (m("age", p) >= 18))),
    "disabled": (int, _count(lambda m, p: m("disability", p))),
    "earners": (int, _count(lambda m, p: m("pay", p) > 0)),
    "income": (float, lambda home, period: home.sum(home.members("pay", period))),
    "in_government": (bool, lambda home, period: home.any(home.members("government_employee", period))),
    "highest_phone_bill": (float, lambda home, period: home.max(home.members("phone_bill", period))),
    "minimum_wage": (float, lambda home, period: np.where(home("province", period) <= 4, 37_000, 40_000)),
    "gap_part": (
        float,
        lambda home, period: (
            np.floor(
                np.maximum(22_000 * home("size", period) - home("income", period), 0)
                * 0.375
                / (home("women", period) + 1)
                * 100
            )
            / 100
        ),
    ),
}


def _failed(p: Any, period: Any) -> Any:
    """One bit for each clause that is not met."""
    home, age = p.household, p("age", period)
    met = [
        p("identity_verified", period),
        p("alive", period),
        (age >= 18) & (age < 65),
        p("informal", period),
        p("pay_known", period) & (p("pay", period) < home("minimum_wage", period)),
        ~home("in_government", period),
        ~p("income_taxpayer", period),
        ~p("vehicle", period),
        ~p("foreign_travel", period),
        ~p("other_relief", period),
        (home("land_acres", period) <= 12.5)
        & (home("utility_bill", period) <= 10_000)
        & (home("highest_phone_bill", period) <= 2_500),
        (home("pmt_score", period) <= 80.25) & (home("income", period) < 22_000 * home("size", period)),
    ]
    found = np.zeros(p.count, dtype=np.int32)
    for bit, holds in enumerate(met):
        found += np.where(holds, 0, 1 << bit).astype(np.int32)
    return found


def _amount(p: Any, period: Any) -> Any:
    home = p.household
    capped = np.minimum(9_000, home("gap_part", period) + 650 * home("under_five", period))
    factor = np.where(home("disabled", period) > 0, 1.25, np.where(home("elderly", period) > 0, 1.1, 1))
    return np.where(p("failed", period) == 0, np.floor(capped * factor * 100 + 0.5) / 100, 0)


def _category(p: Any, period: Any) -> Any:
    home = p.household
    return np.select(
        [
            home("disabled", period) > 0,
            home("elderly", period) > 0,
            home("under_five", period) + home("school_age", period) > 0,
            home("earners", period) <= 1,
        ],
        [0, 1, 2, 3],
        4,
    )


PERSON_FORMULAS = {"failed": (int, _failed), "amount": (float, _amount), "category": (int, _category)}

FACTS = """
SELECT p.person_id, (dense_rank() OVER (ORDER BY p.household_id) - 1)::INTEGER AS home,
       coalesce(year(DATE '2026-07-01') - year(birth_date) - (month(birth_date) * 100 + day(birth_date) > 701)::INTEGER, -1)
           ::INTEGER AS age,
       sex = 'female' AS female, died_on IS NULL AS alive, coalesce(disability, false) AS disability,
       coalesce(identity_verified, false) AS identity_verified, coalesce(informal, false) AS informal,
       (coalesce(monthly_pay_amount, 0) / 100)::FLOAT AS pay, monthly_pay_amount IS NOT NULL AS pay_known,
       (coalesce(phone_bill_amount, 0) / 100)::FLOAT AS phone_bill,
       coalesce(government_employee, false) AS government_employee, coalesce(income_taxpayer, false) AS income_taxpayer,
       coalesce(vehicle, false) AS vehicle, coalesce(foreign_travel, false) AS foreign_travel,
       coalesce(other_relief, false) AS other_relief,
       substr(h.province_code, 3)::INTEGER AS province, coalesce(h.land_acres, 1e6)::FLOAT AS land_acres,
       coalesce(h.utility_bill_amount / 100, 1e6)::FLOAT AS utility_bill, coalesce(h.pmt_score, 1e6)::FLOAT AS pmt_score
FROM read_parquet('{persons}') p JOIN read_parquet('{households}') h USING (household_id)
"""


def system() -> TaxBenefitSystem:
    """The rules."""
    found = TaxBenefitSystem([person, household])
    for entity, facts in ((person, PERSON_FACTS), (household, HOUSEHOLD_FACTS)):
        for name, kind in facts.items():
            found.add_variable(_fact(entity, name, kind))
    for entity, formulas in ((person, PERSON_FORMULAS), (household, HOUSEHOLD_FORMULAS)):
        for name, (kind, formula) in formulas.items():
            found.add_variable(_formula(entity, name, kind, formula))
    return found


def _files(bucket: Path, table: str) -> Path:
    """A table of a bucket is one file, or a folder of parts."""
    one = bucket / f"{table}.parquet"
    return one if one.exists() else bucket / table / "*.parquet"


def run_bucket(rules: TaxBenefitSystem, bucket: Path, part: Path) -> None:
    """One bucket: facts in, rules, decision rows out."""
    with duckdb.connect() as connection:
        facts = FACTS.format(persons=_files(bucket, "persons"), households=_files(bucket, "households"))
        columns = connection.execute(facts).to_arrow_table()
    at = {name: columns[name].to_numpy() for name in columns.column_names if name != "person_id"}
    builder = SimulationBuilder()
    builder.create_entities(rules)
    count = len(columns)
    people = builder.declare_person_entity("person", np.arange(count))
    del people
    homes, first = np.unique(at["home"], return_index=True)
    group = builder.declare_entity("household", homes)
    builder.join_with_persons(group, at["home"], roles=np.zeros(count, dtype=np.int64))
    simulation = builder.build(rules)
    for name in PERSON_FACTS:
        simulation.set_input(name, "eternity", at[name])
    for name in HOUSEHOLD_FACTS:
        simulation.set_input(name, "eternity", at[name][first])
    failed, amount, category = (simulation.calculate(name, PERIOD) for name in ("failed", "amount", "category"))
    names = [f"f{bit + 1}" for bit in range(CLAUSES)]
    reasons = [",".join(name for bit, name in enumerate(names) if mask >> bit & 1) for mask in range(1 << CLAUSES)]
    deciding = np.array([text.split(",")[0] or "bench" for text in reasons])
    eligible = failed == 0
    rows = pa.table(
        {
            "unit_id": columns["person_id"],
            "eligible": eligible,
            "amount": pa.array(amount, mask=~eligible),
            "category": pa.array(np.array(CATEGORIES)[category], mask=~eligible),
            "deciding_clause": pa.array(deciding[failed]),
            "failed_clauses": pa.array(np.array(reasons)[failed]),
        }
    )
    pq.write_table(rows, part, compression="zstd")


def peak_mb() -> int:
    """Megabytes of the high-water mark of this process alone (``benchmarks.assessed.memory`` is not at hand here)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found.group(1)) // 1024


def main() -> int:
    """Run and tell."""
    snapshot, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    began, processor = time.monotonic(), time.process_time()
    rules = system()
    for bucket in sorted(snapshot.glob("bucket-*")):
        run_bucket(rules, bucket, out / f"part-{bucket.name.removeprefix('bucket-')}.parquet")
    seconds, processor = time.monotonic() - began, time.process_time() - processor
    peak = peak_mb()
    print(json.dumps({"seconds": seconds, "processor": processor, "peak": peak}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
