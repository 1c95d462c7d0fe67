"""What the pages of this desk share: their place in the house, and how an act is tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from mazdoor.kernel.refusals import Refusal
from mazdoor.web.shell import above, refusal_sentence, show

T = TypeVar("T")

_ABOVE = {
    "web:duplicates": lambda: _("Duplicates"),
    "web:duplicate-households": lambda: _("Households"),
    "web:bulks": lambda: _("Accept many at once"),
}


def show_here(
    request: HttpRequest,
    template: str,
    *,
    up: str = "web:duplicates",
    refused: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """A page of this desk below the one named ``up``; ``refused``: why what was asked for was not done."""
    return show(
        request,
        f"web/duplicates/{template}.html",
        here="deduplication",
        above=above(_ABOVE[up](), up),
        refused=refused,
        status=409 if refused and status == 200 else status,
        **more,
    )


def tried(act: Callable[[], T]) -> tuple[T | None, str]:
    """Do it, in one transaction: what it gave. Where it is refused nothing is done: None, and the refusal as told to people."""
    try:
        with transaction.atomic():
            return act(), ""
    except Refusal as refusal:
        return None, refusal_sentence(refusal)
