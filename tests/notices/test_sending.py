"""Queueing and sending: the same notice once, no message lost when the gateway is down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.sandbox.running import Sandbox

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.interfaces.calling import Patience
from mazdoor.interfaces.sms.client import SmsClient
from mazdoor.kernel.refusals import Refusal
from mazdoor.notices import selectors, services
from mazdoor.notices.direct import tell_number
from mazdoor.notices.models import Notice
from mazdoor.notices.ports import Accepted, DeliveryReport, GatewayDown, Rejected

pytestmark = pytest.mark.django_db


class Gateway:
    """A gateway in memory that keeps the real contract: it drops repeats of a key, and can be down or bar a number."""

    def __init__(self) -> None:
        self.delivered: dict[str, tuple[str, str]] = {}
        self.answers_left = 1_000

    def send(self, *, key: str, mobile: str, text: str) -> Accepted | Rejected:
        if self.answers_left == 0:
            raise GatewayDown
        self.answers_left -= 1
        if mobile.endswith("0"):
            return Rejected("barred")
        self.delivered[key] = (mobile, text)
        return Accepted(f"ref-{key}")


class Book:
    """An address book of made-up numbers; person 3 has no telephone."""

    def mobiles_of(self, person_ids: Sequence[int]) -> Mapping[int, str]:
        return {person: f"0300000{person:04d}" for person in person_ids if person != 3}


@pytest.fixture(autouse=True)
def _system() -> Iterator[None]:
    with acting_as_system(reason="test of notices"):
        yield


def _queue(person: int, **changes: object) -> bool:
    wanted: dict[str, object] = {
        "person_id": person,
        "area_code": "PK603",
        "template": "registered",
        "params": {"registry_number": "123456789012"},
        "about": f"person:{person}",
    }
    return services.queue(**{**wanted, **changes})  # type: ignore[arg-type]


def test_the_same_notice_is_queued_once() -> None:
    assert _queue(1) is True
    assert _queue(1) is False
    assert Notice.objects.count() == 1


def test_a_message_of_four_segments_is_refused_and_nothing_is_queued() -> None:
    with pytest.raises(Refusal) as refused:
        _queue(1, template="refused", params={"programme": "م" * 200, "reason": "م", "appeal": "م"})
    assert refused.value.code == "NTC-003"
    assert not Notice.objects.exists()


def test_a_person_reads_the_notice_in_their_language() -> None:
    _queue(1, language="ur")
    _queue(2, language="en")
    gateway = Gateway()
    services.send_waiting(gateway=gateway, address_book=Book())
    texts = sorted(text for _, text in gateway.delivered.values())
    assert texts[0].startswith("Mazdoor: you are registered") and texts[1].startswith("مزدور: آپ کا اندراج")
    assert selectors.notices_of(person_id=1)[0].state == "sent"


def test_no_notice_is_lost_when_the_gateway_goes_down_midway() -> None:
    for person in (1, 2, 4, 5):
        _queue(person)
    gateway = Gateway()
    gateway.answers_left = 2
    assert services.send_waiting(gateway=gateway, address_book=Book()) == {"sent": 2, "failed": 0, "queued": 2}
    gateway.answers_left = 10
    assert services.send_waiting(gateway=gateway, address_book=Book()) == {"sent": 2, "failed": 0, "queued": 0}
    assert len(gateway.delivered) == 4


def test_a_person_without_a_telephone_and_a_barred_number_fail_alone() -> None:
    for person in (3, 10, 11):
        _queue(person)
    assert services.send_waiting(gateway=Gateway(), address_book=Book()) == {"sent": 1, "failed": 2, "queued": 0}


@pytest.fixture
def real_gateway(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox("sms", tmp_path / "sms")
    yield sandbox.start()
    sandbox.stop()


def test_reports_close_notices_once_and_what_is_no_notice_is_passed_over(real_gateway: Sandbox) -> None:
    real_gateway.fail(seed=1, faults={"report.twice": {"rate": 1}, "message.undelivered": {"rate": 0.5}})
    client = SmsClient(real_gateway.url)
    people = range(11, 30)
    for person in people:
        _queue(person)
    client.send(key="a-code", mobile="03001234567", text="482915")
    services.send_waiting(gateway=client, address_book=Book())
    counts = services.take_reports(gateway=client)
    assert counts["delivered"] + counts["failed"] == len(people) and min(counts.values()) > 0
    assert counts == {
        state: sum(selectors.notices_of(person_id=person)[0].state == state for person in people) for state in counts
    }
    assert services.take_reports(gateway=client) == {"delivered": 0, "failed": 0}, "taken up to where they were"


def test_a_report_that_says_something_else_later_changes_nothing() -> None:
    class Telling(Gateway):
        def __init__(self) -> None:
            super().__init__()
            self.said = [DeliveryReport(1, "ref-nobody-knows", False)]

        def reports(self, *, after: int = 0) -> list[DeliveryReport]:
            return [each for each in self.said if each.number > after][:1]  # not all at once

    _queue(1)
    gateway = Telling()
    services.send_waiting(gateway=gateway, address_book=Book())
    reference = Notice.objects.get().gateway_reference
    gateway.said += [DeliveryReport(2, reference, True), DeliveryReport(3, reference, False)]
    assert services.take_reports(gateway=gateway) == {"delivered": 1, "failed": 0}
    assert Notice.objects.get().state == "delivered"


def test_a_gateway_that_is_down_leaves_reports_to_be_taken_later(real_gateway: Sandbox) -> None:
    client = SmsClient(real_gateway.url, patience=Patience(tries=1, first_wait=0.01))
    _queue(11)
    services.send_waiting(gateway=client, address_book=Book())
    real_gateway.kill()
    with pytest.raises(GatewayDown):
        services.take_reports(gateway=client)
    assert Notice.objects.get().state == "sent"
    again = SmsClient(real_gateway.start().url)
    assert services.take_reports(gateway=again) == {"delivered": 1, "failed": 0}


def test_a_message_that_did_not_arrive_is_sent_again_when_an_officer_says_so(
    real_gateway: Sandbox, officer: Callable[..., Any]
) -> None:
    real_gateway.fail(seed=1, faults={"message.undelivered": {"first": 1}})
    client = SmsClient(real_gateway.url)
    _queue(11)
    services.send_waiting(gateway=client, address_book=Book())
    assert services.take_reports(gateway=client) == {"delivered": 0, "failed": 1}
    number = Notice.objects.get().pk
    with acting_as(officer_id=officer(desk="programme", areas=["PK6"]).pk):
        services.queue_again(notice_id=number)
    assert services.send_waiting(gateway=client, address_book=Book())["sent"] == 1
    assert services.take_reports(gateway=client) == {"delivered": 1, "failed": 0}
    assert len(real_gateway.get("/phones/03000000011")["messages"]) == 2, "the gateway did not take it for a repeat"


def test_only_a_failed_notice_in_the_own_area_is_queued_again_and_not_by_every_desk(
    officer: Callable[..., Any],
) -> None:
    _queue(3)
    number = Notice.objects.get().pk
    for desk, areas, code in (
        ("programme", ["PK6"], "NTC-004"),
        ("programme", ["PK7"], "NTC-005"),
        ("auditor", ["*"], "OFF-002"),
    ):
        with acting_as(officer_id=officer(desk=desk, areas=areas).pk), pytest.raises(Refusal) as refused:
            services.queue_again(notice_id=number)
        assert refused.value.code == code
    services.send_waiting(gateway=Gateway(), address_book=Book())
    with acting_as(officer_id=officer(desk="registrar", areas=["PK6"]).pk):
        services.queue_again(notice_id=number)
    assert Notice.objects.get().state == "queued"


def test_a_code_goes_out_at_once_and_leaves_neither_number_nor_words_behind() -> None:
    gateway = Gateway()
    params = {"code": "482915", "minutes": "10"}
    assert tell_number(gateway=gateway, mobile="03001234567", template="code", params=params, language="ur", key="k1")
    assert "482915" in str(gateway.__dict__)
    assert not Notice.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM journal_entry e")
        (journal,) = cursor.fetchone()
    assert "notices.direct.sent" in journal and "482915" not in journal and "03001234567" not in journal
