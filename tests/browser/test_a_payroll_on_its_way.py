"""A payroll from its form to the banks' answers, by three officers and a background worker, as they see it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import PATIENCE, OpenDesk, press
from tests.browser.guidelines import violations

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


def _ended(page: Page, words: dict[str, str], *, script: bool) -> None:
    """Until the page says that no work is under way: with a script it comes anew by itself, without one it is asked for."""
    # What tells of work stands above the signatures: a page that is just coming has neither.
    ended = page.locator("main:not(:has(#progress h2)) #signatures")
    if script:
        ended.wait_for(state="attached", timeout=2 * PATIENCE)
        page.wait_for_load_state()
        return
    for _ in range(120):
        if ended.count():
            return
        page.wait_for_timeout(500)
        press(page.get_by_role("link", name=words["look"]))
    raise AssertionError(page.locator("main").inner_text())


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
    press(first.locator("form.act button[type=submit]"))
    first.locator("#signatures").wait_for()
    _keep(first, f"{name}-1-preparing")
    address = first.url
    _ended(first, words, script=script)
    first.locator(".title-row .tag").wait_for()
    _keep(first, f"{name}-2-prepared")
    assert first.get_by_text(words["prepared"]).count(), first.locator("main").inner_text()
    second.goto(address)
    press(second.get_by_role("button", name=words["approve"], exact=True))
    third.goto(address)
    press(third.get_by_role("button", name=words["release"], exact=True))
    third.get_by_role("button", name=words["send"]).wait_for()
    _keep(third, f"{name}-3-released")
    assert violations(third) == [] if script else True
    press(third.get_by_role("button", name=words["send"]))
    third.locator("#signatures").wait_for()
    _keep(third, f"{name}-4-sending")
    _ended(third, words, script=script)
    _keep(third, f"{name}-5-sent")
    press(third.get_by_role("button", name=words["hear"]))
    third.locator("#signatures").wait_for()
    _ended(third, words, script=script)
    _keep(third, f"{name}-6-answered")
    assert third.locator("#where-it-stands, main table").first.get_by_text(words["paid"], exact=True).count()
    assert re.search(r"MZ\d{8}-[A-Z]{4}-\d{5}", third.locator("main").inner_text())
