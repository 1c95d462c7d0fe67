"""Doors in for files of people: keep a file, say which column is which, bring it into the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.delivery.registration import refusals_files as refusals
from mazdoor.delivery.registration.files import columns, keeping, tasks
from mazdoor.delivery.registration.files.chunks import Acting
from mazdoor.delivery.registration.files.columns import Guess
from mazdoor.delivery.registration.files.importing import Progress, run_import
from mazdoor.delivery.registration.files.interruptions import not_kept
from mazdoor.delivery.registration.files.reading import open_file
from mazdoor.delivery.registration.models import FileImport
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.journal import services as journal
from mazdoor.kernel.refusals import Refusal


def receive_file(*, blocks: Iterable[bytes]) -> int:
    """Keep a file that was sent, look at its headings, and give its number.

    Raises REG-040 to REG-053 where it cannot be read at all, REG-058 where there is no room for it or no database (nothing is kept
    then), ``OFF-002`` at a desk that may not.
    Where every needed column is named as a question is, its columns are settled without asking.
    """
    access.check_acting_may("registration.register")
    try:
        return _received(blocks)
    except Refusal:
        raise
    except Exception as error:
        no = not_kept(error)
        if no is None:
            raise
        raise no from error


def _received(blocks: Iterable[bytes]) -> int:
    with transaction.atomic():
        row = FileImport.objects.create(officer_id=access.current_officer_id(), size=0, content_index=b"")
        try:
            folder = keeping.new_folder_of(row.pk)
            source = keeping.source_of(row.pk)
            row.size, row.content_index = keeping.keep(blocks, source)
            opened = open_file(source, work=folder)
            keeping.keep_opened(opened, folder)
        except BaseException:
            keeping.forget_all(row.pk)
            raise
        guesses = columns.guess(opened.headings, get_questionnaire())
        row.kind, row.remarks = opened.kind, opened.remarks
        row.mapping = [guess.column for guess in guesses]
        row.questionnaire_version = get_questionnaire().version
        row.save()
        journal.record(
            act="registration.file.received",
            subject=f"file:{row.pk}",
            details={"kind": row.kind, "columns": len(row.mapping)},
        )
    return int(row.pk)


def confirm_columns(*, import_id: int, mapping: Sequence[str]) -> None:
    """Settle which column answers which question. Raises REG-046 to REG-049; ``ValueError`` for a mapping of other columns
    than the file has."""
    access.check_acting_may("registration.register")
    with transaction.atomic():
        row = get_own(import_id)
        if row.state != FileImport.State.SENT:
            return
        if len(mapping) != (count := len(headings_of(import_id))):
            raise ValueError(f"a mapping of {len(mapping)} columns for a file of {count}")
        columns.check_mapping(list(mapping), get_questionnaire())
        row.mapping = list(mapping)
        row.state = FileImport.State.CONFIRMED
        row.checked_on = timezone.localdate()
        row.questionnaire_version = get_questionnaire().version
        row.save(update_fields=["mapping", "state", "checked_on", "questionnaire_version"])
        journal.record(
            act="registration.file.confirmed", subject=f"file:{import_id}", details={"columns": len(mapping)}
        )


def ask_to_import(*, import_id: int) -> bool:
    """Let a confirmed file be brought in behind, in the name of the officer who asks. False where it is under way."""
    access.check_acting_may("registration.register")
    row = get_own(import_id)
    if row.state == FileImport.State.SENT:
        raise refusals.NOT_MAPPED.because()
    return journal.put_behind(
        tasks.bring_in, key=tasks.key_of(import_id), import_id=import_id, officer_id=access.current_officer_id() or 0
    )


def columns_unsure(import_id: int) -> list[int]:
    """The columns (from 1) whose heading is only similar to what a question is called: somebody has to say yes to them."""
    return [place for place, each in enumerate(guesses_of(import_id), 1) if each.column and not each.sure]


def content_index_of(import_id: int) -> bytes:
    """The keyed hash of a file's bytes."""
    return bytes(get_own(import_id).content_index)


def forget(*, import_id: int) -> None:
    """Remove what was kept of a file that was not taken after all."""
    keeping.forget_all(import_id)


def import_file(*, import_id: int, acting: Acting, progress: Progress | None = None) -> None:
    """Bring a confirmed file in, here and now; goes on where an earlier run stopped."""
    run_import(import_id=import_id, acting=acting, progress=progress)


def get_own(import_id: int) -> FileImport:
    """A file the acting officer sent (the system sees all). Raises REG-049."""
    officer = access.current_officer_id()
    found = FileImport.objects.filter(pk=import_id)
    if officer is not None:
        found = found.filter(officer_id=officer)
    row = found.first()
    if row is None:
        raise refusals.FILE_UNKNOWN.because()
    return row


def sure_mapping(import_id: int) -> list[str] | None:
    """The mapping, where every heading that is taken for something is written as a question is called; else ``None``."""
    guesses = columns.guess(headings_of(import_id), get_questionnaire())
    return [guess.column for guess in guesses] if all(guess.sure for guess in guesses if guess.column) else None


def guesses_of(import_id: int) -> list[Guess]:
    """What each heading of a file is taken for."""
    return columns.guess(headings_of(import_id), get_questionnaire())


def headings_of(import_id: int) -> list[str]:
    """The headings of a file. Raises REG-050 where its folder is gone."""
    opened = keeping.find_opened(import_id)
    if opened is None:
        raise refusals.FILE_GONE.because()
    return opened.headings


def unknown_column(heading: str) -> Refusal:
    """The refusal of a map that names a column the file does not have."""
    return refusals.COLUMN_UNKNOWN.because(name=heading[:60])
