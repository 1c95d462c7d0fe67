"""Contributions: what has been paid in, and for how many."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.contributions import selectors as contributions
from mazdoor.web.chain import standings
from mazdoor.web.officers import get_officer
from mazdoor.web.permits import needs
from mazdoor.web.shell import show


@require_GET
@needs("contributions.read")
def page(request: HttpRequest) -> HttpResponse:
    """How many have anything paid in, of all who are registered."""
    insured = contributions.count_insured()
    registered = standings(get_officer(request))["registration"].reached
    return show(
        request,
        "web/queues/contributions.html",
        title=_("Contributions"),
        here="contributions",
        insured=insured,
        registered=registered,
        share=insured / registered if registered else None,
    )
