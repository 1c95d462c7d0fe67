"""A file brought in behind the page (begun again, it goes on where it was), and old files forgotten each night."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Final

from procrastinate.contrib.django import app

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.registration.files import keeping
from mazdoor.delivery.registration.files.chunks import Acting
from mazdoor.delivery.registration.files.importing import run_import
from mazdoor.delivery.registration.files.interruptions import INTERRUPTIONS
from mazdoor.delivery.registration.models import FileImport
from mazdoor.journal.refusals import JOB_RUNS_ALREADY
from mazdoor.journal.services import AGAIN, Busy, job_run
from mazdoor.kernel.refusals import Refusal

IMPORTING: Final = "registration.import"


def key_of(import_id: int) -> str:
    """What the jobs of a file are kept under: one of them runs at a time."""
    return f"file:{import_id}"


@app.task(name=IMPORTING, retry=AGAIN)
def bring_in(*, import_id: int, officer_id: int) -> None:
    """Bring a confirmed file into the register, in the name of the officer who asked."""

    def acting() -> AbstractContextManager[Any]:
        return acting_as(officer_id=officer_id) if officer_id else acting_as_system(reason="import")

    bring_in_as(import_id=import_id, acting=acting)


def bring_in_as(*, import_id: int, acting: Acting) -> None:
    """Bring a confirmed file in, with its progress kept; one run of a file at a time. A file that turns out to be none is
    refused as a whole. Raises `Busy` where another run of it goes on, and where the database, the disk or the folder fails: it is
    tried again a few times, and then waits until somebody lets it go on."""
    try:
        with job_run(name=IMPORTING, key=key_of(import_id)) as job:
            run_import(import_id=import_id, acting=acting, progress=job.progress)
    except Refusal as no:
        if no.kind in (JOB_RUNS_ALREADY, *INTERRUPTIONS):
            raise Busy from no
        with acting():
            FileImport.objects.filter(pk=import_id, rows_entered=0).update(
                state=FileImport.State.REFUSED, refusal_code=no.code, refusal_details=no.details
            )


@app.periodic(cron="43 3 * * *")
@app.task(name="registration.forget_files", queueing_lock="registration.forget_files", pass_context=False)
def forget_old_files(timestamp: int = 0) -> None:
    """Each night: what is left of files nobody has worked on for `keeping.KEPT_DAYS` days is removed from the disk."""
    keeping.forget_old()
