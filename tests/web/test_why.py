"""Why a rule says what it says, on the page: four parts without JavaScript, marks visible, only for those who may look."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

import pytest
from tests.cast.households import registered
from tests.web.conftest import SignIn

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.assessment import services
from mazdoor.delivery.assessment.models import Assessment
from mazdoor.delivery.assessment.snapshots import snapshot_folder
from mazdoor.rules.wording import segments

pytestmark = pytest.mark.django_db(transaction=True)  # DuckDB reads what is committed

DAY = dt.date(2020, 5, 1)


@pytest.fixture
def assessed() -> Iterator[Any]:
    """Bushra's family of Lahore, assessed for Emergency Cash and herself for the pension; gives address by programme."""
    from mazdoor.reference import selectors as reference

    reference.forget()
    shutil.rmtree(snapshot_folder(1).parent, ignore_errors=True)
    with acting_as_system(reason="test"):
        person = registered().person_ids[0]
    snapshot = services.take_snapshot(as_of=DAY)
    found = {}
    for programme in ("emergency_cash", "old_age_pension"):
        run = services.assess(snapshot_id=snapshot.pk, programme_code=programme, at=DAY)
        with acting_as_system(reason="test"):
            row = Assessment.objects.filter(run_id=run.pk, person_id=person).get()
        found[programme] = f"/registry/person/{person}/why/{row.pk}/"
    yield found
    shutil.rmtree(snapshot_folder(1).parent)


@pytest.mark.parametrize("language", ["en", "ur"])
def test_each_part_is_a_page_of_its_own_in_the_readers_language(
    assessed: dict[str, str], at_desk: SignIn, language: str
) -> None:
    client = at_desk("auditor", language=language)
    clauses, message, letter, account = (
        unescape(client.get(f"{assessed['emergency_cash']}?part={part}").content.decode())
        for part in ("clauses", "message", "letter", "account")
    )
    assert "filter vehicle" in clauses and ("from a secondary source" if language == "en" else "ثانوی") in clauses
    assert ("not known yet" if language == "en" else "ابھی معلوم نہیں") in clauses
    for text in ("Emergency Cash: ", "ایمرجنسی کیش: "):
        assert text in message  # the officer sees what is told in both languages
    direction = "rtl" if language == "ur" else "ltr"
    assert f'<article class="letter" lang="{language}" dir="{direction}">' in letter
    assert ("by what was known" if language == "en" else "اس وقت تک معلوم") in account.casefold()
    for page in (clauses, message, letter, account):
        assert "part=letter" in page and "<script>" not in page


def test_a_letter_can_be_had_in_the_other_language_and_as_a_file(assessed: dict[str, str], at_desk: SignIn) -> None:
    client = at_desk("auditor", language="en")
    page = client.get(f"{assessed['old_age_pension']}?part=letter&in=ur").content.decode()
    assert '<article class="letter" lang="ur" dir="rtl">' in page and "ای او بی آئی ضعیفی پنشن" in page
    file = client.get(f"{assessed['old_age_pension']}?part=letter&in=ur&file=letter")
    assert file["Content-Disposition"] == 'attachment; filename="letter.html"'
    assert file.content.decode().startswith('<!doctype html>\n<html lang="ur" dir="rtl">')
    account = client.get(f"{assessed['old_age_pension']}?part=account&file=account")
    record = json.loads(account.content)
    assert record["programme"] == "old_age_pension" and len(record["stored"]["snapshot_hash"]) == 64
    assert "Bushra" not in account.content.decode()


def test_the_message_shown_is_three_at_most(assessed: dict[str, str], at_desk: SignIn) -> None:
    from re import findall

    page = at_desk("auditor").get(f"{assessed['old_age_pension']}?part=message").content.decode()
    texts = [unescape(text) for text in findall(r'<p class="sms"[^>]*>([^<]*)</p>', page)]
    assert len(texts) == 2 and all(segments(text) <= 3 for text in texts)
    assert escape("s.22(1)(b)") in page


def test_an_altered_result_is_refused_on_the_page(assessed: dict[str, str], at_desk: SignIn) -> None:
    with acting_as_system(reason="test"):
        Assessment.objects.filter(run__programme_code="emergency_cash").update(eligible=True, amount=12_000_00)
    response = at_desk("auditor").get(assessed["emergency_cash"])
    assert "ASM-006" in response.content.decode() and response.status_code >= 400


def test_only_a_desk_that_may_and_an_area_that_is_ones_own(assessed: dict[str, str], at_desk: SignIn) -> None:
    assert at_desk("auditor", areas=["PK6"]).get(assessed["emergency_cash"]).status_code == 200
    assert at_desk("auditor", areas=["PK1"]).get(assessed["emergency_cash"]).status_code in (403, 404)
    assert at_desk("inspector").get(assessed["emergency_cash"]).status_code == 403


def test_an_assessment_of_somebody_else_is_not_found_under_this_person(
    assessed: dict[str, str], at_desk: SignIn
) -> None:
    person, other = assessed["emergency_cash"].split("/")[3], "99999"
    client = at_desk("auditor")
    assert client.get(f"/registry/person/{person}/why/{other}/").status_code == 404
    assert client.get(f"{assessed['emergency_cash']}?part=nothing").status_code == 404
    assert client.get(f"{assessed['emergency_cash']}?part=letter&in=fr").status_code == 404


def test_the_person_page_and_a_case_lead_to_it(assessed: dict[str, str], at_desk: SignIn) -> None:
    address = assessed["emergency_cash"]
    person = int(address.split("/")[3])
    page = at_desk("auditor").get(f"/registry/person/{person}/").content.decode()
    assert address in page and f"{address}?part=message" in page
    from mazdoor.casework import services as casework

    with acting_as_system(reason="test"):
        case = casework.open_case(
            kind="appeal", person_id=person, subject="programme:emergency_cash", words="I applied in April."
        )
    assert address in at_desk("auditor").get(f"/cases/{case}/").content.decode()
