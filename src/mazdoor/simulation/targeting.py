"""Who should be reached and is not, and the reverse; other programmes beside it; and whether the benefit is enough.

A benchmark is stated, never assumed: ``poorest:20`` (the poorest 20% of persons by income without the programme),
``below-line`` (below the poverty line used), or a yes-or-no formula of the rules language for the programme's unit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from mazdoor.rules import PolicySet, RunStopped, minimum_wage_table, run_duckdb
from mazdoor.simulation.asking import SimulationError
from mazdoor.simulation.comparing import result_files, tidy
from mazdoor.simulation.matching import run_condition
from mazdoor.simulation.places import only_inside
from mazdoor.simulation.report import Adequacy, Distribution, Overlap, Reach, Targeting
from mazdoor.simulation.study import HOUSEHOLD, Study, route

_POOREST: Final = re.compile(r"^poorest:(\d{1,2}(?:\.\d+)?)$")
BELOW_LINE: Final = "below-line"


def targeting(
    study: Study,
    policy_set: PolicySet,
    benchmark: str,
    distribution: Distribution | None,
    *,
    at: date,
    known_at: datetime | date | None,
    work: Path,
) -> Targeting:
    """Leakage and undercoverage against ``benchmark``. Raises :class:`SimulationError` where it cannot be applied here."""
    _mark(study, policy_set, benchmark.strip(), distribution, at=at, known_at=known_at, work=work)
    row = _row(
        study,
        "SELECT sum(weight) FILTER (WHERE inside), sum(weight) FILTER (WHERE NOT inside), "
        "sum(weight) FILTER (WHERE inside IS NULL) FROM sides LEFT JOIN benchmark USING (unit_id)",
    )
    inside, outside, unsaid = (_number(each) for each in row)
    reaches = []
    for side in ("before", "after"):
        told = _row(
            study,
            f"""
            SELECT sum(weight) FILTER (WHERE {side} AND inside IS NOT NULL), sum(weight) FILTER (WHERE {side} AND inside),
                   sum(weight * cost_{side}) FILTER (WHERE {side} AND inside IS NOT NULL),
                   sum(weight * cost_{side}) FILTER (WHERE {side} AND inside)
            FROM sides LEFT JOIN benchmark USING (unit_id)
            """,
        )
        reached, right, cost, right_cost = (_number(each) for each in told)
        reaches.append(
            Reach(
                reached,
                right,
                _part(reached - right, reached),
                _part(cost - right_cost, cost),
                _part(inside - right, inside),
            )
        )
    return Targeting(benchmark, inside, outside, unsaid, reaches[0], reaches[1])


def _mark(
    study: Study,
    policy_set: PolicySet,
    benchmark: str,
    distribution: Distribution | None,
    *,
    at: date,
    known_at: datetime | date | None,
    work: Path,
) -> None:
    """Table ``benchmark``: for each unit whether it is inside (null: cannot be said)."""
    share = _POOREST.match(benchmark)
    if share or benchmark == BELOW_LINE:
        if study.welfare.basis == "none":
            raise SimulationError(
                f'the benchmark "{benchmark}" needs incomes, and the snapshot has none: state a formula'
            )
        if share:
            inside, value = "100 * poorer < ? * everybody", float(share.group(1))
        else:
            if distribution is None or distribution.line is None:
                raise SimulationError("the benchmark below-line needs a poverty line: give one")
            inside, value = "income < ?", float(distribution.line) * 100
        study.connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE benchmark AS
            WITH known AS (SELECT household_id, income, persons * weight AS people FROM homes
                           WHERE income IS NOT NULL AND persons > 0),
            ranked AS (SELECT household_id, income, sum(people) OVER () AS everybody,
                              sum(people) OVER (ORDER BY income RANGE UNBOUNDED PRECEDING)
                              - sum(people) OVER (PARTITION BY income) AS poorer FROM known)
            SELECT f.unit_id, {inside} AS inside FROM folk f JOIN ranked USING (household_id)
            """,
            [value],
        )
        return
    files = run_condition(
        policy_set,
        study.unit.id,
        benchmark,
        study.source.folder,
        at=at,
        known_at=known_at,
        out=work / "benchmark.parquet",
    )
    study.connection.execute(
        "CREATE OR REPLACE TEMP TABLE benchmark AS SELECT unit_id, eligible AS inside FROM read_parquet($files)",
        {"files": files},
    )


# --- other programmes


def overlaps(
    study: Study,
    policy_set: PolicySet,
    programme: str,
    others: Sequence[str],
    *,
    at: date,
    known_at: datetime | date | None,
    work: Path,
) -> tuple[Overlap, ...]:
    """Households reached by ``programme`` (before, after) and by each of ``others`` on the same day, as the law stands.

    ``all`` stands for every other programme with a way to the household. One that cannot be evaluated says why.
    """
    wanted: list[str] = []
    for name in others:
        if name == "all":
            wanted.extend(each for each in policy_set.programmes if each != programme and _leads_home(policy_set, each))
        elif name not in policy_set.programmes or not _leads_home(policy_set, name):
            raise SimulationError(f'there is no programme "{name}" that reaches households')
        else:
            wanted.append(name)
    return tuple(
        _overlap(study, policy_set, name, at=at, known_at=known_at, work=work) for name in dict.fromkeys(wanted)
    )


def _leads_home(policy_set: PolicySet, programme: str) -> bool:
    unit = policy_set.entities[policy_set.programmes[programme].unit]
    return unit.id == HOUSEHOLD or (HOUSEHOLD in policy_set.entities and route(policy_set, unit, HOUSEHOLD) is not None)


def _overlap(
    study: Study, policy_set: PolicySet, name: str, *, at: date, known_at: datetime | date | None, work: Path
) -> Overlap:
    programme = policy_set.programmes[name]
    nothing = Decimal(0)
    if (programme.valid_from and at < programme.valid_from) or (programme.valid_to and programme.valid_to <= at):
        return Overlap(name, programme.title, nothing, nothing, nothing, "the programme does not run on this day")
    try:
        found = run_duckdb(
            policy_set, name, study.source.folder, at=at, known_at=known_at, out=work / f"beside-{name}.parquet"
        )
    except RunStopped as stopped:
        return Overlap(name, programme.title, nothing, nothing, nothing, str(stopped))
    files = only_inside(
        study.connection,
        policy_set,
        name,
        result_files(found.out),
        at=at,
        known_at=known_at,
        out=work / f"beside-{name}-inside.parquet",
        folk=None,
    )
    homes = study.homes_of(policy_set.entities[programme.unit])
    row = _row(
        study,
        f"""
        WITH there AS (SELECT DISTINCT household_id FROM read_parquet($files) JOIN ({homes}) USING (unit_id) WHERE eligible),
        here AS (SELECT household_id, bool_or(before) AS before, bool_or(after) AS after FROM sides GROUP BY household_id)
        SELECT sum(h.weight), sum(h.weight) FILTER (WHERE here.before), sum(h.weight) FILTER (WHERE here.after)
        FROM there JOIN homes h USING (household_id) LEFT JOIN here USING (household_id)
        """,
        {"files": files},
    )
    return Overlap(name, programme.title, _number(row[0]), _number(row[1]), _number(row[2]))


# --- enough


def adequacy(
    study: Study, policy_set: PolicySet, *, at: date, known_at: datetime | date | None, floor: Decimal | None
) -> tuple[Adequacy, ...]:
    """The benefit of one cycle against a month's minimum wage of the province, and against a stated floor, for each side."""
    wages: list[tuple[str, Decimal]] = []
    if "minimum_wage" in policy_set.parameters:
        wages = [
            (each.jurisdiction, Decimal(each.monthly_paisa) / 100)
            for each in minimum_wage_table(policy_set, known_at=known_at)
            if each.skill_class == "unskilled"
            and each.valid_from <= at
            and (each.valid_to is None or at < each.valid_to)
        ]
    study.connection.execute("CREATE OR REPLACE TEMP TABLE rates (province VARCHAR, rate DECIMAL(18,2))")
    if wages:
        study.connection.executemany("INSERT INTO rates VALUES (?, ?)", wages)
    found = []
    for side in ("before", "after"):
        row = _row(
            study,
            f"""
            SELECT sum(weight), sum(weight * cost_{side}), min(cost_{side}), max(cost_{side}),
                   sum(weight::DOUBLE * cost_{side} / rate) / nullif(sum(weight) FILTER (WHERE rate > 0), 0)::DOUBLE,
                   sum(weight) FILTER (WHERE cost_{side} >= rate), sum(weight) FILTER (WHERE cost_{side} < $floor),
                   count(rate)
            FROM sides LEFT JOIN rates USING (province) WHERE {side}
            """,
            {"floor": floor},
        )
        eligible = _number(row[0])
        there = bool(row[7])
        found.append(
            Adequacy(
                side,
                eligible,
                round(_number(row[1]) / eligible, 2) if eligible else None,
                _some(row[2]),
                _some(row[3]),
                None if row[4] is None else float(row[4]),
                _number(row[5]) if there else None,
                floor,
                _number(row[6]) if floor is not None else None,
            )
        )
    return tuple(found)


def _row(study: Study, sql: str, values: Any = None) -> tuple[Any, ...]:
    row = study.connection.execute(sql, values).fetchone()
    assert row is not None
    return tuple(row)


def _number(value: object) -> Decimal:
    return Decimal(0) if value is None else tidy(Decimal(str(value)))


def _some(value: object) -> Decimal | None:
    return None if value is None else tidy(Decimal(str(value)))


def _part(some: Decimal, whole: Decimal) -> float | None:
    return float(some / whole) if whole else None
