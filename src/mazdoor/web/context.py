"""What every page shows besides its own content: who is signed in, at which desk, and the chain."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from mazdoor.web import chain
from mazdoor.web.desks import DESKS
from mazdoor.web.officers import find_officer, officer_name
from mazdoor.web.permits import can


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame. Counted only when the page shows it, and only for somebody signed in."""
    officer = find_officer(request)
    if officer is None:
        return {"chain": []}
    return {
        "officer_name": officer_name(officer),
        "desk_name": DESKS[officer.desk].name,
        "may_search": can(officer, "registration.search"),
        "may_register": can(officer, "registration.register"),
        "chain": SimpleLazyObject(lambda: chain.ribbon(officer)),
    }
