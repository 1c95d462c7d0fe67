"""Doors in: who acts, and making officers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from mazdoor.access.models import Desk, Officer
from mazdoor.access.reading import find_by_id
from mazdoor.access.refusals import OFFICER_UNKNOWN
from mazdoor.database.acting import acting
from mazdoor.journal.services import record


@contextmanager
def acting_as(*, officer_id: int, known: Officer | None = None) -> Iterator[Officer]:
    """A transaction in which the database knows the officer and shows only their areas.

    ``known`` is that officer as read a moment ago, where the caller has just done so (the middleware of a request).
    """
    officer = known if known is not None and known.pk == officer_id else find_by_id(officer_id)
    if officer is None or not officer.is_active:
        raise OFFICER_UNKNOWN.because()
    with acting(officer=str(officer.pk), areas=officer.areas_setting, reason="", record=officer):
        yield officer


@contextmanager
def acting_as_system(*, reason: str) -> Iterator[None]:
    """A transaction of the system itself, which sees every area; ``reason`` stands in the journal for the officer."""
    with acting(officer="", areas="*", reason=reason):
        yield


def ensure_officer(
    *,
    username: str,
    full_name: str,
    desk: str,
    areas: Sequence[str],
    password: str,
    full_name_ur: str = "",
    language: str = "en",
) -> Officer:
    """The officer with this sign-in name, made or brought to this state. The same call twice changes nothing."""
    with transaction.atomic():
        wanted = {
            "full_name": full_name,
            "full_name_ur": full_name_ur,
            "desk": Desk(desk),
            "areas": sorted(areas),
            "language": language,
            "is_active": True,
        }
        officer = Officer.objects.select_for_update().filter(username=username).first()
        made = officer is None
        if officer is None:
            officer = Officer(username=username)
        changed = [name for name, value in wanted.items() if made or getattr(officer, name) != value]
        for name in changed:
            setattr(officer, name, wanted[name])
        if made or not officer.check_password(password):
            officer.set_password(password)
            changed.append("password")
        if changed:
            officer.save()
            record(
                act="access.officer.made" if made else "access.officer.changed",
                subject=f"officer:{officer.pk}",
                details={"desk": officer.desk, "areas": list(officer.areas), "fields": changed},
            )
        return officer
