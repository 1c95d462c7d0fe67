"""What runs behind by itself: handing waiting messages, and answers to messages, to the SMS gateway; scanning files again."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from procrastinate.contrib.django import app

from mazdoor.access.services import acting_as_system
from mazdoor.delivery.registration import drafts, interests
from mazdoor.delivery.registration.files.tasks import bring_in
from mazdoor.delivery.registration.ports import wires
from mazdoor.delivery.registration.scanning import scan_again
from mazdoor.delivery.registration.telling import send_messages
from mazdoor.notices.ports import SmsGateway
from mazdoor.notices.tasks import GATEWAY

__all__ = ["answer_messages", "bring_in", "send_waiting_messages"]


class Wires(Protocol):
    """Who stands behind the port in this installation."""

    def sms_gateway(self) -> SmsGateway | None:
        """The SMS gateway, or ``None`` where there is none."""


@app.periodic(cron="* * * * *")
@app.task(name="registration.messages", queueing_lock="registration.messages", lock=GATEWAY, pass_context=False)
def send_waiting_messages(timestamp: int = 0) -> None:
    """Each minute: what waits, until the gateway has all of it or is down. Without a gateway everything stays queued."""
    gateway = cast(Wires, import_module(settings.MAZDOOR_WIRES)).sms_gateway()
    if gateway is None:
        return
    while True:
        counts = send_messages(gateway=gateway)
        if counts["queued"] or not counts["sent"] + counts["failed"]:
            return


@app.periodic(cron="* * * * *")
@app.task(name="registration.answers", queueing_lock="registration.answers", pass_context=False)
def answer_messages(timestamp: int = 0) -> None:
    """Each minute: answer what came in by SMS, until all is answered or the gateway is down."""
    gateway = cast(Wires, import_module(settings.MAZDOOR_WIRES)).sms_gateway()
    while gateway is not None:
        with acting_as_system(reason="messages are answered"):
            counts = interests.send_answers(gateway=gateway)
        if counts["waiting"] or not counts["sent"]:
            return


@app.periodic(cron="*/5 * * * *")
@app.task(name="registration.scan", queueing_lock="registration.scan", lock="registration.scan", pass_context=False)
def scan_files_again(timestamp: int = 0) -> None:
    """Each five minutes: look at files no scanner has looked at, until all are, or the scanner gives no verdict."""
    scanner = wires().scanner()
    last = 0
    while scanner is not None:
        with acting_as_system(reason="files are scanned again"):
            counts = scan_again(scanner=scanner, after=last)
        if counts["last"] == last or counts["unknown"]:
            return
        last = counts["last"]


@app.periodic(cron="17 3 * * *")
@app.task(name="registration.purge_drafts", queueing_lock="registration.purge_drafts", pass_context=False)
def purge_old_drafts(timestamp: int = 0) -> None:
    """Each night: forms nobody has touched for `drafts.KEPT_DAYS` days are thrown away with their files."""
    with acting_as_system(reason="old drafts are purged"):
        drafts.purge_drafts()
