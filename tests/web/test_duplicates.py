"""The duplicates queue: two records side by side, and a decision that leads to the next pair."""

import re
from collections.abc import Callable
from typing import Any, cast

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from tests.cast.households import BAGH, LAHORE
from tests.deduplication.conftest import pair, person
from tests.web.conftest import SignIn

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.deduplication import selectors
from mazdoor.matching.comparison import COMPARISONS
from mazdoor.web.duplicates import words

pytestmark = pytest.mark.django_db
__all__ = ["pair", "person"]  # fixtures of the room itself

Make = Callable[..., Any]


@pytest.fixture(autouse=True)
def _lists_afresh() -> None:
    from mazdoor.reference import selectors as reference

    reference.forget()


def _decide(client: Client, pair_id: int, **said: str) -> HttpResponse:
    """Open the pair, as an officer does, and decide on what was shown."""
    page = client.get(f"/duplicates/{pair_id}/").content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert seen
    return cast("HttpResponse", client.post(f"/duplicates/{pair_id}/decide/", {"note": "", "seen": seen[1], **said}))


def test_two_records_stand_side_by_side_with_the_weight_of_each_field(
    pair: Make, person: Make, at_desk: SignIn
) -> None:
    made = pair(person(given_name="Bushra"), person(given_name="Bushrah"))
    client = at_desk("verifier")
    queue = client.get("/duplicates/").content.decode()
    assert f'href="/duplicates/{made.pk}/"' in queue and "Bushra Bibi / Bushrah Bibi" in queue
    page = client.get(f"/duplicates/{made.pk}/").content.decode()
    assert "sounds the same" in page and "+6.5" in page
    assert "*****-*****" in page
    assert page.count('type="radio"') == 4


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_field_and_level_of_the_model_is_said_in_words(language: str) -> None:
    with translation.override(language):
        said = [words.field(name) for name in (*(each.name for each in COMPARISONS), "kinship", "prior")]
        levels = {level.name for each in COMPARISONS for level in each.levels}
        said += [words.level(name) for name in (*levels, None)]
    assert not any("_" in each for each in said)
    assert all(each.isascii() for each in said) == (language == "en")
    if language == "ur":
        assert not any(letter.isascii() and letter.isalpha() for each in said for letter in each)


def test_the_fields_add_up_in_a_picture_in_the_language_of_the_page(
    pair: Make, person: Make, at_desk: SignIn, settings: Any
) -> None:
    made = pair(person(given_name="Bushra"), person(given_name="Bushrah"))
    client = at_desk("verifier")
    drawn = re.search(r"<figure>(<svg.*?</svg>)</figure>", client.get(f"/duplicates/{made.pk}/").content.decode(), re.S)
    assert drawn and "sounds the same" in drawn[1] and "Bushra" not in drawn[1]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ur"
    page = client.get(f"/duplicates/{made.pk}/").content.decode()
    drawn = re.search(r"<figure>(<svg.*?</svg>)</figure>", page, re.S)
    assert drawn and "آواز ایک جیسی ہے" in drawn[1] and 'direction="ltr"' in drawn[1]


def test_a_decision_leads_to_the_next_pair(pair: Make, at_desk: SignIn) -> None:
    heavy, light = pair(weight=12.0), pair(weight=8.0)
    client = at_desk("verifier")
    response = _decide(client, heavy.pk, decision="different")
    assert response["Location"] == f"/duplicates/{light.pk}/"
    response = _decide(client, light.pk, decision="cannot_tell", note="ask at home")
    assert response["Location"] == "/duplicates/"
    with acting_as_system(reason="test"):
        assert selectors.count_by_state()["different"] == 1


def test_fraud_must_say_why(pair: Make, at_desk: SignIn) -> None:
    made = pair()
    client = at_desk("verifier")
    response = _decide(client, made.pk, decision="fraud")
    assert response.status_code == 422
    assert 'href="#id_note"' in response.content.decode()


def test_a_merge_can_be_undone_on_the_page_of_its_pair(pair: Make, at_desk: SignIn) -> None:
    made = pair()
    client = at_desk("verifier")
    _decide(client, made.pk, decision="same", note="one thumb print")
    with acting_as_system(reason="test"):
        assert selectors.canonical_of(made.person_b_id) == made.person_a_id
    other = client.get(f"/registry/person/{made.person_b_id}/").content.decode()
    assert f'<a href="/registry/person/{made.person_a_id}/">The other record</a>' in other
    assert "Undo the merge" in client.get(f"/duplicates/{made.pk}/").content.decode()
    client.post(f"/duplicates/{made.pk}/undo/", {"reason": "two sisters"})
    with acting_as_system(reason="test"):
        assert selectors.canonical_of(made.person_b_id) == made.person_b_id


def test_who_may_read_but_not_decide_sees_no_buttons(pair: Make, at_desk: SignIn) -> None:
    made = pair()
    client = at_desk("auditor")
    assert 'type="radio"' not in client.get(f"/duplicates/{made.pk}/").content.decode()
    assert client.post(f"/duplicates/{made.pk}/decide/", {"decision": "different"}).status_code == 403


def test_a_pair_that_reaches_into_another_area_is_not_shown(pair: Make, at_desk: SignIn) -> None:
    made = pair(areas=(LAHORE, BAGH))
    response = at_desk("verifier", areas=[LAHORE]).get(f"/duplicates/{made.pk}/")
    assert response.status_code == 404
    assert "DED-001" in response.content.decode()
