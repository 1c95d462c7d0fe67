"""A household registered at the counter in Urdu, without script, each page used by everybody; and by keyboard alone.

``MAZDOOR_PICTURES`` names a folder to keep a picture of each step in.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import WIDTHS, OpenDesk, press
from tests.browser.guidelines import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def _look(page: Page, step: str, language: str) -> None:
    """Every page of the wizard: no violation, no line wider than a small telephone, and a picture where one is wanted."""
    folder = os.environ.get("MAZDOOR_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{step}-{language}.png"), full_page=True)
    assert violations(page) == [], step
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"], step
    page.set_viewport_size({"width": WIDTHS["desktop"], "height": 900})


def _on(page: Page) -> None:
    press(page.locator("main form button[type=submit]").first)
    page.locator("main h1").wait_for()


@pytest.mark.parametrize("language", ["ur", "en"])
def test_a_household_is_registered_at_the_counter(at_desk: OpenDesk, language: str) -> None:
    # An accessibility checker is a script of its own: the pages have none, and a test below walks without any.
    page = at_desk("registrar", language=language)
    page.goto("/registry/register/")
    page.locator("#look").fill("زبیدہ خانم" if language == "ur" else "Zubaida Khanum")
    _on(page)
    _look(page, "1-start", language)
    press(page.locator("form[action$='begin/'] button"))
    page.locator("#id_area_code").wait_for()
    _look(page, "2-household", language)
    page.locator("#id_rooms").fill("many")
    _on(page)
    page.locator("#problems").wait_for()
    _look(page, "3-household-wrong", language)
    page.locator("#id_area_code").select_option("PK618")
    page.locator("#id_address").fill("گلی نمبر ۴، اچھرہ")
    page.locator("#id_rooms").fill("۲")
    page.locator("#id_roof-iron").check()
    _on(page)

    page.locator("#id_given_name_ur").wait_for()
    page.locator("#id_given_name_ur").fill("زبیدہ")
    page.locator("#id_surname_ur").fill("خانم")
    page.locator("#id_given_name").fill("Zubaida" if language == "ur" else "Zubeda")
    page.locator("#id_sex-female").check()
    page.locator("#id_birth_date-year").fill("۱۹۷۹" if language == "ur" else "1978")
    page.locator("#id_relationship").select_option("head")
    _look(page, "4-person", language)
    _on(page)

    page.locator("#id_status-own_account").check()
    page.locator("#id_category").select_option("street_vendor")
    words = "ریڑھی پر پھل بیچتی ہے" if language == "ur" else "sells fruit from a cart"
    page.locator("#id_occupation_text").press_sequentially(words)
    page.locator(
        "#occupation-found input[type=radio]"
    ).first.wait_for()  # while it is written, without leaving the page
    page.locator("#industry-found input[type=radio]").first.wait_for()
    _look(page, "5-work-suggested", language)
    page.locator("#occupation-found input[type=radio]").first.check()
    page.locator("#id_industry").fill("4781")
    page.locator("#id_started_on-year").fill("2015")
    page.locator("#id_employer_kind-none").check()
    page.locator("#id_pay_period").select_option("day")
    page.locator("#id_pay_amount").fill("1100")
    _look(page, "5-work", language)
    _on(page)
    page.locator("#id_premises").select_option("stall")
    page.locator("#id_persons_engaged").fill("1")
    page.locator("#id_owner_kind-household").check()
    _look(page, "6-business", language)
    _on(page)
    for question in ("seeing", "hearing", "walking", "remembering", "self_care", "communicating"):
        page.locator(f"#id_{question}-none").check()
    _look(page, "7-functioning", language)
    _on(page)
    _look(page, "8-training", language)
    for _ in ("training", "origin", "account"):
        press(page.locator("button[name=skip]"))
        page.locator("main h1").wait_for()
    _look(page, "9-household-screen", language)
    press(page.locator("a[href$='/step/consent/']"))
    page.locator("#id_consents-registration").check()
    page.locator("#id_given_how-spoken").check()
    _look(page, "10-consent", language)
    _on(page)
    press(page.locator("a[href$='/check/']"))
    page.locator("main h1").wait_for()
    _look(page, "11-check", language)
    if page.locator("#looked").count():
        page.locator("#looked").check()
    _on(page)
    assert re.fullmatch(r"\d{12}", page.locator(".confirm .big").inner_text())
    _look(page, "12-registered", language)
    press(page.locator("a[href$='/print/']"))
    page.locator(".sheet").wait_for()
    _look(page, "13-printed", language)
    paper = page.request.get("/registry/registered/receipt.pdf")
    assert paper.ok and paper.body().startswith(b"%PDF")
    if folder := os.environ.get("MAZDOOR_PICTURES"):
        (Path(folder) / f"receipt-{language}.pdf").write_bytes(paper.body())


def test_a_worker_is_registered_by_keyboard_alone_and_without_script(at_desk: OpenDesk) -> None:
    page = at_desk("registrar", script=False)
    page.goto("/registry/register/")
    page.locator("#look").fill("Saleemat")
    press(page.locator("#look"), "Enter")
    press(page.locator("form[action$='begin/'] button"), "Enter")
    page.locator("#id_area_code").select_option("PK618")
    press(page.locator("#id_address"), "Enter")
    page.get_by_label("Given name", exact=False).first.fill("Saleemat")
    page.locator("#id_sex-female").press("Space")
    page.locator("#id_birth_date-year").fill("1981")
    page.locator("#id_relationship").select_option("head")
    press(page.locator("#id_cnic"), "Enter")
    press(page.locator("button[name=skip]"), "Enter")  # no work
    press(page.get_by_role("link", name="To the household"), "Enter")
    press(page.locator("a[href$='/step/consent/']"), "Enter")
    page.locator("#id_consents-registration").press("Space")
    press(page.locator("main form button[type=submit]").first, "Enter")
    press(page.get_by_role("link", name="Check and register"), "Enter")
    if page.locator("#looked").count():
        page.locator("#looked").press("Space")
    press(page.get_by_role("button", name="Register").last, "Enter")
    assert re.fullmatch(r"\d{12}", page.locator(".confirm .big").inner_text())
