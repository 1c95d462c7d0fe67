"""Calling a service over HTTP: one place that decides what is tried again and what an error means.

Only a call that may safely be made twice is made twice: reading, or writing under an idempotency key. Anything but an
answer (time-out, dropped connection, 5xx) after the last try is :class:`Unanswered`: nobody knows what was done. A 4xx is
:class:`TurnedAway`: the service understood and said no. Neither carries the body, which may hold personal values.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx


class Unanswered(Exception):
    """No answer, or the answer of something broken: what became of the request is not known."""


class TurnedAway(Exception):
    """The service said no. ``status`` is the HTTP status."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"the service answered {status}")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to try: ``tries`` in all, waits doubling from ``first_wait`` seconds, a call's limit."""

    tries: int = 4
    first_wait: float = 0.2
    longest_wait: float = 5.0
    seconds: float = 30.0


class Caller:
    """Calls one service. Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        *,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.patience = patience or Patience()
        self._sleep = sleep
        self._client = httpx.Client(base_url=base_url, timeout=self.patience.seconds, trust_env=False)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        json: Any = None,
        params: dict[str, str | int] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Make a call, again and again within :class:`Patience` where it is ``repeatable``.

        Raises :class:`Unanswered` or :class:`TurnedAway`.
        """
        tries = self.patience.tries if repeatable else 1
        for attempt in range(1, tries + 1):
            try:
                response = self._client.request(method, path, json=json, params=params, headers=headers)
            except httpx.TransportError as error:
                problem = type(error).__name__
            else:
                if response.status_code < 400:
                    return response
                if response.status_code < 500 and response.status_code not in {408, 429}:
                    raise TurnedAway(response.status_code)
                problem = str(response.status_code)
            if attempt < tries:
                self.wait(attempt)
        raise Unanswered(f"no answer after {tries} tries ({problem})")

    def wait(self, attempt: int) -> None:
        """Wait before the next try: longer each time, and not in step with everybody else."""
        longest = min(self.patience.first_wait * 2 ** (attempt - 1), self.patience.longest_wait)
        self._sleep(longest * (0.5 + random.random() / 2))  # noqa: S311  spreading load, not keeping a secret
