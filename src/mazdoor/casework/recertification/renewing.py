"""A household confirms what we hold: its cycle ends, payment that waited goes on, and the next one begins."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.casework import refusals_changes
from mazdoor.casework.models_recertification import Renewal
from mazdoor.casework.recertification.calendar import Calendar, calendar_on
from mazdoor.casework.states_changes import RENEWAL_MOVES, RenewalState
from mazdoor.delivery.enrolment import holding
from mazdoor.journal import services as journal

HELD: Final = "recertification is overdue"
"""The reason in the history of an enrolment that waits for recertification."""
RENEWED: Final = "recertified"
WAYS: Final = ("form", "visit", "office", "portal", "change")

# Everybody who lives in a household of these cycles, by the person who stands for them after merges.
PERSONS: Final = """
SELECT coalesce(c.canonical_person_id, p.person_id)
FROM casework_renewal r
JOIN registration.person_now p ON p.household_id = r.household_id
LEFT JOIN deduplication.canonical_person c ON c.person_id = p.person_id
WHERE {which}
"""

# The next due day: at the end of the interval, less a number of days that is the household's own and stays the same.
# It is never so near that a household would be told on the day it is put on the calendar that it is late.
SCHEDULE: Final = """
INSERT INTO casework_renewal (household_id, opened_on, due_on, area_code)
SELECT h.household_id, base.seen_on,
       greatest((base.seen_on + make_interval(months => %(months)s))::date
                    - ((h.household_id * 2654435761) %% 4294967296 %% %(spread)s)::int,
                %(today)s::date + %(lead)s + ((h.household_id * 2654435761) %% 4294967296 %% %(spread)s)::int),
       h.area_code
FROM registration.household_now h
CROSS JOIN LATERAL (
    SELECT greatest(h.registered_on, max(d.renewed_on)) AS seen_on
    FROM casework_renewal d WHERE d.household_id = h.household_id AND d.state = 'renewed'
) base
WHERE h.household_id >= %(from)s AND h.household_id < %(to)s
  AND NOT EXISTS (SELECT 1 FROM casework_renewal o
                  WHERE o.household_id = h.household_id AND o.state NOT IN ('renewed', 'ended'))
  AND EXISTS (SELECT 1 FROM registration.person_now p WHERE p.household_id = h.household_id)
ORDER BY h.household_id
ON CONFLICT DO NOTHING
"""


def schedule(*, today: dt.date, first: int, until: int) -> int:
    """Put households of these numbers on the calendar that are not on it; how many. One statement."""
    calendar = calendar_on(today)
    with connection.cursor() as cursor:
        cursor.execute(SCHEDULE, _schedule_values(calendar, today, first, until))
        return int(cursor.rowcount)


def _schedule_values(calendar: Calendar, today: dt.date, first: int, until: int) -> dict[str, Any]:
    return {
        "today": today,
        "months": calendar.interval_months,
        "spread": calendar.spread_days,
        "lead": -min(calendar.notice_days),
        "from": first,
        "to": until,
    }


@transaction.atomic
def recertify(*, household_id: int, how: str, on: dt.date | None = None) -> dt.date:
    """A household has confirmed (or newly said) what we hold; returns the day it is due again.

    ``how`` is ``form``, ``visit``, ``office``, ``portal`` or ``change``. Payment that waited for this goes on; a deliberate
    pause stays. Raises ``CSW-031`` where nothing is on the calendar for it, ``OFF-002``.
    """
    access.check_acting_may("casework.recertify")
    if how not in WAYS:
        raise ValueError(f"no such way to recertify: {how}")
    day = on or timezone.localdate()
    renewal = (
        Renewal.objects.select_for_update()
        .filter(household_id=household_id)
        .exclude(state__in=[RenewalState.RENEWED, RenewalState.ENDED])
        .first()
    )
    if renewal is None or RenewalState.RENEWED not in RENEWAL_MOVES[RenewalState(renewal.state)]:
        raise refusals_changes.NOTHING_DUE.because()
    lift(which="r.id = %(renewal)s", renewal=renewal.pk)
    renewal.state = RenewalState.RENEWED
    renewal.renewed_on, renewal.renewed_by = day, how
    renewal.officer_id = access.current_officer_id()
    renewal.save(update_fields=["state", "renewed_on", "renewed_by", "officer_id"])
    schedule(today=timezone.localdate(), first=household_id, until=household_id + 1)
    following = Renewal.objects.filter(household_id=household_id).exclude(pk=renewal.pk).latest("id")
    journal.record(
        act="casework.household.recertified",
        subject=f"household:{household_id}",
        details={"how": how, "next": following.due_on},
    )
    return following.due_on


def lift(*, which: str, **parameters: object) -> int:
    """Let payment go on for the persons of cycles that ``which`` (SQL over ``r``) names, where only this held it."""
    return holding.lift_many(persons_sql=PERSONS.format(which=which), parameters=parameters, reason=HELD, why=RENEWED)
