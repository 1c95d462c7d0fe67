"""A programme on its page: the rule in words, and how far each value was checked."""

import pytest
from tests.web.conftest import SignIn

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
