"""Telling a telephone something at once, whoever it belongs to: a one-time code.

Everything else is told to a person and waits its turn (:mod:`mazdoor.notices.services`). A code is for a number that may
belong to nobody we know, is worth nothing in ten minutes, and must not be kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from mazdoor.journal.services import record
from mazdoor.notices.ports import GatewayDown, Rejected, SmsGateway
from mazdoor.notices.segments import count_segments
from mazdoor.notices.templates import Value, fill, render


def tell_number(
    *,
    gateway: SmsGateway,
    mobile: str,
    template: str,
    params: Mapping[str, Value],
    language: str,
    key: str,
) -> bool:
    """Hand one message to the gateway now; ``False`` where it did not take it. ``key`` makes a repeated call one message.

    Neither the number nor the words are kept; the journal has only which template was sent. The caller says who acts.
    Raises NTC-001 or NTC-002.
    """
    text = render(template, fill(params, language), language)
    try:
        answer = gateway.send(key=key, mobile=mobile, text=text)
    except GatewayDown:
        outcome = "gateway-down"
    else:
        outcome = "rejected" if isinstance(answer, Rejected) else "sent"
    record(
        act=f"notices.direct.{outcome}",
        subject=f"template:{template}",
        details={"language": language, "segments": count_segments(text)},
    )
    return outcome == "sent"
