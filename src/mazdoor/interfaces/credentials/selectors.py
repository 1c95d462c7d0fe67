"""Doors out: which card does somebody hold, and what do verifiers download?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from mazdoor.access.services import acting_as_system
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import selectors as registration
from mazdoor.interfaces.credentials import face, keys, status
from mazdoor.interfaces.credentials.face import Face
from mazdoor.interfaces.credentials.models import Card
from mazdoor.interfaces.credentials.refusals import CARD_UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One card without what is printed on it. ``expires_on`` is the first day on which it no longer holds."""

    card_id: int
    person_id: int
    state: str
    reason: str
    issued_on: dt.date
    expires_on: dt.date
    ended_at: dt.datetime | None
    ended_because: str
    replaces_id: int | None
    area_code: str

    @property
    def last_day(self) -> dt.date:
        """The last day on which it holds."""
        return face.last_day(self.expires_on)

    def holds(self, on: dt.date) -> bool:
        """Whether it is good on a day."""
        return self.state == "live" and self.issued_on <= on < self.expires_on


def row_of(card: Card) -> CardRow:
    """What a card's row says, without its face."""
    return CardRow(
        card_id=card.pk,
        person_id=card.person_id,
        state=card.state,
        reason=card.reason,
        issued_on=card.issued_on,
        expires_on=card.expires_on,
        ended_at=card.ended_at,
        ended_because=card.ended_because,
        replaces_id=card.replaces_id,
        area_code=card.area_code,
    )


def find_card(*, person_id: int) -> CardRow | None:
    """The live card of a person (perhaps past its last day: ask ``holds``), or ``None``."""
    card = Card.objects.filter(person_id=person_id, state="live").defer("face_encrypted").first()
    return row_of(card) if card else None


def get_card(*, card_id: int) -> CardRow:
    """A card by its number. Raises ``CRD-001``."""
    card = Card.objects.filter(pk=card_id).defer("face_encrypted").first()
    if card is None:
        raise CARD_UNKNOWN.because()
    return row_of(card)


def cards_of(*, person_id: int) -> list[CardRow]:
    """Every card a person ever had, the newest first."""
    return [row_of(card) for card in Card.objects.filter(person_id=person_id).defer("face_encrypted").order_by("-pk")]


def faces_of(*, card_ids: Sequence[int]) -> dict[int, Face]:
    """What is printed on some cards, opened."""
    ring = keyring()
    sealed = Card.objects.filter(pk__in=card_ids).values_list("pk", "face_encrypted")
    return {number: face.from_text(ring.open(data, purpose="card")) for number, data in sealed}


def people_without_card(*, area_code: str, limit: int) -> list[int]:
    """Living people of an area (a P-code and what lies in it) for whom no card was ever made, by registry number."""
    found = registration.rows(
        "SELECT p.person_id FROM registration.person_now p WHERE starts_with(p.area_code, %s) AND p.died_on IS NULL "
        "AND NOT EXISTS (SELECT FROM credentials_card c WHERE c.person_id = p.person_id) "
        "ORDER BY p.registry_number LIMIT %s",
        [area_code, limit],
    )
    return [int(row["person_id"]) for row in found]


def cards_made_on(*, day: dt.date, area_code: str, limit: int) -> list[int]:
    """Numbers of the live cards made on a day for people of an area, in order."""
    cards = Card.objects.filter(issued_on=day, area_code__startswith=area_code, state="live").order_by("pk")
    return list(cards.values_list("pk", flat=True)[:limit])


def batches(*, limit: int) -> list[dict[str, Any]]:
    """How many cards were made on each of the last days in the officer's areas, and how many of them are live."""
    days = Card.objects.values("issued_on").annotate(made=Count("id"), live=Count("id", filter=Q(state="live")))
    return [dict(day) for day in days.order_by("-issued_on")[:limit]]


def issuer() -> str:
    """The address of this site, under which keys and lists are found: the ``iss`` of a card."""
    return str(settings.MAZDOOR_SITE).rstrip("/")


def site_for_people() -> str:
    """The address to print for people; '' while the site has none of its own (RFC 2606: .invalid)."""
    return "" if issuer().endswith(".invalid") else issuer()


def status_uri(number: int) -> str:
    """The address of a status list."""
    return f"{issuer()}/cards/status/{number}"


def status_list(*, number: int, at: dt.datetime | None = None) -> bytes:
    """The signed list of cards that no longer hold, of one block of 2^20 cards.

    It is public, holds nothing of anybody, and covers every area, so the system asks whoever downloads it.
    """
    first = number * status.CARDS_IN_A_LIST
    with acting_as_system(reason="the public list of revoked cards"):
        ended = (
            Card.objects.filter(pk__gte=first, pk__lt=first + status.CARDS_IN_A_LIST)
            .exclude(state="live")
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        return status.make(
            uri=status_uri(number),
            ended=[number_of - first for number_of in ended],
            key=keys.signing_keys()[-1],
            at=at or timezone.now(),
        )


def lists_there_are() -> int:
    """How many status lists there are: one for each begun block of cards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM credentials_card_id_seq")
        (newest,) = cursor.fetchone()
    return status.place_of(int(newest))[0] + 1
