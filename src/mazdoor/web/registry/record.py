"""Everything that is recorded of a person and their household today, to read over and to print again for whoever lost theirs."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.registration.recorded import recorded_of
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.registry.wizard import showing
from mazdoor.web.registry.wizard.receipt import numbers_of, pdf_of, receipt_lines
from mazdoor.web.shell import Above, show


@require_GET
@needs("registration.correct")
def record(request: HttpRequest, person_id: int) -> HttpResponse:
    """Every answer, in words. Most of each CNIC is hidden, since paper is seen by others."""
    recorded = recorded_of(person_id=person_id)
    first = recorded.form["people"][0]
    return show(
        request,
        "web/registry/wizard/printed.html",
        title=_("What is recorded today"),
        here="registration",
        above=Above(formats.full_name(first), reverse("web:person", args=[person_id])),
        recorded=recorded,
        numbers=numbers_of(recorded),
        parts=list(showing.parts_of(recorded.form, masked=True)),
        receipt=receipt_lines(recorded),
        paper=reverse("web:person-record-pdf", args=[person_id]),
    )


@require_GET
@needs("registration.correct")
def pdf(request: HttpRequest, person_id: int) -> HttpResponse:
    """The same as PDF."""
    return pdf_of(recorded_of(person_id=person_id), title=_("What is recorded today"), filename="record.pdf")
