"""Doors in: make a card, many cards, put one in another's place, take one back, print.

A card is made, replaced or revoked in one transaction with its journal entry; that a person has one live card is held by
the database. Printing is journaled too: who had a card in their hands is a question that gets asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import attachments
from mazdoor.delivery.registration import selectors as registration
from mazdoor.interfaces.credentials import face, keys, printing, refusals, selectors, status, tokens
from mazdoor.interfaces.credentials.models import Card
from mazdoor.interfaces.credentials.selectors import CardRow
from mazdoor.interfaces.credentials.states import MADE_BECAUSE, REVOKED_BECAUSE, CardState
from mazdoor.journal import services as journal

YEARS: Final = 5
"""How long a card holds: long enough for a worker, short enough for keys and photographs to stay true. Our own choice,
no law's."""
MOST_AT_ONCE: Final = 1000


@transaction.atomic
def issue_card(*, person_id: int, on: dt.date | None = None) -> CardRow:
    """Make a first card for a person, or another where the last one has run out.

    Raises ``REG-011``, ``CRD-002`` where a good one is held, ``CRD-005`` for the dead, ``OFF-002`` at a desk that may not.
    """
    access.check_acting_may("credentials.issue")
    day = on or timezone.localdate()
    person = registration.get_person(person_id=person_id)
    _lock(person_id)
    held = Card.objects.select_for_update().filter(person_id=person_id, state=CardState.LIVE).first()
    if held is not None:
        if held.expires_on > day:
            raise refusals.HAS_A_CARD.because(until=face.last_day(held.expires_on).isoformat())
        _end(held, CardState.REPLACED, "expired")
    (card,) = _make([person], reason="expired" if held else "first", replaces=held, day=day)
    journal.record(
        act="credentials.card.issued", subject=f"card:{card.pk}", details={"reason": card.reason, "key": card.key_id}
    )
    return selectors.row_of(card)


@transaction.atomic
def issue_cards(*, person_ids: Sequence[int], on: dt.date | None = None) -> list[CardRow]:
    """Make first cards for many; who holds a card already, or has died, is left out. One journal entry.

    Raises ``CRD-010`` for more than a thousand, ``OFF-002``.
    """
    access.check_acting_may("credentials.issue")
    if len(person_ids) > MOST_AT_ONCE:
        raise refusals.TOO_MANY.because(count=len(person_ids), most=MOST_AT_ONCE)
    people = registration.rows(
        "SELECT p.* FROM registration.person_now p WHERE p.person_id = ANY(%s) AND p.died_on IS NULL "
        "AND NOT EXISTS (SELECT FROM credentials_card c WHERE c.person_id = p.person_id) ORDER BY p.person_id",
        [list(person_ids)],
    )
    made = _make(people, reason="first", replaces=None, day=on or timezone.localdate())
    if made:
        journal.record(
            act="credentials.cards.issued",
            subject=f"cards:{made[0].pk}-{made[-1].pk}",
            details={"asked": len(person_ids), "key": made[0].key_id},
            count=len(made),
        )
    return [selectors.row_of(card) for card in made]


@transaction.atomic
def replace_card(*, person_id: int, reason: str, on: dt.date | None = None) -> CardRow:
    """Revoke a person's live card and make another in its place: ``lost``, ``damaged`` or ``changed``.

    Raises ``CRD-003`` where none is held, ``CRD-006`` for another reason, ``CRD-005``, ``REG-011``, ``OFF-002``.
    """
    access.check_acting_may("credentials.issue")
    if reason not in MADE_BECAUSE or reason in ("first", "expired"):
        raise refusals.REASON_UNKNOWN.because(reason=reason[:12])
    person = registration.get_person(person_id=person_id)
    _lock(person_id)
    held = Card.objects.select_for_update().filter(person_id=person_id, state=CardState.LIVE).first()
    if held is None:
        raise refusals.HAS_NO_CARD.because()
    _end(held, CardState.REPLACED, reason)
    (card,) = _make([person], reason=reason, replaces=held, day=on or timezone.localdate())
    journal.record(
        act="credentials.card.replaced",
        subject=f"card:{held.pk}",
        details={"by": card.pk, "reason": reason, "key": card.key_id},
    )
    return selectors.row_of(card)


@transaction.atomic
def revoke_card(*, card_id: int, reason: str) -> None:
    """Take a card back without another in its place. Raises ``CRD-001``, ``CRD-004``, ``CRD-006``, ``OFF-002``."""
    access.check_acting_may("credentials.revoke")
    if reason not in REVOKED_BECAUSE:
        raise refusals.REASON_UNKNOWN.because(reason=reason[:12])
    card = Card.objects.select_for_update().filter(pk=card_id).first()
    if card is None:
        raise refusals.CARD_UNKNOWN.because()
    _end(card, CardState.REVOKED, reason)
    journal.record(act="credentials.card.revoked", subject=f"card:{card_id}", details={"reason": reason})


@transaction.atomic
def card_pdf(*, card_id: int) -> bytes:
    """Both sides of a live card, one page each, ID-1 size (85.60 × 53.98 mm), exactly as it was made.

    Raises ``CRD-001``, ``CRD-004`` where it is no longer live, ``CRD-007`` where a font is missing, ``REG-110`` while the
    scanner has not cleared its photograph.
    """
    pages = _print([card_id], printing.Layout.CARD)
    journal.record(act="credentials.card.printed", subject=f"card:{card_id}", details={})
    return pages


def set_cards(*, card_ids: Sequence[int], layout: printing.Layout) -> bytes:
    """The PDF of live cards, in the order asked for; the caller keeps the journal. Raises as :func:`card_pdf`."""
    return _print(card_ids, layout)


def photos_withheld(*, card_ids: Sequence[int]) -> set[int]:
    """Which of these cards cannot be printed yet, because the scanner has not cleared their photograph."""
    photos = {number: printed.photo_id for number, printed in selectors.faces_of(card_ids=card_ids).items()}
    waiting = attachments.withheld(attachment_ids=[photo for photo in photos.values() if photo])
    return {number for number, photo in photos.items() if photo in waiting}


def revoke_cards_of_dead(*, person_ids: Sequence[int]) -> list[int]:
    """Revoke the live cards of those of these people whom the register now says to be dead. Returns the cards' numbers."""
    dead = registration.rows(
        "SELECT person_id FROM registration.person_now WHERE person_id = ANY(%s) AND died_on IS NOT NULL",
        [list(person_ids)],
    )
    return revoke_cards_of(person_ids=[int(row["person_id"]) for row in dead], reason="died")


@transaction.atomic
def revoke_cards_of(*, person_ids: Sequence[int], reason: str) -> list[int]:
    """Revoke the live cards of these people because of what another room made known. Returns the cards' numbers."""
    revoked = []
    for card in Card.objects.select_for_update().filter(person_id__in=person_ids, state=CardState.LIVE).order_by("pk"):
        _end(card, CardState.REVOKED, reason)
        journal.record(act="credentials.card.revoked", subject=f"card:{card.pk}", details={"reason": reason})
        revoked.append(int(card.pk))
    return revoked


def card_pictures(*, card_id: int, dots: int = 200) -> list[bytes]:
    """Front and back of a live card as PNG, to be looked at. Raises as :func:`card_pdf`."""
    return printing.pictures(_ready([card_id]), layout=printing.Layout.CARD, dots=dots)


def _print(card_ids: Sequence[int], layout: printing.Layout) -> bytes:
    return printing.pdf(_ready(card_ids), layout=layout)


def _ready(card_ids: Sequence[int]) -> list[printing.Printed]:
    """Live cards with their faces opened, in the order asked for."""
    cards = {card.pk: card for card in Card.objects.filter(pk__in=card_ids).defer("face_encrypted")}
    if len(cards) < len(card_ids):
        raise refusals.CARD_UNKNOWN.because()
    if any(card.state != CardState.LIVE for card in cards.values()):
        raise refusals.CARD_ENDED.because()
    faces = selectors.faces_of(card_ids=card_ids)
    return [
        printing.Printed(
            card_id=number,
            face=faces[number],
            issued_on=cards[number].issued_on,
            last_day=face.last_day(cards[number].expires_on),
            photo=_photo(faces[number].photo_id),
            site=selectors.site_for_people(),
        )
        for number in card_ids
    ]


def _photo(photo_id: int | None) -> bytes | None:
    """The photograph a card was made with. Raises ``REG-110`` while the scanner has not cleared it."""
    return attachments.open_attachment(attachment_id=photo_id).content if photo_id else None


def _lock(person_id: int) -> None:
    """Two officers at two desks make one card: the second waits here and then finds the first one's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('credentials'), %s)", [person_id % 2**31])


def _end(card: Card, state: CardState, reason: str) -> None:
    if card.state != CardState.LIVE:
        raise refusals.CARD_ENDED.because()
    card.state = state
    card.ended_at = timezone.now()
    card.ended_by = access.current_officer_id()
    card.ended_because = reason
    card.save(update_fields=["state", "ended_at", "ended_by", "ended_because"])


def _make(people: Sequence[Mapping[str, Any]], *, reason: str, replaces: Card | None, day: dt.date) -> list[Card]:
    """Sign and keep cards for rows of ``registration.person_now``, all valid from one day."""
    if any(person["died_on"] for person in people):
        raise refusals.PERSON_DIED.because()
    if not people:
        return []
    ring, key, officer = keyring(), keys.signing_keys()[-1], access.current_officer_id()
    expires_on = _years_later(day, YEARS)
    cards = []
    for number, person in zip(_numbers(len(people)), people, strict=True):
        photo_id = attachments.photo_of(person_id=person["person_id"])
        printed = face.face_of(person, photo_id=photo_id)
        block, index = status.place_of(number)
        credential = tokens.Credential(
            issuer=selectors.issuer(),
            card_id=number,
            registry_number=printed.registry_number,
            name=printed.name,
            name_ur=printed.name_ur,
            district_code=printed.district_code,
            issued_at=_midnight(day),
            expires_at=_midnight(expires_on),
            status_uri=selectors.status_uri(block),
            status_index=index,
        )
        qr = tokens.qr_text(tokens.sign(tokens.claims_of(credential), key))
        printed = replace(printed, qr=qr)
        cards.append(
            Card(
                pk=number,
                person_id=person["person_id"],
                state=CardState.LIVE,
                reason=reason,
                replaces=replaces,
                face_encrypted=ring.seal(face.to_text(printed), purpose="card"),
                key_id=key.kid.hex(),
                issued_on=day,
                expires_on=expires_on,
                issued_by=officer,
                area_code=person["area_code"],
            )
        )
    return Card.objects.bulk_create(cards)


def _numbers(count: int) -> list[int]:
    """Card numbers, taken before the cards are written: each is signed into its card."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('credentials_card_id_seq') FROM generate_series(1, %s)", [count])
        return [int(number) for (number,) in cursor.fetchall()]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=timezone.get_default_timezone())


def _years_later(day: dt.date, years: int) -> dt.date:
    """The same day some years on; of 29 February, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=3, day=1)
