"""A payroll from its form to the banks' answers, by three officers and a background worker, as they see it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error
from tests.browser.conftest import OpenDesk
from tests.browser.test_desks import _violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

WORDS = {
    "en": {
        "prepare": "Prepare", "approve": "Approve", "release": "Release", "send": "Send to the banks",
        "hear": "Ask the banks for answers", "prepared": "prepared: waits for approval", "paid": "paid",
        "look": "See how far it is now",
    },
    "ur": {
        "prepare": "تیار کریں", "approve": "منظور کریں", "release": "جاری کریں", "send": "بینکوں کو بھیجیں",
        "hear": "بینکوں سے جواب پوچھیں", "prepared": "تیار: منظوری کا منتظر", "paid": "ادا شدہ",
        "look": "اب تک کی پیش رفت دیکھیں",
    },
}  # fmt: skip


def _wait(page: Page, words: dict[str, str], *, script: bool) -> None:
    """Until no work is under way: with a script the page comes anew by itself, without one it is asked for."""
    for _ in range(120):
        if not page.locator("#progress h2").count():
            return
        page.wait_for_timeout(500)
        if not script and page.get_by_role("link", name=words["look"]).count():
            page.get_by_role("link", name=words["look"]).click()
    raise AssertionError(page.locator("main").inner_text())


def _look_again(page: Page, address: str) -> None:
    """The page as it is now. It may just be coming anew by itself: then that is the one to look at."""
    page.wait_for_load_state("load")
    try:
        page.goto(address)
    except Error as error:
        if "interrupted by another navigation" not in error.message:
            raise
        page.wait_for_load_state("load")


def _keep(page: Page, name: str) -> None:
    """A picture for whoever wants to look (``MAZDOOR_SCREENSHOTS`` names the folder)."""
    if folder := os.environ.get("MAZDOOR_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"payroll-{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("language", "script", "month"), [("en", True, "2027-01"), ("ur", True, "2027-02"), ("en", False, "2027-03")]
)
def test_three_officers_and_a_worker_bring_a_payroll_to_the_banks(
    at_desk: OpenDesk, language: str, script: bool, month: str
) -> None:
    words = WORDS[language]
    name = f"{language}{'' if script else '-plain'}"
    first, second, third = (at_desk(f"finance{n}", language=language, script=script) for n in (1, 2, 3))
    first.goto("/payrolls/")
    first.locator("#id_programme").select_option("emergency_cash")
    first.locator("#id_month").fill(month)
    first.locator("form.act button[type=submit]").click()
    first.locator("#signatures").wait_for()
    _keep(first, f"{name}-1-preparing")
    address = first.url
    _wait(first, words, script=script)
    _look_again(first, address)
    first.locator(".title-row .tag").wait_for()
    _keep(first, f"{name}-2-prepared")
    assert first.get_by_text(words["prepared"]).count(), first.locator("main").inner_text()
    second.goto(address)
    second.get_by_role("button", name=words["approve"], exact=True).click()
    third.goto(address)
    third.get_by_role("button", name=words["release"], exact=True).click()
    third.get_by_role("button", name=words["send"]).wait_for()
    _keep(third, f"{name}-3-released")
    assert _violations(third) == [] if script else True
    third.get_by_role("button", name=words["send"]).click()
    third.locator("#signatures").wait_for()
    _keep(third, f"{name}-4-sending")
    _wait(third, words, script=script)
    _look_again(third, address)
    _keep(third, f"{name}-5-sent")
    third.get_by_role("button", name=words["hear"]).click()
    third.locator("#signatures").wait_for()
    _wait(third, words, script=script)
    _look_again(third, address)
    _keep(third, f"{name}-6-answered")
    assert third.locator("#where-it-stands, main table").first.get_by_text(words["paid"], exact=True).count()
    assert re.search(r"MZ\d{8}-[A-Z]{4}-\d{5}", third.locator("main").inner_text())
