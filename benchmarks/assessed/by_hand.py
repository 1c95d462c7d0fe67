"""The same programme as one SQL statement written by hand for DuckDB: the floor we are held against.

Written as somebody would who knows the data and DuckDB: one pass for the household aggregates, whole paisa, one SELECT.
It checks nothing (keys that stand twice, values outside their domain, faults): that is what it is the floor of.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from mazdoor.rules.engines.checks import table_files

SQL = """
WITH member AS (
    SELECT *, year(DATE '2026-07-01') - year(birth_date)
              - (month(birth_date) * 100 + day(birth_date) > 701)::INTEGER AS age
    FROM read_parquet('{persons}')
), gathered AS (
    SELECT household_id,
           count(*) AS size,
           count(*) FILTER (WHERE age < 5) AS under_five,
           count(*) FILTER (WHERE age >= 5 AND age < 17) AS school_age,
           count(*) FILTER (WHERE age >= 60) AS elderly,
           count(*) FILTER (WHERE sex = 'female' AND age >= 18) AS women,
           count(*) FILTER (WHERE disability) AS disabled,
           count(*) FILTER (WHERE monthly_pay_amount > 0) AS earners,
           coalesce(sum(monthly_pay_amount)::BIGINT, 0) AS income,
           CASE WHEN bool_or(government_employee) THEN true WHEN count(government_employee) < count(*) THEN NULL
                ELSE false END AS in_government,
           max(phone_bill_amount) AS highest_phone_bill
    FROM member WHERE household_id IS NOT NULL GROUP BY household_id
), home AS (
    SELECT h.household_id, land_acres, utility_bill_amount, pmt_score, size, under_five, school_age, elderly, women,
           disabled, earners, income, in_government, highest_phone_bill,
           CASE WHEN province_code IN ('PK1', 'PK2', 'PK3', 'PK4') THEN 3700000
                WHEN province_code IN ('PK5', 'PK6', 'PK7') THEN 4000000 END AS minimum_wage,
           -- part of the gap in paisa: gap * 0.375 / (women + 1), the rest of the paisa dropped
           ((2200000 * size - income) * 375) // ((women + 1) * 1000) AS gap_part
    FROM read_parquet('{households}') h LEFT JOIN gathered USING (household_id)
), judged AS (
    SELECT p.person_id,
           coalesce(p.identity_verified, false) AS f1,
           p.died_on IS NULL AS f2,
           coalesce(p.age >= 18 AND p.age < 65, false) AS f3,
           coalesce(p.informal, false) AS f4,
           coalesce(p.monthly_pay_amount < h.minimum_wage, false) AS f5,
           coalesce(NOT h.in_government, true) AS f6,
           coalesce(NOT p.income_taxpayer, true) AS f7,
           coalesce(NOT p.vehicle, true) AS f8,
           coalesce(NOT p.foreign_travel, true) AS f9,
           coalesce(NOT p.other_relief, true) AS f10,
           coalesce(h.land_acres <= 12.50 AND h.utility_bill_amount <= 1000000
                    AND coalesce(h.highest_phone_bill <= 250000, true), false) AS f11,
           coalesce(h.pmt_score <= 80.25 AND h.income < 2200000 * h.size, false) AS f12,
           ((least(900000, gap_part + 65000 * under_five)
             * CASE WHEN disabled > 0 THEN 125 WHEN elderly > 0 THEN 110 ELSE 100 END) * 2 + 100) // 200 AS paisa,
           CASE WHEN disabled > 0 THEN 'disability' WHEN elderly > 0 THEN 'elderly'
                WHEN under_five + school_age > 0 THEN 'children' WHEN earners <= 1 THEN 'one earner' ELSE 'other'
           END AS category,
           p.identity_verified IS NULL AS u1, p.age IS NULL AS u3, p.informal IS NULL AS u4,
           (p.monthly_pay_amount < h.minimum_wage) IS NULL AS u5, h.in_government IS NULL AS u6,
           p.income_taxpayer IS NULL AS u7, p.vehicle IS NULL AS u8, p.foreign_travel IS NULL AS u9,
           p.other_relief IS NULL AS u10,
           (h.land_acres <= 12.50 AND h.utility_bill_amount <= 1000000
            AND coalesce(h.highest_phone_bill <= 250000, true)) IS NULL AS u11,
           (h.pmt_score <= 80.25 AND h.income < 2200000 * h.size) IS NULL AS u12
    FROM member p LEFT JOIN home h USING (household_id)
), decided AS (
    SELECT *, f1 AND f2 AND f3 AND f4 AND f5 AND f6 AND f7 AND f8 AND f9 AND f10 AND f11 AND f12 AS eligible
    FROM judged
)
SELECT person_id AS unit_id, eligible,
       CASE WHEN eligible THEN (paisa * 0.01::DECIMAL(3,2))::DECIMAL(18,2) END AS amount,
       CASE WHEN eligible THEN category END AS category,
       CASE WHEN NOT f1 THEN 'f1' WHEN NOT f2 THEN 'f2' WHEN NOT f3 THEN 'f3' WHEN NOT f4 THEN 'f4' WHEN NOT f5 THEN 'f5'
            WHEN NOT f6 THEN 'f6' WHEN NOT f7 THEN 'f7' WHEN NOT f8 THEN 'f8' WHEN NOT f9 THEN 'f9'
            WHEN NOT f10 THEN 'f10' WHEN NOT f11 THEN 'f11' WHEN NOT f12 THEN 'f12' ELSE '{root}' END AS deciding_clause,
       concat_ws(',', CASE WHEN NOT f1 THEN 'f1' END, CASE WHEN NOT f2 THEN 'f2' END, CASE WHEN NOT f3 THEN 'f3' END,
                 CASE WHEN NOT f4 THEN 'f4' END, CASE WHEN NOT f5 THEN 'f5' END, CASE WHEN NOT f6 THEN 'f6' END,
                 CASE WHEN NOT f7 THEN 'f7' END, CASE WHEN NOT f8 THEN 'f8' END, CASE WHEN NOT f9 THEN 'f9' END,
                 CASE WHEN NOT f10 THEN 'f10' END, CASE WHEN NOT f11 THEN 'f11' END, CASE WHEN NOT f12 THEN 'f12' END)
           AS failed_clauses,
       '' AS unknown_clauses,
       concat(CASE WHEN u1 THEN 'U' WHEN f1 THEN 'T' ELSE 'F' END, CASE WHEN f2 THEN 'T' ELSE 'F' END,
              CASE WHEN u3 THEN 'U' WHEN f3 THEN 'T' ELSE 'F' END, CASE WHEN u4 THEN 'U' WHEN f4 THEN 'T' ELSE 'F' END,
              CASE WHEN u5 THEN 'U' WHEN f5 THEN 'T' ELSE 'F' END, CASE WHEN u6 THEN 'U' WHEN f6 THEN 'T' ELSE 'F' END,
              CASE WHEN u7 THEN 'U' WHEN f7 THEN 'T' ELSE 'F' END, CASE WHEN u8 THEN 'U' WHEN f8 THEN 'T' ELSE 'F' END,
              CASE WHEN u9 THEN 'U' WHEN f9 THEN 'T' ELSE 'F' END, CASE WHEN u10 THEN 'U' WHEN f10 THEN 'T' ELSE 'F' END,
              CASE WHEN u11 THEN 'U' WHEN f11 THEN 'T' ELSE 'F' END,
              CASE WHEN u12 THEN 'U' WHEN f12 THEN 'T' ELSE 'F' END) AS outcomes
FROM decided
"""


def run_by_hand(snapshot: Path, out: Path, *, root: str, memory: str) -> None:
    """A decision row for each person of a bucketed snapshot: ``part-*.parquet`` in ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    for bucket in sorted(snapshot.glob("bucket-*")):
        with duckdb.connect() as connection:
            connection.execute("SET preserve_insertion_order = false")
            connection.execute(f"SET memory_limit = '{memory}'")
            sql = SQL.format(
                persons=table_files(bucket, "persons"), households=table_files(bucket, "households"), root=root
            )
            target = out / f"part-{bucket.name.removeprefix('bucket-')}.parquet"
            connection.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION snappy)")
