"""One file, from its bytes to the register: read, grouped, entered chunk by chunk (`chunks`), the refused rows written back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.delivery.registration import refusals_files as refusals
from mazdoor.delivery.registration.files import findings, keeping
from mazdoor.delivery.registration.files.chunks import Acting, Work
from mazdoor.delivery.registration.files.columns import HOUSEHOLD_KEY
from mazdoor.delivery.registration.files.interruptions import told_plainly
from mazdoor.delivery.registration.files.reading import open_file
from mazdoor.delivery.registration.files.returning import write_returned
from mazdoor.delivery.registration.files.staging import is_staged, open_stage, stage
from mazdoor.delivery.registration.models import FileImport
from mazdoor.journal import services as journal

CHUNK_ROWS: Final = 25_000
READING: Final = "read"
ENTERING: Final = "enter"

Progress = Callable[[str, int, int], None]
"""(``read`` or ``enter``, rows done, rows in all or 0)."""


def run_import(
    *, import_id: int, acting: Acting, progress: Progress | None = None, chunk_rows: int = CHUNK_ROWS
) -> None:
    """Bring a file whose columns are confirmed into the register, from wherever an earlier run stopped.

    ``acting`` opens each transaction and says who acts. Raises REG-040 to REG-053 for a file that cannot be read at all;
    nothing of it is entered then. Raises REG-055 to REG-057 where the database, the disk or the folder fails: what is entered
    stays, and the same call goes on.
    """
    with told_plainly(import_id):
        _run(import_id, acting, progress or (lambda step, done, total: None), chunk_rows)


def _run(import_id: int, acting: Acting, tell: Progress, chunk_rows: int) -> None:
    with acting():
        row = FileImport.objects.get(pk=import_id)
        access.check_acting_may("registration.register")
    if row.state not in (FileImport.State.CONFIRMED,):
        if row.state == FileImport.State.SENT:
            raise refusals.NOT_MAPPED.because()
        return
    folder = keeping.folder_of(import_id)
    source = keeping.source_of(import_id)
    if not source.exists():
        raise refusals.FILE_GONE.because()
    opened = keeping.find_opened(import_id) or open_file(source, work=folder)
    mapping = list(row.mapping)
    if not is_staged(folder):
        household = mapping.index(HOUSEHOLD_KEY) if HOUSEHOLD_KEY in mapping else None
        stage(opened, folder, household_column=household, progress=lambda done: tell(READING, done, 0))
    on = row.checked_on or timezone.localdate()
    staged = open_stage(folder)
    try:
        findings.make_ready(staged)
        (total,) = staged.execute("SELECT count(*) FROM stage").fetchone() or (0,)
        tell(READING, total, total)
        with acting():
            FileImport.objects.filter(pk=import_id).update(rows_total=total, checked_on=on)
        if not total:
            raise refusals.FILE_EMPTY.because()
        work = Work(staged, row, mapping, on=on, acting=acting)
        work.enter_all(partial(tell, ENTERING), total=total, chunk_rows=chunk_rows)
        returned = folder / f"returned.{row.kind}"
        write_returned(staged, returned, kind=row.kind, headings=opened.headings, mapping=mapping)
        findings.summarise(staged, folder)
    finally:
        staged.close()
    with acting(), transaction.atomic():
        done = FileImport.objects.select_for_update().get(pk=import_id)
        if done.state != FileImport.State.DONE:
            FileImport.objects.filter(pk=import_id).update(state=FileImport.State.DONE, finished_at=timezone.now())
            journal.record(
                act="registration.file.done",
                subject=f"file:{import_id}",
                details={"entered": done.rows_entered, "already": done.rows_already, "refused": done.rows_refused},
                count=done.rows_total,
            )
    keeping.forget_file(import_id)
