"""The long work of payments, behind the page: preparing a payroll, sending its files.

Both go on where an earlier run stopped, so a job whose worker was killed is simply begun again. What a run refuses is
kept with the job (``journal.selectors.find_job``) and told on the payroll's page; a payroll somebody else is working on
is tried again later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mazdoor.delivery.payments import refusals
from mazdoor.delivery.payments.ports import wires
from mazdoor.delivery.payments.preparing import prepare_payroll
from mazdoor.delivery.payments.sending import send_payroll
from mazdoor.delivery.payments.states import FileState
from mazdoor.journal.refusals import JOB_RUNS_ALREADY
from mazdoor.journal.services import Job, job_run
from mazdoor.kernel.refusals import Refusal

PREPARING: Final = "payments.prepare"
SENDING: Final = "payments.send"


class Busy(Exception):
    """Somebody is working on the payroll at this moment."""


_AGAIN: Final = RetryStrategy(max_attempts=10, linear_wait=3, retry_exceptions=(Busy, OSError, OperationalError))


def key_of(payroll_id: int) -> str:
    """What the jobs of a payroll are kept under: one of them runs at a time."""
    return f"payroll:{payroll_id}"


@app.task(name=PREPARING, retry=_AGAIN)
def prepare(*, payroll_id: int, officer_id: int) -> None:
    """Bring a draft to *prepared*, in the name of the officer who asked."""
    with _running(PREPARING, payroll_id) as job:
        prepare_payroll(
            payroll_id=payroll_id, officer_id=officer_id, checker=wires().amount_checker(), on_step=job.finish
        )


@app.task(name=SENDING, retry=_AGAIN)
def send(*, payroll_id: int, officer_id: int) -> None:
    """Write and send the files of a released payroll, in the name of the officer who asked."""
    ends = {FileState.SENT.value, FileState.UNKNOWN.value, FileState.REFUSED.value, FileState.CANCELLED.value}
    answered = 0
    with _running(SENDING, payroll_id) as job:

        def told(step: str) -> None:
            nonlocal answered
            if step.split()[0] in ends:
                answered += 1
                job.progress("answered", answered)

        send_payroll(
            payroll_id=payroll_id,
            officer_id=officer_id,
            rail=wires().bank_rail(),
            file_format=wires().payment_format(),
            on_step=told,
        )


@contextmanager
def _running(name: str, payroll_id: int) -> Iterator[Job]:
    """The run of this job. A refusal ends it and is kept with it: trying the same again would be refused again."""
    try:
        with job_run(name=name, key=key_of(payroll_id)) as job:
            yield job
    except Refusal as no:
        if no.kind in (refusals.ALREADY_RUNNING, JOB_RUNS_ALREADY):
            raise Busy from no
