"""What duplicates bring to casework: a pair held to be fraud, and money that turns out to have been paid twice.

Deduplication stands earlier and cannot call casework: casework takes part in its merges and follows its decisions. A finding
is opened, a person answers it; nothing is recovered by itself.
"""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone

from mazdoor.casework.models import Case
from mazdoor.casework.services import open_case
from mazdoor.casework.states import CaseState
from mazdoor.delivery.deduplication.participants import Decided, Merged, follow_decisions, register_participant
from mazdoor.delivery.payments import selectors as payments
from mazdoor.journal import services as journal
from mazdoor.kernel.money import format_rupees

FRAUD: Final = "pair:"
"""Subject of a case about a pair held to be fraud, before the pair's number."""
PAID_TWICE: Final = "merge:"
"""Subject of a case about money paid twice, before the number of the merge by which it was found."""


def take_part() -> None:
    """Register this room's part in merges and decisions; called at start-up, after the rooms of the chain."""
    register_participant("casework", on_merge, on_undo)
    follow_decisions("casework", on_decision)


def on_decision(news: Decided) -> None:
    """Fraud opens a finding about the older record, with the officer's reason; whoever opened it does not answer it."""
    if news.decision == "fraud":
        open_case(kind=Case.Kind.FINDING, person_id=news.person_a_id, subject=f"{FRAUD}{news.pair_id}", words=news.note)


def on_merge(news: Merged) -> dict[str, Any]:
    """What both records were paid for one cycle becomes a finding. A merge that is made again finds its old case."""
    twice = payments.paid_twice(person_ids=[news.canonical_person_id])
    mine = [each for each in twice if _concerns(each, news)]
    if not mine:
        return {}
    subject = f"{PAID_TWICE}{news.merge_id}"
    known = Case.objects.filter(kind=Case.Kind.FINDING, person_id=news.canonical_person_id, subject=subject).first()
    if known is not None:
        if known.state == CaseState.SETTLED and known.answered_by is None:
            Case.objects.filter(pk=known.pk).update(state=CaseState.OPENED, answered_at=None)
            journal.record(act="casework.case.opened_again", subject=f"case:{known.pk}", details={})
        return {"case": known.pk}
    lines = [
        f"{each.programme_code} {each.period_from:%Y-%m}: {format_rupees(each.amounts[0])} + "
        f"{format_rupees(each.amounts[1])}"
        for each in mine
    ]
    said = "Paid under both records / دونوں اندراجات پر ادائیگی:\n" + "\n".join(lines)
    case = open_case(kind=Case.Kind.FINDING, person_id=news.canonical_person_id, subject=subject, words=said)
    return {"case": case}


def on_undo(news: Merged, record: dict[str, Any]) -> None:
    """Two persons after all: nobody was paid twice. A case that nobody has answered is settled by that."""
    if "case" not in record:
        return
    closed = Case.objects.filter(pk=record["case"], state=CaseState.OPENED).update(
        state=CaseState.SETTLED, answered_at=timezone.now(), answered_by=None
    )
    if closed:
        journal.record(act="casework.case.settled", subject=f"case:{record['case']}", details={"why": "merge undone"})


def _concerns(twice: payments.PaidTwice, news: Merged) -> bool:
    """Whether one of the two was paid under a record this merge brought: others were found by earlier merges."""
    return bool(set(payments.persons_of(entitlement_ids=twice.entitlement_ids)) & set(news.person_ids))
