"""Appeals and grievances: written down on the person's page, answered by somebody else, in both languages."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.cast.households import BAGH, LAHORE
from tests.web.conftest import SignIn

from mazdoor.access.services import acting_as_system
from mazdoor.casework import selectors

pytestmark = pytest.mark.django_db

WORDS = "I was told I own a car. I sold it in 2019."
SAID = {"kind": "appeal", "subject": "programme:emergency_cash", "words": WORDS}


@pytest.fixture
def person_id(household: Any) -> int:
    """Bushra of Lahore."""
    return int(household.person_ids[0])


@pytest.fixture
def case(person_id: int, at_desk: SignIn) -> int:
    """Bushra's appeal, written down by a registrar."""
    opened(at_desk("registrar"), person_id)
    with acting_as_system(reason="test"):
        return int(selectors.cases_of(person_id=person_id)[0]["id"])


def opened(client: Client, person_id: int, **changes: str) -> Any:
    return client.post(f"/registry/person/{person_id}/cases/", {**SAID, **changes})


def test_an_appeal_is_written_down_on_the_persons_page(person_id: int, at_desk: SignIn) -> None:
    client = at_desk("registrar")
    page = client.get(f"/registry/person/{person_id}/").content.decode()
    assert "This person has neither appealed nor complained." in page
    assert f'action="/registry/person/{person_id}/cases/"' in page
    response = opened(client, person_id)
    assert response["Location"] == f"/registry/person/{person_id}/#cases"
    page = client.get(f"/registry/person/{person_id}/").content.decode()
    assert "waits for an answer" in page and "neither appealed" not in page
    assert WORDS not in page  # what was said stands on the page of the case alone
    with acting_as_system(reason="test"):
        (told,) = selectors.cases_of(person_id=person_id)
    assert (told["kind"], told["subject"], told["words"]) == ("appeal", "programme:emergency_cash", WORDS)


def test_a_form_without_words_is_shown_again_with_what_is_wrong(person_id: int, at_desk: SignIn) -> None:
    response = opened(at_desk("registrar"), person_id, words="", subject="programme:no_such")
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_words"' in page and 'href="#id_subject"' in page
    with acting_as_system(reason="test"):
        assert selectors.count_open() == 0


def test_the_same_appeal_again_leads_to_the_open_one(case: int, person_id: int, at_desk: SignIn) -> None:
    response = opened(at_desk("registrar"), person_id, words="once more")
    assert response["Location"] == f"/cases/{case}/"
    with acting_as_system(reason="test"):
        assert selectors.count_open() == 1


@pytest.mark.parametrize(
    ("language", "kind", "state", "answered"),
    [("en", "appeal", "waits for an answer", "upheld"), ("ur", "اپیل", "جواب کا منتظر", "مان لیا گیا")],
)
def test_a_colleague_reads_what_was_said_and_answers(
    case: int, person_id: int, at_desk: SignIn, language: str, kind: str, state: str, answered: str
) -> None:
    client = at_desk("verifier", language=language)
    listed = client.get("/cases/").content.decode()
    assert f'href="/cases/{case}/"' in listed and kind in listed
    page = client.get(f"/cases/{case}/").content.decode()
    assert WORDS in page and state in page and page.count('type="radio"') == 3
    response = client.post(f"/cases/{case}/answer/", {"answer": "upheld", "words": "The car was sold."})
    assert response["Location"] == f"/cases/{case}/"
    page = client.get(f"/cases/{case}/").content.decode()
    assert "The car was sold." in page and answered in page and 'type="radio"' not in page
    assert f'href="/cases/{case}/"' not in client.get("/cases/").content.decode()
    assert answered in client.get(f"/registry/person/{person_id}/").content.decode()


def test_an_answer_without_a_reason_is_not_taken(case: int, at_desk: SignIn) -> None:
    response = at_desk("verifier").post(f"/cases/{case}/answer/", {"answer": "dismissed", "words": ""})
    assert response.status_code == 422
    assert 'href="#id_words"' in response.content.decode()
    with acting_as_system(reason="test"):
        assert selectors.count_open() == 1


@pytest.mark.parametrize(("language", "told"), [("en", "Ask a colleague to answer it. (CSW-003)"), ("ur", "(CSW-003)")])
def test_whoever_opened_a_case_cannot_answer_it(person_id: int, at_desk: SignIn, language: str, told: str) -> None:
    client = at_desk("verifier", language=language)
    opened(client, person_id)
    with acting_as_system(reason="test"):
        number = selectors.cases_of(person_id=person_id)[0]["id"]
    assert 'type="radio"' not in client.get(f"/cases/{number}/").content.decode()
    response = client.post(f"/cases/{number}/answer/", {"answer": "upheld", "words": "Mine."}, follow=True)
    assert told in response.content.decode()
    with acting_as_system(reason="test"):
        assert selectors.count_open() == 1


def test_an_answered_case_is_not_answered_again(case: int, at_desk: SignIn) -> None:
    at_desk("verifier").post(f"/cases/{case}/answer/", {"answer": "upheld", "words": "The car was sold."})
    response = at_desk("programme").post(f"/cases/{case}/answer/", {"answer": "dismissed", "words": "No."}, follow=True)
    assert "CSW-002" in response.content.decode()
    with acting_as_system(reason="test"):
        assert selectors.get_case(case_id=case)["state"] == "upheld"


def test_an_officer_of_another_area_sees_nothing(case: int, person_id: int, at_desk: SignIn) -> None:
    elsewhere, here = at_desk("verifier", areas=[BAGH]), at_desk("verifier", areas=[LAHORE])
    assert f'href="/cases/{case}/"' in here.get("/cases/").content.decode()
    assert f'href="/cases/{case}/"' not in elsewhere.get("/cases/").content.decode()
    response = elsewhere.get(f"/cases/{case}/")
    assert response.status_code == 404 and "CSW-001" in response.content.decode()
    response = elsewhere.post(f"/cases/{case}/answer/", {"answer": "dismissed", "words": "No."})
    assert response.status_code == 409 and "CSW-001" in response.content.decode()
    response = opened(elsewhere, person_id, subject="other")
    assert response.status_code == 409 and "REG-011" in response.content.decode()
    with acting_as_system(reason="test"):
        assert selectors.count_open() == 1


@pytest.mark.parametrize(("desk", "may_open"), [("auditor", False), ("inspector", True)])
def test_who_may_read_but_not_decide_sees_no_answer_form(
    case: int, person_id: int, at_desk: SignIn, desk: str, may_open: bool
) -> None:
    client = at_desk(desk)
    assert 'type="radio"' not in client.get(f"/cases/{case}/").content.decode()
    assert client.post(f"/cases/{case}/answer/", {"answer": "upheld", "words": "Yes."}).status_code == 403
    page = client.get(f"/registry/person/{person_id}/").content.decode()
    assert (f'action="/registry/person/{person_id}/cases/"' in page) == may_open
    assert opened(client, person_id, kind="grievance").status_code == (302 if may_open else 403)


def test_the_first_page_counts_the_cases_that_wait(case: int, at_desk: SignIn) -> None:
    page = at_desk("verifier").get("/").content.decode()
    line = re.search(r'<a href="/cases/">Answer appeals and grievances</a>(.*?)</h3>', page, re.DOTALL)
    assert line is not None and re.sub("<[^>]+>", "", line[1]).strip() == "1 waits"
