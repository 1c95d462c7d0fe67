"""Persons and households who do not exist, drawn by DuckDB: for speed, not for truth. 60 persons to 35 households.

Ids are twelve characters, for every engine alike; the register's pseudonyms are 23, and longer texts are joined more slowly:
a run over the register takes longer than these figures say. Some facts are unknown, some households have nobody: both occur
in life, and an engine that is fast only without them is not fast.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

CHUNK = 5_000_000
"""Rows written at once: memory stays the same, however many people there are."""

_PERSONS = """
    SELECT printf('p%011x', (n * 91234567891 + 4099) % 17592186044416) AS person_id,
           printf('h%011x', ((hash(n, 'home') % {households})::BIGINT * 91234567891 + 977) % 17592186044416) AS household_id,
           CASE WHEN hash(n, 'sex') % 2 = 0 THEN 'female' ELSE 'male' END AS sex,
           CASE WHEN hash(n, 'unborn') % 200 > 0 THEN DATE '2026-06-30' -
               (CASE hash(n, 'old') % 10 WHEN 0 THEN hash(n, 'day') % 2000 WHEN 1 THEN 2000 + hash(n, 'day') % 4500
                WHEN 2 THEN 21000 + hash(n, 'day') % 9000 ELSE 6000 + hash(n, 'day') % 18000 END)::INTEGER
               END AS birth_date,
           CASE WHEN hash(n, 'died') % 100 = 0 THEN DATE '2024-01-01' + (hash(n, 'when') % 800)::INTEGER END AS died_on,
           hash(n, 'disability') % 50 = 0 AS disability,
           CASE WHEN hash(n, 'verified') % 25 > 0 THEN hash(n, 'verified') % 25 > 1 END AS identity_verified,
           CASE WHEN hash(n, 'asked') % 40 > 0 THEN hash(n, 'informal') % 100 < 78 END AS informal,
           CASE WHEN hash(n, 'paid') % 10 > 1
                THEN (500000 + hash(n, 'pay') % 4000000)::BIGINT END AS monthly_pay_amount,
           CASE WHEN hash(n, 'phone') % 3 > 0 THEN (hash(n, 'bill') % 300000)::BIGINT END AS phone_bill_amount,
           hash(n, 'government') % 60 = 0 AS government_employee,
           hash(n, 'tax') % 30 = 0 AS income_taxpayer,
           CASE WHEN hash(n, 'wheels') % 20 > 0 THEN hash(n, 'vehicle') % 12 = 0 END AS vehicle,
           hash(n, 'travel') % 25 = 0 AS foreign_travel,
           hash(n, 'relief') % 8 = 0 AS other_relief
    FROM (SELECT range AS n FROM range({first}, {last}))
"""
_HOUSEHOLDS = """
    SELECT printf('h%011x', (n * 91234567891 + 977) % 17592186044416) AS household_id,
           'PK' || (1 + hash(n, 'province') % 7) AS province_code,
           hash(n, 'urban') % 3 = 0 AS urban,
           (CASE WHEN hash(n, 'land') % 10 < 7 THEN 0 ELSE hash(n, 'acres') % 4000 END * 0.01::DECIMAL(3,2))::DECIMAL(9,2)
               AS land_acres,
           CASE WHEN hash(n, 'meter') % 30 > 0 THEN (50000 + hash(n, 'bill') % 1200000)::BIGINT END AS utility_bill_amount,
           CASE WHEN hash(n, 'surveyed') % 15 > 0
                THEN ((hash(n, 'score') % 10001) * 0.01::DECIMAL(3,2))::DECIMAL(5,2) END AS pmt_score
    FROM (SELECT range AS n FROM range({first}, {last}))
"""


def households_for(persons: int) -> int:
    """How many households so many persons live in."""
    return max(1, persons * 35 // 60)


def write_people(folder: Path, persons: int) -> None:
    """A snapshot of ``persons`` persons and their households in ``folder``, in parts of bounded size."""
    households = households_for(persons)
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        for table, query, count in (("persons", _PERSONS, persons), ("households", _HOUSEHOLDS, households)):
            (folder / table).mkdir(parents=True, exist_ok=True)
            for part, first in enumerate(range(0, count, CHUNK)):
                rows = query.format(first=first, last=min(first + CHUNK, count), households=households)
                target = folder / table / f"part-{part:03}.parquet"
                connection.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
