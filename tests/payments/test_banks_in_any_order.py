"""Whatever order banks answer in, money is conserved and nobody is paid twice."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

pytestmark = pytest.mark.django_db

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


def test_a_few_orders_of_events() -> None:
    from tests.payments.machine import Banks

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Banks, settings=settings(QUIET, max_examples=12, stateful_step_count=25, derandomize=True)
    )


@pytest.mark.soak
def test_very_many_orders_of_events() -> None:
    from tests.payments.machine import Banks

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Banks, settings=settings(QUIET, max_examples=400, stateful_step_count=60)
    )
