"""The office's side of fieldwork: enrol and revoke devices, see to the forms that wait.

1. *Devices* lists who has which, when it was last heard of, and what waits; enrolling one shows its codes once.
2. *Waiting* lists forms that could not be registered; one opened shows every answer, those at fault marked.
3. Corrected, a form is submitted again in the officer's own name; or set aside, with the reason.
"""

import base64
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mazdoor.access import selectors as access
from mazdoor.interfaces.openrosa import collect, publishing, services
from mazdoor.interfaces.openrosa import devices as enrolment
from mazdoor.interfaces.openrosa import selectors as openrosa
from mazdoor.interfaces.openrosa.states import OPEN, SubmissionState
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.fieldwork.mending import Sheet
from mazdoor.web.officers import name_of_officer, officer_name
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import above, asked_file, refusal_sentence, show
from mazdoor.web.tables import Column, Table

SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs("fieldwork.read")
def devices(request: HttpRequest) -> HttpResponse:
    """Devices and the forms that wait."""
    return _devices(request)


def _devices(request: HttpRequest, *, problem: str = "", name: str = "") -> HttpResponse:
    language = formats.language()
    officers = access.list_officers()
    names = {officer.pk: officer_name(officer) for officer in officers}
    rows = openrosa.devices()
    table = Table(
        name="devices",
        caption=_("Devices"),
        columns=[
            Column(_("Device"), lambda row: row.name, head=True),
            Column(_("Signs in as"), lambda row: row.username, "code"),
            Column(_("Enumerator"), lambda row: names.get(row.officer_id, "")),
            Column(_("Area"), lambda row: reference.area_name(row.area_code, language)),
            Column(_("Last heard of"), lambda row: row.seen_at, "moment"),
            Column(_("Registered"), lambda row: row.registered, "number"),
            Column(_("Waiting"), lambda row: row.waiting, "number"),
            Column(_("Revoked"), lambda row: row.revoked_at, "moment"),
        ],
        rows=rows,
    )
    waiting = Table(
        name="waiting-forms",
        caption=_("Forms that wait"),
        columns=[
            Column(
                _("Received"),
                lambda row: row.received_at,
                "moment",
                head=True,
                link=(lambda row: reverse("web:waiting-form", args=[row.submission_id]))
                if may(request, "fieldwork.mend")
                else None,
            ),
            Column(_("Device"), lambda row: row.device_name),
            Column(_("Enumerator"), lambda row: names.get(row.officer_id, "")),
            Column(_("Area"), lambda row: reference.area_name(row.area_code, language)),
            Column(_("Why it waits"), lambda row: _why(row.problems, row.state)),
        ],
        rows=openrosa.waiting(limit=SHOWN),
    )
    if file := asked_file(request, table, waiting):
        return file
    return show(
        request,
        "web/fieldwork/devices.html",
        title=_("Fieldwork"),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        status=422 if problem else 200,
        table=table,
        waiting=waiting,
        waits=openrosa.waiting_count(),
        problems=[("device-name", problem)] if problem else [],
        device_name=name,
        enumerators=[
            (officer.pk, names[officer.pk], officer.username)
            for officer in officers
            if access.can(officer, "registration.register")
        ],
        live=[row for row in rows if row.revoked_at is None],
        may_enrol=may(request, "fieldwork.enrol"),
    )


def _why(problems: Any, state: SubmissionState) -> str:
    language = formats.language()
    stops: list[str] = [problem["cause"][language] for problem in problems if not problem["warning"]]
    if not stops:
        return _("files are still to come") if state == SubmissionState.RECEIVED else ""
    rest = len(stops) - 1
    return stops[0] + (" " + _("(and %(count)s more)") % {"count": rest} if rest else "")


@require_POST
@needs("fieldwork.enrol")
def enrol(request: HttpRequest) -> HttpResponse:
    """Enrol a device and show its codes, this once."""
    name, officer = request.POST.get("name", ""), request.POST.get("officer", "")
    try:
        enrolled = enrolment.enrol_device(name=name, officer_id=int(officer) if officer.isdecimal() else 0)
    except Refusal as refusal:
        return _devices(request, problem=refusal_sentence(refusal), name=name)
    openrosa_address = request.build_absolute_uri("/openrosa/")
    given = urlencode({"device": enrolled.username, "secret": enrolled.secret})
    page_address = request.build_absolute_uri(reverse("fieldwork:page"))
    for_collect = collect.encode(
        collect.settings_of(
            address=openrosa_address, username=enrolled.username, secret=enrolled.secret, project="Mazdoor"
        )
    )
    return show(
        request,
        "web/fieldwork/enrolled.html",
        title=_("The device is enrolled"),
        here="registration",
        above=above(_("Fieldwork"), "web:devices"),
        enrolled=enrolled,
        address=openrosa_address,
        page_address=page_address,
        page_link=f"{page_address}#{given}",
        for_collect=_image(for_collect),
        for_page=_image(f"{page_address}#{given}"),
    )


def _image(text: str) -> SafeString:
    """A code as the address of a picture (our pages run no inline SVG from text)."""
    return SafeString("data:image/svg+xml;base64," + base64.b64encode(collect.picture(text).encode()).decode())


@require_POST
@needs("fieldwork.enrol")
def revoke(request: HttpRequest, device_id: int) -> HttpResponse:
    """Take an enrolment back."""
    if enrolment.revoke_device(device_id=device_id):
        messages.success(request, _("The enrolment was taken back. The device can send nothing any more."))
    else:
        messages.info(request, _("It had been taken back before."))
    return redirect("web:devices")


@require_http_methods(["GET", "POST"])
@needs("fieldwork.mend")
def waiting_form(request: HttpRequest, submission_id: int) -> HttpResponse:
    """One form that waits, and its submission with the corrections made here."""
    opened = openrosa.open_form(submission_id=submission_id)
    if opened.row.state not in OPEN:
        messages.info(request, _("This form no longer waits."))
        return redirect("web:devices")
    problems = list(opened.row.problems)
    form = opened.form
    if request.method == "POST":
        form = Sheet(opened.form, []).corrected(request.POST)
        done = services.submit_again(submission_id=submission_id, form=form)
        if done.state == SubmissionState.REGISTERED:
            messages.success(request, _("Registered: %(numbers)s.") % {"numbers": ", ".join(done.registry_numbers)})
            return redirect("web:devices")
        problems = list(done.problems)
    sheet = Sheet(form, problems)
    return show(
        request,
        "web/fieldwork/waiting.html",
        title=_("A form that waits"),
        here="registration",
        above=above(_("Fieldwork"), "web:devices"),
        status=422 if request.method == "POST" else 200,
        opened=opened,
        officer=name_of_officer(opened.row.officer_id),
        sheet=sheet,
        problems=sheet.summary(),
    )


@require_POST
@needs("fieldwork.mend")
def set_aside(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Decide that nobody is registered by this form."""
    services.set_aside(submission_id=submission_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("The form was set aside. It stays kept, with your reason."))
    return redirect("web:devices")


@require_GET
@needs("fieldwork.read")
def xlsform(request: HttpRequest) -> HttpResponse:
    """The XLSForm, to look at or to use elsewhere; ``?language=`` is the one it opens in."""
    language = "en" if request.GET.get("language") == "en" else "ur"
    return HttpResponse(
        publishing.spreadsheet(language),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="mazdoor-registration-{language}.xlsx"'},
    )
