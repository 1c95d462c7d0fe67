"""What runs behind by itself: asking the SMS gateway what became of messages."""

from __future__ import annotations

from importlib import import_module
from typing import Final, Protocol, cast

from django.conf import settings
from procrastinate.contrib.django import app

from mazdoor.access.services import acting_as_system
from mazdoor.notices import services
from mazdoor.notices.ports import DeliveryReports, GatewayDown

GATEWAY: Final = "notices.gateway"
"""The lock of whatever sends notices or takes reports: a report on a message is never taken before the message is sent."""


class Wires(Protocol):
    """Who stands behind the port in this installation."""

    def delivery_reports(self) -> DeliveryReports | None:
        """The SMS gateway, or ``None`` where there is none."""


@app.periodic(cron="* * * * *")
@app.task(name="notices.reports", queueing_lock="notices.reports", lock=GATEWAY, pass_context=False)
def fetch_reports(timestamp: int = 0) -> None:
    """Each minute: what became of messages that were sent. A gateway that is down is asked again a minute later."""
    gateway = cast(Wires, import_module(settings.MAZDOOR_WIRES)).delivery_reports()
    if gateway is None:
        return
    with acting_as_system(reason="delivery reports are taken"):
        try:
            services.take_reports(gateway=gateway)
        except GatewayDown:
            return
