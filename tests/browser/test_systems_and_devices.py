"""The administrator's desk: another system is registered, its secret shown once; a device gets its codes."""

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
LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])
PICTURES = os.environ.get("MAZDOOR_PICTURES")


def looked_at(page: Page, name: str) -> None:
    """Nothing bars anybody, and it fits a small telephone; the picture is kept where somebody asked for it."""
    assert violations(page) == [], name
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
    page.set_viewport_size({"width": WIDTHS["phone"], "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"], name
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}-320.png"), full_page=True)
    page.set_viewport_size({"width": WIDTHS["desktop"], "height": 900})


@LANGUAGES
def test_a_system_is_registered_and_its_pages_can_be_used_by_everybody(at_desk: OpenDesk, language: str) -> None:
    code = f"union-{language}.example.org"
    page = at_desk("administrator", language=language)
    page.goto("/systems/register/")
    press(page.locator("form.act button[type=submit]"))  # with nothing written
    page.locator("#problems").wait_for()
    looked_at(page, f"system-form-wrong-{language}")
    page.locator("#id_code").fill(code)
    page.locator("#id_name").fill("Textile union")
    page.locator("#id_name_ur").fill("ٹیکسٹائل یونین")
    for name, value in (("scopes", "search"), ("scopes", "registrations.write"), ("purposes", "programmes")):
        page.locator(f"input[name={name}][value='{value}']").check()
    page.locator("input[name=areas]").first.check()
    page.locator("#id_must_sign").uncheck()
    looked_at(page, f"system-form-{language}")
    press(page.locator("form.act button[type=submit]"))
    page.locator("#secret").wait_for()
    secret = page.locator("dl.summary dd").nth(1).inner_text().strip()
    assert re.fullmatch(r"[\w-]{43}", secret)
    looked_at(page, f"system-secret-{language}")
    page.goto(f"/systems/{code}/")
    page.locator("#may").wait_for()
    assert secret not in page.content()
    looked_at(page, f"system-{language}")
    page.goto("/systems/")
    page.get_by_role("link", name={"en": "Textile union", "ur": "ٹیکسٹائل یونین"}[language]).first.wait_for()
    looked_at(page, f"systems-{language}")


@LANGUAGES
def test_a_device_is_enrolled_and_its_codes_can_be_seen_by_everybody(at_desk: OpenDesk, language: str) -> None:
    page = at_desk("administrator", language=language)
    page.goto("/devices/")
    page.locator("main h1").wait_for()
    form = page.locator("form[action='/devices/enrol/']")
    form.locator("[name=name]").fill("Tablet 7")
    form.locator("select[name=officer]").select_option(index=1)
    press(form.locator("button"))
    page.locator("img[src^='data:image/svg']").first.wait_for()
    looked_at(page, f"device-codes-{language}")
    page.goto("/devices/")
    looked_at(page, f"devices-{language}")
