"""Doors into casework: open a case, answer it. What was said is sealed; the journal holds only that it was said."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.casework import refusals
from mazdoor.casework.models import Case
from mazdoor.casework.states import TRANSITIONS, CaseState
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import selectors as registration
from mazdoor.journal import services as journal


@transaction.atomic
def open_case(*, kind: str, person_id: int, subject: str, words: str = "") -> int:
    """Open a case for a person; the same open case again returns the first. Raises ``REG-011``, ``OFF-002``."""
    access.check_acting_may("casework.open")
    person = registration.get_person(person_id=person_id)
    # The same case sent twice in one moment waits here for the first, and then finds it.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('casework'), hashtext(%s))", [f"{kind}:{person_id}:{subject}"]
        )
    existing = Case.objects.filter(kind=kind, person_id=person_id, subject=subject, state=CaseState.OPENED).first()
    if existing is not None:
        return existing.pk
    case = Case.objects.create(
        kind=Case.Kind(kind),
        person_id=person_id,
        subject=subject,
        words_encrypted=keyring().seal(words, purpose="case") if words else None,
        opened_by=access.current_officer_id(),
        area_code=person["area_code"],
    )
    journal.record(act=f"casework.{kind}.opened", subject=f"case:{case.pk}", details={"about": subject})
    return case.pk


@transaction.atomic
def answer_case(*, case_id: int, answer: CaseState, words: str) -> None:
    """Answer a case: upheld, dismissed or settled, with what is said to the person.

    Raises ``CSW-001`` where there is none, ``CSW-002`` where it was answered, ``CSW-003`` for whoever opened it,
    ``OFF-002`` at a desk that may not.
    """
    access.check_acting_may("casework.decide")
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise refusals.CASE_UNKNOWN.because()
    if answer not in TRANSITIONS[CaseState(case.state)]:
        raise refusals.CASE_ANSWERED.because()
    officer = access.current_officer_id()
    if officer is not None and officer == case.opened_by:
        raise refusals.OWN_DECISION.because()
    case.state = answer
    case.answered_at = timezone.now()
    case.answered_by = officer
    case.answer_encrypted = keyring().seal(words, purpose="case")
    case.save(update_fields=["state", "answered_at", "answered_by", "answer_encrypted"])
    journal.record(act=f"casework.case.{answer.value}", subject=f"case:{case_id}", details={})
