"""Files of other systems taken in: each under a key of the system's own, so that sending again is safe.

1. The key is locked. A file whose bytes came under it before is told again (and goes on, if it was cut off); other bytes are
   refused, unless what came before was refused as a whole.
2. Columns are settled at once: by their headings, or as the system says. What is only a guess nobody says yes to here.
3. It is brought in behind, acting as the system: its areas, its name in the journal, its own keys of rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from mazdoor.delivery.registration.files import selectors
from mazdoor.delivery.registration.files import services as files
from mazdoor.delivery.registration.files.returning import refusal_of
from mazdoor.delivery.registration.files.tasks import key_of
from mazdoor.interfaces.clients.services import acting_as_client
from mazdoor.interfaces.rest import problems, refusals, tasks
from mazdoor.interfaces.rest.models import SentFile
from mazdoor.interfaces.rest.submitting import check_key, kept_under
from mazdoor.journal import services as journal
from mazdoor.kernel.refusals import Catalogue, Refusal

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

_STATES: Final = {"sent": "waiting", "confirmed": "waiting", "done": "done", "refused": "refused"}


class _Same(Exception):
    """The same file is here under its key."""


def send_file(client: Client, *, key: str, blocks: Iterable[bytes], columns: str) -> tuple[SentFile, bool]:
    """Take a file, or find that it is here; returns it and whether it is new. Refuses API-002, API-003, API-009, and the
    refusals of a file that cannot be read (REG-040 to REG-054): nothing is kept of it then."""
    check_key(key)
    with acting_as_client(client):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"api file {client.pk} {key}"])
        before = SentFile.objects.filter(client=client, key=key).first()
        number = 0
        try:
            with transaction.atomic():
                number = files.receive_file(blocks=blocks)
                sent = _settled(client, key, number, columns, before)
        except _Same:
            files.forget(import_id=number)
            assert before is not None
            _bring_in(client, before)  # does nothing where it is done or under way
            return before, False
        except Refusal:
            if number:
                files.forget(import_id=number)
            raise
        _bring_in(client, sent)
    return sent, True


def _settled(client: Client, key: str, number: int, columns: str, before: SentFile | None) -> SentFile:
    """The file just received, its columns confirmed, under its key."""
    content = files.content_index_of(number)
    if before is not None:
        if bytes(before.content_index) == content:
            raise _Same
        if selectors.get_file(import_id=before.import_id).state != "refused":
            raise refusals.KEY_USED.because()
    mapping = [each.strip() for each in columns.split(",")] if columns.strip() else files.sure_mapping(number)
    if mapping is None:
        unsure = ", ".join(str(place) for place in files.columns_unsure(number))
        raise refusals.COLUMNS_UNSURE.because(columns=unsure)
    if len(mapping) != len(files.headings_of(number)):
        raise refusals.COLUMNS_COUNT.because(given=len(mapping), columns=len(files.headings_of(number)))
    files.confirm_columns(import_id=number, mapping=mapping)
    sent = before or SentFile(client=client, key=key)
    sent.content_index, sent.import_id = content, number
    sent.save()
    return sent


def _bring_in(client: Client, sent: SentFile) -> None:
    if selectors.get_file(import_id=sent.import_id).state == "confirmed":
        journal.put_behind(tasks.bring_in, key=key_of(sent.import_id), import_id=sent.import_id, client_id=client.pk)


def find_file(client: Client, *, key: str) -> SentFile:
    """A file this system sent. Refuses API-004."""
    return kept_under(SentFile.objects.all(), client, key)


def told(client: Client, sent: SentFile) -> dict[str, Any]:
    """How far a file is and what was found in it. No cell of it: columns, codes and numbers of rows."""
    with acting_as_client(client):
        row = selectors.get_file(import_id=sent.import_id)
        work = selectors.find_work(import_id=sent.import_id, task=tasks.IMPORTING)
        found = selectors.what_was_found(import_id=sent.import_id)
        returned = selectors.find_returned(import_id=sent.import_id) is not None
    state = _STATES[row.state]
    if state == "waiting" and work is not None:
        state = {"running": "running", "ended": "stopped"}.get(work.state, state)
    kind = Catalogue.find(row.refusal_code) if row.refusal_code else None
    refusal = kind.because(**row.refusal_details) if kind is not None else None
    return {
        "key": sent.key,
        "state": state,
        "rows": row.rows_total,
        "done": min(work.done, row.rows_total or 0) if work is not None else 0,
        "registered": row.rows_entered,
        "already": row.rows_already,
        "refused": row.rows_refused,
        "flagged": row.rows_flagged,
        "repaired": row.rows_repaired,
        "likely_duplicates": row.duplicates,
        "refused_rows": returned,
        "refusal": problems.document(refusal) if refusal is not None else None,
        "found": [_finding(each) for each in found],
        "sent_at": row.sent_at,
        "finished_at": row.finished_at,
    }


def _finding(each: dict[str, Any]) -> dict[str, Any]:
    refusal = refusal_of(each["code"], each["details"])
    return {
        "column": each["column"],
        "kind": each["kind"],
        "rows": each["rows"],
        "first_row": each["first_row"],
        **problems.said(refusal),
    }


def refused_rows(client: Client, sent: SentFile) -> Path:
    """The file of refused rows. Refuses API-011 where there are none, or none any more."""
    with acting_as_client(client):
        path = selectors.find_returned(import_id=sent.import_id)
    if path is None:
        raise refusals.NOTHING_RETURNED.because()
    return path
