"""Two countries side by side: what the rules of each say of the same worker."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.rules.comparing import Answer, apart, compare_countries, countries
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.shell import asked_file, show
from mazdoor.web.tables import Column, Table


def _why(answer: Answer) -> str:
    """What does not hold, or what else follows."""
    if answer.reason:
        return _("Not met: %(conditions)s") % {"conditions": answer.reason}
    return apart(formats.language()).join(": ".join(pair) for pair in answer.further)


def _rows(language: str) -> list[dict[str, Any]]:
    names = countries(language)
    return [
        {"worker": compared.person, "country": names[country], "answer": answer}
        for compared in compare_countries(language)
        for country, answers in compared.answers.items()
        for answer in answers
    ]


@require_GET
@needs("assessment.read")
def two_countries(request: HttpRequest) -> HttpResponse:
    """The same workers under the law of Pakistan and of India, each in its own money."""
    table = Table(
        name="two-countries",
        caption=_("The same worker in two countries"),
        columns=[
            Column(_("Worker"), lambda r: r["worker"], head=True),
            Column(_("Country"), lambda r: r["country"]),
            Column(_("What is asked"), lambda r: r["answer"].question),
            Column(_("What the rules say"), lambda r: r["answer"].answer),
            Column(_("In its own money"), lambda r: r["answer"].amount),
            Column(_("Why, and what else"), lambda r: _why(r["answer"])),
            Column(_("Provision"), lambda r: r["answer"].written),
            Column(_("How far verified"), lambda r: r["answer"].mark),
        ],
        rows=_rows(formats.language()),
    )
    if file := asked_file(request, table):
        return file
    return show(
        request,
        "web/programmes/two_countries.html",
        title=_("The same worker in two countries"),
        here="assessment",
        table=table,
    )
