"""The history of a record in short: events, work, contributions, enrolments and payments, as far as the desk may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from mazdoor.delivery.contributions import selectors as contributions
from mazdoor.delivery.enrolment import selectors as enrolment
from mazdoor.delivery.payments import selectors as payments
from mazdoor.delivery.registration import history
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import words as answers
from mazdoor.delivery.verification import selectors as verification
from mazdoor.reference import selectors as reference
from mazdoor.web import formats, states
from mazdoor.web.changes.words import event_title
from mazdoor.web.permits import may
from mazdoor.web.programmes import words as programmes
from mazdoor.web.queues.verification_words import KINDS

MOST = 4
"""Lines of each kind: the person's page has the rest."""


@dataclass(frozen=True)
class Chapter:
    """One kind of what happened. ``more``: how many lines are not shown."""

    title: str
    lines: list[str]
    more: int


def of(request: HttpRequest, person: dict[str, Any]) -> list[Chapter]:
    """The chapters of one record, without those that have nothing to tell."""
    number = int(person["person_id"])
    told: list[tuple[str, list[str]]] = [
        (_("What happened"), [_event(row) for row in history.events_of(person_id=number)]),
        (_("Work"), [_job(row) for row in registration.employments_of(person_id=number)]),
    ]
    if may(request, "verification.read"):
        told.append((_("What was verified"), [_check(row) for row in verification.verifications_of(person_id=number)]))
    if may(request, "contributions.read"):
        months = contributions.statement_of(person_id=number).insured_months
        told.append((_("Contributions"), [_("%(count)s months paid in") % {"count": months}] if months else []))
    if may(request, "enrolment.read"):
        told.append((_("Enrolled"), [_enrolment(row) for row in enrolment.enrolments_of(person_id=number)]))
    if may(request, "payments.read"):
        told.append((_("Payments"), [_payment(row) for row in payments.list_payments_of(canonical_person_id=number)]))
    return [Chapter(title, found[:MOST], max(0, len(found) - MOST)) for title, found in told if found]


def _event(row: dict[str, Any]) -> str:
    return _(", ").join([event_title(str(row["kind"])), formats.day(row["happened_on"])])


def _job(row: dict[str, Any]) -> str:
    language = formats.language()
    title = reference.isco_title(row["isco_code"], language) if row["isco_code"] else ""
    since = formats.month(row["started_on"]) if row["started_on"] else ""
    until = formats.month(row["ended_on"]) if row["ended_on"] else _("now")
    return _("%(work)s, %(since)s to %(until)s") % {
        "work": title or answers.CATEGORY.say(row["category"], language),
        "since": since or formats.NOTHING,
        "until": until,
    }


def _check(row: dict[str, Any]) -> str:
    return _("%(field)s: %(likeness)s") % {
        "field": KINDS.get(row["kind"], row["kind"]),
        "likeness": states.word(row["outcome"]),
    }


def _enrolment(row: Any) -> str:
    return _(", ").join(
        [programmes.title(row["programme_code"]), str(states.word(row["state"])), formats.day(row["from_date"])]
    )


def _payment(row: Any) -> str:
    return _(", ").join(
        [
            programmes.title(row.programme_code),
            formats.month(row.period_from),
            f"Rs {formats.figures(row.amount)}",
            str(states.word(row.state)),
        ]
    )
