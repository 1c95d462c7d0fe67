"""One snapshot laid open for a simulation: its households and units as tables of DuckDB, with what figures are broken down by.

Tables: ``homes`` (one row a household: place, persons, weight, income a head, decile) and ``folk`` (one row a unit of the
programme: its household, and the sex, sector and category of work of the person who stands for it: the person, or the head of
the family or household). All set-based; amounts are whole paisa.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Final

import duckdb

from mazdoor.rules import PolicySet
from mazdoor.rules.model import Entity
from mazdoor.simulation.snapshots import SURVEY, Source, columns_of, table_glob

HOUSEHOLD: Final = "household"
PERSON: Final = "person"
DISTRICT_LENGTH: Final = 5
"""Characters of an area code that name a district (PK603 of PK60301)."""
MONTH_DAYS, MONTH_HOURS = 26, 208
"""A month of pay by the day or hour: 26 days of eight hours, as the notified daily rates of Pakistan hold."""
BREAKDOWNS: Final = ("province", "district", "sex", "sector", "work", "decile", "category")


@dataclass(frozen=True, slots=True)
class Welfare:
    """Where the welfare of households comes from, and how far it reaches. Shares are fractions of one, of households or jobs.

    ``basis``: ``survey`` (the snapshot gives it), ``synthetic`` (made with the population), ``pay`` (derived from employments)
    or ``none``. ``unpriced``: share of live employments whose pay cannot be said for a month (by the piece or season, or
    unknown), which count as nothing. ``nothing``: share of households without any income.
    """

    basis: str
    weighted: bool
    unpriced: float | None
    nothing: float | None


class Study:
    """A snapshot opened for one programme's units. A context manager: it holds a DuckDB connection."""

    def __init__(self, policy_set: PolicySet, source: Source, unit: str, *, at: date, memory: str = "4GB") -> None:
        self.policy_set, self.source, self.at = policy_set, source, at
        self.unit = policy_set.entities[unit]
        self.connection = duckdb.connect()
        self.connection.execute(f"SET memory_limit = '{memory}'")
        self.columns: dict[str, set[str]] = {}
        for entity in policy_set.entities.values():
            self._open(entity.table)
        self._open(SURVEY)
        self.welfare = self._homes()
        self._folk()

    def __enter__(self) -> Study:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def _open(self, table: str) -> None:
        files = table_glob(self.source.folder, table)
        if files is not None:
            quoted = files.replace("'", "''")
            self.connection.execute(
                f"CREATE VIEW \"{table}\" AS SELECT * FROM read_parquet('{quoted}', union_by_name = true)"
            )
            self.columns[table] = columns_of(self.connection, files)

    def has(self, entity: str, *columns: str) -> bool:
        """Whether the snapshot has the table of ``entity`` with these columns."""
        found = self.policy_set.entities.get(entity)
        return found is not None and set(columns) <= self.columns.get(found.table, set())

    def available(self) -> tuple[str, ...]:
        """The breakdowns this snapshot has anything for."""
        row = self.connection.execute(
            "SELECT count(f.province), count(f.district), count(f.sex), count(f.sector), count(f.work), count(f.decile), 1 "
            "FROM folk f"
        ).fetchone()
        assert row is not None
        return tuple(name for name, there in zip(BREAKDOWNS, row, strict=True) if there)

    # --- households

    def _homes(self) -> Welfare:
        if not self.has(HOUSEHOLD, "household_id"):
            self.connection.execute(
                "CREATE TABLE homes (household_id VARCHAR, area_code VARCHAR, province VARCHAR, district VARCHAR, "
                "persons BIGINT, weight DECIMAL(18,6), income BIGINT, decile INTEGER)"
            )
            return Welfare("none", False, None, None)
        table = self.policy_set.entities[HOUSEHOLD].table
        area = "h.area_code" if self.has(HOUSEHOLD, "area_code") else "NULL::VARCHAR"
        province = "h.province_code" if self.has(HOUSEHOLD, "province_code") else "NULL::VARCHAR"
        survey = self.columns.get(SURVEY, set())
        weight = "coalesce(s.weight, 0)::DECIMAL(18,6)" if "weight" in survey else "1::DECIMAL(18,6)"
        basis, unpriced = self._incomes("welfare_amount" in survey)
        joined = f'LEFT JOIN "{SURVEY}" s USING (household_id)' if survey else ""
        died = "died_on IS NULL OR died_on > $at" if self.has(PERSON, "died_on") else "$at IS NOT NULL"
        members = (
            f'SELECT household_id, count(*) AS persons FROM "{self.policy_set.entities[PERSON].table}" '
            f"WHERE {died} GROUP BY household_id"
            if self.has(PERSON, "household_id")
            else "SELECT NULL::VARCHAR AS household_id, 0::BIGINT AS persons WHERE $at IS NULL"
        )
        self.connection.execute(
            f"""
            CREATE TABLE homes AS
            WITH placed AS (
                SELECT h.household_id, {area} AS area_code, {province} AS province, left({area}, {DISTRICT_LENGTH}) AS district,
                       coalesce(m.persons, 0) AS persons, {weight} AS weight, i.income
                FROM "{table}" h LEFT JOIN ({members}) m USING (household_id) LEFT JOIN incomes i USING (household_id) {joined}),
            ranked AS (
                SELECT *, sum(weight * persons) OVER (ORDER BY income NULLS LAST RANGE UNBOUNDED PRECEDING)
                          - sum(weight * persons) OVER (PARTITION BY income) AS poorer,
                       sum(weight * persons) FILTER (WHERE income IS NOT NULL) OVER () AS everybody
                FROM placed)
            SELECT household_id, area_code, province, district, persons, weight, income,
                   CASE WHEN income IS NOT NULL AND everybody > 0 AND persons > 0
                        THEN least(10, 1 + floor(10 * poorer / everybody))::INTEGER END AS decile
            FROM ranked
            """,
            {"at": self.at},
        )
        row = self.connection.execute(
            "SELECT avg((coalesce(income, 0) <= 0)::INT) FROM homes WHERE persons > 0"
        ).fetchone()
        nothing = None if row is None or row[0] is None else float(row[0])
        return Welfare(basis, "weight" in survey, unpriced, nothing)

    def _incomes(self, given: bool) -> tuple[str, float | None]:
        """Table ``incomes``: paisa a head and month for each household, and what it rests on."""
        if given:
            self.connection.execute(
                f'CREATE TABLE incomes AS SELECT household_id, welfare_amount::BIGINT AS income FROM "{SURVEY}"'
            )
            return ("synthetic" if self.source.synthetic else "survey"), None
        if not (self.has("employment", "pay_period", "pay_amount", "person_id") and self.has(PERSON, "household_id")):
            self.connection.execute("CREATE TABLE incomes (household_id VARCHAR, income BIGINT)")
            return "none", None
        persons, jobs = self.policy_set.entities[PERSON].table, self.policy_set.entities["employment"].table
        live = "(ended_on IS NULL OR ended_on > $at)" if self.has("employment", "ended_on") else "$at IS NOT NULL"
        alive = "(died_on IS NULL OR died_on > $at)" if self.has(PERSON, "died_on") else "$at IS NOT NULL"
        self.connection.execute(
            f"""
            CREATE TABLE priced AS
            SELECT person_id, CASE pay_period WHEN 'month' THEN pay_amount WHEN 'day' THEN pay_amount * {MONTH_DAYS}
                                   WHEN 'hour' THEN pay_amount * {MONTH_HOURS} END AS pay, status
            FROM "{jobs}" WHERE {live}
            """,
            {"at": self.at},
        )
        self.connection.execute(
            f"""
            CREATE TABLE incomes AS
            SELECT household_id, (coalesce(sum(pay), 0) // count(DISTINCT person_id))::BIGINT AS income
            FROM "{persons}" LEFT JOIN priced USING (person_id) WHERE {alive} GROUP BY household_id
            """,
            {"at": self.at},
        )
        row = self.connection.execute(
            "SELECT avg((pay IS NULL)::INT) FROM priced WHERE status IS DISTINCT FROM 'contributing_family'"
        ).fetchone()
        return "pay", None if row is None or row[0] is None else float(row[0])

    # --- units

    def _folk(self) -> None:
        """Table ``folk``: each unit with its household and the person who stands for it."""
        unit, key = self.unit, self.unit.key
        sex = "p.sex" if self.has(PERSON, "sex") else "NULL::VARCHAR"
        stands = self._stands_for()
        homes = self.homes_of(unit)
        person = "LEFT JOIN stands USING (unit_id)" if stands else ""
        persons = (
            f'LEFT JOIN "{self.policy_set.entities[PERSON].table}" p ON p.person_id = stands.person_id'
            if stands and self.has(PERSON, "person_id")
            else "LEFT JOIN (SELECT NULL::VARCHAR AS person_id, NULL::VARCHAR AS sex) p ON false"
        )
        work = self._work()
        if stands:
            self.connection.execute(f"CREATE TABLE stands AS {stands}")
        self.connection.execute(
            f"""
            CREATE TABLE folk AS
            SELECT u."{key}" AS unit_id, h.household_id, h.area_code, h.province, h.district, h.decile,
                   coalesce(h.weight, 1::DECIMAL(18,6)) AS weight, {sex} AS sex, w.sector, w.work
            FROM (SELECT *, "{key}" AS unit_id FROM "{unit.table}") u {person} {persons}
            LEFT JOIN ({work}) w ON w.person_id = p.person_id
            LEFT JOIN ({homes}) r ON r.unit_id = u."{key}" LEFT JOIN homes h ON h.household_id = r.household_id
            """
        )

    def homes_of(self, unit: Entity) -> str:
        """A query of (unit_id, household_id) for every row of ``unit``."""
        if unit.id == HOUSEHOLD:
            return f'SELECT "{unit.key}" AS unit_id, household_id FROM "{unit.table}"'
        path = route(self.policy_set, unit, HOUSEHOLD)
        if path is None:
            return "SELECT NULL::VARCHAR AS unit_id, NULL::VARCHAR AS household_id WHERE false"
        return f'SELECT t0."{unit.key}" AS unit_id, {self._walk(unit, path)}'

    def _walk(self, unit: Entity, path: tuple[str, ...]) -> str:
        """``column FROM …``: the key at the end of a path of links, starting at the unit's table as t0."""
        here, joins = unit, f'"{unit.table}" t0'
        for step, name in enumerate(path[:-1]):
            link = here.links[name]
            to = self.policy_set.entities[link.entity]
            joins += f' LEFT JOIN "{to.table}" t{step + 1} ON t{step + 1}."{to.key}" = t{step}."{link.by}"'
            here = to
        return f't{len(path) - 1}."{here.links[path[-1]].by}" AS household_id FROM {joins}'

    def _stands_for(self) -> str | None:
        """A query of (unit_id, person_id): the person who stands for a unit; None where there is none."""
        if PERSON not in self.policy_set.entities or not self.has(PERSON):
            return None
        if self.unit.id == PERSON:
            return f'SELECT "{self.unit.key}" AS unit_id, person_id FROM "{self.unit.table}"'
        for link in self.unit.links.values():
            if link.entity == PERSON:
                return f'SELECT "{self.unit.key}" AS unit_id, "{link.by}" AS person_id FROM "{self.unit.table}"'
        for many in self.unit.collections.values():
            if many.entity == PERSON:
                order = "(family_role <> 'head', person_id)" if self.has(PERSON, "family_role") else "person_id"
                table = self.policy_set.entities[PERSON].table
                return (
                    f'SELECT "{many.by}" AS unit_id, arg_min(person_id, {order}) AS person_id FROM "{table}" GROUP BY 1'
                )
        return None

    def _work(self) -> str:
        """A query of (person_id, sector, work): the main live employment of each person."""
        if not self.has("employment", "person_id", "sector", "category"):
            return "SELECT NULL::VARCHAR AS person_id, NULL::VARCHAR AS sector, NULL::VARCHAR AS work WHERE false"
        table, key = self.policy_set.entities["employment"].table, self.policy_set.entities["employment"].key
        main = f'(NOT coalesce("primary", false), {key})' if self.has("employment", "primary") else key
        live = f"ended_on IS NULL OR ended_on > DATE '{self.at}'" if self.has("employment", "ended_on") else "true"
        return (
            f"SELECT person_id, arg_min(sector, {main}) AS sector, arg_min(category, {main}) AS work "
            f'FROM "{table}" WHERE {live} GROUP BY person_id'
        )


def route(policy_set: PolicySet, start: Entity, goal: str) -> tuple[str, ...] | None:
    """The shortest way from ``start`` to ``goal`` over to-one links, as their names; None where there is none."""
    waiting: deque[tuple[Entity, tuple[str, ...]]] = deque([(start, ())])
    seen = {start.id}
    while waiting:
        here, path = waiting.popleft()
        for link in here.links.values():
            if link.entity == goal:
                return (*path, link.name)
            if link.entity not in seen:
                seen.add(link.entity)
                waiting.append((policy_set.entities[link.entity], (*path, link.name)))
    return None
