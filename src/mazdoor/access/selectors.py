"""Doors out: who acts in this transaction, what they see, and who the officers are."""

from __future__ import annotations

from mazdoor.access.models import Officer
from mazdoor.access.permissions import WORKER_ACTS, can, check_may
from mazdoor.access.refusals import NOT_FOR_WORKERS, OFFICER_UNKNOWN
from mazdoor.database.acting import acting_record, current, current_areas, current_person
from mazdoor.database.prepared import ask

__all__ = [
    "can",
    "check_acting_may",
    "check_may",
    "current_officer",
    "current_officer_id",
    "current_person_ids",
    "find_officer",
    "get_officer",
    "list_officers",
    "sees_area",
]


def current_officer_id() -> int | None:
    """The officer who acts in this transaction; None for the system."""
    officer, _, _ = current()
    return int(officer) if officer else None


def current_officer() -> Officer | None:
    """The officer who acts in this transaction, as a record; None for the system."""
    number = current_officer_id()
    known = acting_record()
    if number is None or (isinstance(known, Officer) and known.pk == number):
        return known if number is not None else None
    return Officer.objects.get(pk=number)


def current_person_ids() -> tuple[int, ...]:
    """The person numbers of the worker who acts in this transaction; empty where an officer or the system does."""
    return tuple(int(number) for number in current_person().split(",") if number)


def check_acting_may(act: str) -> None:
    """Refuse OFF-002 unless the desk of whoever acts may do ``act``, WRK-008 where a worker acts and it is none of the few
    things workers do themselves. The system itself may (a bulk file has no officer); its reason stands in the journal."""
    if current_person():
        if act not in WORKER_ACTS:
            raise NOT_FOR_WORKERS.because(act=act)
        return
    officer = current_officer()
    if officer is not None:
        check_may(officer, act)


def sees_area(area_code: str) -> bool:
    """Whether whoever acts may see things in this area (P-code): the same answer row-level security gives."""
    areas = current_areas()
    if areas is None:
        ((sees,),) = ask("SELECT access_sees(%s)", [area_code])
        return bool(sees)
    return areas == "*" or any(prefix and area_code.startswith(prefix) for prefix in areas.split(","))


def get_officer(*, officer_id: int) -> Officer:
    """The officer with this number; refuses OFF-001."""
    officer = Officer.objects.filter(pk=officer_id).first()
    if officer is None:
        raise OFFICER_UNKNOWN.because()
    return officer


def find_officer(*, username: str) -> Officer | None:
    """The officer with this sign-in name."""
    return Officer.objects.filter(username=username).first()


def list_officers(*, desk: str | None = None) -> list[Officer]:
    """Active officers by sign-in name."""
    officers = Officer.objects.filter(is_active=True)
    return list(officers.filter(desk=desk) if desk else officers)
