"""Doors in for devices: enrol, revoke, recognise."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.keys import keyring
from mazdoor.interfaces.openrosa import digest
from mazdoor.interfaces.openrosa.models import AREA_CODE_LENGTH, LONGEST_ID, Device
from mazdoor.interfaces.openrosa.refusals import DEVICE_NAME_MISSING, DEVICE_UNKNOWN, ENUMERATOR_MAY_NOT
from mazdoor.journal import services as journal

PURPOSE = "device"
COUNTRY = "PK"


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """A device just enrolled. ``secret`` exists only here: it is shown once and kept nowhere."""

    device_id: int
    username: str
    secret: str


@dataclass(frozen=True, kw_only=True)
class KnownDevice:
    """The device behind a request, and the enumerator it acts for."""

    device_id: int
    username: str
    officer_id: int
    area_code: str


@transaction.atomic
def enrol_device(*, name: str, officer_id: int) -> Enrolled:
    """Give a device to an enumerator. Raises ``OFF-002`` at a desk that may not, ``ODK-011`` without a name, ``ODK-014``
    where the enumerator may not register people."""
    access.check_acting_may("fieldwork.enrol")
    name = name.strip()[:80]
    if not name:
        raise DEVICE_NAME_MISSING.because()
    enumerator = access.get_officer(officer_id=officer_id)
    area = COUNTRY if "*" in enumerator.areas else (sorted(enumerator.areas) or [""])[0]
    if not access.can(enumerator, "registration.register") or not access.sees_area(area):
        raise ENUMERATOR_MAY_NOT.because()
    secret = digest.new_secret()
    base = re.sub(r"[^a-z0-9]+", "-", enumerator.username.casefold()).strip("-")[:24] or "device"
    number = Device.objects.filter(username__startswith=f"{base}-").count() + 1
    username = f"{base}-{number}"
    while Device.objects.filter(username=username).exists():
        number += 1
        username = f"{base}-{number}"
    device = Device.objects.create(
        name=name,
        username=username,
        officer=enumerator,
        ha1_encrypted=keyring().seal(digest.ha1(username, secret), purpose=PURPOSE),
        area_code=area[:AREA_CODE_LENGTH],
        enrolled_by_id=access.current_officer_id(),
    )
    journal.record(
        act="fieldwork.device.enrolled", subject=f"device:{device.pk}", details={"officer": officer_id, "area": area}
    )
    return Enrolled(device_id=device.pk, username=username, secret=secret)


@transaction.atomic
def revoke_device(*, device_id: int) -> bool:
    """Take an enrolment back. False where that was done before. Raises ``ODK-005`` where there is no such device in the
    officer's area, ``OFF-002`` at a desk that may not."""
    access.check_acting_may("fieldwork.enrol")
    device = Device.objects.select_for_update().filter(pk=device_id).first()
    if device is None:
        raise DEVICE_UNKNOWN.because()
    if device.revoked_at is not None:
        return False
    device.revoked_at = timezone.now()
    device.save(update_fields=["revoked_at"])
    journal.record(act="fieldwork.device.revoked", subject=f"device:{device.pk}", details={})
    return True


def recognise_device(request: HttpRequest) -> KnownDevice | None:
    """The device that proves it sent this request; ``None`` for everybody else. Raises :class:`digest.Stale`.

    Called as the system: who asks is not known yet.
    """
    said = digest.claimed(request)
    if said is None:
        return None
    device = Device.objects.filter(username=said["username"], revoked_at__isnull=True, officer__is_active=True).first()
    if device is None:
        return None
    if not digest.proves(said, request, keyring().open(device.ha1_encrypted, purpose=PURPOSE)):
        return None
    told = request.GET.get("deviceID", "")[:LONGEST_ID] or device.said_to_be
    Device.objects.filter(pk=device.pk).update(seen_at=timezone.now(), said_to_be=told)
    return KnownDevice(
        device_id=device.pk, username=device.username, officer_id=device.officer_id, area_code=device.area_code
    )
