"""A person has one live card; another takes its place with a reason; who printed what is in the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.cast.households import BAGH, registered

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.interfaces.credentials import keys, selectors, services, tokens
from mazdoor.interfaces.credentials.models import Card
from mazdoor.journal.selectors import list_acts
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 22)


@pytest.fixture
def worker() -> int:
    """Bushra of Lahore."""
    with acting_as_system(reason="test"):
        return registered().person_ids[0]


def test_a_card_is_made_for_five_years_and_its_code_says_whose_it_is(worker: int, system: None) -> None:
    card = services.issue_card(person_id=worker, on=DAY)
    assert (card.state, card.reason) == ("live", "first")
    assert card.last_day == dt.date(2031, 11, 21) and card.holds(card.last_day) and not card.holds(card.expires_on)
    face = selectors.faces_of(card_ids=[card.card_id])[card.card_id]
    credential = tokens.read(face.qr, keys.public_keys())
    assert (credential.name, credential.name_ur) == (face.name, face.name_ur) == ("Bushra Bibi", "بشریٰ بی بی")
    assert credential.registry_number == face.registry_number
    assert (credential.card_id, credential.district_code) == (card.card_id, "PK618")


def test_the_code_holds_neither_cnic_nor_birth_nor_telephone(worker: int, system: None) -> None:
    card = services.issue_card(person_id=worker, on=DAY)
    token = tokens.token_of(selectors.faces_of(card_ids=[card.card_id])[card.card_id].qr)
    for personal in (b"0123412345671", b"01234-1234567-1", b"1987", b"19870307", b"3001234567", b"Ghulam", b"Street"):
        assert personal not in token
    assert b"Bushra" in token  # what would be found if it were there


def test_who_holds_a_good_card_gets_no_second_one(worker: int, system: None) -> None:
    services.issue_card(person_id=worker, on=DAY)
    with pytest.raises(Refusal, match="CRD-002"):
        services.issue_card(person_id=worker, on=DAY + dt.timedelta(days=30))


def test_the_database_itself_refuses_a_second_live_card(worker: int, system: None) -> None:
    card = Card.objects.get(pk=services.issue_card(person_id=worker, on=DAY).card_id)
    card.pk = None
    with pytest.raises(IntegrityError, match="card_one_live"), transaction.atomic():
        card.save(force_insert=True)


@pytest.mark.parametrize("reason", ["lost", "damaged", "changed"])
def test_a_reprint_revokes_the_old_card_and_is_recorded_with_its_reason(worker: int, system: None, reason: str) -> None:
    old = services.issue_card(person_id=worker, on=DAY)
    new = services.replace_card(person_id=worker, reason=reason, on=DAY + dt.timedelta(days=9))
    before = services.get_card(card_id=old.card_id)
    assert (before.state, before.ended_because) == ("replaced", reason)
    assert (new.reason, new.replaces_id, new.state) == (reason, old.card_id, "live")
    assert services.find_card(person_id=worker) == new
    assert services.cards_of(person_id=worker) == [new, before]
    (_, replaced) = sorted(list_acts(subject=f"card:{old.card_id}"), key=lambda act: act.act)
    assert replaced.act == "credentials.card.replaced" and replaced.details["reason"] == reason


def test_a_card_that_has_run_out_is_followed_by_another(worker: int, system: None) -> None:
    old = services.issue_card(person_id=worker, on=DAY)
    new = services.issue_card(person_id=worker, on=old.expires_on)
    assert (new.reason, new.replaces_id) == ("expired", old.card_id)


def test_nothing_is_replaced_where_nothing_is_held(worker: int, system: None) -> None:
    with pytest.raises(Refusal, match="CRD-003"):
        services.replace_card(person_id=worker, reason="lost")
    with pytest.raises(Refusal, match="CRD-006"):
        services.replace_card(person_id=worker, reason="first")


def test_a_revoked_card_is_not_printed_and_not_revoked_again(worker: int, system: None) -> None:
    card = services.issue_card(person_id=worker, on=DAY)
    services.revoke_card(card_id=card.card_id, reason="misused")
    assert services.find_card(person_id=worker) is None
    with pytest.raises(Refusal, match="CRD-004"):
        services.revoke_card(card_id=card.card_id, reason="misused")
    with pytest.raises(Refusal, match="CRD-004"):
        services.card_pdf(card_id=card.card_id)


def test_what_is_printed_is_sealed_and_printing_is_in_the_journal(worker: int, system: None) -> None:
    card = services.issue_card(person_id=worker, on=DAY)
    assert b"Bushra" not in bytes(Card.objects.get(pk=card.card_id).face_encrypted)
    pages = services.card_pdf(card_id=card.card_id)
    assert pages.startswith(b"%PDF") and len(pages) > 5000
    acts = {act.act: act for act in list_acts(subject=f"card:{card.card_id}")}
    assert set(acts) == {"credentials.card.issued", "credentials.card.printed"}
    assert "Bushra" not in str(acts)


def test_an_officer_makes_cards_in_their_own_area_and_at_their_own_desk(
    worker: int, officer: Callable[..., Any]
) -> None:
    with acting_as(officer_id=officer(desk="registrar", areas=[BAGH]).pk), pytest.raises(Refusal, match="REG-011"):
        services.issue_card(person_id=worker)
    with acting_as(officer_id=officer(desk="finance").pk), pytest.raises(Refusal, match="OFF-002"):
        services.issue_card(person_id=worker)
    with acting_as(officer_id=officer(desk="registrar").pk):
        card = services.issue_card(person_id=worker)
    with acting_as(officer_id=officer(desk="registrar", areas=[BAGH]).pk), pytest.raises(Refusal, match="CRD-001"):
        services.card_pdf(card_id=card.card_id)


def test_many_first_cards_are_made_at_once_and_none_twice(system: None) -> None:
    people = [registered(f"form-{number}").person_ids[0] for number in range(3)]
    services.issue_card(person_id=people[0], on=DAY)
    made = services.issue_cards(person_ids=people, on=DAY)
    assert [card.person_id for card in made] == people[1:]
    assert services.issue_cards(person_ids=people, on=DAY) == []
    (act,) = list(list_acts(subject=f"cards:{made[0].card_id}-{made[-1].card_id}"))
    assert act.act == "credentials.cards.issued" and act.count == 2
    assert services.sheet_pdf(card_ids=[card.card_id for card in made]).startswith(b"%PDF")
