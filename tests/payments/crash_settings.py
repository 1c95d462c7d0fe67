"""Settings of the worker processes of the crash tests: the tests' own wires stand behind the ports."""

from __future__ import annotations

from tests.settings import *  # noqa: F403

MAZDOOR_WIRES = "tests.payments.crash_wires"
