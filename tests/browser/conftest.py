"""A site as users get it: `mazdoor demo` with a few workers in a home folder of its own, with its worker and its banks.

Nothing of Django is imported here: the browser speaks to another process, as it would anywhere. Without a Chromium the
tests skip and say what installs one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.folders import open_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

WORKERS = 150
PASSWORD = "mazdoor demo 2026"
INSTALL = "no chromium was found; on Debian: apt-get install -y chromium fonts-noto-core"
WIDTHS = {"desktop": 1280, "phone": 320}


def _chromium() -> str | None:
    named = os.environ.get("MAZDOOR_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium on this machine."""
    found = _chromium()
    if found is None:
        pytest.skip(f"browser tests: {INSTALL}")
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """Debian's own Chromium instead of a download; as root it runs only without its sandbox."""
    return {"executable_path": chromium, "args": ["--no-sandbox"] if os.getuid() == 0 else []}


@dataclass(frozen=True)
class Site:
    """A running site and the counts of the demonstration behind it."""

    url: str
    home: Path
    report: dict[str, Any]


@pytest.fixture(scope="session")
def site(chromium: str) -> Iterator[Site]:
    """The demonstration, walked and served."""
    home = open_folder("browser")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAZDOOR_DATABASE")}
    environment |= {"MAZDOOR_HOME": str(home / "home"), "DJANGO_SETTINGS_MODULE": "mazdoor.config.settings"}
    (home / "home").mkdir(mode=0o711)
    mazdoor = [sys.executable, "-m", "mazdoor.cli"]
    table = home / "table.json"
    log = home / "serve.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [*mazdoor, "demo", "--workers", str(WORKERS), "--port", "0", "--json", str(table)],
            env=environment, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield Site(_address(server, log), home, json.loads(table.read_text()))
    finally:
        server.terminate()
        server.wait(timeout=240)
        shutil.rmtree(home, ignore_errors=True)


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    """Where the site answers, once it does."""
    import time

    import httpx

    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()[-3000:]
        found = re.search(r"http://127\.0\.0\.1:\d+(?=/ )", log.read_text())
        if found:
            try:
                httpx.get(f"{found[0]}/sign-in/", timeout=5)
            except httpx.TransportError:
                pass  # not listening yet: asked again below
            else:
                return found[0]
        time.sleep(0.2)
    raise AssertionError(f"the site did not answer: {log.read_text()[-3000:]}")


OpenDesk = Callable[..., "Page"]
PATIENCE = 60_000  # milliseconds; a machine with two cores may have other tests beside these


def press(button: Locator, key: str | None = None) -> None:
    """Press what leads to another page (or a ``key`` on it), and go on when that page is there.

    A press alone returns while the old page still stands. Whoever then waits for something that the old page has too
    (a heading, a table) looks at the old page; whoever goes elsewhere may break off what was being sent.
    """
    with button.page.expect_navigation():
        if key is None:
            button.click()
        else:
            button.press(key)


def look_up(page: Page, words: str) -> None:
    """Search the registry, in a browser with scripts: results come by themselves, once, and stand still then."""
    page.goto("/registry/")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("#q").fill(words)


@pytest.fixture(scope="session")
def _signed_in(site: Site, browser: Browser) -> Callable[[str], Any]:
    """The cookies of each demonstration officer, signed in once through the form."""
    kept: dict[str, Any] = {}

    def states(username: str) -> Any:
        if username not in kept:
            context = browser.new_context(base_url=site.url)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.goto("/sign-in/")
            page.get_by_label(re.compile("Sign-in name|داخلے کا نام")).fill(username)
            page.get_by_label(re.compile("Password|پاس ورڈ")).fill(PASSWORD)
            press(page.locator("main button[type=submit]"))
            page.locator("nav.chain").wait_for()
            kept[username] = context.storage_state()
            context.close()
        return kept[username]

    return states


@pytest.fixture
def at_desk(site: Site, browser: Browser, _signed_in: Callable[[str], Any]) -> Iterator[OpenDesk]:
    """``at_desk("finance1", language="ur", size="phone", script=False)``: a page of an officer's own browser.

    What the browser complains of (an error of a script, a file it may not load) fails the test.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_desk(username: str, *, language: str = "en", size: str = "desktop", script: bool = True) -> Page:
        context = browser.new_context(
            base_url=site.url,
            storage_state=_signed_in(username),
            viewport={"width": WIDTHS[size], "height": 900},
            java_script_enabled=script,
        )
        context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )
        return page

    yield open_desk
    for context in contexts:
        context.close()
    assert complaints == []
