"""The page of the law says what the policy holds: every mark that is not "yes", and every clause that is not coded."""

from __future__ import annotations

import pytest
from tools.law_page import CONFIRM, law_page

from mazdoor.rules import PolicySet, load_policies


@pytest.fixture(scope="module")
def policies() -> PolicySet:
    return load_policies()


@pytest.fixture(scope="module")
def page() -> str:
    return law_page()


def test_every_law_that_something_rests_on_has_its_section(policies: PolicySet, page: str) -> None:
    for rule in policies.rules.values():
        assert f"## {policies.instruments[rule.citation.instrument].title.en}\n" in page


def test_every_clause_that_is_not_coded_stands_there_with_its_reason(policies: PolicySet, page: str) -> None:
    reasons = [each.reason for rule in policies.rules.values() for each in rule.root.everything() if each.reason]
    assert len(reasons) > 30
    assert [each.en for each in reasons if each.en.replace("|", "/") not in page] == []


def test_every_value_and_clause_that_is_not_verified_stands_there(policies: PolicySet, page: str) -> None:
    rows = {line.split(" | ")[0].removeprefix("| ") for line in page.splitlines() if line.startswith("| ")}
    for parameter in policies.parameters.values():
        if any(each.citation.verified != "yes" for each in parameter.values):
            assert parameter.title.en in rows, parameter.id
    for rule in policies.rules.values():
        for leaf in rule.root.leaves():
            assert (f"{leaf.title.en} (clause)" in rows) or leaf.citation.verified == "yes", leaf.id


def test_what_is_verified_is_not_asked_to_be_confirmed(page: str) -> None:
    section = page.split("## Minimum Wages Ordinance 1961\n")[1].split("\n## ")[0]
    assert "employed in a coal mine (clause)" not in section
    assert "employed in a coal mine [s.2(9)(ii)]" in section


def test_each_mark_says_what_a_ministry_would_do(policies: PolicySet) -> None:
    marks = {value.citation.verified for each in policies.parameters.values() for value in each.values}
    assert marks - {"yes"} <= set(CONFIRM)
