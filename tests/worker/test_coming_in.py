"""Coming in and going out: nothing is told of numbers, tokens are not planted, pages are not kept."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from tests.cast.households import registered
from tests.worker.conftest import MOBILE, Telephone, code_in

import mazdoor.web
from mazdoor.web.worker.frame import COOKIE, POLICY
from mazdoor.web.worker.urls import urlpatterns

pytestmark = pytest.mark.django_db
Take = Callable[..., Telephone]
CSS = Path(mazdoor.web.__file__).parent / "static" / "worker" / "worker.css"
MOST = 100_000
"""Bytes of a page with its stylesheet over the wire, not compressed; compressed is told beside it."""
OPEN = ["/w/", "/w/help/", "/w/phone/", "/w/left/"]
MINE = [
    "/w/me/", "/w/me/record/", "/w/me/card/", "/w/me/programmes/", "/w/me/money/", "/w/me/consents/", "/w/me/messages/",
    "/w/me/complaints/", "/w/me/complaints/new/", "/w/me/mistake/", "/w/me/mistake/name/", "/w/me/mistake/moved/",
]  # fmt: skip


def test_a_known_number_and_an_unknown_one_get_the_same_answers(telephone: Take) -> None:
    registered()
    pages = []
    for number in (MOBILE, "03007777777"):
        phone = telephone(number=number)
        response = phone.post("/w/phone/", mobile=number)
        asked = response.content.decode().replace(number[-4:], "####")
        proved = phone.post("/w/code/", code=code_in(phone._read(number)[-1])).content.decode()
        pages.append([_without_secrets(each) for each in (asked, proved)])
    assert pages[0] == pages[1]


def _without_secrets(page: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"|in \d+ seconds', "", page)


def test_a_worker_comes_back_to_the_own_record_with_number_and_year(telephone: Take) -> None:
    made = registered()
    phone = telephone()
    phone.prove()
    assert phone.post("/w/who/", registered="yes").redirect_chain[-1][0] == "/w/mine/"
    wrong = phone.post("/w/mine/", number="01234-1234567-1", year="1988")
    elsewhere = phone.post("/w/mine/", number="01234-9999999-1", year="1987")
    assert wrong.status_code == elsewhere.status_code == 422
    said = "These do not belong together"
    assert said in wrong.content.decode() and said in elsewhere.content.decode()
    response = phone.post("/w/mine/", number=made.registry_numbers[0], year="1987")
    page = response.content.decode()
    assert response.redirect_chain[-1][0] == "/w/me/" and "Bushra" in page


def test_two_at_one_telephone_see_each_only_their_own(telephone: Take) -> None:
    first = registered("f1")
    second = registered("f2", head={"given_name": "Nasreen", "given_name_ur": "نسرین", "cnic": "01234-7654321-2"})
    for made, own, other in ((first, "Bushra", "Nasreen"), (second, "Nasreen", "Bushra")):
        phone = telephone()
        phone.prove()
        phone.post("/w/mine/", number=made.registry_numbers[0], year="1987")
        for path in MINE:
            page = phone.get(path).content.decode()
            assert other not in page, path
        assert own in phone.get("/w/me/record/").content.decode()


def test_a_token_is_new_at_each_step_and_one_that_was_planted_is_worth_nothing(telephone: Take) -> None:
    registered()
    phone = telephone()
    phone.client.cookies[COOKIE] = "planted"
    tokens = ["planted"]
    phone.post("/w/phone/", mobile=MOBILE)
    tokens.append(phone.client.cookies[COOKIE].value)
    phone.post("/w/code/", code=code_in(phone._read(MOBILE)[-1]))
    tokens.append(phone.client.cookies[COOKIE].value)
    phone.post("/w/mine/", number="01234-1234567-1", year="1987")
    tokens.append(phone.client.cookies[COOKIE].value)
    assert len(set(tokens)) == 4
    cookie = phone.client.cookies[COOKIE]
    assert cookie["httponly"] and cookie["path"] == "/w/" and cookie["samesite"] == "Lax"
    for old in tokens[:-1]:
        thief = Client()
        thief.cookies[COOKIE] = old
        assert b"Bushra" not in thief.get("/w/me/", follow=True).content


def test_leaving_shuts_the_pages_and_the_back_button_shows_nothing(telephone: Take) -> None:
    registered()
    phone = telephone()
    phone.prove()
    phone.post("/w/mine/", number="01234-1234567-1", year="1987")
    token = phone.client.cookies[COOKIE].value
    assert phone.get("/w/me/")["Cache-Control"] == "no-store", "no browser keeps it for its back button"
    assert phone.post("/w/leave/").redirect_chain[-1][0] == "/w/left/"
    assert phone.get("/w/me/").redirect_chain[-1][0] == "/w/phone/"
    phone.client.cookies[COOKIE] = token
    response = phone.get("/w/me/")
    assert response.status_code == 409 and b"Bushra" not in response.content


def test_nobody_opens_a_page_before_its_step(telephone: Take) -> None:
    phone = telephone()
    for path in [*MINE, "/w/who/", "/w/mine/", "/w/code/", "/w/register/1/", "/w/register/check/"]:
        assert phone.get(path).redirect_chain[-1][0] == "/w/phone/", path
    phone.post("/w/phone/", mobile=MOBILE)
    for path in [*MINE, "/w/who/", "/w/mine/", "/w/register/1/"]:
        assert phone.get(path).redirect_chain[-1][0] == "/w/code/", path
    phone.post("/w/code/", code=code_in(phone._read(MOBILE)[-1]))
    for path in MINE:
        assert phone.get(path).redirect_chain[-1][0] == "/w/who/", path


def test_every_address_says_how_far_a_visit_must_have_come() -> None:
    for pattern in urlpatterns:
        assert getattr(pattern.callback, "worker_step", None) in ("open", "asked", "proved", "known"), pattern.name


def test_a_gateway_that_is_down_is_told_and_no_code_is_promised(
    telephone: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = telephone()
    monkeypatch.setenv("MAZDOOR_SMS", "http://127.0.0.1:9")
    response = phone.post("/w/phone/", mobile=MOBILE)
    assert response.status_code == 422 and "could not be sent" in response.content.decode()
    monkeypatch.delenv("MAZDOOR_SMS")
    assert "Codes cannot be sent" in phone.get("/w/").content.decode()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_page_is_light_carries_no_script_and_is_not_kept(telephone: Take, language: str) -> None:
    registered()
    phone = telephone(language=language)
    phone.prove()
    paths = [*OPEN, "/w/who/", "/w/mine/", "/w/register/1/"]
    pages = {path: phone.get(path) for path in paths}
    answers = {1: {"consents": ["registration"]}}
    phone.post("/w/register/1/", **answers[1])
    pages["/w/register/2/"] = phone.get("/w/register/2/")
    phone.post("/w/mine/", number="01234-1234567-1", year="1987")
    pages |= {path: phone.get(path) for path in MINE}
    sheet = CSS.read_bytes()
    heaviest = max(len(page.content) for page in pages.values()) + len(sheet)
    packed = max(len(gzip.compress(page.content)) for page in pages.values()) + len(gzip.compress(sheet))
    assert heaviest < MOST and packed < MOST // 4, (heaviest, packed)
    for path, page in pages.items():
        text = page.content.decode()
        assert page.status_code == 200, path
        assert f'<html lang="{language}" dir="{"rtl" if language == "ur" else "ltr"}">' in text
        assert "<script" not in text and " style=" not in text and " onclick" not in text
        assert page["Content-Security-Policy"] == POLICY and "script-src" not in POLICY
        assert page["Cache-Control"] == "no-store"


def test_urdu_is_spoken_until_a_language_is_chosen(telephone: Take) -> None:
    fresh = Client()
    assert b'<html lang="ur" dir="rtl">' in fresh.get("/w/", headers={"accept-language": "en"}).content
    fresh.post("/language/", {"language": "en", "next": "/w/"})
    assert b'<html lang="en" dir="ltr">' in fresh.get("/w/").content


def test_the_stylesheet_is_light_of_high_contrast_and_knows_neither_left_nor_right() -> None:
    rules = re.sub(r"/\*.*?\*/", "", CSS.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(CSS.read_bytes()) < 20_000
    assert not re.findall(r"(?:margin|padding|border)-(?:left|right|top|bottom)|float\s*:", rules)
    colours = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,6})", rules))

    def light(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(char * 2 for char in colour[1:])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for ink, ground in (
        ("green", "paper"), ("green", "green-tint"), ("green", "ground"), ("ink-2", "paper"), ("ink-2", "ground"),
        ("red", "red-tint"), ("amber", "amber-tint"), ("paper", "green"),
    ):  # fmt: skip
        dark, bright = sorted((light(colours[ink]), light(colours[ground])))
        assert (bright + 0.05) / (dark + 0.05) >= 7, (ink, ground)
