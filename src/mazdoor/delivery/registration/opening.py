"""Sealed values opened for an answer that may hold them: under row-level security, for people asked for by number.

For the call, never for a log. Who may be given them is for the caller to know (a scope and a consent on the wires).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration.models import PersonRecord


@dataclass(frozen=True, slots=True)
class Opened:
    """What was sealed of one person; '' where there is none."""

    cnic: str
    mobile: str
    address: str


def open_sealed(*, person_ids: Sequence[int]) -> dict[int, Opened]:
    """CNIC, mobile and address of these people, as far as the transaction sees them."""
    ring = keyring()

    def opened(sealed: bytes | memoryview | None, purpose: str) -> str:
        return ring.open(sealed, purpose=purpose) if sealed else ""

    rows = PersonRecord.objects.filter(
        person_id__in=person_ids, valid_to__isnull=True, recorded_to__isnull=True
    ).values_list("person_id", "cnic_encrypted", "mobile_encrypted", "address_encrypted")
    return {
        person_id: Opened(opened(cnic, "cnic"), opened(mobile, "mobile"), opened(address, "address"))
        for person_id, cnic, mobile, address in rows
    }
