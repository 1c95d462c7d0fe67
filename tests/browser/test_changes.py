"""A change of a programme in a browser: counted while it is typed, tried, kept, in both languages and without a script."""

from __future__ import annotations

import re

import pytest
from tests.browser.conftest import WIDTHS, OpenDesk, press
from tests.browser.guidelines import violations

pytestmark = pytest.mark.browser
PAGE = "/programmes/emergency_cash/change/"


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_change_is_counted_tried_and_kept(at_desk: OpenDesk, language: str) -> None:
    page = at_desk("programme", language=language)
    page.goto(PAGE)
    assert violations(page) == []
    page.locator("#id_condition").press_sequentially('any(members where sex = "femal")')  # nothing is pressed
    # Who types slowly is told of the half of it first.
    page.locator("#count .error", has_text='did you mean "female"').wait_for()
    page.locator("#id_condition").fill("")
    page.locator("#id_condition").press_sequentially("count(members where age(birth_date, at_date) < 5 years) >= 1")
    page.locator("#count p").wait_for()
    assert re.search(r"\d", page.locator("#count").inner_text())
    page.locator("[name=value-emergency_cash_amount]").fill("15000")
    press(page.locator("button[value=try]").first)
    page.locator("#found").wait_for()
    assert page.locator("figure svg[role=img]").count() == 3
    assert violations(page) == []
    page.locator("#id_title_en").fill("Families with small children")
    page.locator("#id_title_ur").fill("چھوٹے بچوں والے خاندان")
    press(page.locator("button[value=save]"))
    page.locator("pre").wait_for()
    assert "emergency_cash_amount" in page.locator("pre").inner_text()
    assert violations(page) == []
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"]


def test_without_a_script_the_same_change_is_counted_and_tried(at_desk: OpenDesk) -> None:
    page = at_desk("programme", script=False)
    page.goto(PAGE)
    page.locator("#id_condition").fill('any(members where sex = "female")')
    press(page.locator("button[value=count]"))
    page.locator("#count p").wait_for()
    page.locator("[name=value-emergency_cash_amount]").fill("15000")
    press(page.locator("button[value=try]").first)
    page.locator("#found").wait_for()
