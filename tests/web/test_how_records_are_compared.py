"""The page that says how the register is compared: what goes on, what was learnt, what the lines cost and who said so."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.deduplication.conftest import TWICE, homes, pair, person
from tests.web.conftest import SignIn

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.deduplication import limits, services
from mazdoor.delivery.deduplication.models import MatchRun

pytestmark = pytest.mark.django_db
__all__ = ["homes", "pair", "person"]  # fixtures of the room itself

Make = Callable[..., Any]


@pytest.mark.parametrize("language", ["en", "ur"])
def test_before_anything_was_compared_the_page_says_when_it_will_be(
    at_desk: SignIn, settings: Any, language: str
) -> None:
    client = at_desk("verifier")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/duplicates/comparing/").content.decode()
    assert {"en": "Nothing was compared yet", "ur": "ابھی تک موازنہ نہیں ہوا"}[language] in page
    assert {"en": "too few to learn from", "ur": "سیکھنے کے لیے بہت کم"}[language] in page
    assert {"en": "the makers of Mazdoor", "ur": "مزدور بنانے والے"}[language] in page
    assert "mazdoor duplicates find --everything" in page
    assert "<figure" not in page


def test_runs_lines_costs_and_who_set_them_are_told(
    person: Make, at_desk: SignIn, system: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "limits.yaml"
    own.write_text("- {name: cost_missed, valid_from: 2026-11-01, value: 20, why: dearer here, by: The Secretary}\n")
    monkeypatch.setattr(limits, "own_file", lambda: own)
    person(mobile="03001234567", **TWICE[0])
    person(mobile="03001234567", **TWICE[1])
    services.find_pairs()
    MatchRun.objects.create(everything=False, state="running", step="score", share=0.6)  # its process is gone
    client = at_desk("auditor")
    page = client.get("/duplicates/comparing/").content.decode()
    assert "The Secretary" in page and "dearer here" in page
    assert "<figure" in page and "would cost least" in page
    assert "its process ended" in page and "The last comparison broke off" in page
    assert "Compare whoever is new now" not in page, "who may not decide has no button"
    rows = client.get("/duplicates/comparing/?file=runs").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    queue = client.get("/duplicates/").content.decode()
    assert 'href="/duplicates/comparing/"' in queue


def test_asked_for_it_waits_for_the_worker_and_the_page_says_that_none_is_there(at_desk: SignIn) -> None:
    client = at_desk("verifier")
    page = client.post("/duplicates/comparing/now/", follow=True).content.decode()
    assert "It is compared behind" in page and "Nobody is there to do this" in page
    again = client.post("/duplicates/comparing/now/", follow=True).content.decode()
    assert "That goes on already" in again
    asked = client.get("/duplicates/comparing/progress/")
    assert "HX-Refresh" not in asked.headers and 'hx-get="/duplicates/comparing/progress/"' in asked.content.decode()
    assert "Nobody is there to do this" in client.get("/duplicates/").content.decode()


def test_when_it_has_ended_the_page_comes_anew(at_desk: SignIn) -> None:
    assert at_desk("verifier").get("/duplicates/comparing/progress/").headers["HX-Refresh"] == "true"


def test_after_three_that_broke_off_the_button_says_why_not(at_desk: SignIn) -> None:
    now = dt.datetime.now(dt.UTC)
    for _ in range(3):
        MatchRun.objects.create(everything=False, state="failed", started_at=now, finished_at=now, error="MemoryError")
    answer = at_desk("verifier").post("/duplicates/comparing/now/")
    assert answer.status_code == 409 and "DED-020" in answer.content.decode()


def test_a_birth_known_by_its_year_is_not_told_as_a_day(pair: Make, person: Make, at_desk: SignIn) -> None:
    from mazdoor.delivery.registration.models import PersonRecord

    one, other = person(given_name="Bushra", birth_date=dt.date(1971, 8, 19)), person(given_name="Bushrah")
    with acting_as_system(reason="test"):
        PersonRecord.objects.filter(person_id=other).update(birth_date=dt.date(1966, 1, 1), birth_date_precision="year")
    page = at_desk("verifier").get(f"/duplicates/{pair(one, other).pk}/").content.decode()
    said = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert re.search(r"19\W+August\W+1971", said)
    assert "1966" in said and not re.search(r"January\W+1966", said)
