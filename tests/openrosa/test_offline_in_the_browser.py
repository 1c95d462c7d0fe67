"""The real client: ODK Web Forms in Chromium, in Urdu, on a telephone's screen, with the network cut."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.conftest import PATIENCE, press
from tests.openrosa.conftest import Field
from tests.openrosa.prepare import PASSWORD
from tests.openrosa.test_the_desk_of_fieldwork import waiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
PASSCODE = "گلاب 1947"
PHONE = {"width": 390, "height": 844}
PICTURES = os.environ.get("MAZDOOR_PICTURES")


@pytest.fixture
def phone(field: Field, built: None, browser: Browser) -> Any:
    """A telephone whose browser speaks Urdu; what it complains of fails the test."""
    complaints: list[str] = []
    context = browser.new_context(base_url=field.url, viewport=PHONE, locale="ur-PK")
    context.set_default_timeout(PATIENCE)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert complaints == []


def picture(page: Page, name: str, *, full: bool = False) -> None:
    """Keep what the page looks like, where somebody asked for it."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=full)


def signed_in(field: Field, phone: BrowserContext, *, language: str = "ur") -> Page:
    """The page, signed in with the link the office gives, its worker in charge."""
    username, secret, _ = field.people["device-fatima"]
    page = phone.new_page()
    page.goto(f"/fieldwork/#device={username}&secret={secret}")
    if language == "en":
        page.get_by_role("button", name="English").click()
    page.locator("#passcode").fill(PASSCODE)
    picture(page, f"fieldwork-sign-in-{language}")
    page.locator("button.primary").click()
    page.locator(".acts .primary").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    assert secret not in page.url
    return page


def unlock(page: Page) -> None:
    page.locator("#passcode").fill(PASSCODE)
    page.locator("button.primary").click()
    page.locator(".acts .primary").wait_for()


def question(page: Page, label: str, nth: int = 0) -> Any:
    """The part of the form around a question."""
    return page.locator(".question-container", has=page.locator("label, legend", has_text=label)).nth(nth)


def write(page: Page, label: str, text: str) -> None:
    box = question(page, label).locator("input").first
    box.click()
    box.press_sequentially(text)  # its fields for numbers take keys only
    box.blur()


def choose(page: Page, label: str, words: str) -> None:
    question(page, label).locator("label", has_text=re.compile(f"^\\s*{re.escape(words)}\\s*$")).first.click()


def pick(page: Page, label: str, words: str) -> None:
    """Choose from a list that opens, by typing into it where it takes typing."""
    part = question(page, label)
    part.locator(".p-select, [role=combobox]").first.click()
    page.locator("[role=option]").first.wait_for()  # it has opened: now it is seen whether it takes typing
    search = page.locator(".p-select-overlay input, .p-select-filter")
    if search.count():
        search.first.fill(words)
    page.locator("[role=option]", has_text=words).first.click()


def fill_in_urdu(page: Page) -> None:
    """Bushra's household, with her work."""
    pick(page, "صوبہ یا علاقہ", "پنجاب")
    pick(page, "ضلع یا تحصیل: ضلع", "لیہ")
    pick(page, "ضلع یا تحصیل: تحصیل", "لیہ")
    write(page, "نام (اردو میں)", "بشریٰ")
    write(page, "خاندانی یا دوسرا نام (اردو میں)", "بی بی")
    choose(page, "جنس", "عورت")
    choose(page, "تاریخ پیدائش: کتنی درست", "صرف سال")
    write(page, "تاریخ پیدائش: سال", "1987")
    choose(page, "گھرانے کے سربراہ سے رشتہ", "سربراہ")
    choose(page, "کام: کیا کچھ درج کرنا ہے", "ہاں")
    choose(page, "روزگار کی حیثیت", "ملازم")
    pick(page, "کام کی قسم", "گھر میں کام کرنے والا")
    pick(page, "پیشہ", "Weaving")
    pick(page, "صنعت", "Weaving")
    choose(page, "کام میں کب سے", "صرف سال")
    write(page, "کب سے: سال", "2022")
    choose(page, "آجر کون ہے", "گھرانہ")
    choose(page, "ادائیگی کا حساب", "نگ (عدد)")
    write(page, "اجرت", "45.50")


def test_a_household_is_filled_in_urdu_without_a_network_and_sends_itself(field: Field, phone: BrowserContext) -> None:
    page = signed_in(field, phone)
    assert page.locator("html").get_attribute("dir") == "rtl"
    phone.set_offline(True)
    page.reload()
    unlock(page)
    page.locator(".acts .primary").click()
    page.locator(".odk-form").wait_for()
    picture(page, "fieldwork-form-ur")
    fill_in_urdu(page)
    picture(page, "fieldwork-form-filled-ur", full=True)
    agree(page)
    page.get_by_role("button", name="محفوظ کریں").click()
    waiting = page.locator(".entry.waiting")
    waiting.wait_for()
    assert "بشریٰ بی بی" in waiting.inner_text()
    picture(page, "fieldwork-waiting-ur")
    number = waiting.get_attribute("data-id")
    assert number is not None and number.startswith("uuid:")
    assert field.rows("SELECT 1 FROM openrosa_submission WHERE instance_id = %s", number) == []
    assert "بشریٰ" not in stored(page), "what was filled in lies open on the device"

    lose_the_first_answer(page)
    phone.set_offline(False)
    page.wait_for_function("window.posts >= 1")
    assert page.locator(".entry.waiting").count() == 1
    page.get_by_role("button", name="ابھی بھیجیں").click()
    page.locator(".entry.sent").wait_for(timeout=2 * PATIENCE)
    picture(page, "fieldwork-sent-ur")
    assert page.evaluate("window.posts") == 2, "the same form went out twice"
    rows = field.rows(
        "SELECT r.given_name_ur, r.surname_ur, r.birth_date::text, r.sex, e.isco_code, e.pay_amount, f.channel"
        " FROM registration_form f JOIN registration_person p ON p.form_id = f.id"
        " JOIN registration_personrecord r ON r.person_id = p.id JOIN registration_employment j ON j.person_id = p.id"
        " JOIN registration_employmentrecord e ON e.employment_id = j.id WHERE f.idempotency_key = %s",
        f"openrosa:{number}",
    )
    assert rows == [("بشریٰ", "بی بی", "1987-01-01", "female", "8152", 4550, "device")]
    assert field.rows("SELECT count(*), min(state) FROM openrosa_submission WHERE instance_id = %s", number) == [
        (1, "registered")
    ]


def test_a_form_sends_itself_when_the_network_returns(field: Field, phone: BrowserContext) -> None:
    page = signed_in(field, phone)
    phone.set_offline(True)
    page.locator(".acts .primary").click()
    page.locator(".odk-form").wait_for()
    fill_in_urdu(page)
    agree(page)
    page.get_by_role("button", name="محفوظ کریں").click()
    page.locator(".entry.waiting").wait_for()
    phone.set_offline(False)
    page.locator(".entry.sent").wait_for(timeout=2 * PATIENCE)
    assert "بشریٰ" not in page.locator(".entry.sent").inner_text(), "what has reached the office leaves the device"


def lose_the_first_answer(page: Page) -> None:
    """The first form reaches the office, and its answer is lost on the way back."""
    page.evaluate(
        """() => {
            const real = window.fetch;
            window.posts = 0;
            window.fetch = async (address, options) => {
                const answer = await real(address, options);
                if (options?.method === "POST" && (window.posts += 1) === 1) throw new TypeError("the answer was lost");
                return answer;
            };
        }"""
    )


def test_an_unfinished_form_survives_a_closed_page(field: Field, phone: BrowserContext) -> None:
    page = signed_in(field, phone)
    phone.set_offline(True)
    page.locator(".acts .primary").click()
    page.locator(".odk-form").wait_for()
    write(page, "نام (اردو میں)", "نسرین")
    page.get_by_role("button", name="فہرست پر واپس").click()
    page.locator(".entry.draft").wait_for()
    assert "نسرین" not in stored(page)
    page.reload()
    unlock(page)
    assert "نسرین" in page.locator(".entry.draft").inner_text()
    page.get_by_role("button", name="جاری رکھیں").click()
    page.locator(".odk-form").wait_for()
    assert question(page, "نام (اردو میں)").locator("input").first.input_value() == "نسرین"


def test_a_wrong_passcode_opens_nothing(field: Field, phone: BrowserContext) -> None:
    page = signed_in(field, phone)
    page.reload()
    page.locator("#passcode").fill("گلاب 1948")
    page.locator("button.primary").click()
    page.get_by_text("یہ اس آلے کا پاس کوڈ نہیں").wait_for()
    assert page.locator(".acts .primary").count() == 0
    picture(page, "fieldwork-locked-ur")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_our_own_pages_have_no_barrier(field: Field, phone: BrowserContext, language: str) -> None:
    page = signed_in(field, phone, language=language)
    picture(page, f"fieldwork-list-{language}")
    assert barriers(page) == []
    page.get_by_role("button", name={"en": "Lock", "ur": "تالا لگائیں"}[language], exact=True).click()
    page.locator("#passcode").wait_for()
    assert barriers(page) == []


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_offices_page_of_a_form_that_waits_has_no_barrier(field: Field, browser: Browser, language: str) -> None:
    _, row = waiting(field, relationship="child", sex="unknown")
    context = browser.new_context(base_url=field.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "django_language", "value": language, "url": field.url}])
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("#id_username").fill("verifier")
    page.locator("#id_password").fill(PASSWORD)
    press(page.locator("main button[type=submit]"))
    page.locator("nav.chain").wait_for()
    for address in (f"/devices/waiting/{row}/", "/devices/"):
        page.goto(address)
        page.locator("main h1").wait_for()
        assert page.locator("html").get_attribute("dir") == {"en": "ltr", "ur": "rtl"}[language]
        name = "waiting-form" if str(row) in address else "devices"
        picture(page, f"office-{name}-{language}", full=True)
        assert barriers(page) == []
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        picture(page, f"office-{name}-{language}-320")
        page.set_viewport_size({"width": 1280, "height": 900})
    context.close()


def agree(page: Page) -> None:
    """What is asked of everybody besides: the optional parts are left out, and consent is given."""
    for label in ("روزمرہ زندگی میں دشواریاں", "تعلیم اور ہنر"):
        choose(page, f"{label}: کیا کچھ درج", "نہیں")
    for part in page.locator(".question-container", has=page.locator("label", has_text="کیا کچھ درج کرنا ہے")).all():
        if part.locator("input:checked").count() == 0:
            part.locator("label", has_text="نہیں").first.click()
    question(page, "شخص ان باتوں پر راضی ہے").locator(
        "label.value-option, .value-option label, .value-option"
    ).first.click()


def stored(page: Page) -> str:
    """Everything the page keeps on the device, as text."""
    told: str = page.evaluate(
        """async () => {
            const wish = (r) => new Promise((y, n) => { r.onsuccess = () => y(r.result); r.onerror = () => n(r.error); });
            const database = await wish(indexedDB.open("mazdoor-fieldwork"));
            const text = (v) => v instanceof ArrayBuffer ? new TextDecoder().decode(v)
                : Array.isArray(v) ? v.map(text).join(" ")
                : v && typeof v === "object" ? Object.values(v).map(text).join(" ") : String(v);
            let all = "";
            for (const store of ["about", "filled"])
                all += text(await wish(database.transaction(store).objectStore(store).getAll()));
            return all + JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage});
        }"""
    )
    return told


def barriers(page: Page) -> list[str]:
    """What axe-core holds against our own part of the page, at levels A and AA."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    return [f"{each['id']}: {node['html'][:120]}" for each in found.response["violations"] for node in each["nodes"]]
