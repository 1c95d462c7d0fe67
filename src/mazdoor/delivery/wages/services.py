"""Doors into wages: record what was paid, and hold every record against the legal minimum in one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from mazdoor.access import selectors as access
from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.wages import refusals
from mazdoor.delivery.wages.loading import load_wage_records
from mazdoor.delivery.wages.models import Check, Rate, WageRecord
from mazdoor.delivery.wages.rates import MinimumWage
from mazdoor.journal import services as journal

__all__ = ["Checked", "hold_against_minimum", "load_wage_records", "record_wage", "renew_rates"]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What came of holding all wage records against the rates. Amounts in paisa."""

    records: int
    without_rate: int
    short: int
    shortfall_amount: int


@transaction.atomic
def record_wage(
    *,
    person_id: int,
    employment_id: int,
    month: dt.date,
    units: Decimal | int,
    pay_period: str,
    paid_amount: int,
    source: str,
    days_worked: Decimal | int | None = None,
    method: str = "",
) -> int:
    """Record one payment of wages (``paid_amount`` in paisa, ``units`` days, hours or pieces). Returns its id.

    ``days_worked`` is what piece work is held against; where it is not told, the usual days of the employment are.

    Raises ``REG-011`` where the person is unknown here, ``WAG-001`` where the employment is not theirs, ``OFF-002`` at a
    desk that may not.
    """
    access.check_acting_may("wages.record")
    person = registration.get_person(person_id=person_id)
    theirs = {each["employment_id"]: each for each in registration.employments_of(person_id=person_id)}
    employment = theirs.get(employment_id)
    if employment is None:
        raise refusals.EMPLOYMENT_UNKNOWN.because()
    row = WageRecord.objects.create(
        person_id=person_id,
        employment_id=employment_id,
        month=month.replace(day=1),
        pay_period=pay_period,
        units=units,
        days_worked=days_worked,
        paid_amount=paid_amount,
        method=method,
        jurisdiction=employment["work_province_code"],
        source=source,
        area_code=person["area_code"],
    )
    journal.record(act="wages.record.recorded", subject=f"person:{person_id}", details={"month": month.isoformat()[:7]})
    return row.pk


def renew_rates(*, rates: Sequence[MinimumWage], policy_hash: str) -> int:
    """Spread policy's minimum wages out for SQL. A policy already spread is left as it is. Returns the rates held."""
    with acting_as_system(reason="minimum wages from policy"):
        if not Rate.objects.filter(policy_hash=policy_hash).exists():
            Rate.objects.bulk_create(
                Rate(
                    jurisdiction=rate.jurisdiction,
                    valid_from=rate.valid_from,
                    valid_to=rate.valid_to,
                    known_from=rate.known_from,
                    monthly_amount=rate.monthly_amount,
                    daily_amount=rate.daily_amount,
                    hourly_amount=rate.hourly_amount,
                    provision=rate.provision[:200],
                    mark=rate.mark,
                    policy_hash=policy_hash,
                )
                for rate in rates
            )
            journal.record(act="wages.rates.renewed", subject="rates", details={"policy": policy_hash[:12]})
        return Rate.objects.filter(policy_hash=policy_hash).count()


# A month's pay is held against the month, a day's against the day. For piece work the guarantee is the daily rate for
# each day worked (Minimum Wages Ordinance 1961 s.5(2)(b); KP notifications: 1/26 of the month for each working day).
# Fractions of a paisa that days of two decimals can bring are rounded half up, in the worker's favour at the half.
_DUE = """
CREATE TEMPORARY TABLE wages_due ON COMMIT DROP AS
SELECT w.id AS wage_record_id, w.person_id, w.month, r.id AS rate_id, w.paid_amount, w.area_code,
       CASE w.pay_period
           WHEN 'month' THEN round(r.monthly_amount * w.units)
           WHEN 'day' THEN round(r.daily_amount * w.units)
           WHEN 'hour' THEN round(r.hourly_amount * w.units)
           WHEN 'piece' THEN round(r.daily_amount * coalesce(w.days_worked, e.days_per_month::numeric))
       END::bigint AS due_amount
FROM wages_wagerecord w
JOIN registration.employment_now e ON e.employment_id = w.employment_id
LEFT JOIN wages_rate r
       ON r.policy_hash = %(policy)s AND r.jurisdiction = w.jurisdiction
      AND r.valid_from <= w.month AND (r.valid_to IS NULL OR w.month < r.valid_to)
"""


def hold_against_minimum(*, policy_hash: str) -> Checked:
    """Hold every wage record against the rate of its province and month; findings of an earlier policy are replaced.

    A record of a place and month without a rate is counted, never guessed. One transaction, one journal entry.
    """
    with acting_as_system(reason="wages held against the minimum"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS wages_due")  # of an earlier call in the same transaction
        cursor.execute(_DUE, {"policy": policy_hash})
        cursor.execute("DELETE FROM wages_shortfall")
        cursor.execute(
            "INSERT INTO wages_shortfall (wage_record_id, person_id, month, rate_id, due_amount, paid_amount, "
            "shortfall_amount, area_code) "
            "SELECT wage_record_id, person_id, month, rate_id, due_amount, paid_amount, due_amount - paid_amount, area_code "
            "FROM wages_due WHERE due_amount > paid_amount ORDER BY wage_record_id"
        )
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE due_amount IS NULL), count(*) FILTER (WHERE due_amount > paid_amount), "
            "coalesce(sum(due_amount - paid_amount) FILTER (WHERE due_amount > paid_amount), 0) FROM wages_due"
        )
        records, without_rate, short, missing = cursor.fetchone()
        checked = Checked(records=records, without_rate=without_rate, short=short, shortfall_amount=int(missing))
        Check.objects.create(
            policy_hash=policy_hash,
            records=records,
            without_rate=without_rate,
            short=short,
            shortfall_amount=missing,
        )
        journal.record(
            act="wages.records.held_against_minimum",
            subject="wages",
            details={"short": short, "without_rate": without_rate, "policy": policy_hash[:12]},
            count=records,
        )
    return checked
