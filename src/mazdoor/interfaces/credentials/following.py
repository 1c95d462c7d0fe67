"""What other rooms' news does to cards: who dies or turns out to be somebody else holds one no longer; who moves takes it
along, so that the office that answers for them sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mazdoor.delivery.deduplication.participants import Merged, register_participant
from mazdoor.delivery.registration.events import follow_moves
from mazdoor.interfaces.credentials.models import Card
from mazdoor.journal import services as journal

EVENTS: Final = "registration.event.recorded"


def take_part() -> None:
    """Register this room's part in events, moves and merges; called at start-up."""
    journal.subscribe(topic=EVENTS, name="credentials.events", handle=on_event)
    follow_moves("credentials", on_move)
    register_participant("credentials", on_merge, on_undo)


def on_event(news: Mapping[str, Any]) -> None:
    """Whatever was recorded of these people: the cards of those who are dead now are revoked. A death that is taken back
    brings no card back, since lists that revoke it are out: another is made."""
    from mazdoor.interfaces.credentials import services  # with all that prints; not at every start

    services.revoke_cards_of_dead(person_ids=[int(number) for number in news["person_ids"]])


def on_move(person_ids: Sequence[int], area_code: str) -> None:
    """Cards of these persons go to the office of ``area_code``. What is printed on them stays as it was."""
    Card.objects.filter(person_id__in=person_ids).update(area_code=area_code)


def on_merge(news: Merged) -> dict[str, Any]:
    """A record that stands for nobody by itself any more shows no card: its registry number is not the person's."""
    from mazdoor.interfaces.credentials import services

    return {"revoked": services.revoke_cards_of(person_ids=news.person_ids, reason="merged")}


def on_undo(news: Merged, record: dict[str, Any]) -> None:
    """Nothing comes back: verifiers have lists that revoke the card. A new one is made at the counter."""
