"""A change of a programme on the screen: tried, counted, kept as a draft, with a script and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from tests.web import register_frozen
from tests.web.conftest import SignIn

from mazdoor.deliberation import selectors as deliberation
from mazdoor.journal import selectors as journal
from mazdoor.rules.installed import policy_folder
from mazdoor.simulation import read_reform_text

pytestmark = pytest.mark.django_db
PAGE = "/programmes/old_age_pension/change/"


@pytest.fixture
def frozen(system: None) -> Iterator[Any]:
    """A register with sixty pensioners, frozen; and the areas to draw a map of."""
    from mazdoor.reference import selectors, services

    services.load()
    selectors.forget()
    yield register_frozen.freeze()
    selectors.forget()


def text(page: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.decode())))


def test_without_a_snapshot_the_page_says_so_and_offers_no_form(at_desk: SignIn) -> None:
    page = at_desk("programme").get(PAGE)
    assert page.status_code == 200
    assert "Nothing to try it on yet" in page.content.decode() and "id_condition" not in page.content.decode()


def test_a_raised_value_shows_who_gains_in_numbers_bars_and_map(at_desk: SignIn, frozen: Any) -> None:
    client = at_desk("programme")
    assert "In force: 11,500" in client.get(PAGE).content.decode()
    page = client.post(PAGE, {"act": "try", "value-eobi_minimum_pension": "20000", "by": "province"})
    shown = text(page.content)
    assert "Of 60 on the register, 40 gain and 0 lose." in shown, shown[shown.find("There is a problem") :][:600]
    # the other twenty have 60,000 by the formula
    assert "340,000" in shown  # 40 times 8,500 more a month
    assert page.content.decode().count("<svg") >= 3 and "change-map" in page.content.decode()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_draft_keeps_the_text_the_figures_and_its_author_and_can_be_withdrawn(
    at_desk: SignIn, frozen: Any, language: str
) -> None:
    client = at_desk("programme", language=language)
    sent = {"act": "save", "value-eobi_minimum_pension": "20000", "title_en": "Twenty thousand", "title_ur": "بیس ہزار"}
    page = client.post(PAGE, sent, follow=True)
    assert page.status_code == 200
    (draft,) = deliberation.drafts()
    whole = deliberation.get_draft(draft_id=draft["id"])
    assert whole["snapshot_hash"] == frozen.rows_hash and whole["written_by"] is not None
    assert read_reform_text(policy_folder(), whole["reform_text"]).title.ur == "بیس ہزار"
    assert whole["results"]["total"]["gain"] == 40
    title = "بیس ہزار" if language == "ur" else "Twenty thousand"
    assert title in page.content.decode() and title in client.get("/programmes/drafts/").content.decode()
    client.post(f"/programmes/drafts/{draft['id']}/withdraw/")
    assert deliberation.get_draft(draft_id=draft["id"])["state"] == "withdrawn"
    again = client.post(f"/programmes/drafts/{draft['id']}/withdraw/", follow=True)
    assert "DLB-003" in again.content.decode()


def test_a_draft_without_a_title_in_both_languages_is_not_kept(at_desk: SignIn, frozen: Any) -> None:
    sent = {"act": "save", "value-eobi_minimum_pension": "20000", "title_en": "Twenty thousand"}
    page = at_desk("programme").post(PAGE, sent)
    assert "Write a title in both languages" in page.content.decode()
    assert not deliberation.drafts()


def test_the_count_follows_the_condition_and_counts_as_by_hand(at_desk: SignIn, frozen: Any) -> None:
    client = at_desk("programme")
    page = client.post(f"{PAGE}count/", {"condition": 'sex = "female"'}, headers={"HX-Request": "true"})
    assert "holds for 30 of 60" in text(page.content)
    assert "<html" not in page.content.decode()


def test_a_count_of_so_few_that_they_could_be_known_is_not_shown(at_desk: SignIn, frozen: Any) -> None:
    few = 'any(contributions where monthly_wage_amount > Rs 20000 per month) and household.area_code = "PK70301"'
    client = at_desk("programme")
    # ten of sixty may be shown, nine may not; nor may fifty-five, which would leave five
    ten = client.post(f"{PAGE}count/", {"condition": few})
    assert "holds for 10 of 60" in text(ten.content)
    for rule in ("any(employments where pay_amount < Rs 1000)", "any(employments where pay_amount > Rs 500)"):
        page = client.post(f"{PAGE}count/", {"condition": rule})
        assert "fewer than 10" in text(page.content), text(page.content)


def test_a_condition_with_a_mistake_says_what_is_wrong_and_what_was_likely_meant(at_desk: SignIn, frozen: Any) -> None:
    client = at_desk("programme")
    page = client.post(f"{PAGE}count/", {"condition": 'sexx = "female"'})
    assert 'did you mean "sex"?' in text(page.content)
    whole = client.post(PAGE, {"act": "try", "condition": 'sexx = "female"'})
    assert whole.status_code == 200 and 'did you mean "sex"?' in text(whole.content)
    kind = client.post(f"{PAGE}count/", {"condition": "birth_date"})
    assert "yes or no" in text(kind.content)


def test_without_a_script_the_same_button_counts(at_desk: SignIn, frozen: Any) -> None:
    page = at_desk("programme").post(PAGE, {"act": "count", "condition": 'sex = "female"'})
    assert "holds for 30 of 60" in text(page.content) and "<html" in page.content.decode()


def test_a_condition_narrows_the_programme_and_the_losers_are_counted(at_desk: SignIn, frozen: Any) -> None:
    page = at_desk("programme").post(PAGE, {"act": "try", "condition": 'sex = "female"'})
    assert "0 gain and 30 lose" in text(page.content)


def test_nothing_changed_is_told_and_not_run(at_desk: SignIn, frozen: Any) -> None:
    page = at_desk("programme").post(PAGE, {"act": "try"})
    assert "nothing would be different" in text(page.content)


@pytest.mark.parametrize("desk", ["registrar", "verifier", "finance", "inspector", "administrator"])
def test_only_the_programme_desk_tries_and_keeps(at_desk: SignIn, desk: str, frozen: Any) -> None:
    client = at_desk(desk)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}count/", {"condition": 'sex = "female"'}).status_code == 403
    assert client.post(PAGE, {"act": "save", "value-eobi_minimum_pension": "1"}).status_code == 403
    assert client.get("/programmes/drafts/").status_code == 403


def test_an_auditor_reads_drafts_and_tries_nothing(at_desk: SignIn) -> None:
    client = at_desk("auditor")
    assert client.get("/programmes/drafts/").status_code == 200
    assert client.get(PAGE).status_code == 403
    assert client.get("/programmes/drafts/999/").status_code == 404


def test_keeping_a_draft_is_on_record_without_its_text(at_desk: SignIn, frozen: Any) -> None:
    sent = {"act": "save", "value-eobi_minimum_pension": "20000", "title_en": "Twenty thousand", "title_ur": "بیس ہزار"}
    at_desk("programme").post(PAGE, sent)
    entry = journal.list_acts(act="deliberation.draft.saved")
    assert "Twenty" not in str(entry)
