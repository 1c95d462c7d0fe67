"""Consent after the registration: given to more than was agreed to then or anew to what was taken back, and taken back.

A receipt stays as it was given: what is agreed to or taken back later ends the live one and writes another with all that is
agreed to now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.delivery.registration import consent_notices, refusals, selectors, words
from mazdoor.delivery.registration.models import Consent, Form
from mazdoor.delivery.registration.questionnaire import get_questionnaire, retention_months
from mazdoor.delivery.registration.registering import CONTROLLER
from mazdoor.journal import services as journal

RECORD: Final = "registration"
"""The purpose the record itself stands on: nothing else is agreed to without it."""


@transaction.atomic
def give_consent(
    *, person_id: int, purposes: Sequence[str], channel: str, given_how: str = "", language: str = ""
) -> bool:
    """Record that a person agrees to these purposes as well; False where they did already.

    Raises ``REG-006`` for a purpose or a way that stands on no list, ``REG-007`` where the record itself was never agreed to
    and is not now, ``REG-011``, ``OFF-002``.
    """
    access.check_acting_may("registration.consent")
    known = words.PURPOSE.answers
    if any(purpose not in known for purpose in purposes):
        raise refusals.ANSWER_UNKNOWN.because(field="consents")
    if given_how and given_how not in words.GIVEN_HOW.answers:
        raise refusals.ANSWER_UNKNOWN.because(field="given_how")
    area_code = selectors.get_person(person_id=person_id)["area_code"]
    live = Consent.objects.select_for_update().filter(person_id=person_id, withdrawn_at__isnull=True).first()
    before = set(live.purposes) if live else set()
    agreed = before | set(purposes)
    if RECORD not in agreed:
        raise refusals.CONSENT_MISSING.because(field="consents")
    if agreed == before:
        return False
    if live is not None:
        live.withdrawn_at = timezone.now()
        live.save(update_fields=["withdrawn_at"])
    version = get_questionnaire().version
    consent_notices.keep_notice(version)
    Consent.objects.create(
        person_id=person_id,
        purposes=[code for code in known if code in agreed],
        text_version=version,
        channel=Form.Channel(channel),
        controller=CONTROLLER,
        language=language,
        given_how=given_how,
        retention_months=retention_months("record", on=timezone.localdate()),
        area_code=area_code,
    )
    journal.record(
        act="registration.consent.given",
        subject=f"person:{person_id}",
        details={"purposes": sorted(agreed - before)},
    )
    return True


@transaction.atomic
def withdraw_consent(*, person_id: int, purpose: str) -> bool:
    """Record that a person took back consent to one purpose, with `RECORD` to all; False where there was none to take back.

    The live receipt ends once, and what is left of it stands on one new receipt. Raises ``OFF-002``.
    """
    access.check_acting_may("registration.consent")
    receipt = (
        Consent.objects.select_for_update()
        .filter(person_id=person_id, withdrawn_at__isnull=True, purposes__contains=[purpose])
        .first()
    )
    if receipt is None:
        return False
    receipt.withdrawn_at = timezone.now()
    receipt.save(update_fields=["withdrawn_at"])
    rest = [] if purpose == RECORD else [kept for kept in receipt.purposes if kept != purpose]
    if rest:
        Consent.objects.create(
            person_id=person_id,
            purposes=rest,
            **{
                name: getattr(receipt, name)
                for name in ("text_version", "channel", "controller", "language", "given_how", "retention_months")
            },
            area_code=receipt.area_code,
        )
    taken = sorted(set(receipt.purposes) - set(rest))
    journal.record(act="registration.consent.withdrawn", subject=f"person:{person_id}", details={"purposes": taken})
    return True
