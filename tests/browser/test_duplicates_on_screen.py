"""The queue of duplicates walked by an officer: records side by side, a merge and its undoing, households, many at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from tests.browser.conftest import WIDTHS
from tests.browser.test_desks import LEVELS
from tests.deduplication.conftest import pair, person

from mazdoor.access.services import acting_as_system

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["pair", "person"]  # fixtures of the room itself

Make = Callable[..., Any]
EVIDENCE = {
    "given": {"level": "same_sound", "weight": 6.5},
    "surname": {"level": "different", "weight": -1.8},
    "father": {"level": "close", "weight": 5.2},
    "birth": {"level": "same_date", "weight": 8.1},
    "cnic": {"level": "digits_swapped", "weight": 4.4},
    "prior": {"level": None, "weight": -9.0},
}


def set_up(pair: Make, person: Make, officer: Make) -> tuple[Any, dict[str, str], tuple[int, int]]:
    """A woman under two spellings, and a cluster of three; returns a verifier, pages, and the two records of the first."""
    from tests.deduplication.cast import enrol, pay_in

    from mazdoor.delivery.deduplication import services
    from mazdoor.reference import selectors as reference

    reference.forget()
    one = person(given_name="Bushra", surname="Bibi", father_name="Ghulam Rasool")
    other = person(
        given_name="Bushrah", surname="Begum", father_name="Gulam Rasul", given_name_ur="بشری", surname_ur="بیگم"
    )
    made = pair(one, other, weight=13.4, evidence=EVIDENCE)
    a, b, c = person(given_name="Zainab"), person(given_name="Zaynab"), person(given_name="Zenab")
    three = pair(a, b, weight=9.0, evidence=EVIDENCE)
    pair(b, c, weight=8.0, evidence=EVIDENCE)
    with acting_as_system(reason="test"):
        enrol(one, amount=2_000_00)
        pay_in(other, 2024)
        services.find_households()
    pages = {
        "queue": "/duplicates/",
        "pair": f"/duplicates/{made.pk}/",
        "cluster": f"/duplicates/{three.pk}/",
        "households": "/duplicates/households/",
        "many": "/duplicates/many/",
    }
    return officer(desk="verifier"), pages, (one, other)


def _page(browser: Browser, url: str, verifier: Any, language: str, width: int) -> Page:
    client = Client()
    client.force_login(verifier)
    context = browser.new_context(base_url=url, viewport={"width": width, "height": 900})
    context.add_cookies(
        [
            {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url},
            {"name": "django_language", "value": language, "url": url},
        ]
    )
    return context.new_page()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_queue_is_walked_a_pair_joined_and_parted_again(
    live_server: Any, browser: Browser, pair: Make, person: Make, officer: Make, language: str
) -> None:
    verifier, pages, (one, other) = set_up(pair, person, officer)
    pictures = os.environ.get("MAZDOOR_PICTURES")
    for size, width in WIDTHS.items():
        page = _page(browser, live_server.url, verifier, language, width)
        for name, address in pages.items():
            page.goto(address)
            page.locator("main h1").wait_for()
            _check(page, f"{name}-{language}-{size}", pictures)
        page.context.close()
    page = _page(browser, live_server.url, verifier, language, WIDTHS["desktop"])
    page.goto(pages["queue"])
    page.locator("table tbody th a").first.click()
    page.locator('input[name="decision"][value="same"]').check()
    page.locator('input[name="note"]').fill("one thumb print")
    page.locator("form.act .button").first.click()
    page.wait_for_url(lambda address: address.endswith(pages["cluster"]))
    assert _stands_for(other) == one
    page.goto(pages["pair"])
    _check(page, f"joined-{language}", pictures)
    page.locator('input[name="reason"]').fill("two sisters")
    page.locator(".button.danger").click()
    page.locator('input[name="decision"]').first.wait_for()
    assert _stands_for(other) == other
    _check(page, f"parted-{language}", pictures)
    page.context.close()


def _check(page: Page, name: str, pictures: str | None) -> None:
    """No violation of WCAG A or AA, nothing wider than the screen; and a picture where somebody wants to look."""
    if pictures:
        page.screenshot(path=Path(pictures) / f"duplicates-{name}.png", full_page=True)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": LEVELS}})
    assert found.violations_count == 0, (name, found.generate_report())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def _stands_for(person_id: int) -> int:
    from mazdoor.delivery.deduplication import selectors

    with acting_as_system(reason="test"):
        return selectors.canonical_of(person_id)
