"""Search first: one box for a name in either script, a CNIC, a mobile or a registry number.

What is searched for is personal, so it travels in the body of a POST and never in an address: addresses end up in
histories and logs.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import words
from mazdoor.delivery.registration.selectors import Found
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.shell import show
from mazdoor.web.tables import Column, Table

LIMIT = 50


def found_table(found: list[Found], *, name: str = "registry-search") -> Table:
    """People found, one line each, leading to their pages."""
    language = formats.language()
    why = {
        "registry_number": _("registry number"),
        "cnic": _("CNIC"),
        "mobile": _("mobile"),
        "name": _("name sounds alike"),
    }
    exact = registration.birth_precisions(person_ids=[f.person_id for f in found])
    return Table(
        name=name,
        caption=_("People found"),
        note=_("the first %(limit)s: add a father's name or a number to find fewer") % {"limit": LIMIT}
        if len(found) >= LIMIT
        else "",
        columns=[
            Column(_("Registry number"), lambda f: f.registry_number, "code"),
            Column(
                _("Name"),
                lambda f: formats.in_script(f.name, f.name_ur),
                link=lambda f: reverse("web:person", args=[f.person_id]),
                head=True,
            ),
            Column(_("Father's name"), lambda f: formats.in_script(f.father_name, f.father_name_ur)),
            Column(_("Sex"), lambda f: words.SEX.say(f.sex, language)),
            Column(_("Born"), lambda f: formats.born(f.birth_date, exact.get(f.person_id, "day"))),
            Column(_("Lives in"), lambda f: reference.area_name(f.area_code, language)),
            Column(_("Found by"), lambda f: why.get(f.why, f.why)),
        ],
        rows=found,
        export=False,
    )


@require_http_methods(["GET", "POST"])
@needs("registration.search")
def search(request: HttpRequest) -> HttpResponse:
    """The search page, its results, the results alone for HTMX, and the results as a file."""
    text = request.POST.get("q", "").strip()
    found = registration.search(text=text, limit=LIMIT) if text else []
    table = found_table(found)
    if request.POST.get("file") == table.name:
        return table.csv()
    if request.headers.get("HX-Request") == "true":
        return render(request, "web/registry/results.html", {"table": table, "text": text})
    if len(found) == 1 and found[0].why in ("registry_number", "cnic"):
        return redirect("web:person", found[0].person_id)
    return show(request, "web/registry/search.html", title=_("Registry"), here="registration", text=text, table=table)
