"""The administrator registers other systems, sees each one's secret once, and sends stuck messages again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from mazdoor.access.services import acting_as_system
from mazdoor.interfaces.clients import selectors
from mazdoor.interfaces.dci.models import Posting
from mazdoor.journal import selectors as journal
from mazdoor.reference import services as reference

pytestmark = pytest.mark.django_db

ANSWERS: dict[str, Any] = {
    "code": "welfare.example.org",
    "name": "Welfare system",
    "name_ur": "فلاحی نظام",
    "scopes": ["search", "read.work"],
    "purposes": ["programmes"],
    "areas": ["PK6"],
    "must_sign": "on",
    "keys_uri": "https://welfare.example.org/.well-known/jwks.json",
    "callback_uri": "https://welfare.example.org/dci",
    "records_per_day": "5000",
    "requests_per_minute": "60",
}


@pytest.fixture
def at_desk(officer: Callable[..., Any]) -> Callable[[str], Browser]:
    reference.load()

    def sign_in(desk: str) -> Browser:
        found = Browser()
        found.force_login(officer(desk=desk))
        return found

    return sign_in


def test_a_system_is_registered_and_its_secret_is_shown_once(at_desk: Callable[[str], Browser]) -> None:
    administrator = at_desk("administrator")
    page = administrator.post("/systems/register/", ANSWERS).content.decode()
    found = re.search(r"client_secret</dt><dd>.*?>([\w-]{43})<", page)
    assert found is not None
    client = selectors.get_client(code="welfare.example.org")
    assert (client.scopes, client.areas, client.records_per_day) == (["read.work", "search"], ["PK6"], 5000)
    token = Browser().post(
        "/oauth2/client/token",
        {"grant_type": "client_credentials", "client_id": client.code, "client_secret": found[1]},
    )
    assert token.status_code == 200
    for address in ("/systems/", "/systems/welfare.example.org/", "/systems/welfare.example.org/change/"):
        assert found[1] not in administrator.get(address).content.decode()
    with acting_as_system(reason="test"):
        (act,) = journal.list_acts(act="clients.client.added")
    assert act.officer_id is not None


@pytest.mark.parametrize(
    "change",
    [
        {"code": "A B"},
        {"scopes": []},
        {"purposes": []},
        {"areas": []},
        {"public_keys": "{"},
        {"callback_uri": "http://x.org"},
    ],
)
def test_a_form_with_a_fault_comes_back_with_its_answers(
    at_desk: Callable[[str], Browser], change: dict[str, Any]
) -> None:
    answer = at_desk("administrator").post("/systems/register/", {**ANSWERS, **change})
    assert answer.status_code == 422
    assert "Welfare system" in answer.content.decode()
    assert selectors.list_clients() == []


def test_a_system_is_changed_given_a_new_secret_and_revoked(at_desk: Callable[[str], Browser]) -> None:
    administrator = at_desk("administrator")
    administrator.post("/systems/register/", ANSWERS)
    before = selectors.get_client(code="welfare.example.org").secret_hash
    changed = {**ANSWERS, "code": "another", "areas": ["PK6", "PK7"]}
    assert administrator.post("/systems/welfare.example.org/change/", changed).status_code == 302
    assert selectors.get_client(code="welfare.example.org").areas == ["PK6", "PK7"]
    assert "client_secret" in administrator.post("/systems/welfare.example.org/rotate/").content.decode()
    assert selectors.get_client(code="welfare.example.org").secret_hash != before
    administrator.post("/systems/welfare.example.org/revoke/")
    assert selectors.get_client(code="welfare.example.org").revoked_at is not None
    assert administrator.post("/systems/welfare.example.org/rotate/").status_code == 409


def test_a_stuck_message_is_sent_again_from_its_page(at_desk: Callable[[str], Browser]) -> None:
    administrator = at_desk("administrator")
    administrator.post("/systems/register/", ANSWERS)
    client = selectors.get_client(code="welfare.example.org")
    posting = Posting.objects.create(
        client=client, action="on-search", message_id="m", address="https://welfare.example.org/dci", state="stuck"
    )
    assert f"Message {posting.pk} is stuck" in administrator.get("/systems/welfare.example.org/").content.decode()
    administrator.post(f"/systems/welfare.example.org/send/{posting.pk}/")
    posting.refresh_from_db()
    assert posting.state == "waiting"


@pytest.mark.parametrize(("desk", "sees"), [("auditor", 200), ("registrar", 403), ("finance", 403)])
def test_an_auditor_looks_and_only_the_administrator_acts(
    at_desk: Callable[[str], Browser], desk: str, sees: int
) -> None:
    at_desk("administrator").post("/systems/register/", ANSWERS)
    other = at_desk(desk)
    assert other.get("/systems/").status_code == sees
    assert other.get("/systems/register/").status_code == 403
    assert other.post("/systems/welfare.example.org/revoke/").status_code == 403


def test_the_pages_speak_urdu(at_desk: Callable[[str], Browser]) -> None:
    administrator = at_desk("administrator")
    administrator.post("/systems/register/", ANSWERS)
    administrator.post("/language/", {"language": "ur", "next": "/"})
    page = administrator.get("/systems/welfare.example.org/").content.decode()
    assert "فلاحی نظام" in page
    assert "رجسٹر میں تلاش" in page
