"""Doors into deliberation: save a reform as a draft, withdraw it."""

from __future__ import annotations

from django.db import transaction

from mazdoor.access import selectors as access
from mazdoor.deliberation import refusals
from mazdoor.deliberation.models import DraftRule
from mazdoor.deliberation.privacy import results_of
from mazdoor.deliberation.states import TRANSITIONS, DraftState
from mazdoor.deliberation.trials import try_reform
from mazdoor.journal import services as journal


@transaction.atomic
def save_draft(*, text: str, benchmark: str = "") -> int:
    """Keep a reform with what it was found to do on the newest snapshot. Returns the draft's number.

    It is tried again here (or remembered), so that what is kept is what the text does. Raises as
    :func:`mazdoor.deliberation.trials.try_reform`.
    """
    access.check_acting_may("deliberation.draft")
    trial = try_reform(text=text, benchmark=benchmark)
    report = trial.report
    draft = DraftRule.objects.create(
        programme_code=report.programme,
        title_en=report.reform_title.en,
        title_ur=report.reform_title.ur,
        reform_text=text,
        rule_hash_before=report.rule_before,
        rule_hash_after=report.rule_after,
        snapshot_id_number=trial.snapshot_id,
        snapshot_hash=trial.snapshot_hash,
        results=results_of(report),
        written_by=access.current_officer_id(),
    )
    journal.record(
        act="deliberation.draft.saved",
        subject=f"draft:{draft.pk}",
        details={"programme": report.programme, "rule": report.rule_after[:16], "snapshot": trial.snapshot_id},
    )
    return draft.pk


@transaction.atomic
def withdraw_draft(*, draft_id: int) -> None:
    """Take a draft back; it stays on record. Raises ``DLB-001``, ``DLB-003``, ``OFF-002``."""
    access.check_acting_may("deliberation.draft")
    draft = DraftRule.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise refusals.DRAFT_UNKNOWN.because()
    if DraftState.WITHDRAWN not in TRANSITIONS[DraftState(draft.state)]:
        raise refusals.DRAFT_CLOSED.because()
    draft.state = DraftState.WITHDRAWN
    draft.save(update_fields=["state"])
    journal.record(act="deliberation.draft.withdrawn", subject=f"draft:{draft_id}", details={})
