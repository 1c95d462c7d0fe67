"""Why a rule says so, as an officer reads it: in both languages, without JavaScript, and on one sheet of paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import WIDTHS, OpenDesk, look_up, press
from tests.browser.guidelines import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])


def _to_the_explanation(page: Page, *, script: bool = True) -> None:
    """From the registry to the first explanation there is, by its links alone."""
    if script:
        look_up(page, "Ali")
    else:
        page.goto("/registry/")
        page.locator("#q").fill("Ali")
        press(page.locator("main form[role=search] button"))
    press(page.locator("#results tbody th a").first)
    page.locator("#household").wait_for()
    press(page.locator("#programmes p a").first)
    page.locator("#clauses").wait_for()


@LANGUAGES
def test_each_part_is_reached_by_links_alone_and_can_be_used_by_everybody(at_desk: OpenDesk, language: str) -> None:
    page = at_desk("auditor", language=language, script=False)
    _to_the_explanation(page, script=False)
    addresses = [page.url]
    for heading in ("message", "letter", "account"):
        press(page.locator(f".tabs a[href*='part={heading}']"))
        page.locator(f"#{heading}").wait_for()
        assert page.locator(".tabs a[aria-current=page]").count() == 1
        addresses.append(page.url)
    looking = at_desk("auditor", language=language)
    for address in addresses:
        looking.goto(address)
        assert looking.locator("html").get_attribute("dir") == ("rtl" if language == "ur" else "ltr")
        assert violations(looking) == [], address
        looking.set_viewport_size({"width": WIDTHS["phone"], "height": 700})
        assert looking.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"], address
        looking.set_viewport_size({"width": WIDTHS["desktop"], "height": 900})


@LANGUAGES
def test_how_far_a_provision_was_checked_is_seen_beside_it(at_desk: OpenDesk, language: str) -> None:
    page = at_desk("auditor", language=language)
    _to_the_explanation(page)
    clauses = page.locator("section[aria-labelledby=clauses]")
    assert clauses.locator(".tag").count() > 3
    words = "checked" if language == "en" else "جانچا"
    assert words in clauses.inner_text()


@LANGUAGES
def test_a_letter_prints_on_one_page_in_its_own_direction(at_desk: OpenDesk, language: str) -> None:
    page = at_desk("auditor", language="en")  # the officer's screen is English whatever the letter is in
    _to_the_explanation(page)
    press(page.locator(".tabs a[href*='part=letter']"))
    press(page.locator(f".toc a[lang={language}]"))
    letter = page.locator("article.letter")
    letter.wait_for()
    assert letter.get_attribute("dir") == ("rtl" if language == "ur" else "ltr")
    assert letter.evaluate("e => getComputedStyle(e).direction") == letter.get_attribute("dir")
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1
    page.emulate_media(media="print")
    assert (
        letter.is_visible() and not page.locator(".page-head").is_visible() and not page.locator(".tabs").is_visible()
    )
