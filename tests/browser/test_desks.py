"""Each desk at its work, in both languages, on a wide screen and on a small telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import PATIENCE, WIDTHS, OpenDesk, Site, look_up, press
from tests.browser.guidelines import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])
# Whose screen it is, and where.
PAGES = [
    ("registrar", "/"),
    ("registrar", "/registry/"),
    ("registrar", "/registry/register/"),
    ("auditor", "PERSON"),
    ("auditor", "WHY"),
    ("verifier", "/verification/"),
    ("verifier", "/changes/"),
    ("registrar", "/recertification/"),
    ("programme", "/duplicates/"),
    ("programme", "PAIR"),
    ("programme", "/accounts/"),
    ("inspector", "/wages/"),
    ("auditor", "/contributions/"),
    ("programme", "/programmes/"),
    ("programme", "/programmes/emergency_cash/"),
    ("programme", "/enrolment/"),
    ("finance1", "/payrolls/"),
    ("finance1", "/payrolls/funds/"),
    ("finance2", "PAYROLL"),
    ("finance3", "/reconciliation/"),
    ("programme", "/coverage/"),
    ("administrator", "/"),
    ("administrator", "/devices/"),
    ("administrator", "/systems/"),
    ("administrator", "/systems/register/"),
]


def _open(page: Page, address: str) -> None:
    """Go to an address, or walk to a page whose number differs from run to run."""
    if address in ("PERSON", "WHY"):
        look_up(page, "Ali")
        press(page.locator("#results tbody th a").first)
        page.locator("#household").wait_for()
        if address == "WHY":
            press(page.locator("#programmes p a").first)
            page.locator("#clauses").wait_for()
    elif address in ("PAIR", "PAYROLL"):
        page.goto("/duplicates/" if address == "PAIR" else "/payrolls/")
        press(page.locator("tbody th a" if address == "PAIR" else "tbody td a").first)
        page.locator("#side-by-side" if address == "PAIR" else "#signatures").wait_for()
    else:
        page.goto(address)
    page.locator("main h1").wait_for()


@LANGUAGES
@pytest.mark.parametrize(("username", "address"), PAGES)
def test_a_page_can_be_used_by_everybody_and_fits_a_small_telephone(
    at_desk: OpenDesk, username: str, address: str, language: str
) -> None:
    page = at_desk(username, language=language)
    _open(page, address)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ur" else "ltr")
    assert violations(page) == []
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"]


@LANGUAGES
def test_the_sign_in_page_can_be_used_by_everybody(site: Site, page: Page, language: str) -> None:
    page.set_default_timeout(PATIENCE)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
    page.goto(f"{site.url}/sign-in/")
    assert violations(page) == []
    press(page.locator("main button[type=submit]"))  # with nothing written
    page.locator("#problems").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize(
    ("username", "desk_en", "desk_ur"),
    [
        ("registrar", "Registrar", "رجسٹرار"),
        ("verifier", "Verifier", "تصدیق کنندہ"),
        ("programme", "Programme manager", "پروگرام منتظم"),
        ("finance1", "Finance", "مالیات"),
        ("inspector", "Labour inspector", "لیبر انسپکٹر"),
        ("auditor", "Auditor", "آڈیٹر"),
        ("administrator", "Administrator", "منتظم"),
    ],
)
def test_every_desk_signs_in_and_changes_its_language(
    at_desk: OpenDesk, username: str, desk_en: str, desk_ur: str
) -> None:
    page = at_desk(username)
    page.goto("/")
    assert desk_en in page.locator(".who").inner_text()
    press(page.get_by_role("button", name="اردو"))
    page.locator("html[dir=rtl]").wait_for()
    assert desk_ur in page.locator(".who").inner_text()
    press(page.get_by_role("button", name="English"))
    page.locator("html[dir=ltr]").wait_for()


@pytest.mark.parametrize("script", [True, False])
def test_a_search_answers_with_script_and_without(at_desk: OpenDesk, script: bool) -> None:
    page = at_desk("auditor", script=script)
    page.goto("/registry/")
    if script:
        page.locator("#q").press_sequentially("Rukhsanna")  # nothing is pressed: results come by themselves
    else:
        page.locator("#q").fill("Rukhsanna")
        press(page.locator("main form[role=search] button"))
    page.locator("#results tbody tr").first.wait_for()
    names = page.locator("#results tbody th").all_inner_texts()
    assert any("Rukhsana" in name for name in names)
    assert "Rukhsanna" not in page.url


def test_the_first_key_leads_past_the_frame(at_desk: OpenDesk) -> None:
    page = at_desk("registrar")
    page.goto("/registry/")
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("element => element === document.activeElement")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_an_officer_of_one_province_meets_nobody_from_another(at_desk: OpenDesk) -> None:
    def registered(username: str) -> int:
        page = at_desk(username)
        page.goto("/")
        return int(page.locator("nav.chain .count").first.inner_text().replace(",", ""))

    punjab, sindh, country = registered("registrar"), registered("inspector"), registered("auditor")
    assert 0 < punjab < country and 0 < sindh < country
    assert punjab + sindh < country


def test_urdu_headings_are_set_in_nastaliq_and_tables_in_naskh(at_desk: OpenDesk) -> None:
    page = at_desk("programme", language="ur")
    page.goto("/coverage/")
    assert page.locator("h1").evaluate("e => getComputedStyle(e).fontFamily").startswith('"Noto Nastaliq Urdu"')
    assert page.locator("table").first.evaluate("e => getComputedStyle(e).fontFamily").startswith('"Noto Naskh Arabic"')


def test_a_page_prints_without_its_frame(at_desk: OpenDesk) -> None:
    page = at_desk("finance1")
    _open(page, "PAYROLL")
    page.emulate_media(media="print")
    for hidden in ("header.bar", "nav.chain", "footer"):
        assert not page.locator(hidden).is_visible()
    assert page.locator("main table").first.is_visible()
