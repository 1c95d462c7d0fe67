"""Officers: made once, seen by area, allowed by desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate

from mazdoor.access.models import Desk
from mazdoor.access.permissions import ACTS, can, check_may
from mazdoor.access.selectors import current_officer, current_officer_id, find_officer, list_officers
from mazdoor.access.services import acting_as, acting_as_system, ensure_officer
from mazdoor.journal.selectors import list_acts
from mazdoor.kernel.refusals import Refusal


def test_an_officer_is_made_once_and_brought_to_the_wanted_state(system: None) -> None:
    wanted = {
        "username": "amina",
        "full_name": "Amina",
        "desk": "verifier",
        "areas": ["PK6"],
        "password": "a long password",
    }
    first = ensure_officer(**wanted)
    again = ensure_officer(**wanted)
    assert first.pk == again.pk
    assert len(list_acts(subject=f"officer:{first.pk}")) == 1
    moved = ensure_officer(**{**wanted, "areas": ["PK7"]})
    assert moved.pk == first.pk
    assert [act.act for act in list_acts(subject=f"officer:{first.pk}")] == [
        "access.officer.changed",
        "access.officer.made",
    ]
    assert moved.areas_setting == "PK7"
    assert authenticate(username="amina", password="a long password") == moved
    assert authenticate(username="amina", password="another") is None


def test_nothing_of_the_password_stands_in_the_journal(system: None) -> None:
    made = ensure_officer(username="b", full_name="B", desk="auditor", areas=["*"], password="a very secret word")
    assert "secret word" not in str(list_acts(subject=f"officer:{made.pk}"))


def test_the_transaction_knows_who_acts(officer: Any) -> None:
    someone = officer(desk="registrar", areas=["PK6"])
    assert current_officer_id() is None
    with acting_as(officer_id=someone.pk):
        assert current_officer_id() == someone.pk
        assert current_officer() == someone
    with acting_as_system(reason="test"):
        assert current_officer() is None


def test_an_unknown_or_closed_officer_cannot_act(officer: Any) -> None:
    someone = officer(desk="registrar")
    someone.is_active = False
    someone.save()
    for number in (someone.pk, 10**9):
        with pytest.raises(Refusal, match="OFF-001"), acting_as(officer_id=number):
            pass
    assert someone not in list_officers()
    assert find_officer(username=someone.username) == someone


def test_desks_do_what_is_theirs(officer: Any) -> None:
    finance, registrar = officer(desk="finance"), officer(desk="registrar")
    assert can(finance, "payments.approve")
    assert not can(registrar, "payments.approve")
    assert not can(None, "payments.approve")
    check_may(finance, "payments.approve")
    with pytest.raises(Refusal, match="OFF-002") as refused:
        check_may(registrar, "payments.approve")
    assert "finance" in refused.value.remedy()
    with pytest.raises(Refusal, match="OFF-003"):
        check_may(None, "payments.approve")
    with pytest.raises(KeyError):
        can(finance, "payments.no_such_act")


def test_a_closed_officer_may_do_nothing(officer: Any) -> None:
    finance = officer(desk="finance")
    finance.is_active = False
    assert not can(finance, "payments.approve")


def test_the_auditor_changes_nothing_and_the_administrator_sees_no_person() -> None:
    reading = {"read", "search"}
    assert {act.split(".")[1] for act, desks in ACTS.items() if Desk.AUDITOR in desks} <= reading
    people = {"registration.search", "registration.read", "payments.read", "casework.read"}
    assert not [act for act in people if Desk.ADMINISTRATOR in ACTS[act]]
    assert {desk for desks in ACTS.values() for desk in desks} == set(Desk)
