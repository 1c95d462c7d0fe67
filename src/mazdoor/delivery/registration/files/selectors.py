"""Doors out for files of people: which files, how far, what was found, whom they may hold twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.delivery.registration.files import keeping, tasks
from mazdoor.delivery.registration.files.findings import findings_of
from mazdoor.delivery.registration.files.importing import ENTERING, READING
from mazdoor.delivery.registration.files.services import get_own
from mazdoor.delivery.registration.models import FileDuplicate, FileImport, Person
from mazdoor.journal import selectors as journal

LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One file and where it stands. Counts are of rows."""

    import_id: int
    kind: str
    size: int
    state: str
    sent_at: datetime
    finished_at: datetime | None
    rows_total: int | None
    rows_entered: int
    rows_already: int
    rows_refused: int
    rows_repaired: int
    rows_flagged: int
    duplicates: int
    refusal_code: str
    refusal_details: dict[str, Any]
    remarks: list[str]
    mapping: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """Work on a file: ``waiting``, ``running`` or ``ended``; ``worker`` is false where nobody is there to do it."""

    state: str
    worker: bool
    step: str
    done: int
    total: int
    error: str

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state != "ended"


def list_files() -> list[FileRow]:
    """The files the acting officer sent (the system sees all), newest first."""
    officer = access.current_officer_id()
    found = FileImport.objects.all() if officer is None else FileImport.objects.filter(officer_id=officer)
    return [_row(each) for each in found.order_by("-sent_at", "-pk")[:LISTED]]


def get_file(*, import_id: int) -> FileRow:
    """One file. Raises REG-049."""
    return _row(get_own(import_id))


def find_work(*, import_id: int, task: str = tasks.IMPORTING) -> Underway | None:
    """What is done behind to a file (by a task of this name), or how its last work ended; ``None`` where nothing was asked
    for."""
    row = get_own(import_id)
    behind = journal.find_behind(task=task, key=tasks.key_of(import_id))
    if behind is None:
        return None
    run = journal.find_job(name=tasks.IMPORTING, key=tasks.key_of(import_id))
    steps = {step.step: step for step in run.steps} if run is not None else {}
    step = steps.get(ENTERING) or steps.get(READING)
    finished = row.state in (FileImport.State.DONE, FileImport.State.REFUSED)
    return Underway(
        state=behind.state,
        worker=journal.is_worker_there(),
        step=step.step if step is not None else "",
        done=step.done if step is not None else 0,
        total=(step.total or row.rows_total or 0) if step is not None else 0,
        error=run.error if run is not None and behind.state == "ended" and not finished else "",
    )


def find_returned(*, import_id: int) -> Path | None:
    """The file of refused rows, or ``None`` where there is none (any more)."""
    row = get_own(import_id)
    path = keeping.folder_of(import_id) / f"returned.{row.kind}"
    return path if path.exists() else None


def what_was_found(*, import_id: int) -> list[dict[str, Any]]:
    """How often each thing was found, by column: ``column``, ``kind``, ``code``, ``details`` (JSON), ``rows``, ``first_row``."""
    get_own(import_id)
    return list(findings_of(import_id))


def likely_duplicates(*, import_id: int, limit: int = 200) -> list[dict[str, Any]]:
    """Rows of a file that are likely somebody registered before: ``row``, ``person_id``, ``other_person_id``, ``why``.

    The other person may live where the officer sees nobody: then ``other_person_id`` is ``None`` and ``district`` is all that
    is told; it is empty otherwise.
    """
    get_own(import_id)
    found = list(
        FileDuplicate.objects.filter(file_import_id=import_id)
        .order_by("row", "why")
        .values("row", "person_id", "other_person_id", "why")[:limit]
    )
    others = [each["other_person_id"] for each in found]
    seen = set(Person.objects.filter(pk__in=others).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, district_code FROM registration.districts_of(%s)", [others])
        districts = dict(cursor.fetchall())
    return [
        dict(each) | {"district": ""}
        if each["other_person_id"] in seen
        else dict(each) | {"other_person_id": None, "district": districts.get(each["other_person_id"], "")}
        for each in found
    ]


def _row(row: FileImport) -> FileRow:
    return FileRow(
        import_id=row.pk,
        kind=row.kind,
        size=row.size,
        state=row.state,
        sent_at=timezone.localtime(row.sent_at),
        finished_at=timezone.localtime(row.finished_at) if row.finished_at else None,
        rows_total=row.rows_total,
        rows_entered=row.rows_entered,
        rows_already=row.rows_already,
        rows_refused=row.rows_refused,
        rows_repaired=row.rows_repaired,
        rows_flagged=row.rows_flagged,
        duplicates=row.duplicates,
        refusal_code=row.refusal_code,
        refusal_details=row.refusal_details,
        remarks=list(row.remarks),
        mapping=list(row.mapping),
    )
