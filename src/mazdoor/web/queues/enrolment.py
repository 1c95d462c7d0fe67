"""Enrolment: who is a beneficiary of what, by programme and state."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.enrolment import selectors as enrolment
from mazdoor.web.permits import may, needs
from mazdoor.web.programmes import words
from mazdoor.web.shell import asked_file, show
from mazdoor.web.tables import Column, Table


@require_GET
@needs("enrolment.read")
def page(request: HttpRequest) -> HttpResponse:
    """Beneficiaries by programme and state, for the officer's areas."""
    opens = may(request, "assessment.read")
    table = Table(
        name="enrolments",
        caption=_("Enrolments"),
        columns=[
            Column(
                _("Programme"),
                lambda r: words.title(r["programme_code"]),
                head=True,
                link=(lambda r: reverse("web:programme", args=[r["programme_code"]])) if opens else None,
            ),
            Column(_("State"), lambda r: r["state"], "state"),
            Column(_("How many"), lambda r: r["count"], "number"),
            Column(_("A cycle costs (Rs)"), lambda r: int(r["cycle_amount"]), "money"),
        ],
        rows=enrolment.counts_by_programme(),
    )
    if file := asked_file(request, table):
        return file
    return show(request, "web/queues/enrolment.html", title=_("Enrolment"), here="enrolment", table=table)
