"""Answers by callback and notices reach another system that is a process of its own: late, twice asked, down, refusing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.cast.households import LAHORE, registered
from tests.interfaces.dci.welfare import Welfare
from tests.interfaces.partners import by_identifier, now_text

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration.consenting import withdraw_consent
from mazdoor.delivery.registration.services import Registered
from mazdoor.interfaces.clients.services import change_client, revoke_client
from mazdoor.interfaces.dci import exchanges, notices, postings
from mazdoor.interfaces.dci.models import Exchange, Notice, Posting, Subscription
from mazdoor.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)

CNIC = "01234-1234567-1"
Start = Callable[..., Welfare]


def register(key: str = "one") -> Registered:
    with acting_as_system(reason="test"):
        return registered(key, area_code=LAHORE, consents=("registration", "programmes"))


def send(*, hours: int = 0) -> int:
    """What the worker does each minute, some hours on."""
    if hours:
        Posting.objects.filter(state="waiting").update(next_at=timezone.now() - dt.timedelta(seconds=1))
    with acting_as_system(reason="test"):
        notices.take_due(at=timezone.now() + dt.timedelta(hours=hours))
    return postings.send_due()


def subscribe_message(event: str = "REGISTER", record: str = "Member", **criteria: Any) -> dict[str, Any]:
    return {
        "transaction_id": "transaction of subscribing",
        "subscribe_request": [
            {
                "reference_id": "my first wish",
                "timestamp": now_text(),
                "subscribe_criteria": {
                    "reg_event_type": f"spdci:common:RegistryEventType:{event}",
                    "filter_type": "expression",
                    "filter": {"type": "expression", "value": {"expression": {"query": {"area_code": "PK6"}}}},
                    "notify_record_type": record,
                    **criteria,
                },
            }
        ],
    }


def subscribe(welfare: Welfare, message: dict[str, Any]) -> dict[str, Any]:
    """Subscribe, and what came at on-subscribe."""
    before = len(welfare.received("on-subscribe"))
    answer = welfare.ask("registry/subscribe", "subscribe", message)
    assert (answer["status"], answer["answer"]["message"]["ack_status"]) == (200, "ACK"), answer
    send()
    (came,) = welfare.received("on-subscribe")[before:]
    (part,) = came["envelope"]["message"]["subscribe_response"]
    found: dict[str, Any] = part
    return found


def publish(topic: str, payload: dict[str, Any]) -> None:
    with acting_as_system(reason="test"):
        {notices.REGISTERED: notices.on_registered, notices.CHANGED: notices.on_changed}[topic](payload)


def test_a_search_is_answered_at_the_callback_address_signed_and_once(welfare: Start) -> None:
    register()
    partner = welfare()
    answer = partner.search(by_identifier("UIN", CNIC))
    assert answer["answer"]["message"]["ack_status"] == "ACK"
    assert partner.received() == []
    assert send() == 1
    (came,) = partner.received("on-search")
    assert (came["times"], came["signed"]) == (1, True)
    message = came["envelope"]["message"]
    assert message["correlation_id"] == answer["answer"]["message"]["correlation_id"]
    assert message["search_response"][0]["pagination"]["total_count"] == 1
    assert send(hours=1) == 0
    exchange = Exchange.objects.get(action="search")
    assert (exchange.state, exchange.request_sealed) == ("succ", None), "what was asked is forgotten once answered"


def test_while_the_other_system_is_down_nothing_is_lost(welfare: Start) -> None:
    register()
    partner = welfare()
    partner.search(by_identifier("UIN", CNIC))
    partner.sandbox.fail(down=True)
    assert [send(hours=1) for _ in range(3)] == [0, 0, 0]
    posting = Posting.objects.get()
    assert (posting.state, posting.attempts, posting.error) == ("waiting", 3, "token http 503")
    partner.sandbox.fail()
    assert send(hours=1) == 1
    assert [each["times"] for each in partner.received("on-search")] == [1]


def test_an_answer_taken_but_never_acknowledged_is_sent_again_under_the_same_message_id(
    welfare: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    register()
    partner = welfare()
    partner.search(by_identifier("UIN", CNIC))
    partner.sandbox.fail(hold_seconds=9, faults={"callback.time_out": {"first": 1}})
    with monkeypatch.context() as hurried:
        hurried.setattr("mazdoor.interfaces.dci.calling.PATIENCE_SECONDS", 3.0)
        assert send() == 0
    assert Posting.objects.get().error == "ReadTimeout"
    partner.sandbox.fail()
    assert send(hours=1) == 1
    assert [each["times"] for each in partner.received("on-search")] == [2], "two copies of one message"


def test_a_message_refused_for_a_day_is_stuck_until_an_officer_sends_it_again(welfare: Start, officer: Any) -> None:
    register()
    partner = welfare()
    partner.search(by_identifier("UIN", CNIC))
    partner.sandbox.fail(faults={"message.not_understood": {"rate": 1.0, "times": None}})
    for _ in range(postings.ATTEMPTS + 1):
        assert send(hours=1) == 0
    posting = Posting.objects.get()
    assert (posting.state, posting.attempts, posting.error) == ("stuck", postings.ATTEMPTS, "answered ERR")
    partner.sandbox.fail()
    with acting_as_system(reason="test"):
        postings.send_again(posting_id=posting.pk)
        with pytest.raises(Refusal, match="DCI-001"):
            postings.send_again(posting_id=posting.pk)
    assert send() == 1
    assert len(partner.received("on-search")) == 1


def test_two_senders_at_once_do_not_send_one_message_twice(welfare: Start) -> None:
    register()
    partner = welfare()
    partner.search(by_identifier("UIN", CNIC))
    posting = Posting.objects.get()
    assert postings._lease(posting_id=posting.pk) is not None
    assert postings._lease(posting_id=posting.pk) is None, "the second finds it taken"
    Posting.objects.update(next_at=timezone.now())  # the first was killed, and its lease ran out
    assert send() == 1


def test_an_answer_is_what_may_be_seen_when_it_is_sent(welfare: Start) -> None:
    person = register()
    partner = welfare()
    partner.search(by_identifier("UIN", CNIC))
    with acting_as_system(reason="test"):
        withdraw_consent(person_id=person.person_ids[0], purpose="programmes")
    send()
    (came,) = partner.received("on-search")
    assert came["envelope"]["message"]["search_response"][0]["pagination"]["total_count"] == 0


def test_what_waits_for_a_revoked_system_is_withheld(welfare: Start) -> None:
    register()
    partner = welfare()
    partner.search(by_identifier("UIN", CNIC))
    with acting_as_system(reason="test"):
        revoke_client(code=partner.registered.code)
    assert send() == 0
    assert Posting.objects.get().state == "withheld"
    assert partner.received() == []
    assert partner.search(by_identifier("UIN", CNIC))["status"] == 401


def test_a_subscriber_is_told_of_registrations_that_match(welfare: Start) -> None:
    partner = welfare()
    part = subscribe(partner, subscribe_message())
    assert part["status"] == "succ"
    (subscription,) = part["subscriptions"]
    assert (subscription["status"], subscription["reg_event_type"]) == ("subscribe", "REGISTER")
    household = register()
    publish(notices.REGISTERED, {"household_id": household.household_id, "person_ids": household.person_ids})
    publish(notices.REGISTERED, {"household_id": household.household_id, "person_ids": household.person_ids})
    assert send() == 1
    (came,) = partner.received("notify")
    assert came["signed"]
    events = came["envelope"]["message"]["notify_event"]
    names = [event["data"]["reg_records"]["demographic_info"]["name"]["given_name"] for event in events]
    assert sorted(names) == ["Ali", "Bushra"]
    assert {event["data"]["reg_event_type"] for event in events} == {"REGISTER"}
    assert {notice.state for notice in Notice.objects.all()} == {"told"} or Notice.objects.count() == 0


def test_a_household_that_was_registered_is_one_event_for_who_asked_for_groups(welfare: Start) -> None:
    partner = welfare(scopes=("subscribe", "read.household"))
    subscribe(partner, subscribe_message(record="Group"))
    household = register()
    publish(notices.REGISTERED, {"household_id": household.household_id, "person_ids": household.person_ids})
    send()
    (came,) = partner.received("notify")
    (event,) = came["envelope"]["message"]["notify_event"]
    assert event["data"]["reg_records"]["group_size"] == 2


def test_nobody_is_told_of_who_does_not_match_is_elsewhere_or_did_not_agree(welfare: Start) -> None:
    partner = welfare(areas=("PK1",))
    subscribe(partner, subscribe_message())
    household = register()
    publish(notices.REGISTERED, {"household_id": household.household_id, "person_ids": household.person_ids})
    assert send() == 0
    assert partner.received("notify") == []


def test_consent_taken_back_before_the_notice_goes_out_withholds_it(welfare: Start) -> None:
    partner = welfare()
    subscribe(partner, subscribe_message())
    household = register()
    publish(notices.REGISTERED, {"household_id": household.household_id, "person_ids": household.person_ids})
    with acting_as_system(reason="test"):
        for person_id in household.person_ids:
            withdraw_consent(person_id=person_id, purpose="programmes")
    assert send() == 0
    with acting_as_system(reason="test"):
        assert {notice.state for notice in Notice.objects.all()} == {"withheld"}
    assert Posting.objects.get(action="notify").state == "withheld"


def test_a_subscriber_with_a_timetable_is_told_at_its_hour(welfare: Start) -> None:
    partner = welfare()
    frequency = {
        "start_time": now_text(-dt.timedelta(days=1)),
        "end_time": now_text(dt.timedelta(days=30)),
        "frequency": "0 0 3 * * ? *",
    }
    part = subscribe(partner, subscribe_message(frequency=frequency))
    assert part["subscriptions"][0]["frequency"]["frequency"] == "0 3 * * *"
    household = register()
    publish(notices.REGISTERED, {"household_id": household.household_id, "person_ids": household.person_ids})
    with acting_as_system(reason="test"):
        (due,) = {timezone.localtime(notice.due_at) for notice in Notice.objects.all()}
    assert (due.hour, due.minute) == (3, 0)
    assert send() == 0
    assert send(hours=24) == 1
    assert len(partner.received("notify")) == 1


def test_changes_and_new_members_are_told_to_who_asked_for_them(welfare: Start) -> None:
    partner = welfare()
    subscribe(partner, subscribe_message("UPDATE"))
    subscribe(partner, subscribe_message("NewHouseHoldMember"))
    household = register()
    publish(notices.CHANGED, {"event_id": 7, "kind": "birth", "person_ids": household.person_ids[1:]})
    publish(notices.CHANGED, {"event_id": 8, "kind": "correction", "person_ids": household.person_ids[:1]})
    send()
    told = [event for came in partner.received("notify") for event in came["envelope"]["message"]["notify_event"]]
    kinds = sorted(str(event["data"].get("reg_event_type")) for event in told)
    assert kinds == ["NewHouseHoldMember", "None", "None"]


def test_the_same_wish_twice_is_refused_and_an_ended_one_may_be_made_again(welfare: Start) -> None:
    partner = welfare()
    code = subscribe(partner, subscribe_message())["subscriptions"][0]["code"]
    assert subscribe(partner, subscribe_message())["status_reason_code"] == "rjct.event.already_subscribed"
    message = {"transaction_id": "end", "timestamp": now_text(), "subscription_codes": [code, "nobody's"]}
    assert partner.ask("registry/unsubscribe", "unsubscribe", message)["answer"]["message"]["ack_status"] == "ACK"
    send()
    (came,) = partner.received("on-unsubscribe")
    answer = came["envelope"]["message"]
    assert answer["subscription_status"] == [{"code": code, "status": "unsubscribe"}]
    assert answer["status_reason_code"] == "rjct.subscription_code.invalid"
    household = register()
    publish(notices.REGISTERED, {"household_id": household.household_id, "person_ids": household.person_ids})
    assert send() == 0
    assert subscribe(partner, subscribe_message())["status"] == "succ"
    assert Subscription.objects.count() == 2


WISHES_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"reg_event_type": "Divorce"}, "rjct.notify_types.invalid"),
    (
        {"filter": {"type": "expression", "value": {"expression": {"query": {"wealth": 1}}}}},
        "rjct.notify_details.invalid",
    ),
    ({"filter_type": "graphql"}, "rjct.notify_details.invalid"),
    ({"notify_record_type": "Group"}, "rjct.notify_details.invalid"),
    (
        {"frequency": {"start_time": "2026-01-01T00:00:00Z", "end_time": "2027-01-01T00:00:00Z", "frequency": "often"}},
        "rjct.notify_details.invalid",
    ),
    ({"authorize": {"purpose": {"code": "account"}}}, "rjct.notify_details.invalid"),
]


def test_a_wish_that_cannot_be_kept_is_refused_by_its_code(welfare: Start) -> None:
    partner = welfare()
    for change, code in WISHES_REFUSED:
        assert subscribe(partner, subscribe_message(**change))["status_reason_code"] == code, change


def test_the_status_of_a_request_can_be_asked_at_once_and_by_callback(welfare: Start) -> None:
    register()
    partner = welfare()
    answer = partner.search(by_identifier("UIN", CNIC), by_identifier("UIN", "x"))
    correlation = answer["answer"]["message"]["correlation_id"]

    def message(kind: str, value: Any) -> dict[str, Any]:
        question = {"reference_id": "q", "txn_type": "search", "attribute_type": kind, "attribute_value": value}
        return {"transaction_id": "asking", "txnstatus_request": question}

    def states(kind: str, value: Any) -> list[str]:
        found = partner.ask("registry/sync/txn/status", "txn-status", message(kind, value))["answer"]
        return [each["status"] for each in found["message"]["txnstatus_response"]["txn_status"]["search_response"]]

    assert states("correlation_id", correlation) == ["rcvd", "rcvd"]
    send()
    assert states("correlation_id", correlation) == ["succ", "rjct"]
    assert states("reference_id_list", ["reference 1"]) == ["rjct"]
    assert states("transaction_id", "of somebody else") == ["rjct"]
    assert partner.ask("registry/txn/status", "txn-status", message("correlation_id", correlation))["status"] == 200
    send()
    (came,) = partner.received("txn-on-status")
    assert came["envelope"]["message"]["txnstatus_response"]["txn_status"]["correlation_id"] == correlation


def test_an_answer_goes_only_beneath_the_registered_address(welfare: Start) -> None:
    partner = welfare()
    for address in (
        "http://169.254.169.254/latest",
        partner.sandbox.url + "0/registry/on-search",
        partner.sandbox.url + "@evil.example/registry/on-search",
        partner.sandbox.url.replace("http", "ftp") + "/registry/on-search",
        partner.registry + "/registry/on-search",
    ):
        answer = partner.search(by_identifier("UIN", CNIC), sender_uri=address)
        assert (answer["status"], answer["answer"]["message"]["error"]["code"]) == (400, "err.sender_uri.invalid")
    inside = partner.sandbox.url + "/registry/on-search"
    assert partner.search(by_identifier("UIN", CNIC), sender_uri=inside)["status"] == 200


def test_a_system_without_a_callback_address_may_ask_only_at_once(welfare: Start) -> None:
    partner = welfare()
    with acting_as_system(reason="test"):
        change_client(code=partner.registered.code, callback_uri="")
    assert partner.search(by_identifier("UIN", CNIC))["status"] == 400
    assert partner.search(by_identifier("UIN", CNIC), path="registry/sync/search")["status"] == 200


def test_exchanges_of_long_ago_are_forgotten_but_never_one_that_still_waits(welfare: Start) -> None:
    partner = welfare()
    partner.search(by_identifier("UIN", CNIC))
    send()
    partner.search(by_identifier("UIN", CNIC))
    Exchange.objects.update(received_at=timezone.now() - dt.timedelta(days=200))
    assert exchanges.forget_old() == 1
    assert Exchange.objects.get().state == "rcvd"
