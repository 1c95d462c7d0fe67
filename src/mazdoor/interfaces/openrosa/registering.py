"""A filled form on its way through the one door of registration, with its files; and problems as they are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from mazdoor.delivery.registration import services as registration
from mazdoor.delivery.registration.attachments import Kept, keep_attachment
from mazdoor.delivery.registration.questionnaire import Door, Problem, check_form, get_questionnaire
from mazdoor.interfaces.openrosa import files, filled
from mazdoor.interfaces.openrosa.models import Submission
from mazdoor.interfaces.openrosa.refusals import FILE_REFUSED
from mazdoor.kernel.refusals import Refusal

CHANNEL: Final = "device"
Told = dict[str, Any]
"""A problem as it is kept with a form: place, code, cause and remedy in both languages, and whether it only warns."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What registration gave back; ``warnings`` did not stop it."""

    form_id: int
    registry_numbers: tuple[str, ...]
    warnings: tuple[Told, ...] = ()


def register_form(submission: Submission, *, form: dict[str, Any], key: str, on: dt.date | None) -> Done:
    """Register the people of a form, in the transaction and name of whoever acts. Raises registration's refusals.

    A file that cannot be kept (no picture, unsafe) does not hold a household up: it is told as a warning.
    """
    kept: list[Kept] = []
    refused: list[Problem] = []
    checked = check_form(form, on=on or timezone.localdate(), door=Door.DEVICE)
    if checked.well:  # nothing is written for a form that fails
        kept, refused = _keep_files(submission, form)
    done = registration.submit(form=checked, channel=CHANNEL, idempotency_key=key, attachments=kept)
    return Done(
        form_id=done.form_id,
        registry_numbers=done.registry_numbers,
        warnings=tuple(told([*refused, *done.warnings, *done.repairs], warning=True)),
    )


def told(problems: Iterable[Problem], *, warning: bool | None = None) -> list[Told]:
    """Problems as they are kept. Refusals hold no answers, so neither do these."""
    return [
        {
            "place": problem.place,
            "code": problem.refusal.code,
            "cause": {"en": problem.refusal.cause("en"), "ur": problem.refusal.cause("ur")},
            "remedy": {"en": problem.refusal.remedy("en"), "ur": problem.refusal.remedy("ur")},
            "warning": problem.warning if warning is None else warning,
        }
        for problem in problems
    ]


def told_refusal(refusal: Refusal) -> list[Told]:
    """What is wrong: each problem of a refused form, or the refusal itself."""
    if isinstance(refusal, registration.FormRefused):
        return told([*refusal.problems, *refusal.warnings])
    return told([Problem(place=str(refusal.details.get("field", "")), refusal=refusal)])


def _keep_files(submission: Submission, form: dict[str, Any]) -> tuple[list[Kept], list[Problem]]:
    kept: list[Kept] = []
    refused: list[Problem] = []
    rows = files.rows_of(submission)
    for place, kind, name in filled.files_named(form, get_questionnaire()):
        row = rows.pop(name, None)
        if row is None or row.content_encrypted is None:
            continue
        try:
            one = keep_attachment(content=files.content_of(row), kind=kind, area_code=submission.area_code, name=name)
        except Refusal as refusal:
            row.refusal_code = refusal.code
            row.save(update_fields=["refusal_code"])
            refused.append(Problem(place=place, refusal=FILE_REFUSED.because(field=kind, code=refusal.code)))
        else:
            row.attachment_id, row.content_encrypted = one.attachment_id, None
            row.save(update_fields=["attachment_id", "content_encrypted"])
            kept.append(one)
    return kept, refused
