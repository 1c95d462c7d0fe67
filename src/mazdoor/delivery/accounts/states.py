"""The states of a request for an account and of an account, as tables."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class RequestState(StrEnum):
    """Where a request is. ``unknown``: the bank was asked and nobody knows what it did, so it is asked what it did."""

    WAITING = "waiting"
    UNKNOWN = "unknown"
    PENDING = "pending"
    OPENED = "opened"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_ANSWERS: Final = frozenset({RequestState.PENDING, RequestState.OPENED, RequestState.REFUSED, RequestState.UNKNOWN})

REQUEST_MOVES: Final[dict[RequestState, frozenset[RequestState]]] = {
    RequestState.WAITING: _ANSWERS | {RequestState.WITHDRAWN},
    # A bank that never heard of the request lets it wait again, under the same key.
    RequestState.UNKNOWN: (_ANSWERS - {RequestState.UNKNOWN}) | {RequestState.WAITING},
    RequestState.PENDING: frozenset({RequestState.OPENED, RequestState.REFUSED}),
    RequestState.OPENED: frozenset(),
    RequestState.REFUSED: frozenset(),
    RequestState.WITHDRAWN: frozenset(),
}


class AccountState(StrEnum):
    """Where an account is."""

    OPENED = "opened"
    CLOSED = "closed"


ACCOUNT_MOVES: Final[dict[AccountState, frozenset[AccountState]]] = {
    AccountState.OPENED: frozenset({AccountState.CLOSED}),
    AccountState.CLOSED: frozenset({AccountState.OPENED}),  # only by undoing the merge that closed it
}
