"""Asking a service about many records at once: what the wires to the authorities share.

The question is ``{"records": [{"reference": …}, …]}``, the answer ``{"transaction": …, "answers": [{"reference": …}, …]}``; an
answer without a readable reference is left out. A service that does not answer, turns us away, or answers something else
is *unavailable*: nothing is known of anybody asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mazdoor.delivery.verification.ports import ServiceUnavailableError
from mazdoor.interfaces.calling import Caller, TurnedAway, Unanswered


class Told(NamedTuple):
    """What came back: the service's number of the batch, and the answers that name what they answer."""

    transaction: str
    answers: list[Mapping[str, Any]]


def ask_records(caller: Caller, path: str, records: list[dict[str, Any]], *, service: str) -> Told:
    """Ask about ``records``. Raises ``ServiceUnavailableError``; ``service`` names it there."""
    try:
        body = caller.call("POST", path, repeatable=True, json={"records": records}).json()
    except TurnedAway as error:
        raise ServiceUnavailableError(f"{service} turned us away", problem="refused") from error
    except (Unanswered, ValueError) as error:
        raise ServiceUnavailableError(f"{service} does not answer") from error
    answers = body.get("answers") if isinstance(body, dict) else None
    if not isinstance(answers, list):
        raise ServiceUnavailableError(f"the answer of {service} has no answers")
    return Told(
        str(body.get("transaction") or "")[:40],
        [answer for answer in answers if isinstance(answer, dict) and isinstance(answer.get("reference"), str)],
    )
