"""The same programme as an application would write it: Django's ORM with prefetch, person by person, in Python.

``python -m benchmarks.assessed.by_orm SNAPSHOT OUT``: a throw-away database of its own, filled by COPY (not counted).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.assessed.memory import peak_mb
from mazdoor.rules import snapshot_files

AT = date(2026, 7, 1)
MINIMUM = {"PK1": 37_000, "PK2": 37_000, "PK3": 37_000, "PK4": 37_000, "PK5": 40_000, "PK6": 40_000, "PK7": 40_000}
CREATE = """
    CREATE TEMPORARY TABLE bench_household (household_id text PRIMARY KEY, province_code text, urban boolean,
        land_acres numeric(9,2), utility_bill_amount bigint, pmt_score numeric(5,2));
    CREATE TEMPORARY TABLE bench_person (person_id text PRIMARY KEY, household_id text, sex text, birth_date date,
        died_on date, disability boolean, identity_verified boolean, informal boolean, monthly_pay_amount bigint,
        phone_bill_amount bigint, government_employee boolean, income_taxpayer boolean, vehicle boolean,
        foreign_travel boolean, other_relief boolean);
    CREATE INDEX ON bench_person (household_id);
"""


def models() -> Any:
    """The two tables as models; temporary tables, so no application owns them."""
    from django.db import models as m

    class Household(m.Model):
        household_id = m.TextField(primary_key=True)
        province_code = m.TextField()
        urban = m.BooleanField()
        land_acres = m.DecimalField(max_digits=9, decimal_places=2)
        utility_bill_amount = m.BigIntegerField(null=True)
        pmt_score = m.DecimalField(max_digits=5, decimal_places=2, null=True)

        class Meta:
            app_label, db_table, managed = "benchmark", "bench_household", False

    class Person(m.Model):
        person_id = m.TextField(primary_key=True)
        household = m.ForeignKey(Household, on_delete=m.PROTECT, related_name="members")
        sex = m.TextField()
        birth_date = m.DateField(null=True)
        died_on = m.DateField(null=True)
        disability = m.BooleanField(null=True)
        identity_verified = m.BooleanField(null=True)
        informal = m.BooleanField(null=True)
        monthly_pay_amount = m.BigIntegerField(null=True)
        phone_bill_amount = m.BigIntegerField(null=True)
        government_employee = m.BooleanField(null=True)
        income_taxpayer = m.BooleanField(null=True)
        vehicle = m.BooleanField(null=True)
        foreign_travel = m.BooleanField(null=True)
        other_relief = m.BooleanField(null=True)

        class Meta:
            app_label, db_table, managed = "benchmark", "bench_person", False

    return Household, Person


def fill(snapshot: Path) -> None:
    """Both tables, by COPY."""
    from django.db import connection

    with connection.cursor() as cursor, duckdb.connect() as reader:
        cursor.execute(CREATE)
        for table in ("household", "person"):
            rows = reader.execute("SELECT * FROM read_parquet(?)", [snapshot_files(snapshot, f"{table}s")])
            names = ", ".join(column[0] for column in rows.description or ())
            with cursor.copy(f"COPY bench_{table} ({names}) FROM STDIN") as copy:  # type: ignore[attr-defined]
                while chunk := rows.fetchmany(20_000):
                    for row in chunk:
                        copy.write_row(row)
        cursor.execute("ANALYZE bench_household; ANALYZE bench_person")


def age_of(birth: date | None) -> int | None:
    """Completed years."""
    return None if birth is None else AT.year - birth.year - ((birth.month, birth.day) > (AT.month, AT.day))


def judge(home: Any, members: list[Any], rows: list[tuple[Any, ...]]) -> None:
    """The decision row of every member of a household."""
    ages = {each.person_id: age_of(each.birth_date) for each in members}
    known = [age for age in ages.values() if age is not None]
    under_five, school_age = sum(age < 5 for age in known), sum(5 <= age < 17 for age in known)
    elderly = sum(age >= 60 for age in known)
    women = sum(each.sex == "female" and (ages[each.person_id] or 0) >= 18 for each in members)
    disabled = sum(each.disability is True for each in members)
    pays = [each.monthly_pay_amount for each in members if each.monthly_pay_amount is not None]
    earners, income = sum(pay > 0 for pay in pays), Decimal(sum(pays)) / 100
    in_government = any(each.government_employee for each in members)
    phone = max((each.phone_bill_amount for each in members if each.phone_bill_amount is not None), default=0)
    small = (
        home.land_acres <= Decimal("12.50")
        and home.utility_bill_amount is not None
        and home.utility_bill_amount <= 10_000_00
        and phone <= 2_500_00
    )
    gap = 22_000 * len(members) - income
    needy = home.pmt_score is not None and home.pmt_score <= Decimal("80.25") and gap > 0
    for each in members:
        age, pay = ages[each.person_id], each.monthly_pay_amount
        met = (
            each.identity_verified is True,
            each.died_on is None,
            age is not None and 18 <= age < 65,
            each.informal is True,
            pay is not None and pay < MINIMUM[home.province_code] * 100,
            not in_government,
            not each.income_taxpayer,
            not each.vehicle,
            not each.foreign_travel,
            not each.other_relief,
            small,
            needy,
        )
        failed = [f"f{number}" for number, holds in enumerate(met, start=1) if not holds]
        amount = category = None
        if not failed:
            part = (gap * Decimal("0.375") / (women + 1)).quantize(Decimal("0.01"), ROUND_DOWN)
            factor = Decimal("1.25") if disabled else Decimal("1.1") if elderly else Decimal(1)
            amount = (min(Decimal(9_000), part + 650 * under_five) * factor).quantize(Decimal("0.01"), ROUND_HALF_UP)
            category = (
                "disability"
                if disabled
                else "elderly"
                if elderly
                else "children"
                if under_five + school_age
                else "one earner"
                if earners <= 1
                else "other"
            )
        rows.append((each.person_id, not failed, amount, category, failed[0] if failed else "bench", ",".join(failed)))


SCHEMA = pa.schema(
    [
        ("unit_id", pa.string()),
        ("eligible", pa.bool_()),
        ("amount", pa.decimal128(18, 2)),
        ("category", pa.string()),
        ("deciding_clause", pa.string()),
        ("failed_clauses", pa.string()),
    ]
)


def measure(snapshot: Path, out: Path) -> dict[str, float]:
    """Fill (not counted), judge, write."""
    fill(snapshot)
    household, _ = models()
    began, processor = time.monotonic(), time.process_time()
    with pq.ParquetWriter(out / "part-000.parquet", SCHEMA, compression="zstd") as writer:
        rows: list[tuple[Any, ...]] = []
        for home in household.objects.prefetch_related("members").iterator(chunk_size=2_000):
            judge(home, list(home.members.all()), rows)
            if len(rows) >= 100_000:
                writer.write_table(pa.table(list(zip(*rows, strict=True)), schema=SCHEMA))
                rows = []
        if rows:
            writer.write_table(pa.table(list(zip(*rows, strict=True)), schema=SCHEMA))
    return {"seconds": time.monotonic() - began, "processor": time.process_time() - processor}


def main() -> int:
    """Run and tell."""
    snapshot, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="mazdoor-bench-", dir=os.environ.get("TMPDIR", "/tmp")))
    home.chmod(0o711)
    os.environ["MAZDOOR_HOME"] = str(home)
    try:
        from mazdoor.cli.main import set_up_django

        set_up_django()
        from django.db import transaction

        from mazdoor.database import lifecycle

        with lifecycle.lease():
            lifecycle.ensure_ready()
            with transaction.atomic():
                told = measure(snapshot, out)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    peak = peak_mb()
    print(json.dumps(told | {"peak": peak}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
