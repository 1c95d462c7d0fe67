"""A person has one live card; another takes its place with a reason; who printed what is in the journal."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image
from tests.cast import forms
from tests.cast.households import BAGH, registered

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.deduplication import services as deduplication
from mazdoor.delivery.registration import attachments, events
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import services as registration_services
from mazdoor.interfaces.credentials import keys, selectors, services, sheets, status, tasks, tokens
from mazdoor.interfaces.credentials.models import Card
from mazdoor.interfaces.credentials.printing import Layout
from mazdoor.journal import services as journal
from mazdoor.journal.selectors import list_acts
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import services as reference

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
    before = selectors.get_card(card_id=old.card_id)
    assert (before.state, before.ended_because) == ("replaced", reason)
    assert (new.reason, new.replaces_id, new.state) == (reason, old.card_id, "live")
    assert selectors.find_card(person_id=worker) == new
    assert selectors.cards_of(person_id=worker) == [new, before]
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
    assert selectors.find_card(person_id=worker) is None
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
    pages = services.set_cards(card_ids=[card.card_id for card in made], layout=Layout.SHEET)
    assert pages.startswith(b"%PDF")


def sheets_for(**asked: Any) -> int:
    return sheets.ask_for_sheets(**{"area_code": "PK618", "again": False, "most": 10, **asked})


@pytest.mark.usefixtures("system")
def test_sheets_are_made_behind_in_portions_and_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "PORTION", 2)
    for number in range(3):
        registered(f"form-{number}")
    number = sheets_for(most=5)
    with pytest.raises(Refusal, match="CRD-012"):
        sheets.fetch_portion(sheets_id=number, portion=0)
    tasks.make_sheets(sheets_id=number, officer_id=0)
    row = sheets.get_sheets(sheets_id=number)
    assert (row.state, row.cards, row.portions, row.left_out) == ("ready", 5, 3, 0)
    assert sheets.portions_ready(sheets_id=number) == [0, 1, 2]
    work = sheets.find_work(sheets_id=number)
    assert work is not None and (work.done, work.total, work.error) == (3, 3, "")
    assert sheets.fetch_portion(sheets_id=number, portion=2).startswith(b"%PDF")
    acts = [act.act for act in list_acts(subject=f"sheets:{number}")]
    assert sorted(acts) == ["credentials.sheets.asked", "credentials.sheets.fetched"]
    tasks.make_sheets(sheets_id=number, officer_id=0)
    assert Card.objects.count() == 5, "done stays done"


@pytest.mark.usefixtures("system")
def test_what_another_register_printed_under_the_same_number_is_never_given_out() -> None:
    left = sheets.path_of(sheets_for() + 1, 0)
    left.parent.mkdir(parents=True)
    left.write_bytes(b"cards of a register this one never saw")
    number = sheets_for()
    assert sheets.path_of(number, 0) == left
    assert not left.exists()


@pytest.mark.usefixtures("system")
def test_a_kill_between_portions_makes_no_card_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "PORTION", 2)
    for number in range(2):
        registered(f"form-{number}")
    number = sheets_for(most=4)
    cards = sheets.choose_cards(sheets_id=number)  # as far as a run got that was killed before it could say so
    again = sheets_for(most=4)
    tasks.make_sheets(sheets_id=again, officer_id=0)
    assert sheets.get_sheets(sheets_id=again).state == "empty"
    assert Card.objects.count() == len(cards) == 4
    once_more = sheets_for(again=True)
    printed: list[int] = []
    whole = sheets.print_portion

    def cut(*, sheets_id: int, portion: int) -> None:
        if portion == 1 and not printed:
            printed.append(portion)
            raise KeyboardInterrupt
        whole(sheets_id=sheets_id, portion=portion)

    monkeypatch.setattr(sheets, "print_portion", cut)
    with pytest.raises(KeyboardInterrupt):
        tasks.make_sheets(sheets_id=once_more, officer_id=0)
    assert sheets.portions_ready(sheets_id=once_more) == [0]
    tasks.make_sheets(sheets_id=once_more, officer_id=0)
    assert sheets.portions_ready(sheets_id=once_more) == [0, 1]
    assert Card.objects.count() == 4


@pytest.mark.usefixtures("system")
def test_old_sheets_are_cleared_away_and_lie_sealed_before() -> None:
    registered()
    number = sheets_for()
    tasks.make_sheets(sheets_id=number, officer_id=0)
    kept = sheets.path_of(number, 0).read_bytes()
    assert b"%PDF" not in kept and len(kept) > 5000
    assert sheets.clear_away(before=timezone.now()) == 1
    assert not sheets.path_of(number, 0).exists()
    with pytest.raises(Refusal, match="CRD-012"):
        sheets.fetch_portion(sheets_id=number, portion=0)
    assert sheets.get_sheets(sheets_id=number).state == "cleared"


def test_sheets_are_of_the_office_that_asked(officer: Callable[..., Any]) -> None:
    with acting_as_system(reason="test"):
        registered()
    with acting_as(officer_id=officer(desk="registrar", areas=["PK618"]).pk):
        number = sheets_for()
    with acting_as(officer_id=officer(desk="registrar", areas=[BAGH]).pk):
        assert sheets.list_sheets() == []
        with pytest.raises(Refusal, match="CRD-012"):
            sheets.get_sheets(sheets_id=number)
    with acting_as(officer_id=officer(desk="finance").pk), pytest.raises(Refusal, match="OFF-002"):
        sheets_for()


@pytest.mark.usefixtures("system")
def test_a_registered_death_revokes_the_card(worker: int) -> None:
    card = services.issue_card(person_id=worker, on=DAY)
    events.record_death(person_id=worker, on=timezone.localdate())
    assert selectors.get_card(card_id=card.card_id).state == "live", "until the news is handed over"
    journal.deliver()
    ended = selectors.get_card(card_id=card.card_id)
    assert (ended.state, ended.ended_because) == ("revoked", "died")
    listed = status.read(selectors.status_list(number=0), keys.public_keys())
    assert listed.ended(card.card_id)
    assert "credentials.card.revoked" in {act.act for act in list_acts(subject=f"card:{card.card_id}")}
    with pytest.raises(Refusal, match="CRD-005"):
        services.issue_card(person_id=worker)


@pytest.mark.usefixtures("system")
def test_an_event_that_is_no_death_leaves_cards_alone(worker: int) -> None:
    card = services.issue_card(person_id=worker, on=DAY)
    (work, *_rest) = registration.employments_of(person_id=worker)
    events.end_employment(employment_id=work["employment_id"], on=timezone.localdate())
    journal.deliver()
    assert selectors.get_card(card_id=card.card_id).state == "live"


def test_a_merge_revokes_the_card_of_the_record_that_goes(officer: Callable[..., Any]) -> None:
    with acting_as_system(reason="test"):
        kept, gone = (registered(f"form-{number}").person_ids[0] for number in range(2))
        cards = [services.issue_card(person_id=person, on=DAY) for person in (kept, gone)]
    with acting_as(officer_id=officer(desk="verifier").pk):
        merge = deduplication.merge(
            person_a_id=kept, person_b_id=gone, keep_person_id=kept, reason="same CNIC, same face"
        )
        states = [selectors.get_card(card_id=card.card_id) for card in cards]
        assert [(card.state, card.ended_because) for card in states] == [("live", ""), ("revoked", "merged")]
        deduplication.undo_merge(merge_id=merge, reason="another person after all")
        assert selectors.get_card(card_id=cards[1].card_id).state == "revoked", "lists that revoke it are out"
        assert services.issue_card(person_id=gone).state == "live"


def test_who_moves_takes_the_card_along(worker: int, officer: Callable[..., Any]) -> None:
    with acting_as_system(reason="test"):
        card = services.issue_card(person_id=worker, on=DAY)
        home = registration.get_person(person_id=worker)["household_id"]
        events.move_household(household_id=home, area_code=BAGH, on=timezone.localdate())
    with acting_as(officer_id=officer(desk="registrar", areas=[BAGH]).pk):
        assert selectors.get_card(card_id=card.card_id).area_code == BAGH


def photo_of_somebody() -> bytes:
    """A picture that can be told on a card: red above, blue below."""
    picture = Image.new("RGB", (480, 600), (200, 30, 30))
    picture.paste((30, 30, 200), (0, 300, 480, 600))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def with_photo() -> int:
    """Bushra, registered with a photograph through the door of forms."""
    reference.load()
    kept = attachments.keep_attachment(content=photo_of_somebody(), kind="photo", area_code="PK618", name="face.jpg")
    form = forms.form(people0__photo="face.jpg")
    done = registration_services.submit(form=form, channel="web", idempotency_key="photo", attachments=[kept])
    return done.person_ids[0]


@pytest.mark.usefixtures("system")
def test_a_photograph_handed_in_with_a_form_is_printed_on_the_card() -> None:
    card = services.issue_card(person_id=with_photo())
    front, _back = services.card_pictures(card_id=card.card_id, dots=200)
    picture = Image.open(io.BytesIO(front)).convert("RGB")
    if folder := os.environ.get("MAZDOOR_PICTURES"):
        picture.save(Path(folder) / "card-with-photo.png")
    at = 200 / 25.4  # dots a millimetre; the photograph lies 3.6 mm from the left, 10.4 mm from the top, 20 by 25 mm
    red, _, blue = picture.getpixel((int(13.6 * at), int(15 * at)))  # type: ignore[misc]
    assert red > 150 > blue
    red, _, blue = picture.getpixel((int(13.6 * at), int(32 * at)))  # type: ignore[misc]
    assert blue > 150 > red


@pytest.mark.usefixtures("system")
def test_a_photograph_the_scanner_has_not_cleared_waits_with_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    person = with_photo()
    card = services.issue_card(person_id=person)
    monkeypatch.setenv("MAZDOOR_ANTIVIRUS", "127.0.0.1:1")  # there is a scanner from now on, and it is down
    with pytest.raises(Refusal, match="REG-110"):
        services.card_pdf(card_id=card.card_id)
    number = sheets_for(again=True)
    tasks.make_sheets(sheets_id=number, officer_id=0)
    row = sheets.get_sheets(sheets_id=number)
    assert (row.cards, row.left_out) == (1, 1) and sheets.portions_ready(sheets_id=number) == []
