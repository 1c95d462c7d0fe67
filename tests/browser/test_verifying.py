"""The verifier's queue, one case side by side, a claim looked at by hand, and requests by SMS: readable and accessible in
both languages, on a wide screen and on a telephone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.browser.conftest import PATIENCE, WIDTHS
from tests.browser.guidelines import violations

from mazdoor.access.services import acting_as_system

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def set_up(officer: Callable[..., Any]) -> tuple[Any, dict[str, str]]:
    """People in question and requests by SMS; returns a verifier and the addresses of the pages."""
    from tests.cast.households import registered

    from mazdoor.access.services import acting_as
    from mazdoor.delivery.registration import interest_list, interests
    from mazdoor.delivery.registration import selectors as registration
    from mazdoor.delivery.verification import selectors, services
    from mazdoor.delivery.verification.ports import Claim, IdentityAnswer
    from mazdoor.reference import selectors as reference

    class Authority:
        """Holds another name and year, and a death."""

        def verify(self, claims: list[Claim]) -> list[IdentityAnswer]:
            held = {"name": "Nasreen Akhtar", "name_ur": "نسرین اختر", "birth_date": "1986-03-07"}
            return [IdentityAnswer(each.reference, "no_match", ("name", "birth_date"), "T1", held) for each in claims]

    reference.forget()
    everything = ("registration", "verification")
    with acting_as_system(reason="test"):
        first = registered("one", consents=everything).person_ids[0]
        second = registered(
            "two",
            consents=everything,
            head={"cnic": "01234-1234568-1", "given_name": "Shabana", "given_name_ur": "شبانہ"},
        ).person_ids[0]
        services.request_identity(person_ids=[first, second])
        services.run_batch(authority=Authority())
        (work,) = registration.employments_of(person_id=first)
        services.request(kind="occupation", person_ids=[first])
        services.request(kind="residence", person_ids=[first])
        assert work["employment_id"]
        for number, text in enumerate(("0555500000011 Layyah", "0555500000022", "mera cnic 0555500000033 hai")):
            interests.receive_message(message_id=f"m{number}", sender=f"+92300111222{number}", text=text)
        by_message = interest_list.list_interests()[0]["interest_id"]
        discrepancies = selectors.open_discrepancies()
        by_hand = selectors.queue(kind="occupation")[0]["id"]
    verifier, colleague = officer(desk="verifier"), officer(desk="verifier")
    with acting_as(officer_id=colleague.pk):
        services.close_discrepancy(
            discrepancy_id=discrepancies[1]["discrepancy_id"],
            state="dismissed",
            resolution="card seen, spelling differs",
        )
    with acting_as(officer_id=verifier.pk):
        interest_list.take_up(interest_id=by_message)
    return verifier, {
        "queue": "/verification/",
        "case": f"/verification/{discrepancies[0]['discrepancy_id']}/",
        "second": f"/verification/{discrepancies[1]['discrepancy_id']}/",
        "by-hand": f"/verification/by-hand/{by_hand}/",
        "messages": "/registry/by-message/",
        "message": f"/registry/by-message/{by_message}/",
    }


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_pages_are_accessible_and_fit(
    live_server: Any, browser: Browser, officer: Callable[..., Any], language: str
) -> None:
    verifier, pages = set_up(officer)
    client = Client()
    client.force_login(verifier)
    pictures = os.environ.get("MAZDOOR_PICTURES")
    for width_name, width in WIDTHS.items():
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
        context.set_default_timeout(PATIENCE)
        context.add_cookies(
            [
                {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url},
                {"name": "django_language", "value": language, "url": live_server.url},
            ]
        )
        page = context.new_page()
        for name, address in pages.items():
            page.goto(address)
            page.locator("main h1").wait_for()
            assert violations(page) == [], (name, language, width_name)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, width_name)
            if pictures:
                page.screenshot(path=Path(pictures) / f"{name}-{language}-{width_name}.png", full_page=True)
        context.close()
