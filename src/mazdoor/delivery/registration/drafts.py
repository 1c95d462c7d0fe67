"""Forms not finished yet: begun at a desk, saved at each step, taken up again, thrown away when nobody comes back.

All that was answered is sealed, since it names people who have agreed to nothing yet. A draft is its officer's alone
(row-level security); the system sees all, to purge old ones. A draft says nothing to the register until it is submitted.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.keys import keyring
from mazdoor.database.prepared import ask
from mazdoor.delivery.registration import refusals_drafts as refusals
from mazdoor.delivery.registration.attachments import drop_waiting
from mazdoor.delivery.registration.models import Draft
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.journal import services as journal

PURPOSE: Final = "draft"
KEPT_DAYS: Final = 30
"""A draft nobody touched for so long is purged: people who came may come again, and nothing was registered."""
LARGEST: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A draft: its number, the idempotency key of the registration it becomes, and what was answered so far."""

    draft_id: int
    key: str
    form: dict[str, Any]
    begun_at: dt.datetime
    changed_at: dt.datetime


def owner() -> str:
    """Whose drafts the acting officer's are. Raises ``REG-100`` where nobody sits at the desk."""
    officer = access.current_officer_id()
    if officer is None:
        raise refusals.NO_OFFICER.because()
    return f"officer:{officer}"


@transaction.atomic
def begin_draft(*, form: Mapping[str, Any] | None = None) -> Begun:
    """A new draft of the acting officer. Raises ``OFF-002`` at a desk that may not register."""
    access.check_acting_may("registration.register")
    draft = Draft.objects.create(
        owner=owner(), content_encrypted=_sealed(form or {}), questionnaire_version=get_questionnaire().version
    )
    draft.refresh_from_db()
    return _begun(draft)


@transaction.atomic
def save_draft(*, draft_id: int, form: Mapping[str, Any]) -> None:
    """Keep what was answered so far. Raises ``REG-101`` where the draft is not there or another officer's."""
    access.check_acting_may("registration.register")
    changed = Draft.objects.filter(pk=draft_id, owner=owner()).update(
        content_encrypted=_sealed(form),
        questionnaire_version=get_questionnaire().version,
        changed_at=timezone.now(),
    )
    if not changed:
        raise refusals.DRAFT_UNKNOWN.because()


def get_draft(*, draft_id: int) -> Begun:
    """A draft of the acting officer. Raises ``REG-101``."""
    rows = ask(
        "SELECT id, key, content_encrypted, begun_at, changed_at FROM registration_draft WHERE id = %s::bigint AND owner = %s",
        [str(draft_id), owner()],
    )
    if not rows:
        raise refusals.DRAFT_UNKNOWN.because()
    number, key, content, begun_at, changed_at = rows[0]
    return Begun(draft_id=number, key=f"web-{key}", form=_opened(content), begun_at=begun_at, changed_at=changed_at)


def drafts() -> list[Begun]:
    """The drafts of the acting officer, the last touched first."""
    return [_begun(draft) for draft in Draft.objects.filter(owner=owner()).order_by("-changed_at")[:50]]


@transaction.atomic
def drop_draft(*, draft_id: int) -> None:
    """Throw a draft away, with the files that waited for it. Raises ``REG-101``."""
    draft = get_draft(draft_id=draft_id)
    drop_waiting(owner=owner(), file_ids=files_of(draft.form))
    Draft.objects.filter(pk=draft_id).delete()


def forget_draft(*, draft_id: int) -> None:
    """Take away a draft that was registered; its files have become the people's."""
    ask("DELETE FROM registration_draft WHERE id = %s::bigint AND owner = %s", [str(draft_id), owner()])


@transaction.atomic
def purge_drafts(*, before: dt.datetime | None = None) -> int:
    """Throw away drafts nobody touched since ``before`` (30 days ago, where not said). For the system. Returns how many."""
    limit = before or timezone.now() - dt.timedelta(days=KEPT_DAYS)
    old = list(Draft.objects.filter(changed_at__lt=limit).select_for_update(skip_locked=True))
    for draft in old:
        drop_waiting(owner=draft.owner, file_ids=files_of(_opened(draft.content_encrypted)))
    Draft.objects.filter(pk__in=[draft.pk for draft in old]).delete()
    if old:
        journal.record(act="registration.drafts.purged", subject="drafts", details={}, count=len(old))
    return len(old)


def files_of(form: Mapping[str, Any]) -> list[str]:
    """The ids of the files that the people of a form name."""
    return [
        str(person[name])
        for person in form.get("people") or []
        for name in ("photo", "identity_document")
        if isinstance(person, Mapping) and person.get(name)
    ]


def _sealed(form: Mapping[str, Any]) -> bytes:
    content = json.dumps(form, ensure_ascii=False)
    if len(content) > LARGEST:
        raise refusals.DRAFT_TOO_LARGE.because()
    return keyring().seal(content, purpose=PURPOSE)


def _opened(content: bytes | memoryview) -> dict[str, Any]:
    form: dict[str, Any] = json.loads(keyring().open(content, purpose=PURPOSE))
    return form


def _begun(draft: Draft) -> Begun:
    return Begun(
        draft_id=draft.pk,
        key=f"web-{draft.key}",
        form=_opened(draft.content_encrypted),
        begun_at=draft.begun_at,
        changed_at=draft.changed_at,
    )
