"""The gateway calls us, over its real wire: twice, late, while we are away; and what a person reads comes back once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.sandbox.running import Sandbox

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import interest_list, interests
from mazdoor.delivery.registration.models import IncomingMessage, Interest
from mazdoor.interfaces.sms.client import SmsClient
from mazdoor.reference import services as reference

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "between-the-gateway-and-us"


@pytest.fixture
def gateway(live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A gateway that hands messages on to the site under test."""
    monkeypatch.setenv("MAZDOOR_SMS_SECRET", SECRET)
    with acting_as_system(reason="test"):
        reference.load()
    address = live_server.url.replace("http://", f"http://gateway:{SECRET}@")
    sandbox = Sandbox("sms", tmp_path / "sms", "--callback", f"{address}/sms/incoming/?id=%I")
    yield sandbox.start()
    sandbox.stop()


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.05)


def handed(gateway: Sandbox, number: int) -> Callable[[], bool]:
    return lambda: bool(gateway.get("/received")["handed"] == number)


def answer(gateway: Sandbox) -> dict[str, int]:
    with acting_as_system(reason="test"):
        return interests.send_answers(gateway=SmsClient(gateway.url))


def test_a_phone_sends_a_cnic_and_reads_the_answer(gateway: Sandbox) -> None:
    gateway.post("/phones/03001112223/send", {"text": "۰۱۲۳۴۱۲۳۴۵۶۷۱ لیہ"})
    until(handed(gateway, 1))
    assert answer(gateway) == {"sent": 1, "waiting": 0}
    assert gateway.get("/phones/03001112223") == {
        "messages": ["مزدور: آپ کا نمبر مل گیا۔ رجسٹرار فون کرے گا۔ یہ مفت ہے۔"]
    }
    with acting_as_system(reason="test"):
        (row,) = interest_list.list_interests()
    assert row["area_code"] == "PK618"


def test_a_gateway_that_calls_twice_or_late_makes_one_request_and_one_answer(gateway: Sandbox) -> None:
    gateway.fail(late_seconds=0.3, faults={"incoming.twice": {"rate": 1}, "incoming.late": {"rate": 1}})
    gateway.post("/phones/03001112223/send", {"text": "01234-1234567-1 Lahore"})
    until(handed(gateway, 1))
    answer(gateway)
    answer(gateway)
    assert len(gateway.get("/phones/03001112223")["messages"]) == 1
    with acting_as_system(reason="test"):
        assert (Interest.objects.count(), IncomingMessage.objects.count()) == (1, 1)


def test_a_gateway_killed_in_between_hands_the_message_on_afterwards(
    gateway: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAZDOOR_SMS_SECRET")  # the site turns it away for now
    gateway.post("/phones/03001112223/send", {"text": "01234-1234567-1 Lahore"})
    time.sleep(0.3)
    assert gateway.get("/received") == {"came": 1, "handed": 0}
    gateway.kill()
    monkeypatch.setenv("MAZDOOR_SMS_SECRET", SECRET)
    gateway.start()
    until(handed(gateway, 1))
    with acting_as_system(reason="test"):
        assert Interest.objects.count() == 1


def test_nobody_hands_messages_in_without_the_secret(gateway: Sandbox, live_server: Any) -> None:
    address = f"{live_server.url}/sms/incoming/"
    message = {"content": "01234-1234567-1", "headers": {"X-Kannel-From": "+923001112223"}}
    for auth in (None, ("gateway", "wrong"), ("gateway", "")):
        assert httpx.post(f"{address}?id=1", auth=auth, trust_env=False, **message).status_code == 401  # type: ignore[arg-type]
    right = ("gateway", SECRET)
    assert httpx.post(address, auth=right, trust_env=False, **message).status_code == 400  # type: ignore[arg-type]
    assert httpx.post(f"{address}?id=1", auth=right, trust_env=False, content="x").status_code == 400
    assert httpx.get(f"{address}?id=1", auth=right, trust_env=False).status_code == 405
    long = {**message, "content": "x" * 9000}
    assert httpx.post(f"{address}?id=1", auth=right, trust_env=False, **long).status_code == 413  # type: ignore[arg-type]
    with acting_as_system(reason="test"):
        assert IncomingMessage.objects.count() == 0
