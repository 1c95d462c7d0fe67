"""The pictures of the README, taken from a running demonstration: ``python -m tools.pictures http://127.0.0.1:8800``.

Needs a Chromium and the Noto fonts (Debian: ``apt-get install -y chromium fonts-noto-core``). The people in the pictures
do not exist. Not part of ``make docs``: a picture differs with every font and every browser, so nothing compares it.
"""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "mazdoor demo 2026"  # what the demonstration prints; the people it guards do not exist
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = (1280, 900)


def _desk(browser: Browser, url: str, username: str, language: str) -> Page:
    """A page of a demonstration officer."""
    context = browser.new_context(base_url=url, viewport={"width": SIZE[0], "height": SIZE[1]})
    context.add_cookies([{"name": "django_language", "value": language, "url": url}])
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.locator("nav.chain").wait_for()
    return page


def _take(page: Page, name: str) -> None:
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    print(f"{path.relative_to(FOLDER.parent.parent)}: {path.stat().st_size // 1024} KiB")


def _person(page: Page) -> None:
    """The page of somebody who is enrolled and was paid under the minimum."""
    for name in ("Zubaida", "Aslam", "Nasir", "Ghulam", "Saima", "Tariq"):
        page.goto("/registry/")
        page.locator("#q").fill(name)
        page.locator("main form[role=search] button").click()
        page.locator("#results tbody tr").first.wait_for()
        for address in page.locator("#results tbody th a").evaluate_all("links => links.map(link => link.href)"):
            page.goto(address)
            if page.locator("#programmes .tag.good").count() and page.locator("#wages tbody tr").count():
                page.set_viewport_size({"width": SIZE[0], "height": 1500})
                return


def main(url: str) -> None:
    """Take the three pictures of the README."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = _desk(browser, url, "programme", "en")
        _take(page, "home")
        page.goto("/coverage/")
        _take(page, "coverage")
        page = _desk(browser, url, "auditor", "ur")
        _person(page)
        _take(page, "person-ur")
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2 or not re.match(r"https?://", sys.argv[1]):
        sys.exit(__doc__)
    main(sys.argv[1].rstrip("/"))
