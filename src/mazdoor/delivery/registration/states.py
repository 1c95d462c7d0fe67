"""The states of a form: received, then registered or refused. A refused form says why and can be sent again."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class FormState(StrEnum):
    """Where a form is."""

    RECEIVED = "received"
    REGISTERED = "registered"
    REFUSED = "refused"


TRANSITIONS: Final[dict[FormState, frozenset[FormState]]] = {
    FormState.RECEIVED: frozenset({FormState.REGISTERED, FormState.REFUSED}),
    FormState.REFUSED: frozenset({FormState.REGISTERED}),
    FormState.REGISTERED: frozenset(),
}
