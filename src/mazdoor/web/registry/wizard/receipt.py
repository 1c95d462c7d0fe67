"""After registering: the numbers, what happens next, and what was recorded, to print and keep."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import words
from mazdoor.delivery.registration.recorded import Recorded, recorded_form
from mazdoor.web import formats
from mazdoor.web.officers import get_officer
from mazdoor.web.permits import needs
from mazdoor.web.registry.wizard import paper, showing
from mazdoor.web.shell import above, show

COOKIE: Final = "registered"


@require_GET
@needs("registration.register")
def registered(request: HttpRequest) -> HttpResponse:
    """What was done, and what happens next."""
    form_id = _form_id(request)
    numbers = registration.people_of_form(form_id=form_id) if form_id is not None else []
    people = [registration.get_person(person_id=number) for number in numbers]
    if not people:
        return redirect("web:register")
    return show(
        request,
        "web/registry/registered.html",
        title=_("The registration is made"),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        people=people,
        worker=people[0],
    )


@require_GET
@needs("registration.register")
def printed(request: HttpRequest) -> HttpResponse:
    """What was recorded, on paper: most of each CNIC is hidden, since paper is seen by others."""
    recorded = _of(request)
    if recorded is None:
        return redirect("web:register")
    return show(
        request,
        "web/registry/wizard/printed.html",
        title=_("What was recorded"),
        here="registration",
        above=above(_("The registration is made"), "web:registered"),
        recorded=recorded,
        numbers=numbers_of(recorded),
        parts=list(showing.parts_of(recorded.form, masked=True)),
        receipt=receipt_lines(recorded),
        paper=reverse("web:registered-pdf"),
    )


@require_GET
@needs("registration.register")
def pdf(request: HttpRequest) -> HttpResponse:
    """The same as PDF."""
    recorded = _of(request)
    if recorded is None:
        return redirect("web:register")
    return pdf_of(recorded, title=_("What was recorded"), filename="receipt.pdf")


@require_GET
@needs("registration.register")
def blank(request: HttpRequest) -> HttpResponse:
    """The questionnaire as an empty form, for where there is only paper."""
    return HttpResponse(
        paper.blank_form(language=formats.language()),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="form.pdf"'},
    )


def remembered(request: HttpRequest, form_id: int) -> HttpResponse:
    """On to the page after registering. Which form it is about stands in a signed cookie of that page alone, so that
    nothing but the registration itself has to be written."""
    address = reverse("web:registered")
    response = HttpResponseRedirect(address)
    response.set_signed_cookie(
        COOKIE,
        f"{get_officer(request).pk}-{form_id}",
        salt=COOKIE,
        path=address,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _form_id(request: HttpRequest) -> int | None:
    """The form this officer registered last in this browser; nobody else's."""
    words = request.get_signed_cookie(COOKIE, default="", salt=COOKIE)
    officer_id, _, form_id = (words or "").partition("-")
    return int(form_id) if form_id and officer_id == str(get_officer(request).pk) else None


def _of(request: HttpRequest) -> Recorded | None:
    form_id = _form_id(request)
    return recorded_form(form_id=form_id) if form_id is not None else None


def numbers_of(recorded: Recorded) -> list[tuple[str, str]]:
    """The name and the registry number of each person."""
    return [
        (formats.full_name(person), number)
        for person, number in zip(recorded.form["people"], recorded.registry_numbers, strict=True)
    ]


def pdf_of(recorded: Recorded, *, title: str, filename: str) -> HttpResponse:
    """What is recorded, as PDF to print: most of each CNIC is hidden, since paper is seen by others."""
    content = paper.receipt(
        title=title,
        numbers=numbers_of(recorded),
        parts=list(showing.parts_of(recorded.form, masked=True)),
        receipt=receipt_lines(recorded),
        on=recorded.received_at,
    )
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{filename}"'},
    )


def receipt_lines(recorded: Recorded) -> list[tuple[str, str]]:
    """The receipt of consent of the first person, line by line."""
    receipt = recorded.receipts[0]
    if receipt is None:
        return []
    language = formats.language()
    months = receipt.retention_months
    lines = [
        (_("Number of this receipt"), str(receipt.receipt_id)),
        (_("Who keeps the data"), receipt.controller),
        (_("Agreed to"), _(", ").join(words.PURPOSE.say(code, language) for code in receipt.purposes)),
        (_("How"), words.GIVEN_HOW.say(receipt.given_how, language) if receipt.given_how else ""),
        (_("Read in"), words.LANGUAGE.say(receipt.language, language) if receipt.language else ""),
        (_("Version of the words"), receipt.text_version),
        (_("When"), formats.moment(receipt.given_at)),
        (
            _("Kept"),
            _("while the record is open and %(months)s months after") % {"months": months} if months else "",
        ),
        (_("To take it back"), _("at any office, or in the worker's own pages; it costs nothing")),
    ]
    return [(label, said) for label, said in lines if said]
