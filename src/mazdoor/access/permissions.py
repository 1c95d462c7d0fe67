"""Which desk may do what. A table, so that it can be read aloud; that three different persons handle a payroll is
not here but in the payments tables themselves, where no menu can be talked round it.

An act is ``room.verb``. An act that is not in the table may be done by nobody, and asking for it is an error.
"""

from __future__ import annotations

from typing import Final

from mazdoor.access.models import Desk, Officer
from mazdoor.access.refusals import DESK_MAY_NOT, NOT_SIGNED_IN

R, V, P, F, I, A, Z = (  # noqa: E741 one letter per desk keeps the table readable
    Desk.REGISTRAR,
    Desk.VERIFIER,
    Desk.PROGRAMME,
    Desk.FINANCE,
    Desk.INSPECTOR,
    Desk.AUDITOR,
    Desk.ADMINISTRATOR,
)

ACTS: Final[dict[str, frozenset[Desk]]] = {
    act: frozenset(desks)
    for act, desks in {
        "registration.search": (R, V, P, F, I, A),
        "registration.read": (R, V, P, F, I, A),
        "registration.register": (R, V),
        "registration.correct": (R, V),
        "registration.consent": (R, V),
        "registration.inspect": (V, I),
        "registration.load": (P, Z),
        "fieldwork.enrol": (V, Z),
        "fieldwork.read": (R, V, Z),
        "fieldwork.mend": (R, V),
        "credentials.read": (R, V, P, A),
        "credentials.issue": (R, V),
        "credentials.revoke": (R, V),
        "verification.read": (R, V, P, A),
        "verification.decide": (V,),
        "deduplication.read": (V, P, A),
        "deduplication.decide": (V,),
        "accounts.read": (P, F, A),
        "accounts.request": (P, F),
        "wages.read": (R, P, I, A),
        "wages.record": (R, I),
        "wages.inspect": (I,),
        "contributions.read": (R, P, F, I, A),
        "contributions.record": (P, F),
        "assessment.read": (R, V, P, A),
        "assessment.run": (P,),
        "enrolment.read": (R, V, P, F, A),
        "enrolment.decide": (P,),
        "enrolment.renew": (R, V, P),
        "payments.read": (P, F, A),
        "payments.fund": (F,),
        "payments.prepare": (F, P),
        "payments.approve": (F,),
        "payments.release": (F,),
        "payments.cancel": (F,),
        "reconciliation.read": (F, A),
        "reconciliation.resolve": (F,),
        "ledger.read": (F, A),
        "notices.read": (R, P, A),
        "notices.send": (R, P),
        "casework.read": (R, V, P, F, I, A),
        "casework.open": (R, V, P, I),
        "casework.decide": (V, P),
        "casework.approve": (R, V, F),
        "casework.recertify": (R, V, P),
        "deliberation.read": (P, A),
        "deliberation.try": (P,),
        "deliberation.draft": (P,),
        "reporting.read": (R, V, P, F, I, A, Z),
        "journal.read": (A, Z),
        "access.manage": (Z,),
        "clients.read": (A, Z),
        "clients.manage": (Z,),
        "reference.change": (Z,),
    }.items()
}

WORKER_ACTS: Final = frozenset({"registration.consent", "casework.open"})
"""What a worker may do on the own pages, within the own rows: take back a consent, complain, ask for a correction."""


def can(officer: Officer | None, act: str) -> bool:
    """Whether this officer's desk may do ``act``; nobody and an inactive officer may do nothing."""
    desks = ACTS[act]
    return officer is not None and officer.is_active and Desk(officer.desk) in desks


def check_may(officer: Officer | None, act: str) -> None:
    """Refuse OFF-002 unless the officer's desk may do ``act``; OFF-003 when nobody is signed in."""
    if officer is None:
        raise NOT_SIGNED_IN.because()
    if not can(officer, act):
        desks = ", ".join(sorted(str(desk.label) for desk in ACTS[act])).lower()
        raise DESK_MAY_NOT.because(desk=officer.desk, act=act, desks=desks)
