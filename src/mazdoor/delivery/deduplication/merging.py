"""Merges and their undoing: the forest of live merges, and the map kept from it."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from mazdoor.access import selectors as access
from mazdoor.database.prepared import ask
from mazdoor.delivery.deduplication import clustering, participants, refusals
from mazdoor.delivery.deduplication.models import MatchedPair, Merge
from mazdoor.delivery.deduplication.participants import Merged
from mazdoor.delivery.deduplication.states import PairState
from mazdoor.journal import services as journal

_LOCK = 5_170_001  # merges are rare and touch whole groups: one at a time keeps the forest a forest


def merge(
    *, person_a_id: int, person_b_id: int, reason: str, keep_person_id: int | None = None, pair_id: int | None = None
) -> int:
    """Let one record stand for both, and give the number of the merge.

    The heads of the two persons' groups are joined; ``keep_person_id`` (either person) says which group's head stays,
    else the older registration. Refuses DED-004 without a reason, DED-005 without an officer, DED-006 where the two are
    one already (a person cannot be merged with themselves), DED-007 where a person is not seen.
    """
    officer = deciding_officer()
    if not reason.strip():
        raise refusals.REASON_NEEDED.because()
    with transaction.atomic():
        hold_merges()
        areas = _areas([person_a_id, person_b_id])
        heads = head_of(person_a_id), head_of(person_b_id)
        if heads[0] == heads[1]:
            raise refusals.SAME_PERSON.because()
        kept = head_of(keep_person_id) if keep_person_id in (person_a_id, person_b_id) else min(heads)
        gone = heads[1] if kept == heads[0] else heads[0]
        areas |= _areas([kept, *group_of(gone)])
        _check_not_parted(group_of(kept), group_of(gone))
        first = kept == heads[0]
        made = Merge.objects.create(
            canonical_person_id=kept,
            merged_person_id=gone,
            kept_person_id=person_a_id if first else person_b_id,
            joined_person_id=person_b_id if first else person_a_id,
            pair_id=pair_id,
            officer_id=officer,
            reason=reason.strip(),
            canonical_area=areas[kept],
            merged_area=areas[gone],
        )
        moved = _apply(made)
        clustering.draw_around([kept, gone])
        journal.record(
            act="deduplication.merge.made",
            subject=f"merge:{made.pk}",
            details={"canonical": kept, "merged": gone, "records": moved},
        )
    return int(made.pk)


def undo_merge(*, merge_id: int, reason: str) -> None:
    """Take one merge back, as if it had never been made: the merged record stands for itself again, and so for those
    merged into it before.

    Later merges of the same group are unwound first, last made first, and made again afterwards, so every participant
    sees undoings in the reverse order of merges. Each is made again between whoever now stands for the two it was made about:
    who had stood for one of them by the merge undone is not drawn along. The pair that led to the merge goes back into the
    queue. Refuses DED-004, DED-005, DED-007 where a record of the group is not seen, DED-008.
    """
    officer = deciding_officer()
    if not reason.strip():
        raise refusals.REASON_NEEDED.because()
    with transaction.atomic():
        hold_merges()
        made = Merge.objects.select_for_update().filter(pk=merge_id, undone_at__isnull=True).first()
        if made is None:
            raise refusals.MERGE_NOT_LIVE.because()
        group = group_of(head_of(made.merged_person_id))
        areas = _areas(group)  # whoever cannot see the whole group cannot take it apart
        later = list(
            Merge.objects.select_for_update()
            .filter(canonical_person_id__in=group, undone_at__isnull=True, pk__gt=made.pk)
            .order_by("-pk")
        )
        for other in later:
            _unwind(other)
        moved = _unwind(made)
        made.undone_by_officer_id, made.undo_reason = officer, reason.strip()
        made.save(update_fields=["undone_by_officer_id", "undo_reason"])
        for other in reversed(later):
            _make_again(other, areas)
        _queue_again(group)
        clustering.draw_around(group)
        journal.record(
            act="deduplication.merge.undone",
            subject=f"merge:{made.pk}",
            details={
                "canonical": made.canonical_person_id,
                "merged": made.merged_person_id,
                "records": moved,
                "made_again": len(later),
            },
        )


def _make_again(made: Merge, areas: dict[int, str]) -> None:
    """Let a merge take effect once more, between those who now stand for the two it was made about."""
    kept, joined = made.kept_person_id, made.joined_person_id
    if kept is not None and joined is not None:  # not written down of merges made by an older version
        before = made.merged_person_id, made.canonical_person_id
        made.canonical_person_id, made.merged_person_id = head_of(kept), head_of(joined)
        if before != (made.merged_person_id, made.canonical_person_id):
            made.stood_before.append(dict(zip(("merged", "canonical"), before, strict=True)))
        made.canonical_area, made.merged_area = areas[made.canonical_person_id], areas[made.merged_person_id]
        made.save(update_fields=["canonical_person", "merged_person", "canonical_area", "merged_area", "stood_before"])
    _apply(made)


def _apply(made: Merge) -> int:
    """Let a merge take effect: map first, then the participants in order. Gives how many records it moved."""
    moved = tuple(_below(made.merged_person_id))
    made.undone_at = None
    made.save(update_fields=["undone_at"])
    _redraw(moved)
    news = _news(made, moved)
    made.participants = [{"name": part.name, "record": part.on_merge(news) or {}} for part in participants.in_order()]
    made.save(update_fields=["participants"])
    return len(moved)


def _unwind(made: Merge) -> int:
    """The reverse of `_apply`. The participants are those that took part, whoever has registered since."""
    moved = tuple(_below(made.merged_person_id))
    made.undone_at = timezone.now()
    made.save(update_fields=["undone_at"])
    _redraw(moved)
    for entry in reversed(made.participants):
        participants.get_participant(entry["name"]).on_undo(_news(made, moved), entry["record"])
    return len(moved)


def _news(made: Merge, moved: tuple[int, ...]) -> Merged:
    return Merged(
        merge_id=made.pk,
        canonical_person_id=made.canonical_person_id,
        merged_person_id=made.merged_person_id,
        person_ids=moved,
    )


# Pairs found to be one person that no longer are: whether a merge was made for them or they were joined by others.
_QUEUE_AGAIN = """
UPDATE deduplication_matchedpair p SET state = 'queued', decided_at = NULL
WHERE p.state = 'same' AND p.person_a_id = ANY (%(people)s) AND p.person_b_id = ANY (%(people)s)
  AND coalesce((SELECT c.canonical_person_id FROM deduplication_canonicalperson c WHERE c.person_id = p.person_a_id),
               p.person_a_id)
   <> coalesce((SELECT c.canonical_person_id FROM deduplication_canonicalperson c WHERE c.person_id = p.person_b_id),
               p.person_b_id)
"""


def _queue_again(people: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE_AGAIN, {"people": people})


def _check_not_parted(kept: list[int], gone: list[int]) -> None:
    """Refuses DED-011 where a pair between the two groups was found to be two persons."""
    parted = MatchedPair.objects.filter(state=PairState.DIFFERENT)
    if (
        parted.filter(person_a_id__in=kept, person_b_id__in=gone).exists()
        or parted.filter(person_a_id__in=gone, person_b_id__in=kept).exists()
    ):
        raise refusals.FOUND_DIFFERENT.because()


def head_of(person_id: int) -> int:
    """Who stands for this person: themselves where nobody else does."""
    rows = ask(
        "SELECT canonical_person_id FROM deduplication_canonicalperson WHERE person_id = %s::bigint", [str(person_id)]
    )
    return int(rows[0][0]) if rows else person_id


def group_of(head_id: int) -> list[int]:
    """The persons one head stands for, the head first, then by number."""
    others = ask(
        "SELECT person_id FROM deduplication_canonicalperson WHERE canonical_person_id = %s::bigint ORDER BY person_id",
        [str(head_id)],
    )
    return [head_id, *(int(number) for (number,) in others)]


# Everybody below a node of the forest of live merges, the node included.
_BELOW = """
WITH RECURSIVE below AS (
    SELECT %(node)s::bigint AS person_id
    UNION
    SELECT m.merged_person_id FROM deduplication_merge m JOIN below b ON b.person_id = m.canonical_person_id
    WHERE m.undone_at IS NULL
)
SELECT person_id FROM below ORDER BY person_id <> %(node)s, person_id
"""

# The head of each of these people: the end of their chain of live merges.
_REDRAW = """
WITH RECURSIVE up AS (
    SELECT p.person_id AS person_id, p.person_id AS at FROM unnest(%(people)s::bigint[]) AS p(person_id)
    UNION
    SELECT u.person_id, m.canonical_person_id FROM up u JOIN deduplication_merge m
      ON m.merged_person_id = u.at AND m.undone_at IS NULL
), heads AS (
    SELECT person_id, at AS head FROM up u
    WHERE NOT EXISTS (SELECT 1 FROM deduplication_merge m WHERE m.merged_person_id = u.at AND m.undone_at IS NULL)
), gone AS (
    DELETE FROM deduplication_canonicalperson c USING heads h WHERE c.person_id = h.person_id AND h.head = h.person_id
)
INSERT INTO deduplication_canonicalperson (person_id, canonical_person_id, area_code, canonical_area)
SELECT h.person_id, h.head, own.area_code, kept.area_code
FROM heads h
JOIN registration.person_now own ON own.person_id = h.person_id
JOIN registration.person_now kept ON kept.person_id = h.head
WHERE h.head <> h.person_id
ON CONFLICT (person_id) DO UPDATE
SET canonical_person_id = excluded.canonical_person_id, canonical_area = excluded.canonical_area
"""


def _below(node: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"node": node})
        return [int(row[0]) for row in cursor.fetchall()]


def _redraw(people: tuple[int, ...]) -> None:
    """Bring the map of these people in line with the live merges."""
    with connection.cursor() as cursor:
        cursor.execute(_REDRAW, {"people": list(people)})


def _areas(people: list[int]) -> dict[int, str]:
    """Where these people live, by row-level security; refuses DED-007 if one is not seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, area_code FROM registration.person_now WHERE person_id = ANY (%s)", [people])
        found = {int(person): str(area) for person, area in cursor.fetchall()}
    if not set(people) <= set(found):
        raise refusals.PERSON_UNKNOWN.because()
    return found


def deciding_officer() -> int:
    """The officer who acts; refuses DED-005 where nobody does, OFF-002 at a desk that may not decide."""
    officer = access.current_officer_id()
    if officer is None:
        raise refusals.OFFICER_NEEDED.because()
    access.check_may(access.current_officer(), "deduplication.decide")
    return officer


def hold_merges() -> None:
    """Let nobody else merge, undo or decide until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
