"""People who come by file are told to those who subscribed, as everybody is: one piece of news for each part of a file, and on
the wire those the subscriber may see and nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.interfaces.dci.test_callbacks import send, subscribe, subscribe_message
from tests.interfaces.dci.welfare import Welfare

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration.files import chunks, importing, services
from mazdoor.interfaces.dci.models import Notice
from mazdoor.journal import outbox
from mazdoor.journal.models import Message

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "given_name,sex,birth_date,relationship,household_area_code,consents"
TOLD = ("Rani", "Zara", "Mina", "Hina")
ROWS = [
    *(f"{name},female,1990,head,PK60301,registration programmes" for name in TOLD),
    "Gul,female,1990,head,PK60301,registration",  # agreed to be registered, and to nothing else
    "Bano,female,1990,head,PK10101,registration programmes",  # lives where the subscriber did not ask about
    "Nobody,woman,1990,head,PK60301,registration programmes",  # refused
]


def test_a_subscriber_is_told_of_the_people_of_a_file(welfare: Callable[..., Welfare]) -> None:
    partner = welfare()
    assert subscribe(partner, subscribe_message())["status"] == "succ"
    with acting_as_system(reason="test"):
        number = services.receive_file(blocks=["\n".join([HEAD, *ROWS, ""]).encode()])
        services.confirm_columns(import_id=number, mapping=services.sure_mapping(number) or [])
    importing.run_import(import_id=number, acting=lambda: acting_as_system(reason="test"), chunk_rows=3)
    with acting_as_system(reason="test"):
        news = list(Message.objects.filter(topic=chunks.NEWS).order_by("pk"))
        people = [last - first + 1 for each in news for first, last in each.payload["person_runs"]]
    assert (len(news), sum(people)) == (2, 6), "one for each part of the file that entered"
    outbox.deliver()
    with acting_as_system(reason="test"):
        assert Notice.objects.count() == len(TOLD)
        for each in news:  # handed over a second time, as after a crash
            outbox._subscriptions["dci.entered"].handle(each.payload)
        assert Notice.objects.count() == len(TOLD)
    send()
    (came,) = partner.received("notify")
    records = came["envelope"]["message"]["notify_event"]
    assert came["signed"]
    assert len(records) == len(TOLD), records
