"""No page of the wizard and the portal is left out: what links lead to is looked at here, the rest is named with its test.

A new address of the registry fails this test until a link leads to its page, or it stands on one of the lists below.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Final

import pytest
from tests.browser.conftest import WIDTHS, OpenDesk, look_up, press
from tests.browser.guidelines import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SCOPE: Final = ("registry/", "changes/", "recertification/", "devices/", "verification/")
LOOKED_AT_ELSEWHERE: Final = {
    "test_a_household_at_the_counter": {
        "register-household", "register-step", "register-check", "registered", "registered-print",
    },
    "test_a_file_of_people": {"confirm-file"},
    "test_cards_on_screen": {"card-sheets", "suggest-code"},
    "test_verifying": {"verify-by-hand"},
    "test_systems_and_devices": {"enrol-device"},
    "tests/openrosa/test_offline_in_the_browser": {"waiting-form"},
}  # fmt: skip
NO_PAGE: Final = {
    "a form is sent there, and another page answers": {
        "act-on-interest", "approve-change", "close-discrepancy", "give-consent", "go-on-with-file", "issue-card",
        "look-again", "open-case", "print-card", "receive-hand-over", "refuse-change", "register-begin",
        "register-take-out", "register-throw-away", "replace-card", "reverse-change", "revoke-card", "revoke-device",
        "set-aside-form", "take-back-consent", "tell-again", "withdraw-change",
    },
    "a file": {
        "blank-form", "card-sheets-portion", "file-template", "person-record-pdf", "register-kept", "registered-pdf",
        "returned-rows", "verification-document", "xlsform",
    },
    "a part of a page, fetched while it is looked at": {"card-sheets-progress", "file-progress"},
}  # fmt: skip


def _name(path: str) -> str:
    """What the table of addresses calls a path; empty for one outside the registry's own pages."""
    from django.urls import Resolver404, resolve

    try:
        found = resolve(path.partition("?")[0])
    except Resolver404:
        return ""
    return str(found.url_name) if found.namespace == "web" and path.lstrip("/").startswith(SCOPE) else ""


def _links(page: Page) -> list[str]:
    found = page.locator("a[href^='/']").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    return [each.partition("#")[0] for each in found if "file=" not in each]


def test_every_page_of_the_registry_is_looked_at(at_desk: OpenDesk) -> None:
    from mazdoor.web.urls import urlpatterns

    there = {str(each.name) for each in urlpatterns if str(each.pattern).startswith(SCOPE)}
    listed = set().union(*LOOKED_AT_ELSEWHERE.values(), *NO_PAGE.values())
    assert listed <= there, "a list names an address that is none"
    verifier, registrar = (at_desk(username, language="ur") for username in ("verifier", "registrar"))
    person = _a_change_that_is_in_the_record(verifier)
    seen: dict[str, str] = {}
    _walk(
        verifier,
        ["/registry/", "/registry/children-at-work/", "/changes/", "/devices/", "/verification/", person],
        seen,
        but=listed,
    )
    _walk(registrar, ["/registry/by-message/", "/registry/files/", person], seen, but=listed)
    assert there - listed - seen.keys() == set()


def _walk(page: Page, begin: list[str], seen: dict[str, str], *, but: set[str]) -> None:
    """Follow every link to a page of another kind than those seen; each is held against axe-core and a small screen."""
    waiting, read = deque(begin), set()
    while waiting:
        path = waiting.popleft()
        name = _name(path)
        if not name or name in but or name in read:
            continue
        read.add(name)
        answer = page.goto(path)
        page.locator("main h1").wait_for()
        waiting.extend(_links(page))
        if name == "household-history":  # a household's renewal has an address of its own; a link only when it is due
            waiting.append(re.sub(r".*/household/(\d+)/.*", r"/recertification/\1/", path))
        if name in seen or answer is None or not answer.ok:  # another desk's page, told politely
            continue
        seen[name] = path
        assert page.locator("html").get_attribute("dir") == "rtl", path
        assert violations(page) == [], path
        page.set_viewport_size({"width": WIDTHS["phone"], "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"], path
        page.set_viewport_size({"width": WIDTHS["desktop"], "height": 900})


def _a_change_that_is_in_the_record(page: Page) -> str:
    """The language somebody reads messages in, so that there is an event to take back; the address of their page."""
    look_up(page, "Ali")
    press(page.locator("#results tbody th a").first)
    person = re.search(r"/person/(\d+)/", page.url)
    assert person is not None
    page.goto(f"/registry/person/{person[1]}/changes/messages/")
    page.locator("#id_change-language").select_option("ur")
    press(page.locator("main form.card button[type=submit]"))
    if page.locator("form[action$='/approve/'] button").count():
        press(page.locator("form[action$='/approve/'] button").first)
    page.goto(f"/registry/person/{person[1]}/history/")
    page.locator("a[href$='/take-back/']").first.wait_for()
    return f"/registry/person/{person[1]}/"
