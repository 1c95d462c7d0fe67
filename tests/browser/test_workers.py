"""A worker's whole way in a small browser without a script: code from the gateway's book, eight screens, the own record."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.urls import resolve
from tests.browser.conftest import PATIENCE, OpenDesk, Site, press
from tests.browser.guidelines import violations

from mazdoor.web.worker.urls import urlpatterns

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
NARROW = 320
MINE = (
    *("me/", "me/record/", "me/card/", "me/programmes/", "me/money/", "me/consents/", "me/messages/", "me/complaints/"),
    *("me/complaints/new/", "me/mistake/", "me/mistake/name/", "me/mistake/moved/"),
    *(
        f"me/mistake/{each}/"
        for each in ("birth", "cnic", "sex", "married", "address", "pay", "messages", "stopped", "other")
    ),
    "me/consents/withdraw/?purpose=programmes",
    "me/consents/agree/?purpose=statistics",
)
LOOKED_AT_BELOW = {"mine", "why"}
"""Pages of somebody who is on the register already: looked at on the way of a beneficiary."""
NO_PAGE = {"code-again", "leave", "remove-person", "card-file"}
"""What is sent there leads to another page, or is a file."""


class Phone:
    """A browser of 320 px; pages are held against axe-core, the width and the size of what is touched."""

    def __init__(self, page: Page, sms: str, number: str) -> None:
        self.page, self.sms, self.number = page, sms, number
        self.seen: set[str] = set()

    def code(self) -> str:
        """The newest code on the telephone; the site's worker may have sent another message since."""
        texts = httpx.get(f"{self.sms}/phones/{self.number}", trust_env=False, timeout=60).json()["messages"]
        codes = [found for text in texts if (found := re.search(r"\b(\d{3}) (\d{3})\b", text))]
        return codes[-1][1] + codes[-1][2]

    def open(self, path: str) -> None:
        self.page.goto(f"/w/{path}")
        self.look()

    def go(self) -> None:
        press(self.page.locator("main form button").first)
        self.look()

    def look(self) -> None:
        """No A or AA violation, nothing beyond the edge, nothing to touch lower than 44 px."""
        self.seen.add(str(resolve(urlsplit(self.page.url).path).url_name))
        assert violations(self.page) == [], self.page.url
        assert self.page.evaluate("document.documentElement.scrollWidth") <= NARROW, self.page.url
        low = self.page.evaluate(
            """() => [...document.querySelectorAll("button, .button, select, textarea, input:not([type=hidden]), .choice label")]
            .filter(each => !each.closest(".choice") || each.tagName === "LABEL")
            .filter(each => each.getBoundingClientRect().height < 44).map(each => each.outerHTML)"""
        )
        assert low == [], self.page.url


@pytest.fixture
def browsers(site: Site, browser: Browser) -> Iterator[Any]:
    """``browsers("ur", "0301...")``: a telephone in a language."""
    contexts = []
    (address,) = (site.home / "home" / "world").glob("*/sms/address.json")
    sms = json.loads(address.read_text())["url"]

    def take(language: str, number: str) -> Phone:
        context = browser.new_context(base_url=site.url, viewport={"width": NARROW, "height": 640})
        context.set_default_timeout(PATIENCE)
        if language != "ur":  # Urdu is what is spoken where nothing was chosen
            context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
        contexts.append(context)
        return Phone(context.new_page(), sms, number)

    yield take
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("language", "number"), [("en", "03051110001"), ("ur", "03051110002")])
def test_a_worker_registers_and_looks_after_the_record(browsers: Any, language: str, number: str) -> None:
    phone = browsers(language, number)
    page, urdu = phone.page, language == "ur"
    ending = "_ur" if urdu else ""
    phone.open("")
    phone.open("help/")
    phone.open("phone/")
    page.fill("#mobile", "12")
    phone.go()
    page.fill("#mobile", number)
    phone.go()
    page.fill("#code", "000000" if phone.code() != "000000" else "000001")
    phone.go()
    page.fill("#code", phone.code())
    phone.go()
    page.check("#registered-no")
    phone.go()
    phone.go()  # nothing agreed to: told so
    for purpose in ("registration", "verification", "programmes"):
        page.check(f"#consents-{purpose}")
    phone.go()
    page.fill(f"#given_name{ending}", "رضیہ" if urdu else "Razia")
    page.fill(f"#father_name{ending}", "غلام رسول" if urdu else "Ghulam Rasool")
    page.fill("#cnic", f"0{number[1:]}12")
    phone.go()
    phone.go()  # sex and birth are missing: told so
    page.check("#sex-female")
    page.fill("#birth_date-year", "1987")
    phone.go()
    page.select_option("#area_code", "PK618")
    page.check("#relationship-spouse")
    phone.go()
    page.check("#work-other")
    page.fill("#occupation_text", "ویلڈر" if urdu else "welder")
    phone.go()
    page.locator("main input[type=radio]").first.check()
    phone.go()
    page.check("#for_whom-boss")
    phone.go()
    page.fill("#name", "نور لومز" if urdu else "Noor Looms")
    page.check("#premises-workshop")
    page.fill("#persons_engaged", "4")
    phone.go()
    page.check("#pay_period-day")
    page.fill("#pay_amount", "1200")
    page.fill("#started_on", "2015")
    phone.go()
    page.fill(f"#given_name{ending}", "اسلم" if urdu else "Aslam")
    page.check("#sex-male")
    page.fill("#birth_date", "1980")
    page.check("#relationship-head")
    phone.go()
    phone.open("register/already/")
    phone.open("register/check/")
    page.go_back()
    page.go_forward()
    press(page.locator("main form button").last)
    phone.look()
    registered = re.search(r"\d{12}", page.locator(".panel").inner_text())
    assert registered is not None, page.locator("main").inner_text()
    for path in MINE:
        phone.open(path)
    phone.open("me/complaints/new/")
    page.locator("main input[type=radio]").first.check()
    page.fill("#words", "اجرت کم ملی" if urdu else "I was paid less")
    phone.go()
    assert page.locator("[role=status]").count() == 1
    phone.open("me/consents/")
    press(page.locator("a[href^='/w/me/consents/'][href*='/words/']").first)
    phone.look()
    press(page.locator("header form button").last)
    phone.look()
    left = {str(each.name) for each in urlpatterns} - phone.seen
    assert left <= LOOKED_AT_BELOW | NO_PAGE, "every page of the worker is looked at"
    page.go_back()
    assert registered[0] not in page.content(), "after leaving the back button shows nothing"


BENEFICIARY = """
import json
import django
django.setup()
from django.db import connection
from mazdoor.access.services import acting_as_system
from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import selectors as registration
with acting_as_system(reason="test"), connection.cursor() as cursor:
    cursor.execute(
        "SELECT r.person_id, extract(year FROM r.birth_date)::int, r.mobile_encrypted FROM registration_personrecord r "
        "JOIN registration_person p ON p.id = r.person_id "
        "WHERE r.valid_to IS NULL AND r.recorded_to IS NULL AND r.mobile_encrypted IS NOT NULL AND r.cnic_index IS NOT NULL "
        "AND r.birth_date_precision = 'day' AND p.area_code LIKE 'PK6%' "
        "AND p.id IN (SELECT canonical_person_id FROM payments.entitlement_now) "
        "AND p.id IN (SELECT person_id FROM notices_notice) AND p.id IN (SELECT person_id FROM accounts_account) "
        "ORDER BY (SELECT count(*) FROM notices_notice n WHERE n.person_id = p.id) DESC, p.id LIMIT 1"
    )
    person_id, year, mobile = cursor.fetchone()
    number = registration.get_person(person_id=person_id)["registry_number"]
    print(json.dumps([number, year, keyring().open(mobile, purpose="mobile")]))
"""


def test_a_beneficiary_reads_letter_money_and_card_and_follows_a_correction_to_its_decision(
    site: Site, browsers: Any, at_desk: OpenDesk
) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MAZDOOR_DATABASE")},
        "MAZDOOR_HOME": str(site.home / "home"), "DJANGO_SETTINGS_MODULE": "mazdoor.config.settings",
    }  # fmt: skip
    asked = subprocess.run(
        [sys.executable, "-c", BENEFICIARY], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert asked.returncode == 0, asked.stderr
    registry_number, year, mobile = json.loads(asked.stdout.splitlines()[-1])
    phone = browsers("ur", "0" + mobile[-10:])
    page = phone.page
    phone.open("phone/")
    page.fill("#mobile", phone.number)
    phone.go()
    page.fill("#code", phone.code())
    phone.go()
    page.check("#registered-yes")
    phone.go()
    page.fill("#number", registry_number)
    page.fill("#year", str(year))
    phone.go()
    folder = os.environ.get("MAZDOOR_PICTURES")
    said: dict[str, str] = {}
    for path in MINE[:8]:
        phone.open(path)
        said[path] = page.locator("main").inner_text()
        if folder:
            page.screenshot(
                path=str(Path(folder) / f"portal-{path.strip('/').replace('/', '-')}-ur.png"), full_page=True
            )
    assert registry_number in said["me/record/"] and "تصدیق شدہ" in said["me/record/"]
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert "روپے" in said["me/money/"] or "Rs" in said["me/money/"], said["me/money/"]
    assert len(said["me/messages/"]) > 100 and len(said["me/programmes/"]) > 100
    phone.open("me/programmes/")
    press(page.locator("main a.button[href^='/w/me/programmes/']").first)
    phone.look()
    assert phone.seen >= LOOKED_AT_BELOW
    phone.open("me/mistake/name/")
    page.fill("#father_name_ur", "غلام رسول")
    phone.go()
    assert page.url.endswith("/mistake/?sent=1"), page.locator("main").inner_text()
    desk = at_desk("verifier", language="en")
    desk.goto("/changes/")
    assert "the worker" in desk.locator("main").inner_text(), desk.locator("main").inner_text()
    asked_for = desk.locator("main table tr", has_text="the worker").filter(has_text="Father's name in Urdu")
    press(asked_for.locator("a[href^='/changes/']").last)
    desk.locator("main h1").wait_for()
    press(desk.locator("form[action$='/approve/'] button[type=submit]").first)
    desk.locator("main h1").wait_for()
    phone.open("me/mistake/")
    standing = page.locator("main").inner_text()
    if folder:
        page.screenshot(path=str(Path(folder) / "portal-mistake-decided-ur.png"), full_page=True)
    assert "ریکارڈ میں درج" in standing, standing
    phone.open("me/record/")
    assert "غلام رسول" in page.locator("main").inner_text()
