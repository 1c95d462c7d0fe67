"""A programme on its page: the rule in words, and how far each value was checked."""

import pytest
from tests.web.conftest import SignIn

from mazdoor.delivery.assessment import selectors as assessment
from mazdoor.delivery.assessment.policies import policy_set

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("code", sorted(policy_set().programmes))
def test_every_clause_of_the_rule_is_on_the_page_with_its_provision(at_desk: SignIn, code: str, language: str) -> None:
    from html import escape

    page = at_desk("programme", language=language).get(f"/programmes/{code}/").content.decode()
    programme = policy_set().programmes[code]
    for clause in policy_set().rules[programme.rule].root.everything():
        assert escape(clause.title.in_language(language)) in page, clause.id
        assert escape(clause.citation.provision) in page, clause.id
    assert escape(programme.appeal.in_language(language)) in page


def test_a_value_from_memory_is_marked_as_not_verified(at_desk: SignIn) -> None:
    page = at_desk("programme").get("/programmes/emergency_cash/").content.decode()
    row = page[page.index("poverty score up to which") :]
    assert "not verified" in row[: row.index("</tr>")]


def test_a_programme_nobody_knows_is_not_found(at_desk: SignIn) -> None:
    assert at_desk("programme").get("/programmes/free_lunch/").status_code == 404


@pytest.mark.parametrize(("language", "said"), [("en", "Not met: the Act applies"), ("ur", "بھارتی روپے")])
def test_the_same_worker_is_shown_under_two_countries_each_in_its_own_money(
    at_desk: SignIn, language: str, said: str
) -> None:
    answer = at_desk("programme", language=language).get("/programmes/two-countries/")
    page = answer.content.decode()
    assert answer.status_code == 200 and said in page
    assert "105" in page and "2,220" in page and "PM-SYM" in page if language == "en" else "105" in page


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_programme_for_another_unit_names_it_in_words(at_desk: SignIn, language: str) -> None:
    page = at_desk("programme", language=language).get("/programmes/").content.decode()
    for entity in ("survivor", "engagement"):
        assert policy_set().entities[entity].title.in_language(language) in page


@pytest.mark.parametrize("language", ["en", "ur"])
def test_law_the_register_cannot_be_assessed_for_is_shown_as_law_with_the_reason_and_no_change_to_try(
    at_desk: SignIn, language: str
) -> None:
    from html import escape

    client = at_desk("programme", language=language)
    listed = client.get("/programmes/").content.decode()
    for code in policy_set().programmes:
        reason = assessment.why_not_assessable(programme_code=code)
        page = client.get(f"/programmes/{code}/").content.decode()
        assert (f"/programmes/{code}/change/" in page) == (reason is None), code
        assert (f"mazdoor rules run {code} " in page) == (reason is not None), code
        if reason is not None:
            said = escape(reason.in_language(language))
            assert said in page and said in listed
    law = client.get("/programmes/?file=law").content.decode()
    assert policy_set().programmes["eobi_contributions"].title.in_language(language) in law
    assert policy_set().programmes["emergency_cash"].title.in_language(language) not in law


def test_a_change_of_law_the_register_cannot_be_assessed_for_is_refused_with_the_reason(at_desk: SignIn) -> None:
    answer = at_desk("programme").get("/programmes/survivors_pension/change/")
    assert answer.status_code in (404, 409) and "ASM-009" in answer.content.decode()
