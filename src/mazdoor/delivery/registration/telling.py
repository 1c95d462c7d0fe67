"""Where people can be reached: the address book that notices open for the moment of sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mazdoor.access.services import acting_as_system
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration.models import PersonRecord
from mazdoor.notices import services as notices
from mazdoor.notices.ports import SmsGateway


class Telephones:
    """The mobile numbers of current records. Implements ``notices.ports.AddressBook``."""

    def mobiles_of(self, person_ids: Sequence[int]) -> Mapping[int, str]:
        """Mobile numbers by person; people without one are left out."""
        ring = keyring()
        found = PersonRecord.objects.filter(
            person_id__in=set(person_ids),
            valid_to__isnull=True,
            recorded_to__isnull=True,
            mobile_encrypted__isnull=False,
        ).values_list("person_id", "mobile_encrypted")
        return {person_id: ring.open(sealed or b"", purpose="mobile") for person_id, sealed in found}


def send_messages(*, gateway: SmsGateway, limit: int = 500) -> dict[str, int]:
    """Hand waiting messages to the gateway; returns how many were sent, failed or left waiting."""
    with acting_as_system(reason="messages are sent"):
        return notices.send_waiting(gateway=gateway, address_book=Telephones(), limit=limit)
