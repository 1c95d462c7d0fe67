"""Whoever is new compared now, not only at night: asked for by an officer, done by the worker."""

from __future__ import annotations

from django.db import transaction

from mazdoor.delivery.deduplication import tasks
from mazdoor.delivery.deduplication.merging import deciding_officer
from mazdoor.delivery.deduplication.running import check_not_broken, is_under_way
from mazdoor.journal import services as journal


@transaction.atomic
def ask_comparison() -> bool:
    """Have whoever is new or changed compared with everybody, behind the page; False where that goes on or waits already.

    Refuses DED-005, and DED-020 where the last runs broke off.
    """
    deciding_officer()
    check_not_broken()
    if is_under_way() or not journal.put_behind(tasks.compare, key=tasks.REGISTER):
        return False
    journal.record(act="deduplication.run.asked", subject="deduplication", details={})
    return True
