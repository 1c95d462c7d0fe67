"""Who moves takes the account along: the office that answers for a person from now on sees where their money goes."""

from __future__ import annotations

from collections.abc import Sequence

from mazdoor.delivery.accounts.models import Account, AccountRequest
from mazdoor.delivery.registration.events import follow_moves


def take_part() -> None:
    """Register this room's part in moves; called at start-up."""
    follow_moves("accounts", on_move)


def on_move(person_ids: Sequence[int], area_code: str) -> None:
    """Accounts and requests of these persons go to the office of ``area_code``."""
    Account.objects.filter(person_id__in=person_ids).update(area_code=area_code)
    AccountRequest.objects.filter(person_id__in=person_ids).update(area_code=area_code)
