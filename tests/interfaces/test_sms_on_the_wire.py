"""A message is taken once however often it is sent, and a gateway that is down says nothing about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.running import Sandbox

from mazdoor.interfaces.calling import Patience
from mazdoor.interfaces.sms.client import SmsClient
from mazdoor.notices.ports import Accepted, DeliveryReport, GatewayDown, Rejected, SmsGateway


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox("sms", tmp_path / "sms")
    yield sandbox.start()
    sandbox.stop()


def test_a_message_sent_again_after_a_time_out_arrives_once(gateway: Sandbox) -> None:
    gateway.fail(faults={"messages.time_out": {"rate": 1, "times": 1}})
    client = SmsClient(gateway.url, patience=Patience(tries=2, first_wait=0.01))
    port: SmsGateway = client
    assert port.send(key="notice-1", mobile="03001234567", text="آپ کا اندراج ہو گیا") == Accepted("notice-1")
    assert client.reports() == [DeliveryReport(1, "notice-1", True)]
    assert client.reports(after=1) == []


def test_a_message_that_cannot_go_is_rejected(gateway: Sandbox) -> None:
    client = SmsClient(gateway.url)
    assert client.send(key="notice-1", mobile="nobody", text="x") == Rejected("incomplete_or_too_long")


def test_a_gateway_that_is_down_leaves_the_message_to_be_sent_again(gateway: Sandbox) -> None:
    client = SmsClient(gateway.url, patience=Patience(tries=2, first_wait=0.01))
    gateway.kill()
    with pytest.raises(GatewayDown):
        client.send(key="notice-1", mobile="03001234567", text="x")
    with pytest.raises(GatewayDown):
        client.reports()
