"""Doors in for filled forms: receive one, submit it again after an officer mended it, set it aside.

A form that comes is stored first, in a transaction of its own, sealed; then it is looked at. So whatever is wrong with
it, or with us, it is not lost: it waits for the office with its problems, and the device hears 202.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.interfaces.openrosa import files as kept_files
from mazdoor.interfaces.openrosa import filled
from mazdoor.interfaces.openrosa.devices import KnownDevice
from mazdoor.interfaces.openrosa.models import AREA_CODE_LENGTH, FormVersion, Submission
from mazdoor.interfaces.openrosa.publishing import current_form
from mazdoor.interfaces.openrosa.refusals import (
    CORRECTS_REGISTERED,
    FORM_UNKNOWN,
    NOT_WAITING,
    REASON_MISSING,
    SENT_OTHERWISE,
    SUBMISSION_UNKNOWN,
    VERSION_UNKNOWN,
)
from mazdoor.interfaces.openrosa.registering import Done, register_form, told_refusal
from mazdoor.interfaces.openrosa.states import OPEN, SubmissionState
from mazdoor.interfaces.openrosa.uploads import Part
from mazdoor.journal import services as journal
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference

PURPOSE: Final = "form"
LONGEST_KEY: Final = 100
OLDEST_DAYS: Final = 365


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came of a form: its state, registry numbers where it is registered, problems where it waits."""

    submission_id: int
    state: SubmissionState
    registry_numbers: tuple[str, ...] = ()
    problems: tuple[dict[str, Any], ...] = ()


def receive(*, device: KnownDevice, xml: bytes, files: Iterable[Part] = ()) -> Received:
    """Take what a device sent. The same form again, whole or in part, is the same form: one registration.

    Its files may come in several requests, each with the form; it is looked at when the last file it names has come. Raises
    ``ODK-001`` where the XML cannot be read and ``ODK-002`` where it is another's form: those stay on the device.
    """
    sent = filled.read(xml)
    form_id = current_form().form_id
    if sent.form_id != form_id:
        raise FORM_UNKNOWN.because()
    submission_id = _store(device, sent, xml, files)
    return _look_at(submission_id, device, sent)


def submit_again(*, submission_id: int, form: Mapping[str, Any]) -> Received:
    """Submit a form that waits, with its answers as the officer who acts has corrected them.

    What is still wrong is told in the answer and kept with the form, and so are the corrections. Raises ``ODK-009``,
    ``ODK-010``, ``OFF-002``.
    """
    access.check_acting_may("fieldwork.mend")
    with transaction.atomic():
        submission = _get_open(submission_id)
        corrected = keyring().seal(json.dumps(form, ensure_ascii=False), purpose=PURPOSE)
        try:
            with transaction.atomic():
                done = register_form(submission, form=dict(form), key=_key(submission), on=None)
        except Refusal as refusal:
            problems = told_refusal(refusal)
            submission.corrected_encrypted = corrected
            _move(submission, SubmissionState.WAITING, problems=problems)
            return Received(submission_id=submission_id, state=SubmissionState.WAITING, problems=tuple(problems))
        submission.corrected_encrypted = corrected
        return _registered(submission, done)


@transaction.atomic
def set_aside(*, submission_id: int, reason: str) -> None:
    """Decide that nobody is registered by a form. It stays, sealed, with the reason. Raises ``ODK-009``, ``ODK-010``,
    ``ODK-012``, ``OFF-002``."""
    access.check_acting_may("fieldwork.mend")
    if not reason.strip():
        raise REASON_MISSING.because(field="reason")
    submission = _get_open(submission_id)
    submission.reason = reason.strip()[:200]
    _move(submission, SubmissionState.SET_ASIDE)
    journal.record(act="fieldwork.form.set_aside", subject=f"submission:{submission_id}", details={})


# --- storing -----------------------------------------------------------------------------------------------------------


def _store(device: KnownDevice, sent: filled.Filled, xml: bytes, files: Iterable[Part]) -> int:
    """Keep the form and its files, before anything is made of them. Committed when this returns."""
    with acting_as_system(reason=f"a form from device:{device.device_id}"):
        with connection.cursor() as cursor:  # the requests of one form wait for each other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [sent.instance_id])
        submission = Submission.objects.filter(instance_id=sent.instance_id, content_hash=sent.content_hash).first()
        if submission is None:
            submission = Submission.objects.create(
                instance_id=sent.instance_id,
                content_hash=sent.content_hash,
                deprecated_id=sent.deprecated_id,
                form_id=sent.form_id,
                version=sent.version,
                device_id=device.device_id,
                said_to_be=sent.device_id,
                xml_encrypted=keyring().seal(xml.decode("latin-1"), purpose=PURPOSE),
                area_code=_area_of(sent, device),
            )
            journal.record(
                act="fieldwork.form.received",
                subject=f"submission:{submission.pk}",
                details={"device": device.device_id, "version": sent.version[:40], "area": submission.area_code},
            )
        kept_files.keep(submission, files)
        return submission.pk


def _area_of(sent: filled.Filled, device: KnownDevice) -> str:
    """Whose office the form concerns: the area it names, else that of the enumerator."""
    household = sent.form(get_questionnaire()).get("household")
    named = household.get("area_code", "") if isinstance(household, dict) else ""
    known = isinstance(named, str) and reference.find_area(named) is not None
    return (named if known else device.area_code)[:AREA_CODE_LENGTH]


# --- looking at it -----------------------------------------------------------------------------------------------------


def _look_at(submission_id: int, device: KnownDevice, sent: filled.Filled) -> Received:
    questionnaire = get_questionnaire()
    with acting_as_system(reason=f"a form from device:{device.device_id}"):
        submission = Submission.objects.select_for_update().get(pk=submission_id)
        if submission.state not in OPEN:
            return _as_it_stands(submission)
        named = {name for _, _, name in filled.files_named(sent.form(questionnaire), questionnaire)}
        if named - kept_files.names_of(submission):
            return _as_it_stands(submission)
        hindrance = _hindrance(submission)
        if hindrance is not None:
            _move(submission, SubmissionState.WAITING, problems=told_refusal(hindrance))
            return _as_it_stands(submission)
    try:
        with acting_as(officer_id=device.officer_id):
            mine = Submission.objects.select_for_update().filter(pk=submission_id, state__in=OPEN).first()
            if mine is None and not access.sees_area(submission.area_code):
                raise _not_theirs()
            if mine is None:  # another request of the same form was quicker
                raise _Overtaken
            done = register_form(mine, form=sent.form(questionnaire), key=_key(mine), on=_day_of(sent))
            received = _registered(mine, done)
            _replace_older(mine)
            return received
    except _Overtaken:
        with acting_as_system(reason=f"a form from device:{device.device_id}"):
            return _as_it_stands(Submission.objects.get(pk=submission_id))
    except Refusal as refusal:
        with acting_as_system(reason=f"a form from device:{device.device_id}"):
            submission = Submission.objects.select_for_update().get(pk=submission_id)
            if submission.state in OPEN:
                _move(submission, SubmissionState.WAITING, problems=told_refusal(refusal))
                _replace_older(submission)
            return _as_it_stands(submission)


class _Overtaken(Exception):
    """Another request has finished this form meanwhile."""


def _not_theirs() -> Refusal:
    from mazdoor.delivery.registration.refusals import AREA_NOT_YOURS

    return AREA_NOT_YOURS.because(field="area_code")


def _hindrance(submission: Submission) -> Refusal | None:
    """What an officer must see before anybody is registered by this form."""
    if not FormVersion.objects.filter(form_id=submission.form_id, version=submission.version).exists():
        return VERSION_UNKNOWN.because(version=submission.version[:40] or "—")
    if Submission.objects.filter(instance_id=submission.instance_id).exclude(pk=submission.pk).exists():
        return SENT_OTHERWISE.because()
    older = _older(submission)
    if older is not None and older.state == SubmissionState.REGISTERED:
        return CORRECTS_REGISTERED.because()
    return None


def _older(submission: Submission) -> Submission | None:
    """The form that this one says it corrects, from the same device."""
    if not submission.deprecated_id:
        return None
    return Submission.objects.filter(instance_id=submission.deprecated_id, device_id=submission.device_id).first()


def _replace_older(submission: Submission) -> None:
    older = _older(submission)
    if older is not None and older.state in OPEN:
        _move(older, SubmissionState.REPLACED)


def _key(submission: Submission) -> str:
    """One registration for each form: the key is its number, or a hash of it where that is too long for a key."""
    plain = f"openrosa:{submission.instance_id}"
    if len(plain) <= LONGEST_KEY:
        return plain
    return "openrosa:" + keyring().index(submission.instance_id, purpose="instance").hex()


def _day_of(sent: filled.Filled) -> dt.date | None:
    """The day the form was filled in, where the clock of the device can be believed: within the year, and not to come."""
    try:
        day = dt.date.fromisoformat(sent.ended_at[:10])
    except ValueError:
        return None
    today = timezone.localdate()
    return day if today - dt.timedelta(days=OLDEST_DAYS) <= day <= today else None


def _registered(submission: Submission, done: Done) -> Received:
    submission.registered_form_id = done.form_id
    submission.registry_numbers = list(done.registry_numbers)
    _move(submission, SubmissionState.REGISTERED, problems=list(done.warnings))
    journal.record(
        act="fieldwork.form.registered", subject=f"submission:{submission.pk}", details={"form": done.form_id}
    )
    return _as_it_stands(submission)


def _move(submission: Submission, state: SubmissionState, *, problems: list[dict[str, Any]] | None = None) -> None:
    submission.state = state
    if problems is not None:
        submission.problems = problems
    submission.changed_at = timezone.now()
    submission.decided_by_id = access.current_officer_id()
    submission.save()


def _get_open(submission_id: int) -> Submission:
    submission = Submission.objects.select_for_update().filter(pk=submission_id).first()
    if submission is None:
        raise SUBMISSION_UNKNOWN.because()
    if submission.state not in OPEN:
        raise NOT_WAITING.because()
    return submission


def _as_it_stands(submission: Submission) -> Received:
    return Received(
        submission_id=submission.pk,
        state=SubmissionState(submission.state),
        registry_numbers=tuple(submission.registry_numbers),
        problems=tuple(submission.problems),
    )
