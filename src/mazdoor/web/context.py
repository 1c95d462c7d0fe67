"""What every page shows besides its own content: who is signed in, and at which desk."""

from typing import Any

from django.http import HttpRequest

from mazdoor.web.desks import DESKS
from mazdoor.web.officers import find_officer, officer_name
from mazdoor.web.permits import can


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame; empty for nobody."""
    officer = find_officer(request)
    if officer is None:
        return {}
    return {
        "officer_name": officer_name(officer),
        "desk_name": DESKS[officer.desk].name,
        "may_search": can(officer, "registration.search"),
        "may_register": can(officer, "registration.register"),
    }
