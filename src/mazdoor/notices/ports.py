"""What the notices room asks of the outside: a gateway that carries SMS, and an address book for the moment of
sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class GatewayDown(Exception):
    """The gateway did not answer or asked us to wait. The notice stays queued; nothing is lost."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took the message; delivery is reported later under this reference."""

    reference: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The gateway will never deliver this message (no such number, barred)."""

    reason: str


class DeliveryReport(NamedTuple):
    """What became of one message. ``number`` is the gateway's own sequence; ``reference`` is what it accepted."""

    number: int
    reference: str
    delivered: bool


class SmsGateway(Protocol):
    """Carries one SMS. ``key`` is the same each time the same notice is tried, so a gateway can drop repeats."""

    def send(self, *, key: str, mobile: str, text: str) -> Accepted | Rejected:
        """Hand over one message. Raises :class:`GatewayDown`."""
        ...


class DeliveryReports(Protocol):
    """Tells what became of messages, also of those that other rooms sent."""

    def reports(self, *, after: int = 0) -> Sequence[DeliveryReport]:
        """Reports after a number, in order, some of them twice; not always all there are. Raises :class:`GatewayDown`."""
        ...


class AddressBook(Protocol):
    """Where people can be reached, opened only while sending. Registration provides one."""

    def mobiles_of(self, person_ids: Sequence[int]) -> Mapping[int, str]:
        """Mobile numbers (``03XXXXXXXXX``) by person; people without one are left out."""
        ...
