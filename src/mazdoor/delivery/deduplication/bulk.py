"""Accepting many pairs at once, with a stated bound on the error.

1. An officer asks for all queued pairs from a weight on. Which pairs these are is fixed, and a random sample of them drawn.
2. Officers decide the sample, pair by pair, as any other pair.
3. The exact upper bound on the share of wrong ones is computed. Over the limit the whole is refused.
4. A second officer confirms; only then are the others merged behind the page (`accepting`), each as a merge of its own.
   The whole can be undone.

Only pairs that stand alone are taken: a cluster of several is for people, and so is what came back on new evidence.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.tasks import Task

from mazdoor.access import selectors as access
from mazdoor.delivery.deduplication import participants, refusals, tasks
from mazdoor.delivery.deduplication.accepting import find_held, get_held, root_of, standing, waiting
from mazdoor.delivery.deduplication.bounds import upper_bound
from mazdoor.delivery.deduplication.deciding import Outcome, decide_one
from mazdoor.delivery.deduplication.limits import limits_at
from mazdoor.delivery.deduplication.merging import deciding_officer, hold_merges
from mazdoor.delivery.deduplication.models import BulkAcceptance, BulkPair
from mazdoor.delivery.deduplication.states import BulkState, PairState
from mazdoor.journal import services as journal

# Which pairs: fixed by inserting them. The order in which the sample is drawn depends on the seed alone.
_TAKE = """
INSERT INTO deduplication_bulkpair (bulk_id, pair_id, sampled, area_a, area_b)
SELECT %(bulk)s, p.id,
       row_number() OVER (ORDER BY sha256(convert_to(%(seed)s::text || ':' || p.id, 'UTF8'))) <= %(sample)s,
       p.area_a, p.area_b
FROM deduplication_matchedpair p JOIN deduplication_cluster c ON c.id = p.cluster_id AND c.pairs = 1 AND NOT c.chain
WHERE p.state = 'queued' AND p.weight >= %(weight)s AND p.reopened IS NULL
  AND starts_with(p.area_a, %(area)s) AND starts_with(p.area_b, %(area)s)
  AND NOT EXISTS (SELECT FROM deduplication_bulkpair other JOIN deduplication_bulkacceptance b ON b.id = other.bulk_id
                  WHERE other.pair_id = p.id AND b.state IN ('sampling', 'bounded', 'confirming'))
"""


@transaction.atomic
def ask_bulk(*, weight_from: float, area_code: str, reason: str) -> int:
    """Ask for all queued pairs from ``weight_from`` bits on, with both persons in ``area_code`` (a P-code; empty: everywhere),
    to be taken for one person each. Returns the number of the acceptance, whose sample is to be decided now.

    Refuses DED-004 without a reason, DED-005, DED-014 where there are fewer pairs than the sample needs, DED-015 for an
    area outside the officer's.
    """
    officer = deciding_officer()
    if not reason.strip():
        raise refusals.REASON_NEEDED.because()
    if not access.sees_area(area_code):
        raise refusals.BULK_UNKNOWN.because()
    hold_merges()
    limits = limits_at()
    bulk = BulkAcceptance.objects.create(
        weight_from=weight_from,
        area_code=area_code,
        seed=secrets.randbits(62),
        pairs=0,
        sample_size=limits.bulk_sample,
        confidence=limits.bulk_confidence,
        error_limit=limits.bulk_error,
        reason=reason.strip(),
        asked_by=officer,
    )
    values: dict[str, Any] = {
        "bulk": bulk.pk,
        "seed": bulk.seed,
        "sample": bulk.sample_size,
        "weight": weight_from,
        "area": area_code,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        bulk.pairs = int(cursor.rowcount)
    if bulk.pairs < bulk.sample_size:
        raise refusals.NOTHING_TO_ACCEPT.because(pairs=bulk.pairs, sample=bulk.sample_size)
    people = [
        number
        for pair in bulk.members.values_list("pair__person_a_id", "pair__person_b_id").iterator()
        for number in pair
    ]
    bulk.error_limit = limits.error_limit({stake.programme_code for stake in participants.stakes_of(people)})
    bulk.save(update_fields=["pairs", "error_limit"])
    journal.record(
        act="deduplication.bulk.asked",
        subject=f"bulk:{bulk.pk}",
        details={"weight_from": weight_from, "sample": bulk.sample_size, "seed": str(bulk.seed), "area": area_code},
        count=bulk.pairs,
        root=root_of(bulk),
    )
    return int(bulk.pk)


@transaction.atomic
def decide_sampled(*, bulk_id: int, pair_id: int, decision: str, note: str = "") -> Outcome:
    """Decide one pair of the sample, as any other pair; it takes effect at once (or waits for its second opinion).

    With the last one the bound is computed: the acceptance is then ``bounded``, or ``refused`` where the bound lies over
    the limit. Whatever is not found to be one person counts as wrong. Refuses as `decide_pair`, and DED-015.
    """
    officer = deciding_officer()
    hold_merges()
    bulk = get_held(bulk_id, to=BulkState.BOUNDED)
    member = BulkPair.objects.filter(bulk=bulk, pair_id=pair_id, sampled=True, found="").first()
    if member is None:
        raise refusals.BULK_UNKNOWN.because()
    outcome = decide_one(pair_id, decision, officer, note=note)
    if outcome.state != PairState.PROPOSED:
        member.found, member.found_by, member.merge_id = outcome.state, officer, outcome.merge_id
        member.save(update_fields=["found", "found_by", "merge"])
        _bound(bulk)
    return outcome


def _bound(bulk: BulkAcceptance) -> None:
    """With the whole sample decided: how wrong the rest may be."""
    sample = BulkPair.objects.filter(bulk=bulk, sampled=True)
    if sample.filter(found="").exists():
        return
    bulk.wrong = sample.exclude(found=PairState.SAME).count()
    bulk.bound = upper_bound(wrong=bulk.wrong, sample=bulk.sample_size, confidence=bulk.confidence)
    bulk.state = BulkState.BOUNDED if bulk.bound <= bulk.error_limit else BulkState.REFUSED
    bulk.save(update_fields=["wrong", "bound", "state"])
    journal.record(
        act=f"deduplication.bulk.{bulk.state}",
        subject=f"bulk:{bulk.pk}",
        details={"wrong": bulk.wrong, "bound": f"{bulk.bound:.6f}", "limit": f"{bulk.error_limit:.6f}"},
        count=bulk.sample_size,
    )


@transaction.atomic
def confirm_bulk(*, bulk_id: int) -> None:
    """Confirm, as another officer than who asked: every pair of it that still waits unchanged is merged, behind the page.

    Refuses DED-015, DED-016 for whoever asked, DED-017 where the bound lies over the limit.
    """
    officer = deciding_officer()
    hold_merges()
    bulk = get_held(bulk_id, to=BulkState.CONFIRMING)
    if officer == bulk.asked_by:
        raise refusals.BULK_SECOND_OFFICER.because()
    if bulk.bound is None or bulk.bound > bulk.error_limit:
        raise refusals.BULK_ABOVE_LIMIT.because(
            bound=round((bulk.bound or 1.0) * 10_000), limit=round(bulk.error_limit * 10_000)
        )
    bulk.state, bulk.confirmed_by, bulk.confirmed_at = BulkState.CONFIRMING, officer, timezone.now()
    bulk.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    journal.record(act="deduplication.bulk.confirming", subject=f"bulk:{bulk.pk}", count=waiting(bulk).count())
    _put_behind(tasks.accept, bulk_id, officer)


@transaction.atomic
def go_on_with_bulk(*, bulk_id: int) -> None:
    """Go on with a merging or an undoing that ended before its time. Pairs are merged in the name of the officer who
    confirmed, and undone in that of whoever goes on. Refuses DED-015."""
    officer = deciding_officer()
    if merging := find_held(bulk_id, to=BulkState.CONFIRMED):
        _put_behind(tasks.accept, bulk_id, merging.confirmed_by or officer)
    else:
        get_held(bulk_id, to=BulkState.UNDONE)
        _put_behind(tasks.undo, bulk_id, officer)


@transaction.atomic
def refuse_bulk(*, bulk_id: int) -> None:
    """Call an acceptance off before it is confirmed; what was decided of its sample stays decided. Refuses DED-015."""
    deciding_officer()
    hold_merges()
    bulk = get_held(bulk_id, to=BulkState.REFUSED)
    bulk.state = BulkState.REFUSED
    bulk.save(update_fields=["state"])
    journal.record(act="deduplication.bulk.called_off", subject=f"bulk:{bulk.pk}", details={})


@transaction.atomic
def undo_bulk(*, bulk_id: int, reason: str) -> None:
    """Undo every merge a confirmed acceptance made and that still stands, behind the page; a merging under way ends.

    What officers decided of the sample, they looked at: it stays, and can be undone pair by pair. Refuses DED-004, DED-015.
    """
    officer = deciding_officer()
    if not reason.strip():
        raise refusals.REASON_NEEDED.because()
    hold_merges()
    bulk = get_held(bulk_id, to=BulkState.UNDOING)
    bulk.state, bulk.undone_by, bulk.undone_at = BulkState.UNDOING, officer, timezone.now()
    bulk.undo_reason = reason.strip()
    bulk.save(update_fields=["state", "undone_by", "undone_at", "undo_reason"])
    journal.record(act="deduplication.bulk.undoing", subject=f"bulk:{bulk.pk}", count=standing(bulk).count())
    _put_behind(tasks.undo, bulk_id, officer)


def _put_behind(task: Task[..., Any, Any], bulk_id: int, officer: int) -> None:
    journal.put_behind(task, key=tasks.key_of(bulk_id), bulk_id=bulk_id, officer_id=officer)
