"""Doors out for who inspects work: children whose work is known and whom the law does not let do it yet.

Nobody marks them: they are found by their birth, their work and the least age of the place on the day, so that a birth or a
law put right is followed at once. A child lives in the area of the office that answers for them; the least age is that of
where the work is.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mazdoor.access import selectors as access
from mazdoor.delivery.registration.questionnaire.ages import least_ages
from mazdoor.delivery.registration.selectors import rows
from mazdoor.journal import services as journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Underage:
    """Children at work in the areas of whoever asks. ``children`` are persons, ``jobs`` employments (somebody may have two);
    ``by_district`` gives ``area_code``, ``children`` and the ``youngest`` age; ``listed`` one page of the jobs."""

    children: int
    jobs: int
    by_district: Sequence[Mapping[str, Any]]
    listed: Sequence[Mapping[str, Any]]


def children_at_work(*, on: dt.date, area_code: str = "", first: int = 0, limit: int = 50) -> Underage:
    """Who works on a day below the age the law lets them, by district of the home, the youngest first; from the ``first``.

    ``area_code`` narrows to a P-code prefix. Each of ``listed`` holds the
    person, the birth, ``age`` and the ``least_age``, the work, its place, employer and first day. Names of children are read
    by this, so the reading is journalled. Raises ``OFF-002``.
    """
    access.check_acting_may("registration.inspect")
    laws = least_ages(on=on)
    parameters = {
        "on": on,
        "areas": [law.area_code for law in laws],
        "domestic": [law.domestic for law in laws],
        "years": [law.least.years for law in laws],
        "within": area_code,
        "first": first,
        "limit": limit,
    }
    (counted,) = rows(_COUNTED, parameters)
    page = json.loads(counted["page"])
    found = rows(_LISTED, {"page": [row["employment_id"] for row in page]})
    told = {row["employment_id"]: row for row in found}
    listed = [told[row["employment_id"]] | row for row in page if row["employment_id"] in told]
    journal.record(
        act="registration.children_at_work.listed",
        subject=f"area:{area_code or 'all'}",
        details={"first": first},
        count=len(listed),
    )
    return Underage(
        children=counted["children"],
        jobs=counted["jobs"],
        by_district=json.loads(counted["by_district"]),
        listed=listed,
    )


_COUNTED = """
WITH here AS MATERIALIZED (
    SELECT * FROM registration.children_at_work(
        %(on)s::date, %(within)s, %(areas)s::text[], %(domestic)s::boolean[], %(years)s::integer[])
), page AS (
    SELECT employment_id, age, least_age FROM here ORDER BY left(area_code, 5), age, person_id, employment_id
    OFFSET %(first)s LIMIT %(limit)s
), districts AS (
    SELECT left(area_code, 5) AS area_code, count(DISTINCT person_id) AS children, min(age) AS youngest
    FROM here GROUP BY 1
)
SELECT (SELECT count(DISTINCT person_id) FROM here) AS children, (SELECT count(*) FROM here) AS jobs,
       (SELECT coalesce(jsonb_agg(d ORDER BY children DESC, area_code), '[]') FROM districts d) AS by_district,
       (SELECT coalesce(jsonb_agg(p), '[]') FROM page p) AS page
"""
_LISTED = """
SELECT e.employment_id, e.person_id, p.registry_number, p.given_name, p.surname, p.given_name_ur, p.surname_ur, p.sex,
       p.birth_date, p.birth_date_precision, p.area_code, e.isco_code, e.occupation_text, e.category, e.employer_kind,
       e.employer_name, e.business_id, b.name AS business_name, e.work_area_code, e.started_on, e.started_on_precision
FROM registration.employment_now e
JOIN registration.person_now p ON p.person_id = e.person_id
LEFT JOIN registration.business_now b ON b.business_id = e.business_id
WHERE e.employment_id = ANY (%(page)s::bigint[])
"""
