"""Employers, unions and NGOs register their members by program: on the one path, safely repeated, told what is wrong."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from tests.cast.forms import form
from tests.interfaces.partners import Partner

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import selectors
from mazdoor.interfaces.rest.models import Submission
from mazdoor.journal import selectors as journal

pytestmark = pytest.mark.django_db

BOTH = ("registrations.write", "registrations.read")


@pytest.fixture
def union() -> Partner:
    return Partner(scopes=BOTH, purposes=(), areas=("PK6",))


def send(partner: Partner, given: Any, key: str = "member-1", **headers: str) -> Any:
    return partner.browser.post(
        "/api/v1/registrations",
        given if isinstance(given, str) else json.dumps(given),
        content_type="application/json",
        headers={**partner.bearer, "Idempotency-Key": key, **headers},
    )


def get(partner: Partner, path: str) -> Any:
    return partner.browser.get(f"/api/v1/{path}", headers=partner.bearer)


def batch(partner: Partner, *rows: dict[str, Any]) -> Any:
    return partner.browser.post(
        "/api/v1/registrations/batches",
        json.dumps({"registrations": list(rows)}),
        content_type="application/json",
        headers=partner.bearer,
    )


def test_a_form_is_registered_on_the_path_of_every_door(union: Partner) -> None:
    answer = send(union, form())
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["state"], told["already"], len(told["registry_numbers"])) == ("registered", False, 2)
    with acting_as_system(reason="test"):
        (found,) = selectors.search(text="01234-1234567-2")
        (act,) = journal.list_acts(act="registration.household.registered")
    assert found.registry_number == told["registry_numbers"][0]
    assert (act.reason, act.details["channel"]) == (f"client:{union.code}", "api")


def test_the_same_form_under_the_same_key_changes_nothing(union: Partner) -> None:
    first, second = send(union, form()), send(union, form())
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["already"]
    assert second.json()["registry_numbers"] == first.json()["registry_numbers"]


def test_another_form_under_a_used_key_is_refused(union: Partner) -> None:
    send(union, form())
    answer = send(union, form(people0__given_name="Razia"))
    assert (answer.status_code, answer.json()["code"]) == (409, "API-003")


def test_two_systems_may_use_the_same_key(union: Partner) -> None:
    other = Partner(scopes=BOTH, purposes=(), areas=("*",))
    assert send(union, form()).status_code == 201
    assert send(other, form(people0__cnic="01234-1234567-4", people0__mobile="0300 7654321")).status_code == 201
    assert (
        get(union, "registrations/member-1").json()["number"] != get(other, "registrations/member-1").json()["number"]
    )


def test_a_refused_form_says_every_fault_with_its_place_in_both_languages_and_may_be_mended(union: Partner) -> None:
    bad = form(people0__cnic="12", people0__sex="unknown", household__area_code="PK9")
    answer = send(union, bad)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == "REG-030"
    places = {fault["place"] for fault in told["problems"]}
    assert {"people[0].cnic", "people[0].sex", "household.area_code"} <= places
    for fault in told["problems"]:
        assert fault["cause"]["en"] and fault["remedy"]["ur"]
    kept = get(union, "registrations/member-1").json()
    assert (kept["state"], {each["place"] for each in kept["problems"]} == places) == ("refused", True)
    assert send(union, form()).status_code == 201
    assert get(union, "registrations/member-1").json()["state"] == "registered"


def test_one_bad_row_of_a_list_spoils_none_of_the_others(union: Partner) -> None:
    other = form(people0__cnic="01234-1234567-4", people0__mobile="0300 7654321")
    told = batch(
        union, {"key": "a", "form": form()}, {"key": "b", "form": form(people0__sex="x")}, {"key": "c", "form": other}
    ).json()
    assert (told["registered"], told["refused"], told["already"]) == (2, 1, 0)
    assert [row["state"] for row in told["rows"]] == ["registered", "refused", "registered"]
    assert told["rows"][1]["refusal"]["problems"][0]["place"] == "people[0].sex"
    again = batch(union, {"key": "a", "form": form()}, {"key": "c", "form": other}).json()
    assert (again["registered"], again["already"]) == (0, 2)


def test_of_two_forms_under_one_key_in_a_list_the_second_is_refused_as_it_is_alone(union: Partner) -> None:
    other = form(people0__cnic="01234-1234567-4", people0__mobile="0300 7654321")
    told = batch(union, {"key": "a", "form": form()}, {"key": "a", "form": other}).json()
    assert (told["registered"], told["refused"]) == (1, 1)
    assert (told["rows"][1]["refusal"]["code"], told["rows"][1]["refusal"]["status"]) == ("API-003", 409)
    assert send(union, other, key="a").status_code == 409


@pytest.mark.parametrize("key", ["", "a b", "a\n", "ا", "k" * 65])
def test_a_list_with_a_key_that_is_none_is_refused_whole(union: Partner, key: str) -> None:
    answer = batch(union, {"key": "a", "form": form()}, {"key": key, "form": form()})
    assert (answer.status_code, answer.json()["code"]) == (400, "API-002")
    assert get(union, "registrations").json() == []


def test_a_system_registers_people_of_its_areas_only(union: Partner) -> None:
    answer = send(union, form(household__area_code="PK101"))
    assert (answer.status_code, answer.json()["code"]) == (422, "REG-012")
    assert get(union, "registrations?state=refused").json()[0]["problems"][0]["place"] == "area_code"


def test_a_system_sees_only_what_it_sent_itself(union: Partner) -> None:
    send(union, form())
    other = Partner(scopes=BOTH, purposes=(), areas=("*",))
    assert get(other, "registrations").json() == []
    answer = get(other, "registrations/member-1")
    assert (answer.status_code, answer.json()["code"]) == (404, "API-004")


def test_the_list_of_what_was_sent_goes_on_where_it_ended(union: Partner) -> None:
    for number in range(3):
        send(union, form(people0__sex="x"), key=f"k{number}")
    first = get(union, "registrations?limit=2").json()
    rest = get(union, f"registrations?limit=2&after={first[-1]['number']}").json()
    assert [each["key"] for each in first + rest] == ["k0", "k1", "k2"]


def test_no_personal_value_is_kept_with_a_submission_or_told_in_a_refusal(union: Partner) -> None:
    bad = form(people0__cnic="0123412345", people0__mobile="0300-SECRET", people0__given_name="Zubaida7")
    answer = send(union, bad)
    kept = json.dumps(list(Submission.objects.values_list("problems", flat=True))) + answer.content.decode()
    assert not [word for word in ("0123412345", "SECRET", "Zubaida") if word in kept]


@pytest.mark.parametrize(
    ("scopes", "status"), [(("registrations.read",), 403), (("search",), 403), (("registrations.write",), 201)]
)
def test_each_door_asks_for_its_scope(scopes: tuple[str, ...], status: int) -> None:
    partner = Partner(scopes=scopes)
    assert send(partner, form()).status_code == status
    assert get(partner, "registrations").status_code == (200 if "registrations.read" in scopes else 403)


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        ("not json", {}, "API-001"),
        ("[]", {}, "API-001"),
        ('{"household": NaN}', {}, "API-001"),
        ('{"people": "\\u0000"}', {}, "API-001"),
        ('{"people": "\\ud800"}', {}, "API-001"),
        ("[" * 100_000, {}, "API-001"),
        ("{}", {"Idempotency-Key": ""}, "API-001"),
        ("{}", {"Idempotency-Key": "x" * 65}, "API-001"),
        ("{}", {"Idempotency-Key": "a b"}, "API-001"),
        (" " * 2_600_000 + "{}", {}, "API-005"),
    ],
)
def test_a_body_that_is_no_form_is_refused_in_words(
    body: str, headers: dict[str, str], code: str, union: Partner
) -> None:
    answer = send(union, body, **headers)
    assert answer.status_code in (400, 413)
    assert answer.json()["code"] == code
    assert answer.json()["cause"]["ur"]


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Bearer a.b.c", "Basic abc"])
def test_nobody_comes_in_without_a_token(token: str, union: Partner) -> None:
    answer = union.browser.get("/api/v1/registrations", headers={"Authorization": token})
    assert answer.status_code == 401
    assert answer.json()["code"] == "SYS-011"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_what_is_asked_is_told_in_both_languages_with_lists_and_areas(union: Partner) -> None:
    told = get(union, "questionnaire").json()
    assert [each["name"] for each in told["sections"]][:2] == ["household", "people"]
    sex = next(each for each in told["sections"][1]["questions"] if each["name"] == "sex")
    assert sex["required"] == "always"
    assert {choice["code"] for choice in sex["choices"]} >= {"female", "male"}
    lists = get(union, "choices").json()
    assert get(union, f"choices/{lists[0]['name']}").json() == lists[0]
    assert get(union, "choices/none").json()["code"] == "API-006"
    provinces = get(union, "areas").json()
    assert {each["code"] for each in provinces} >= {"PK1", "PK6"}
    assert all(each["parent_code"] == "PK6" for each in get(union, "areas?within=PK6").json())


def test_the_document_holds_the_schema_of_the_questionnaire() -> None:
    from django.test import Client

    document = Client().get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    schema = document["components"]["schemas"]["Form"]
    assert "given_name" in schema["properties"]["people"]["items"]["properties"]
    operations = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert operations == {
        "register", "register_batch", "list_registrations", "get_registration", "questionnaire", "choice_lists",
        "choice_list", "areas", "send_file", "file_template", "get_file", "get_refused_rows",
    }  # fmt: skip


def test_more_forms_than_a_list_holds_are_refused_whole_and_none_is_registered(union: Partner) -> None:
    rows = [{"key": f"k{number}", "form": copy.deepcopy({})} for number in range(501)]
    assert batch(union, *rows).status_code == 400
    assert get(union, "registrations").json() == []
