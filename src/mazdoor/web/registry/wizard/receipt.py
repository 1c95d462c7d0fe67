"""After registering: the numbers, what happens next, and what was recorded, to print and keep."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import words
from mazdoor.delivery.registration.recorded import Recorded, recorded_form
from mazdoor.web import formats
from mazdoor.web.permits import needs
from mazdoor.web.registry.wizard import paper, showing
from mazdoor.web.shell import above, show


@require_GET
@needs("registration.register")
def registered(request: HttpRequest) -> HttpResponse:
    """What was done, and what happens next."""
    done = request.session.get("registered") or {}
    people = [registration.get_person(person_id=number) for number in done.get("people", [])]
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
        numbers=[
            (formats.full_name(person), number)
            for person, number in zip(recorded.form["people"], recorded.registry_numbers, strict=True)
        ],
        parts=list(showing.parts_of(recorded.form, masked=True)),
        receipt=receipt_lines(recorded),
    )


@require_GET
@needs("registration.register")
def pdf(request: HttpRequest) -> HttpResponse:
    """The same as PDF."""
    recorded = _of(request)
    if recorded is None:
        return redirect("web:register")
    content = paper.receipt(
        title=_("What was recorded"),
        numbers=[
            (formats.full_name(person), number)
            for person, number in zip(recorded.form["people"], recorded.registry_numbers, strict=True)
        ],
        parts=list(showing.parts_of(recorded.form, masked=True)),
        receipt=receipt_lines(recorded),
        on=recorded.received_at,
    )
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="receipt.pdf"'},
    )


@require_GET
@needs("registration.register")
def blank(request: HttpRequest) -> HttpResponse:
    """The questionnaire as an empty form, for where there is only paper."""
    return HttpResponse(
        paper.blank_form(language=formats.language()),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="form.pdf"'},
    )


def _of(request: HttpRequest) -> Recorded | None:
    done = request.session.get("registered") or {}
    return recorded_form(form_id=int(done["form"])) if done.get("form") else None


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
        (_("To take it back"), _("at any office, in the worker's own pages, or by message; it costs nothing")),
    ]
    return [(label, said) for label, said in lines if said]
