"""A list of people at the registrar's desk: template, own headings settled on screen, progress, refused rows taken back,
mended and sent again; with and without scripts, in both languages, wide and narrow."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.conftest import OpenDesk, press
from tests.browser.test_systems_and_devices import looked_at

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser
LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])

HEADINGS = [
    "Worker name",
    "Gender",
    "DOB",
    "Relation",
    "Tehsil",
    "Agrees to be registered",
    "Where she lives",
    "Remarks",
]
ANSWERS = {"Agrees to be registered": "consents", "Where she lives": "household_address", "Remarks": ""}
"""What no heading tells by itself, and a person says on the screen."""
RIGHT, WRONG = 60, 3
WAIT = 120_000
PROGRESS = re.compile("/progress/$")


def a_list(word: str) -> bytes:
    """Sixty rows that are right; one with no sex on the list, one born on a day there is not, one without a name."""
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow(HEADINGS)
    for number in range(RIGHT):
        name = f"Rani {word} {'abcdefghij'[number // 10]}{'abcdefghij'[number % 10]}"
        write.writerow([name, "female", f"{1950 + number}", "head", "PK60301", "yes", f"Street {number}", "x"])
    write.writerow([f"Zara {word}", "woman", "1991", "head", "PK60301", "yes", "Street 7", "x"])
    write.writerow([f"Mina {word}", "female", "31/31/1980", "head", "PK60301", "yes", "Street 8", "x"])
    write.writerow(["", "female", "1991", "head", "PK60301", "yes", "Street 9", "x"])
    return out.getvalue().encode()


def send(page: Page, name: str, content: bytes) -> None:
    page.goto("/registry/files/")
    page.locator("#id_file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    press(page.locator("form[enctype] button"))


def settle(page: Page) -> None:
    """Say on the screen what each heading answers that does not tell it by itself."""
    for heading, column in ANSWERS.items():
        page.get_by_label(heading, exact=True).select_option(column)
    press(page.locator("form.act button[type=submit]"))


@contextmanager
def held(page: Page) -> Iterator[None]:
    """The page learns nothing new meanwhile: it would come anew while it is looked at."""
    asked: list[Route] = []
    page.route(PROGRESS, lambda route: asked.append(route))
    yield
    page.unroute(PROGRESS)
    for route in asked:
        route.continue_()


def until_done(page: Page, *, script: bool) -> None:
    """Wait for the end: a page with scripts comes anew by itself, one without has a link."""
    finished = page.locator("#became-done")
    if script:
        finished.wait_for(timeout=WAIT)
        page.wait_for_load_state()  # it came anew by itself: the rest of it may be on its way
        return
    for _ in range(WAIT // 500):
        if finished.count():
            return
        page.wait_for_timeout(500)
        press(page.locator("#progress a"))
    raise AssertionError("the file was not brought in")


def figures(page: Page) -> list[int]:
    """Rows in the file, registered, here already, refused."""
    found = page.locator("dl.figures dd").all_inner_texts()
    return [int(re.sub(r"[^\d]", "", text.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")))) for text in found[:4]]


def take_back(page: Page) -> list[dict[str, str]]:
    """The refused rows, as they are downloaded."""
    with page.expect_download() as waiting:
        page.locator("a[href$='/returned/']").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


@LANGUAGES
@pytest.mark.parametrize("script", [True, False])
def test_a_list_goes_in_and_its_bad_rows_come_back_are_mended_and_go_in(
    at_desk: OpenDesk, language: str, script: bool
) -> None:
    word, looking = f"{'Script' if script else 'Plain'} {language.title()}", script
    page = at_desk("registrar", language=language, script=script)
    page.goto("/registry/files/")
    if looking:
        looked_at(page, f"files-{language}")

    send(page, "not-a-list.csv", b"%PDF-1.4 this is no list")
    page.locator("#problems").wait_for()
    assert "REG-041" in page.locator("#problems").inner_text()
    if looking:
        looked_at(page, f"files-wrong-{language}")

    content = a_list(word)
    send(page, "members.csv", content)
    page.locator("#columns-caption").wait_for()
    if looking:
        looked_at(page, f"file-columns-{language}")
    page.get_by_label("Gender", exact=True).select_option("")  # what every registration needs
    press(page.locator("form.act button[type=submit]"))
    page.locator("#problems").wait_for()
    assert "REG-047" in page.locator("#problems").inner_text()
    if looking:
        looked_at(page, f"file-columns-wrong-{language}")
    page.get_by_label("Gender", exact=True).select_option("sex")
    with held(page):
        settle(page)
        if looking and page.locator("#progress").count():
            looked_at(page, f"file-under-way-{language}")
    until_done(page, script=script)
    assert figures(page) == [RIGHT + WRONG, RIGHT, 0, WRONG]
    if looking:
        looked_at(page, f"file-done-{language}")
    rows = take_back(page)
    assert len(rows) == WRONG
    assert "REG-026" in rows[0]["⚠ Gender"] and "REG-018" in rows[1]["⚠ DOB"]

    send(page, "members.csv", content)  # the same list again
    settle(page)
    until_done(page, script=script)
    assert figures(page) == [RIGHT + WRONG, 0, RIGHT, WRONG]

    for row, change in zip(rows, ({"Gender": "female"}, {"DOB": "1980"}, {"Worker name": f"Hina {word}"}), strict=True):
        row.update(change)
    out = io.StringIO(newline="")
    write = csv.DictWriter(out, list(rows[0]))
    write.writeheader()
    write.writerows(rows)
    send(page, "members-mended.csv", out.getvalue().encode())
    settle(page)
    until_done(page, script=script)
    assert figures(page) == [WRONG, WRONG, 0, 0]
    assert not page.locator("a[href$='/returned/']").count()
    page.goto("/registry/files/")
    if looking:
        looked_at(page, f"files-sent-{language}")


@LANGUAGES
def test_the_file_to_fill_in_is_taken_and_sent_without_a_question(at_desk: OpenDesk, language: str) -> None:
    """Its headings are known, so nothing needs to be said of them: they are looked through and confirmed."""
    page = at_desk("registrar", language=language)
    page.goto("/registry/files/")
    taken = {}
    for kind in ("xlsx", "csv"):
        with page.expect_download() as waiting:
            page.locator(f"a[href$='template.{kind}']").click()
        taken[kind] = Path(waiting.value.path()).read_bytes()
    assert taken["xlsx"][:2] == b"PK"
    headings = next(csv.reader(taken["csv"].decode("utf-8-sig").splitlines()))
    send(page, "empty.csv", taken["csv"] + b'""' + b"," * (len(headings) - 1) + b"\r\n")
    page.locator("#columns-caption, #problems").first.wait_for()
    assert not page.locator("td strong").count()  # nothing is a guess
