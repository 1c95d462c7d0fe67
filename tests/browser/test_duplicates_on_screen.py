"""The duplicates desk walked by officers: the queue, clusters, pairs with their evidence, every decision, a second opinion,
a merge and its undoing, households, many at once with a worker behind. Each page is held against WCAG A and AA."""

from __future__ import annotations

import dataclasses
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from PIL import Image
from tests.browser.conftest import PATIENCE, WIDTHS, press
from tests.browser.guidelines import violations
from tests.deduplication.conftest import homes, pair, person, small

from mazdoor.access.services import acting_as_system

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["homes", "pair", "person", "small"]  # fixtures of the room itself

Make = Callable[..., Any]
OpenPage = Callable[..., "Page"]
EVIDENCE = {
    "given": {"level": "same_sound", "weight": 6.5},
    "surname": {"level": "different", "weight": -1.8},
    "father": {"level": "close", "weight": 5.2},
    "birth": {"level": "same_date", "weight": 8.1},
    "cnic": {"level": "digits_swapped", "weight": 4.4},
    "prior": {"level": None, "weight": -9.0},
}
_WORKER = """
import django
django.setup()
from mazdoor.journal.worker import work
work(wait=False)
"""


@pytest.fixture
def open_page(live_server: Any, browser: Browser) -> Iterator[OpenPage]:
    """``open_page(officer, "ur", "phone")``: a page of an officer who is signed in."""
    from mazdoor.reference import selectors as reference

    reference.forget()
    contexts = []

    def make(officer: Any, language: str, size: str = "desktop") -> Page:
        client = Client()
        client.force_login(officer)
        context = browser.new_context(base_url=live_server.url, viewport={"width": WIDTHS[size], "height": 900})
        context.add_cookies(
            [
                {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url},
                {"name": "django_language", "value": language, "url": live_server.url},
            ]
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_queue_is_walked_a_pair_joined_and_parted_again(
    open_page: OpenPage, pair: Make, person: Make, officer: Make, language: str
) -> None:
    pages, (one, other) = _set_up(pair, person, officer)
    verifier = officer(desk="verifier")
    for size in WIDTHS:
        page = open_page(verifier, language, size)
        for name, address in pages.items():
            page.goto(address)
            page.locator("main h1").wait_for()
            if name == "pair":
                page.locator("details summary").click()
                page.locator("details svg").wait_for()
                for photo in page.locator("img.photo").all():
                    photo.scroll_into_view_if_needed()
                page.wait_for_function(
                    "[...document.querySelectorAll('img.photo')].filter(each => each.naturalWidth === 600).length === 2"
                )
                assert page.locator(".card a[href*='/verification/document/']").count() == 1
            _check(page, f"{name}-{language}-{size}")
    page = open_page(verifier, language)
    page.goto(pages["queue"])
    press(page.locator("table tbody th a").first)
    page.locator('input[name="decision"][value="same"]').check()
    page.locator('input[name="note"]').fill("one thumb print")
    press(page.locator("form.act .button").first)
    assert page.url.endswith(pages["cluster"])
    assert _stands_for(other) == one
    page.goto(pages["pair"])
    _check(page, f"joined-{language}")
    page.locator('input[name="reason"]').fill("two sisters")
    press(page.locator(".button.danger"))
    page.locator('input[name="decision"]').first.wait_for()
    assert _stands_for(other) == other
    _check(page, f"parted-{language}")


def test_only_who_may_look_at_documents_sees_photos(
    open_page: OpenPage, pair: Make, person: Make, officer: Make
) -> None:
    pages, _ = _set_up(pair, person, officer)
    page = open_page(officer(desk="programme"), "en")
    answer = page.goto(pages["pair"])
    assert answer is not None and answer.ok
    assert page.locator("#record-A").is_visible()
    assert page.locator("img.photo").count() == page.locator("a[href*='/verification/document/']").count() == 0


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_decision_is_made_and_one_against_the_evidence_takes_two_officers(
    open_page: OpenPage, pair: Make, person: Make, officer: Make, language: str
) -> None:
    names = (("Zainab", "Zaynab"), ("Nasreen", "Nasrin"), ("Rubina", "Robina"), ("Shazia", "Shaziya"))
    pairs = [
        pair(person(given_name=one), person(given_name=other), weight=weight, evidence=EVIDENCE)
        for (one, other), weight in zip(names, (25.0, 12.0, 11.0, 10.0), strict=True)
    ]
    first, second = officer(desk="verifier"), officer(desk="verifier")
    page = open_page(first, language)
    page.goto(f"/duplicates/{pairs[0].pk}/")
    for made, decision, note in zip(pairs, ("different", "cannot_tell", "fraud", "different"), "abcd", strict=True):
        assert page.url.endswith(f"/duplicates/{made.pk}/")
        page.locator(f'input[name="decision"][value="{decision}"]').check()
        if decision == "fraud":
            press(page.locator("form.act .button").first)
            page.locator(".error-summary").wait_for()
            _check(page, f"fraud-without-a-reason-{language}")
        page.locator('input[name="note"]').fill(note)
        press(page.locator("form.act .button").first)
    assert _states(pairs) == ["proposed", "cannot_tell", "fraud", "different"]
    page.goto("/duplicates/")
    _check(page, f"queue-decided-{language}")
    for state in ("proposed", "cannot_tell", "fraud"):
        page.goto(f"/duplicates/?state={state}")
        assert page.locator("table tbody tr").count() == 1
        _check(page, f"{state}-{language}")
    page.goto(f"/duplicates/{pairs[2].pk}/")
    _check(page, f"pair-fraud-{language}")
    page = open_page(second, language)
    page.goto("/duplicates/?state=proposed")
    press(page.locator("table tbody th a").first)
    _check(page, f"second-opinion-{language}")
    page.locator('input[name="decision"][value="different"]').check()
    press(page.locator("form.act .button").first)
    assert _states(pairs)[0] == "different"
    page.goto(f"/duplicates/{pairs[0].pk}/")
    assert page.locator('input[name="decision"]').count() == 0
    _check(page, f"decided-by-two-{language}")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_two_households_are_made_one_and_two_again_and_a_person_in_two_leaves_one(
    open_page: OpenPage, homes: Make, pair: Make, officer: Make, language: str
) -> None:
    from mazdoor.delivery.deduplication import services
    from mazdoor.delivery.registration import selectors as registration

    def living_in(household: int) -> set[int]:
        with acting_as_system(reason="test"):
            return {row["person_id"] for row in registration.household_members(household_id=household)}

    (one, first), (two, second) = homes("1"), homes("2")
    mothers, _ = [pair(each, other, evidence=EVIDENCE) for each, other in zip(first, second, strict=True)]
    with acting_as_system(reason="test"):
        services.find_households()
    page = open_page(officer(desk="verifier"), language)
    page.goto("/duplicates/")
    press(page.locator("#beside ~ ul a").first)
    _check(page, f"households-found-{language}")
    press(page.locator("table tbody th a").first)
    _check(page, f"household-pair-{language}")
    press(page.locator("form.act .button"))
    page.locator(".error-summary").wait_for()
    page.locator('input[name="decision"][value="same"]').check()
    page.locator('input[name="note"]').fill("one roof")
    press(page.locator("form.act .button"))
    assert living_in(one) == {*first, *second} and living_in(two) == set()
    _check(page, f"household-joined-{language}")
    page.locator("#reason").fill("two floors")
    press(page.locator(".button.danger"))
    assert living_in(one) == set(first) and living_in(two) == set(second)
    page.goto(f"/duplicates/{mothers.pk}/")
    page.locator('input[name="decision"][value="same"]').check()
    press(page.locator("form.act .button").first)
    page.goto("/duplicates/households/")
    _check(page, f"two-homes-{language}")
    leaves = page.locator("section.card", has=page.locator(f"#home-{second[0]}"))
    assert leaves.locator("select option").count() == 1  # her son, who stays
    press(leaves.locator("button"))
    assert living_in(one) == {*first, second[0]} and living_in(two) == {second[1]}
    assert page.locator("section.card").count() == 0
    _check(page, f"one-home-{language}")
    press(page.locator("table tbody th a").first)
    page.locator('input[name="decision"][value="different"]').check()
    press(page.locator("form.act .button"))
    assert page.locator('input[name="decision"]').count() == 0
    _check(page, f"two-households-{language}")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_many_pairs_are_sampled_bounded_confirmed_by_another_officer_and_undone(
    open_page: OpenPage, pair: Make, officer: Make, small: None, language: str
) -> None:
    pairs = [pair(weight=13.0, evidence=EVIDENCE) for _ in range(6)]
    asks = open_page(officer(desk="verifier"), language)
    asks.goto("/duplicates/")
    press(asks.locator("#beside ~ ul a").last)
    asks.locator("#id_weight_from").fill("12")
    press(asks.locator("form.act .button"))
    asks.locator(".error-summary").wait_for()
    _check(asks, f"many-without-a-reason-{language}")
    asks.locator("#id_reason").fill("the same card")
    press(asks.locator("form.act .button"))
    address = asks.url
    _check(asks, f"many-sample-{language}")
    for _ in range(4):
        press(asks.locator('button[value="same"]'))
    asks.locator("#bulk-bounded").wait_for()
    assert asks.locator('button[value="confirm"]').count() == 0
    page = open_page(officer(desk="verifier"), language, "phone")
    page.goto(address)
    _check(page, f"many-bounded-{language}-phone")
    press(page.locator('button[value="confirm"]'))
    page.locator("#bulk-confirming").wait_for()
    _check(page, f"many-waits-for-a-worker-{language}-phone")
    assert sorted(_states(pairs)) == ["queued", "queued", *["same"] * 4]
    _work()
    page.locator("#bulk-confirmed").wait_for()  # the page looks by itself
    assert _states(pairs) == ["same"] * 6
    _check(page, f"many-confirmed-{language}-phone")
    page.locator("#id_reason").fill("the cards were copied")
    press(page.locator('button[value="undo"]'))
    page.locator("#bulk-undoing").wait_for()
    _work()
    page.locator("#bulk-undone").wait_for()
    assert sorted(_states(pairs)) == ["queued", "queued", *["same"] * 4]
    _check(page, f"many-undone-{language}-phone")
    asks.goto("/duplicates/many/")
    _check(asks, f"many-list-{language}")


def _set_up(pair: Make, person: Make, officer: Make) -> tuple[dict[str, str], tuple[int, int]]:
    """A woman under two spellings, with photos and a document, and a cluster of three; pages, and the woman's records."""
    from tests.deduplication.cast import enrol, pay_in

    from mazdoor.delivery.deduplication import services

    one = person(given_name="Bushra", surname="Bibi", father_name="Ghulam Rasool")
    other = person(
        given_name="Bushrah", surname="Begum", father_name="Gulam Rasul", given_name_ur="بشری", surname_ur="بیگم"
    )
    made = pair(one, other, weight=13.4, evidence=EVIDENCE)
    a, b, c = person(given_name="Zainab"), person(given_name="Zaynab"), person(given_name="Zenab")
    three = pair(a, b, weight=9.0, evidence=EVIDENCE)
    pair(b, c, weight=8.0, evidence=EVIDENCE)
    _photograph(one, "steelblue", document="wheat")
    _photograph(other, "slategray")
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
    return pages, (one, other)


def _photograph(person_id: int, colour: str, *, document: str = "") -> None:
    """Keep a photo of a person, and a picture of a document, as the counter does."""
    from tests.cast.households import household

    from mazdoor.delivery.registration import attachments
    from mazdoor.delivery.registration.models import Person

    def picture(of: str) -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (600, 600), of).save(out, "PNG")
        return out.getvalue()

    wanted = {"photo": colour} | ({"identity_document": document} if document else {})
    with acting_as_system(reason="test"):
        kept = [
            attachments.keep_attachment(content=picture(of), kind=kind, area_code="PK618", name=f"{kind}.png")
            for kind, of in wanted.items()
        ]
        answers = household(head={kind: f"{kind}.png" for kind in wanted})
        form_id = Person.objects.get(pk=person_id).form_id
        assert form_id is not None
        attachments.attach(
            kept,
            answers=dataclasses.replace(answers, people=answers.people[:1]),
            form_id=form_id,
            person_ids=[person_id],
        )


def _work() -> None:
    """A worker of its own process does what was put behind, and ends."""
    done = subprocess.run([sys.executable, "-c", _WORKER], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def _check(page: Page, name: str) -> None:
    """No violation of WCAG A or AA, nothing wider than the screen; and a picture where somebody wants to look."""
    if pictures := os.environ.get("MAZDOOR_PICTURES"):
        page.screenshot(path=Path(pictures) / f"duplicates-{name}.png", full_page=True)
    assert violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def _states(pairs: list[Any]) -> list[str]:
    """The states of these pairs now, in this order."""
    from mazdoor.delivery.deduplication.models import MatchedPair

    with acting_as_system(reason="test"):
        found = dict(MatchedPair.objects.filter(pk__in=[each.pk for each in pairs]).values_list("pk", "state"))
    return [str(found[each.pk]) for each in pairs]


def _stands_for(person_id: int) -> int:
    from mazdoor.delivery.deduplication import selectors

    with acting_as_system(reason="test"):
        return selectors.canonical_of(person_id)
