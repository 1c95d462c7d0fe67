"""Promises kept for every address of the site, also those added tomorrow."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils.translation import gettext, override
from tests.web.conftest import SignIn

from mazdoor.access.permissions import ACTS
from mazdoor.web.urls import urlpatterns

DESKS = {"registrar", "verifier", "programme", "finance", "inspector", "auditor", "administrator"}
OPEN_TO_EVERYBODY = {"sign-in", "language"}
ARGUMENTS = {"code": "emergency_cash"}


def _addresses() -> Iterator[tuple[str, str, URLPattern]]:
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern) and pattern.name
        names = pattern.pattern.converters
        arguments = {name: ARGUMENTS.get(name, 1) for name in names}
        yield pattern.name, reverse(f"web:{pattern.name}", kwargs=arguments), pattern


EVERY = list(_addresses())
CLOSED = [(name, address) for name, address, _ in EVERY if name not in OPEN_TO_EVERYBODY]
# Doors that only take something, or give a file, or follow upon an act: there is no page to look at.
NO_PAGE = [
    "sign-in",
    "sign-out",
    "language",
    "registered",
    "prepare-payroll",
    "fund-programme",
    "enrol-device",
    "xlsform",
    "register-begin",
    "registered-print",
    "registered-pdf",
    "blank-form",
    "compare-now",
    "comparing-progress",
]
# Pages that can be looked at without anything having happened yet.
PAGES = [
    (name, address, getattr(pattern.callback, "act", None))
    for name, address, pattern in EVERY
    if not pattern.pattern.converters or name == "programme"
    if name not in NO_PAGE
]


def _desk_for(act: str | None) -> str:
    return "registrar" if act is None else sorted(str(desk) for desk in ACTS[act])[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), CLOSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_comes_in_without_signing_in(name: str, address: str, method: str) -> None:
    response = getattr(Client(), method)(address)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("web:sign-in"))


def test_every_page_but_the_first_asks_the_table_of_desks() -> None:
    without = {name for name, _, pattern in EVERY if not hasattr(pattern.callback, "act")}
    assert without == OPEN_TO_EVERYBODY | {"home", "sign-out"}
    acts = {pattern.callback.act for _, _, pattern in EVERY if hasattr(pattern.callback, "act")}
    assert acts <= set(ACTS)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address", "act"), PAGES)
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ur", "rtl")])
def test_every_page_keeps_its_promises_in_both_languages(
    at_desk: SignIn, name: str, address: str, act: str | None, language: str, direction: str
) -> None:
    response = at_desk(_desk_for(act), language=language).get(address)
    assert response.status_code == 200
    page = response.content.decode()
    _is_told_in(language, direction, page)
    _answers_three_questions(language, page)
    _carries_the_chain(page)
    _needs_no_inline_script_or_style(page)
    _labels_every_field(page)
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"


def _is_told_in(language: str, direction: str, page: str) -> None:
    assert f'<html lang="{language}" dir="{direction}">' in page
    heading = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert heading is not None
    assert bool(re.search("[\u0600-\u06ff]", heading[1])) == (language == "ur")


def _answers_three_questions(language: str, page: str) -> None:
    with override(language):
        questions = [
            gettext("What is this?"),
            gettext("What should I do next?"),
            gettext("Why does the system say so?"),
        ]
    answers = dict(re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", page, re.DOTALL))
    assert all(answers[question].strip() for question in questions)


def _carries_the_chain(page: str) -> None:
    chain = re.search(r'<nav class="chain".*?</nav>', page, re.DOTALL)
    assert chain is not None and chain[0].count("<li>") == 11


def _needs_no_inline_script_or_style(page: str) -> None:
    assert not re.findall(r"<script(?![^>]*\ssrc=)", page)
    assert not re.findall(r"<style|\sstyle=", page)
    assert not re.findall(r"\son[a-z]+=", page)


def _labels_every_field(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    labelled = set(re.findall(r'<label\b[^>]*\sfor="([^"]+)"', page))
    for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
        if 'type="hidden"' in tag or 'name="works"' in tag:  # the second is inside its label
            continue
        found = re.search(r'\sid="([^"]+)"', tag)
        assert found is not None and found[1] in labelled, tag


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "address", "act"), [page for page in PAGES if page[2] and len(ACTS[page[2]]) < len(DESKS)]
)
def test_another_desk_is_told_politely_that_this_is_not_its_work(
    at_desk: SignIn, name: str, address: str, act: str
) -> None:
    others = DESKS - {str(desk) for desk in ACTS[act]}
    response = at_desk(sorted(others)[0]).get(address)
    assert response.status_code == 403
    assert "ACC-002" in response.content.decode() or "Ask an officer of one of these desks" in response.content.decode()
