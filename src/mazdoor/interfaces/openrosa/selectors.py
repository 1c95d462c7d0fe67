"""Doors out: devices, and the forms that wait, as the acting officer may see them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.interfaces.openrosa import filled
from mazdoor.interfaces.openrosa.models import Device, Submission
from mazdoor.interfaces.openrosa.refusals import SUBMISSION_UNKNOWN
from mazdoor.interfaces.openrosa.services import PURPOSE
from mazdoor.interfaces.openrosa.states import OPEN, SubmissionState


@dataclass(frozen=True, kw_only=True)
class DeviceRow:
    """A device on the list of the office."""

    device_id: int
    name: str
    username: str
    officer_id: int
    area_code: str
    enrolled_at: dt.datetime
    seen_at: dt.datetime | None
    revoked_at: dt.datetime | None
    registered: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """A form on the list of those that wait."""

    submission_id: int
    device_name: str
    officer_id: int
    area_code: str
    received_at: dt.datetime
    state: SubmissionState
    problems: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A form opened by an officer: what stands on it, with corrections made so far, and what is wrong with it."""

    row: WaitingRow
    instance_id: str
    version: str
    form: dict[str, Any]
    registry_numbers: Sequence[str]
    reason: str


def devices() -> list[DeviceRow]:
    """Devices of the areas the acting officer sees, the revoked ones last."""
    found = Device.objects.annotate(
        registered=Count("submissions", filter=Q(submissions__state=SubmissionState.REGISTERED)),
        waiting=Count("submissions", filter=Q(submissions__state__in=OPEN)),
    ).order_by("revoked_at", "-enrolled_at")
    return [
        DeviceRow(
            device_id=row.pk,
            name=row.name,
            username=row.username,
            officer_id=row.officer_id,
            area_code=row.area_code,
            enrolled_at=row.enrolled_at,
            seen_at=row.seen_at,
            revoked_at=row.revoked_at,
            registered=row.registered,
            waiting=row.waiting,
        )
        for row in found
    ]


def waiting_count() -> int:
    """How many forms wait in the areas the acting officer sees."""
    return Submission.objects.filter(state__in=OPEN).count()


def waiting(*, limit: int = 50, offset: int = 0) -> list[WaitingRow]:
    """Forms that wait, the oldest first."""
    found = Submission.objects.filter(state__in=OPEN).select_related("device").order_by("received_at", "pk")
    return [_row(submission) for submission in found[offset : offset + limit]]


def open_form(*, submission_id: int) -> Opened:
    """A form with its answers. Raises ``ODK-009`` where there is none in the officer's areas."""
    submission = Submission.objects.select_related("device").filter(pk=submission_id).first()
    if submission is None:
        raise SUBMISSION_UNKNOWN.because()
    return Opened(
        row=_row(submission),
        instance_id=submission.instance_id,
        version=submission.version,
        form=answers_of(submission),
        registry_numbers=submission.registry_numbers,
        reason=submission.reason,
    )


def answers_of(submission: Submission) -> dict[str, Any]:
    """What stands on a form: as an officer corrected it, else as the device sent it."""
    if submission.corrected_encrypted is not None:
        corrected: dict[str, Any] = json.loads(keyring().open(submission.corrected_encrypted, purpose=PURPOSE))
        return corrected
    xml = keyring().open(submission.xml_encrypted, purpose=PURPOSE)
    return filled.read(xml.encode("latin-1")).form(get_questionnaire())


def _row(submission: Submission) -> WaitingRow:
    return WaitingRow(
        submission_id=submission.pk,
        device_name=submission.device.name,
        officer_id=submission.device.officer_id,
        area_code=submission.area_code,
        received_at=submission.received_at,
        state=SubmissionState(submission.state),
        problems=submission.problems,
    )
