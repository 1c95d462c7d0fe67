"""The programmes of the policies in force."""

from __future__ import annotations

from mazdoor.delivery.assessment import refusals
from mazdoor.rules.installed import installed_policies as policy_set

__all__ = ["check_programme", "policy_set"]


def check_programme(programme_code: str) -> None:
    """Raises ``ASM-003`` where the policies have no such programme."""
    if programme_code not in policy_set().programmes:
        raise refusals.PROGRAMME_UNKNOWN.because(programme=programme_code)
