"""Queueing and sending: the same notice once, no message lost when the gateway is down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
from django.db import connection

from mazdoor.access.services import acting_as_system
from mazdoor.kernel.refusals import Refusal
from mazdoor.notices import selectors, services
from mazdoor.notices.direct import tell_number
from mazdoor.notices.models import Notice
from mazdoor.notices.ports import Accepted, GatewayDown, Rejected

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


def test_a_delivery_report_closes_a_notice_and_a_delivered_one_stays_delivered() -> None:
    _queue(1)
    services.send_waiting(gateway=Gateway(), address_book=Book())
    reference = Notice.objects.get().gateway_reference
    assert services.report_delivery(gateway_reference=reference, delivered=True)
    assert services.report_delivery(gateway_reference=reference, delivered=True)
    assert not services.report_delivery(gateway_reference="nobody-knows", delivered=True)
    with pytest.raises(Refusal) as refused:
        services.report_delivery(gateway_reference=reference, delivered=False)
    assert refused.value.code == "NTC-004"
    assert Notice.objects.get().state == "delivered"


def test_a_failed_notice_can_be_queued_again() -> None:
    _queue(3)
    services.send_waiting(gateway=Gateway(), address_book=Book())
    services.queue_again(notice_id=Notice.objects.get().pk)
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
