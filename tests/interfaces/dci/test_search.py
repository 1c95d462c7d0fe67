"""Other systems find who agreed to their purpose and lives in their areas, and of them what their scopes open."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.cast.households import BAGH, LAHORE, registered
from tests.interfaces.partners import Partner, by_expression, by_identifier, by_predicate, term

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.deduplication.services import merge
from mazdoor.delivery.registration.consenting import withdraw_consent
from mazdoor.delivery.registration.services import Registered
from mazdoor.interfaces.clients.signing import is_signed_by, published_keys
from mazdoor.journal import selectors as journal

pytestmark = pytest.mark.django_db

CNIC = "01234-1234567-1"
ALL = ("registration", "programmes", "statistics")


@pytest.fixture
def lahore() -> Registered:
    with acting_as_system(reason="test"):
        return registered("lahore", area_code=LAHORE, consents=ALL)


@pytest.fixture
def bagh() -> Registered:
    with acting_as_system(reason="test"):
        head = {
            "given_name": "Razia",
            "given_name_ur": "رضیہ",
            "cnic": "04321-7654321-2",
            "mobile": "0301 7654321",
            "sex": "female",
        }
        return registered("bagh", area_code=BAGH, head=head, consents=("registration", "programmes"))


def numbers(answer: dict[str, Any]) -> list[str]:
    return [
        each["identifier_value"] for record in answer["data"]["reg_records"] for each in record["member_identifier"]
    ]


def test_a_person_is_found_by_card_number_and_shown_masked(lahore: Registered) -> None:
    found = Partner().found(**by_identifier("UIN", CNIC))
    assert (found["status"], found["pagination"]) == ("succ", {"page_size": 50, "page_number": 1, "total_count": 1})
    (record,) = found["data"]["reg_records"]
    person = record["demographic_info"]
    assert person["name"] == {"@type": "Name", "given_name": "Bushra", "surname": "Bibi"}
    assert person["birth_date"] == "1987-03-07T00:00:00Z"
    assert {each["identifier_type"]: each["identifier_value"] for each in person["identifier"]} == {
        "REGISTRY_NUMBER": lahore.registry_numbers[0],
        "UIN": "*****-*****67-1",
    }
    assert person["phone_number"] == ["03*****4567"]
    assert record["marital_status"] == "W"
    assert {"occupation", "employment_status", "is_disabled", "relationship_head"} & set(record) == set()
    assert "House 12" not in json.dumps(found)


def test_scopes_open_what_is_masked_or_left_out(lahore: Registered) -> None:
    partner = Partner(scopes=("search", "read.identifiers", "read.contact", "read.work", "read.household"))
    (record,) = partner.found(**by_identifier("CNIC", CNIC))["data"]["reg_records"]
    person = record["demographic_info"]
    assert person["identifier"][1]["identifier_value"] == "0123412345671"
    assert person["phone_number"] == ["+923001234567"]
    assert person["address"][0]["address_line_1"] == "House 12, Street 4"
    assert (record["occupation"], record["employment_status"], record["relationship_head"]) == ("7318", "4", "SELF")


def test_who_did_not_agree_to_the_purpose_is_not_found_and_not_counted(lahore: Registered, bagh: Registered) -> None:
    everybody = by_expression({"birth_date": {"$ge": "1900-01-01"}})
    assert Partner(purposes=("programmes",)).found(**everybody)["pagination"]["total_count"] == 4
    assert Partner(purposes=("statistics",)).found(**everybody)["pagination"]["total_count"] == 2
    assert Partner(purposes=("account",)).found(**everybody)["pagination"]["total_count"] == 0


def test_consent_taken_back_counts_from_the_next_question_on(lahore: Registered) -> None:
    partner = Partner()
    assert partner.found(**by_identifier("UIN", CNIC))["pagination"]["total_count"] == 1
    with acting_as_system(reason="test"):
        withdraw_consent(person_id=lahore.person_ids[0], purpose="programmes")
    assert partner.found(**by_identifier("UIN", CNIC))["pagination"]["total_count"] == 0


def test_a_system_sees_its_areas_only(lahore: Registered, bagh: Registered) -> None:
    everybody = by_expression({"birth_date": {"$ge": "1900-01-01"}})
    assert sorted(numbers(Partner(areas=("PK6",)).found(**everybody))) == sorted(lahore.registry_numbers)
    assert sorted(numbers(Partner(areas=("PK101",)).found(**everybody))) == sorted(bagh.registry_numbers)
    assert Partner(areas=()).found(**everybody)["pagination"]["total_count"] == 0


def test_a_purpose_that_is_not_the_systems_own_is_rejected(lahore: Registered) -> None:
    wanted = by_identifier("UIN", CNIC, authorize={"purpose": {"code": "statistics"}})
    found = Partner(purposes=("programmes",)).found(**wanted)
    assert (found["status"], found["status_reason_code"]) == ("rjct", "rjct.search_criteria.invalid")
    two = Partner(purposes=("programmes", "statistics"))
    assert two.found(**wanted)["status"] == "succ"
    assert two.found(**by_identifier("UIN", CNIC))["status"] == "rjct", "one of two must be named"


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (by_identifier("MOBILE", "+92 300 1234567"), ["Bushra"]),
        (by_identifier("ns:org:IdType:UIN", 123412345671), ["Bushra"]),
        (by_identifier("UIN", "09999-9999999-9"), []),
        (by_expression({"name": "Boshra bibi"}), ["Bushra"]),
        (by_expression({"sex": "male"}), ["Ali", "Ali"]),
        (by_expression({"$and": [{"yob": {"$gt": 1980}}, {"sex": "female"}]}), ["Bushra", "Razia"]),
        (by_expression({"$or": [{"given_name": "ali"}, {"given_name": "Razia"}]}), ["Ali", "Ali", "Razia"]),
        (by_expression({"$not": {"sex": "female"}}), ["Ali", "Ali"]),
        (by_expression({"province_code": {"$in": ["PK1"]}, "sex": {"$ne": "male"}}), ["Razia"]),
        (by_expression({"area_code": "PK6", "age": {"$ge": 18}}), ["Bushra"]),
        (by_expression({"marital_status": "W"}), ["Bushra", "Razia"]),
        (by_expression({"birth_date": {"$ge": "2015-05-01", "$le": "2015-05-01"}}), ["Ali", "Ali"]),
        (by_predicate({"expression1": term("sex", "eq", "female")}), ["Bushra", "Razia"]),
        (
            by_predicate(
                {
                    "seq_num": 1,
                    "expression1": term("YOB", "lt", 2000),
                    "condition": "or",
                    "expression2": term("given_name", "eq", "Ali"),
                },
                {"seq_num": 2, "expression1": term("area-code".replace("-", "_"), "in", ["PK6"])},
            ),
            ["Ali", "Bushra"],
        ),
        (
            by_predicate(
                {"expression1": term("yob", "ge", 1900), "condition": "not", "expression2": term("sex", "eq", "male")}
            ),
            ["Bushra", "Razia"],
        ),
        (by_predicate({"expression1": term("sex", "eq", "male"), "condition": "not"}), ["Bushra", "Razia"]),
    ],
)
def test_each_form_of_question_finds_whom_it_means(
    criteria: dict[str, Any], expected: list[str], lahore: Registered, bagh: Registered
) -> None:
    found = Partner().found(**criteria)
    assert found["status"] == "succ", found
    names = [each["demographic_info"]["name"]["given_name"] for each in found["data"]["reg_records"]]
    assert sorted(names) == expected


@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        (by_identifier("PASSPORT", "A1"), "rjct.filter.invalid"),
        (by_identifier("UIN", "12"), "rjct.filter.invalid"),
        (by_identifier("UIN", {"a": 1}), "rjct.filter.invalid"),
        (by_expression({"poverty_score": {"$lt": 5}}), "rjct.filter.invalid"),
        (by_expression({"sex": {"$gt": "a"}}), "rjct.filter.invalid"),
        (by_expression({"age": {"$between": [1, 2]}}), "rjct.filter.invalid"),
        (by_expression({"age": {"$ge": "old"}}), "rjct.filter.invalid"),
        (by_expression({"$xor": [{"sex": "male"}]}), "rjct.filter.invalid"),
        (by_expression({}), "rjct.search_criteria.invalid"),
        (by_expression({"$and": []}), "rjct.search_criteria.invalid"),
        (by_predicate(), "rjct.search_criteria.invalid"),
        (by_predicate({"expression1": {"attribute_name": "sex"}}), "rjct.filter.invalid"),
        (by_predicate({"expression1": term("sex", "eq", "male"), "condition": "and"}), "rjct.filter.invalid"),
        (by_expression({"sex": "male"}, sort=[{"attribute_name": "cnic"}]), "rjct.sort.invalid"),
        (by_expression({"sex": "male"}, sort=[{"attribute_name": "sex; DROP"}]), "rjct.sort.invalid"),
        (by_expression({"sex": "male"}, pagination={"page_size": 0}), "rjct.pagination.invalid"),
        (by_expression({"sex": "male"}, pagination={"page_size": 100_000}), "rjct.pagination.invalid"),
        (by_expression({"sex": "male"}, pagination={"page_size": 5, "page_number": 0}), "rjct.pagination.invalid"),
        (by_expression({"is_disabled": True}), "rjct.filter.invalid"),
        (by_expression({"occupation": "7318"}), "rjct.filter.invalid"),
        (by_expression({"sex": "male"}, response_entity="Group"), "rjct.search_criteria.invalid"),
    ],
)
def test_what_cannot_be_asked_is_rejected_by_its_code_and_never_answered_more_widely(
    criteria: dict[str, Any], code: str, lahore: Registered
) -> None:
    found = Partner().found(**criteria)
    assert (found["status"], found.get("status_reason_code")) == ("rjct", code)
    assert "data" not in found


def test_one_bad_request_of_a_batch_does_not_spoil_its_neighbours(lahore: Registered) -> None:
    answer = Partner().search(by_identifier("UIN", CNIC), by_identifier("UIN", "x"), by_identifier("UIN", CNIC)).json()
    assert [each["status"] for each in answer["message"]["search_response"]] == ["succ", "rjct", "succ"]
    assert (answer["header"]["status"], answer["header"]["total_count"]) == ("succ", 3)


def test_pages_are_stable_and_whole(lahore: Registered, bagh: Registered) -> None:
    partner = Partner()
    pages = [
        partner.found(
            **by_expression(
                {"yob": {"$ge": 1900}},
                sort=[{"attribute_name": "sex", "sort_order": "desc"}],
                pagination={"page_size": 3, "page_number": number},
            )
        )
        for number in (1, 2, 3)
    ]
    assert [len(page["data"]["reg_records"]) for page in pages] == [3, 1, 0]
    assert {page["pagination"]["total_count"] for page in pages} == {4}
    sexes = [each["demographic_info"]["sex"] for page in pages for each in page["data"]["reg_records"]]
    assert sexes == ["male", "male", "female", "female"]
    assert len({number for page in pages for number in numbers(page)}) == 4


def test_a_household_lists_who_agreed_and_says_how_many_others_there_are(lahore: Registered) -> None:
    with acting_as_system(reason="test"):
        withdraw_consent(person_id=lahore.person_ids[1], purpose="programmes")
    partner = Partner(scopes=("search", "read.household"))
    found = partner.found(**by_identifier("UIN", CNIC, response_entity="Group"))
    (group,) = found["data"]["reg_records"]
    assert (group["@type"], group["group_size"], len(group["member_list"])) == ("Group", 2, 1)
    assert group["additional_attributes"] == [{"name": "members_withheld", "value": 1}]
    assert group["group_head_info"]["demographic_info"]["name"]["given_name"] == "Bushra"
    assert "Ali" not in json.dumps(group)


def test_two_records_of_one_person_are_one_member_of_their_household(
    lahore: Registered, officer: Callable[..., Any]
) -> None:
    """Whether mother and son are one is not asked here: any two records of one household serve."""
    head, other = lahore.person_ids
    with acting_as(officer_id=officer(desk="verifier").pk):
        merge(person_a_id=head, person_b_id=other, keep_person_id=other, reason="one card")
    partner = Partner(scopes=("search", "read.household"))
    (group,) = partner.found(**by_identifier("UIN", CNIC, response_entity="Group"))["data"]["reg_records"]
    assert (group["group_size"], len(group["member_list"])) == (1, 1)
    assert group["group_head_info"] == group["member_list"][0]
    assert group["group_head_info"]["demographic_info"]["name"]["given_name"] == "Ali"


def test_an_answer_is_signed_with_a_key_we_publish(lahore: Registered) -> None:
    partner = Partner()
    answer = partner.search(by_identifier("UIN", CNIC)).json()
    keys = partner.browser.get("/.well-known/jwks.json").json()["keys"]
    assert keys == published_keys()["keys"]
    assert all("d" not in key for key in keys)
    content = {"header": answer["header"], "message": answer["message"]}
    assert is_signed_by(answer["signature"], content, keys)
    assert not is_signed_by(answer["signature"], {**content, "header": {**answer["header"], "status": "rjct"}}, keys)


def test_every_question_is_journalled_without_a_personal_value(lahore: Registered) -> None:
    partner = Partner()
    partner.found(**by_identifier("UIN", CNIC))
    with acting_as_system(reason="test"):
        (act,) = journal.list_acts(act="dci.search.answered")
    assert (act.subject, act.reason, act.count) == (f"client:{partner.code}", f"client:{partner.code}", 1)
    assert act.details == {"purpose": "programmes", "query_type": "idtype-value", "entity": "Member", "found": 1}


def test_a_system_that_had_its_records_of_the_day_waits_until_tomorrow(lahore: Registered) -> None:
    partner = Partner(records_per_day=1)
    assert partner.found(**by_identifier("UIN", CNIC))["status"] == "succ"
    answer = partner.search(by_identifier("UIN", CNIC))
    assert (answer.status_code, answer.json()["header"]["status"]) == (429, "rjct")


SQL_WORDS = [
    "' OR 1=1 --",
    "x'; DROP TABLE registration_person; --",
    "%s",
    "%(a)s",
    "{test}",
    "\\",
    "\x00",
    "\ud800",
    "۱۲",
]


@pytest.mark.parametrize("word", SQL_WORDS)
@pytest.mark.parametrize("place", ["value", "name", "operator", "sort", "purpose", "joint"])
def test_nothing_an_asker_writes_becomes_sql(place: str, word: str, lahore: Registered) -> None:
    """OpenG2P concatenated search text and sort order into SQL, and an OR entitled everyone; here it finds nobody."""
    criteria = {
        "value": by_expression({"given_name": word}),
        "name": by_expression({word: "Bushra"}),
        "operator": by_expression({"given_name": {f"${word}": "Bushra"}}),
        "sort": by_expression({"given_name": "nobody"}, sort=[{"attribute_name": word, "sort_order": word}]),
        "purpose": by_expression({"given_name": "Bushra"}, authorize={"purpose": {"code": word}}),
        "joint": by_expression({f"${word}": [{"given_name": "Bushra"}]}),
    }[place]
    answer = Partner(must_sign=False).search(criteria)
    assert answer.status_code in (200, 400), answer.content
    if answer.status_code == 200:
        (found,) = answer.json()["message"]["search_response"]
        assert not found.get("data", {}).get("reg_records")
