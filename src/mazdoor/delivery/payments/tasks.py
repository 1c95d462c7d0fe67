"""The long work of payments, behind the page: preparing a payroll, sending its files.

Both go on where an earlier run stopped, so a job whose worker was killed is simply begun again. What a run refuses is
kept with the job (``journal.selectors.find_job``) and told on the payroll's page; a payroll somebody else is working on
is tried again later.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from procrastinate.contrib.django import app

from mazdoor.delivery.payments import refusals
from mazdoor.delivery.payments.ports import wires
from mazdoor.delivery.payments.preparing import prepare_payroll
from mazdoor.delivery.payments.sending import send_payroll
from mazdoor.delivery.payments.states import FileState
from mazdoor.journal.services import AGAIN, Job, run_behind

PREPARING: Final = "payments.prepare"
SENDING: Final = "payments.send"


def key_of(payroll_id: int) -> str:
    """What the jobs of a payroll are kept under: one of them runs at a time."""
    return f"payroll:{payroll_id}"


@app.task(name=PREPARING, retry=AGAIN)
def prepare(*, payroll_id: int, officer_id: int) -> None:
    """Bring a draft to *prepared*, in the name of the officer who asked."""
    with _running(PREPARING, payroll_id) as job:
        prepare_payroll(
            payroll_id=payroll_id, officer_id=officer_id, checker=wires().amount_checker(), on_step=job.finish
        )


@app.task(name=SENDING, retry=AGAIN)
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


def _running(name: str, payroll_id: int) -> AbstractContextManager[Job]:
    """The run of this job; tried again later where somebody is working on the payroll."""
    return run_behind(name=name, key=key_of(payroll_id), busy=(refusals.ALREADY_RUNNING,))
