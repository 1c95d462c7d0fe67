"""Cards at the counter: made, looked at, printed, replaced with a reason, taken back; and checked by anybody."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.web.conftest import SignIn

from mazdoor.interfaces.credentials import keys, selectors, services, status, tasks
from mazdoor.interfaces.credentials.models import Sheets

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(household: Any) -> int:
    return int(household.person_ids[0])


def back_of(card_id: int) -> bytes:
    return services.card_pictures(card_id=card_id)[1]


def check(picture: bytes, **more: Any) -> Any:
    client = Client()
    client.cookies["django_language"] = more.get("language", "en")
    upload = SimpleUploadedFile("back.png", picture, "image/png")
    return client.post(reverse("cards:check"), {"picture": upload})


def test_a_card_is_made_printed_and_replaced_at_the_counter(person: int, at_desk: SignIn) -> None:
    desk = at_desk("registrar")
    page = reverse("web:cards", args=[person])
    assert "No live card" in desk.get(page).content.decode()
    desk.post(reverse("web:issue-card", args=[person]))
    first = selectors.find_card(person_id=person)
    assert first is not None
    shown = desk.get(page).content.decode()
    assert shown.count("data:image/png;base64,") == 2 and "Make another in its place" in shown
    printed = desk.post(reverse("web:print-card", args=[first.card_id]))
    assert printed["Content-Type"] == "application/pdf" and printed.content.startswith(b"%PDF")
    assert printed["Cache-Control"] == "no-store"
    wrong = desk.post(reverse("web:replace-card", args=[person]), {})
    assert wrong.status_code == 422 and "Say why another card is needed." in wrong.content.decode()
    desk.post(reverse("web:replace-card", args=[person]), {"reason": "lost"})
    second = selectors.find_card(person_id=person)
    assert second is not None and (second.reason, second.replaces_id) == ("lost", first.card_id)


def test_desks_without_cards_see_no_link_to_them(person: int, at_desk: SignIn) -> None:
    link = reverse("web:cards", args=[person])
    assert link in at_desk("registrar").get(reverse("web:person", args=[person])).content.decode()
    finance = at_desk("finance")
    assert link not in finance.get(reverse("web:person", args=[person])).content.decode()
    assert finance.get(link).status_code == 403


def test_an_office_has_sheets_made_for_its_area_and_once_more(person: int, at_desk: SignIn) -> None:
    desk = at_desk("registrar")
    asked = {"area_code": "PK618", "count": "10", "what": "new"}

    def ask(**more: str) -> tuple[str, Any]:
        address = desk.post(reverse("web:card-office"), {**asked, **more})["Location"]
        waiting = desk.get(address).content.decode()
        assert 'hx-trigger="every 1s"' in waiting and "being made" in waiting
        row = Sheets.objects.latest("pk")
        tasks.make_sheets(sheets_id=row.pk, officer_id=row.officer_id)
        return re.sub(r"</?bdi[^>]*>", "", desk.get(address).content.decode()), row

    page, row = ask()
    assert "Cards 1 to 2 (PDF)" in page
    portion = desk.post(reverse("web:card-sheets-portion", args=[row.pk, 0]))
    assert portion["Content-Type"] == "application/pdf" and portion.content.startswith(b"%PDF")
    assert desk.get(reverse("web:card-sheets-portion", args=[row.pk, 0])).status_code == 405
    page, _row = ask()
    assert "There is nothing to print for that area." in page
    page, _row = ask(what="again")
    assert "Cards 1 to 2 (PDF)" in page
    assert "Sheets asked for" in desk.get(reverse("web:card-office")).content.decode()


def test_anybody_checks_a_picture_and_hears_the_verdict(person: int, system: None) -> None:
    card = services.issue_card(person_id=person)
    picture = back_of(card.card_id)
    told = check(picture).content.decode()
    assert "The card is genuine and holds." in told and "Bushra Bibi" in told
    services.replace_card(person_id=person, reason="lost")
    assert "The card was revoked" in check(picture).content.decode()
    assert "کارڈ منسوخ ہے" in check(picture, language="ur").content.decode()


def test_what_is_no_card_is_told_politely() -> None:
    assert check(b"no picture at all").status_code == 422
    import io

    import segno

    other = io.BytesIO()
    segno.make("https://example.org").save(other, kind="png", scale=8)
    assert "This is not a registry card." in check(other.getvalue()).content.decode()


def test_keys_and_lists_are_open_to_everybody_and_to_caches(person: int, system: None) -> None:
    card = services.issue_card(person_id=person)
    services.revoke_card(card_id=card.card_id, reason="lost")
    known = keys.read_key_set(Client().get(reverse("cards:keys", args=["cbor"])).content)
    assert known == keys.read_key_set(Client().get(reverse("cards:keys", args=["json"])).content)
    answer = Client().get(reverse("cards:status", args=[0]))
    assert answer["Content-Type"] == "application/statuslist+cwt" and "max-age" in answer["Cache-Control"]
    assert status.read(answer.content, known).ended(card.card_id)
    assert Client().get(reverse("cards:status", args=[99])).status_code == 404
    assert Client().get(reverse("cards:keys", args=["pem"])).status_code == 404


def test_the_command_checks_a_picture_with_downloaded_files_only(person: int, system: None, tmp_path: Path) -> None:
    from mazdoor.cli.card import card as command

    made = services.issue_card(person_id=person)
    (tmp_path / "back.png").write_bytes(back_of(made.card_id))
    (tmp_path / "keys.json").write_text(json.dumps(keys.key_set_json()))

    def run(*more: str) -> Any:
        return CliRunner().invoke(command, ["verify", "back.png", "--keys", "keys.json", *more], catch_exceptions=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        unchecked = run()
        assert unchecked.exit_code == 4 and "is not known here" in unchecked.output
        (tmp_path / "cards-0.cwt").write_bytes(Client().get(reverse("cards:status", args=[0])).content)
        good = run("--status", "cards-0.cwt")
        assert good.exit_code == 0 and "genuine and holds" in good.output
        services.revoke_card(card_id=made.card_id, reason="lost")
        (tmp_path / "cards-0.cwt").write_bytes(Client().get(reverse("cards:status", args=[0])).content)
        revoked = run("--status", "cards-0.cwt", "--lang", "ur")
        assert revoked.exit_code == 4 and "کارڈ منسوخ ہے" in revoked.output
        assert "run out" in run("--at", "2099-01-01").output


def test_codes_are_suggested_while_writing_and_without_javascript(at_desk: SignIn, household: Any) -> None:
    desk = at_desk("registrar")
    address = reverse("web:suggest-code", args=["occupation"])
    part = desk.post(address, {"text": "riksha wala"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and 'value="8321"' in part and 'name="text_choice"' in part and "riksha" in part
    page = desk.post(address, {"text": "riksha wala"}).content.decode()
    assert "<html" in page and 'value="8321"' in page
    named = desk.post(address, {"field": "people-0-occupation", "people-0-occupation": "راج مستری"}).content.decode()
    assert 'name="people-0-occupation_choice"' in named and 'value="7112"' in named
    industry = desk.post(reverse("web:suggest-code", args=["industry"]), {"text": "kapre ki dukan"}).content.decode()
    assert 'value="4751"' in industry
    assert desk.get(reverse("web:suggest-code", args=["colour"])).status_code == 404
