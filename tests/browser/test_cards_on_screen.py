"""Cards in a browser: a person's, an office's sheets, the public check of a picture, and the finder of codes; accessible and
fitting in both languages, on a wide screen and on a telephone."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from PIL import Image, ImageDraw
from tests.browser.conftest import PATIENCE, WIDTHS, press
from tests.browser.guidelines import violations

from mazdoor.access.services import acting_as, acting_as_system

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Office:
    """What is there to look at: pages by name, and pictures of the backs of a live and of a revoked card."""

    registrar: Any
    pages: dict[str, str]
    live: bytes
    revoked: bytes


def face() -> bytes:
    """A drawn face; nobody's."""
    picture = Image.new("RGB", (480, 600), (206, 222, 230))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((60, 430, 420, 800), fill=(70, 96, 120))
    draw.ellipse((140, 120, 340, 400), fill=(176, 124, 92))
    draw.pieslice((130, 90, 350, 330), 180, 360, fill=(40, 32, 30))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def office(officer: Callable[..., Any]) -> Office:
    """A worker with a photograph and a second card, another without one, and sheets made, being made and for nobody."""
    from tests.cast import forms
    from tests.cast.households import registered

    from mazdoor.delivery.registration import attachments
    from mazdoor.delivery.registration import services as registration
    from mazdoor.interfaces.credentials import services, sheets, tasks
    from mazdoor.reference import selectors
    from mazdoor.reference import services as reference

    selectors.forget()
    registrar = officer(desk="registrar")
    with acting_as_system(reason="test"):
        reference.load()
        bare = registered().person_ids[0]
        kept = attachments.keep_attachment(content=face(), kind="photo", area_code="PK618", name="face.jpg")
        done = registration.submit(
            form=forms.form(people0__photo="face.jpg"), channel="web", idempotency_key="photo", attachments=[kept]
        )
        person = done.person_ids[0]
        first = services.issue_card(person_id=person)
        revoked = services.card_pictures(card_id=first.card_id)[1]
        second = services.replace_card(person_id=person, reason="lost")
        live = services.card_pictures(card_id=second.card_id)[1]
    with acting_as(officer_id=registrar.pk):
        made, empty, asked = (
            sheets.ask_for_sheets(area_code=area, again=again, most=50)
            for area, again in (("PK618", False), ("PK101", False), ("PK618", True))
        )
    for number in (made, empty):
        tasks.make_sheets(sheets_id=number, officer_id=registrar.pk)
    return Office(
        registrar,
        {
            "card": f"/registry/person/{person}/card/",
            "no-card": f"/registry/person/{bare}/card/",
            "office": "/registry/cards/",
            "sheets-made": f"/registry/cards/sheets/{made}/",
            "sheets-empty": f"/registry/cards/sheets/{empty}/",
            "sheets-asked": f"/registry/cards/sheets/{asked}/",
        },
        live,
        revoked,
    )


def look(page: Page, name: str, language: str, width: str) -> None:
    """Nothing against the guidelines, nothing wider than the screen; a picture where somebody wants to look."""
    page.locator("main h1").wait_for()
    assert violations(page) == [], (name, language, width)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, language, width)
    if pictures := os.environ.get("MAZDOOR_PICTURES"):
        page.screenshot(path=Path(pictures) / f"{name}-{language}-{width}.png", full_page=True)


@pytest.mark.parametrize("language", ["en", "ur"])
def test_cards_are_seen_made_and_checked(
    live_server: Any, browser: Browser, officer: Callable[..., Any], language: str
) -> None:
    there = office(officer)
    client = Client()
    client.force_login(there.registrar)
    for name_of_width, width in WIDTHS.items():
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        page = context.new_page()
        for name, picture in (("public-live", there.live), ("public-revoked", there.revoked)):  # nobody is signed in
            page.goto("/cards/")
            look(page, "public", language, name_of_width)
            page.locator("#id_picture").set_input_files(
                {"name": "back.png", "mimeType": "image/png", "buffer": picture}
            )
            press(page.locator("main form button[type=submit]"))
            page.locator("[role=status] h2").wait_for()
            look(page, name, language, name_of_width)
            told = page.locator("[role=status]").inner_text()
            assert ("Bushra Bibi" in told) and (
                ("منسوخ ہے" in told or "was revoked" in told) is (name == "public-revoked")
            )
        page.goto("/cards/")
        press(page.locator("main form button[type=submit]"))
        page.locator("[role=alert], .error-summary, .errors").first.wait_for()
        look(page, "public-problem", language, name_of_width)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        for name, address in there.pages.items():
            page.goto(address)
            look(page, name, language, name_of_width)
        page.goto(there.pages["sheets-made"])
        with page.expect_download() as fetched:
            page.locator("main section form button").first.click()
        assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF")
        for kind, text in (("occupation", "riksha wala"), ("industry", "کپڑے کی دکان")):
            page.goto(f"/registry/suggest/{kind}/")
            page.locator("#text").fill(text)  # a script asks while it is written; the button does without one
            press(page.locator("main form button[type=submit]"))
            page.locator("#suggested input[type=radio]").first.wait_for()
            look(page, f"suggest-{kind}", language, name_of_width)
        context.close()
