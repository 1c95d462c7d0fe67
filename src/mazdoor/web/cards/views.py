"""Cards at the counter: make, look, print, reprint with its reason, take back.

What is printed leaves as a file only; it is journaled each time, so printing is a POST.
"""

import base64

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mazdoor.delivery.registration import selectors as registration
from mazdoor.interfaces.credentials import selectors as credentials
from mazdoor.interfaces.credentials import services
from mazdoor.kernel.refusals import Refusal
from mazdoor.web import formats
from mazdoor.web.cards import words
from mazdoor.web.cards.forms import ReprintForm, RevocationForm
from mazdoor.web.forms import problems
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import above, refusal_sentence, show
from mazdoor.web.tables import Column, Table


def _pdf(pages: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pages, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _table(person_id: int) -> Table:
    return Table(
        name="cards",
        caption=_("Every card made for this person"),
        columns=[
            Column(_("Card"), lambda c: c.card_id, "code", head=True),
            Column(_("State"), lambda c: f"card_{c.state}", "state"),
            Column(_("Made because"), lambda c: words.reason(c.reason)),
            Column(_("Issued"), lambda c: c.issued_on, "day"),
            Column(_("Valid until"), lambda c: c.last_day, "day"),
            Column(_("Ended"), lambda c: c.ended_at, "day"),
            Column(_("Ended because"), lambda c: words.reason(c.ended_because) if c.ended_because else ""),
        ],
        rows=credentials.cards_of(person_id=person_id),
    )


@require_GET
@needs("credentials.read")
def cards_of_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """A person's card, both sides, and every one before it."""
    return _page(request, person_id)


def _page(
    request: HttpRequest,
    person_id: int,
    *,
    reprint: ReprintForm | None = None,
    revocation: RevocationForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = registration.get_person(person_id=person_id)
    card = credentials.find_card(person_id=person_id)
    table = _table(person_id)
    if request.GET.get("file") == table.name:
        return table.csv()
    sides: list[str] = []
    unseen = ""
    if card is not None:
        try:
            sides = [
                f"data:image/png;base64,{base64.b64encode(side).decode()}"
                for side in services.card_pictures(card_id=card.card_id)
            ]
        except Refusal as refusal:  # a missing font: the card can still be replaced and revoked
            unseen = refusal_sentence(refusal)
    issues, revokes = may(request, "credentials.issue"), may(request, "credentials.revoke")
    return show(
        request,
        "web/cards/person.html",
        title=_("Registry card"),
        here="registration",
        above=above(formats.full_name(person), "web:person", person_id),
        status=status,
        person=person,
        card=card,
        good=card is not None and card.holds(timezone.localdate()),
        sides=sides,
        unseen=unseen,
        table=table,
        reprint=(reprint or ReprintForm()) if card and issues else None,
        revocation=(revocation or RevocationForm(auto_id="id_revoke_%s")) if card and revokes else None,
        issues=issues,
        problems=problems(*(form for form in (reprint, revocation) if form)),
    )


@require_POST
@needs("credentials.issue")
def issue(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make a first card, or one after the last has run out."""
    services.issue_card(person_id=person_id)
    messages.success(request, _("The card is made. Print it and hand it over."))
    return redirect("web:cards", person_id)


@require_POST
@needs("credentials.issue")
def replace(request: HttpRequest, person_id: int) -> HttpResponse:
    """Another card in the place of the live one, with its reason."""
    form = ReprintForm(request.POST)
    if not form.is_valid():
        return _page(request, person_id, reprint=form, status=422)
    services.replace_card(person_id=person_id, reason=form.cleaned_data["reason"])
    messages.success(request, _("The old card is revoked and a new one is made. Print it and hand it over."))
    return redirect("web:cards", person_id)


@require_POST
@needs("credentials.revoke")
def revoke(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take the live card back."""
    form = RevocationForm(request.POST, auto_id="id_revoke_%s")
    if not form.is_valid():
        return _page(request, person_id, revocation=form, status=422)
    card = credentials.find_card(person_id=person_id)
    if card is not None:
        services.revoke_card(card_id=card.card_id, reason=form.cleaned_data["reason"])
        messages.success(request, _("The card is revoked. Verifiers learn it with the next list they download."))
    return redirect("web:cards", person_id)


@require_POST
@needs("credentials.read")
def print_card(request: HttpRequest, card_id: int) -> HttpResponse:
    """Both sides as a PDF of card size."""
    return _pdf(services.card_pdf(card_id=card_id), f"card-{card_id}.pdf")
