"""Wires that kill the worker they run in, with -9, at a moment the test has chosen.

``CRASH_BANK`` is the address of the sandbox bank, ``CRASH_FOLDER`` a folder. ``CRASH_AT`` is ``checking:1`` (in the middle
of preparing: instructions are made, amounts not yet recomputed), ``calling:2`` (the second file is marked as being sent and
the bank not called) or ``answered:2`` (the bank has the second file, and we have not written that down). ``CRASH_TELL`` is a
file that gets a line at each such moment.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.payments import cast, crash_worker

from mazdoor.interfaces.iso20022.rail import Pain001Format

_seen: Counter[str] = Counter()


def _come_to(moment: str) -> None:
    _seen[moment] += 1
    here = f"{moment}:{_seen[moment]}"
    with Path(os.environ["CRASH_TELL"]).open("a") as told:
        told.write(f"{os.getpid()} {here}\n")
    if os.environ.get("CRASH_AT") == here:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)  # long enough for another worker to get in between, if it could


class _Checker(cast.RedoneByHand):
    def recompute(self, *, programme_code: str, on_date: Any, enrolment_ids: Sequence[int]) -> dict[int, int]:
        _come_to("checking")
        return super().recompute(programme_code=programme_code, on_date=on_date, enrolment_ids=enrolment_ids)


class _Rail:
    def __init__(self) -> None:
        self._real = crash_worker.rail(os.environ["CRASH_BANK"], Path(os.environ["CRASH_FOLDER"]))

    def send(self, *, bank_code: str, message_id: str, file: Path) -> Any:
        _come_to("calling")
        answer = self._real.send(bank_code=bank_code, message_id=message_id, file=file)
        _come_to("answered")
        return answer

    def fetch_status(self, **asked: Any) -> Any:
        return self._real.fetch_status(**asked)

    def fetch_statement(self, **asked: Any) -> Any:
        return self._real.fetch_statement(**asked)


def amount_checker() -> Any:
    """The slow engine."""
    return _Checker()


def bank_rail() -> Any:
    """The way to the banks."""
    return _Rail()


def payment_format() -> Any:
    """Their files."""
    return Pain001Format()
