"""Verification: where claims and the identity authority's answers part, for a person to look at."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from mazdoor.delivery.verification import selectors as verification
from mazdoor.delivery.verification import services
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.forms import missing, problems
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import above, asked_file, refusal_sentence, show
from mazdoor.web.tables import Column, Table

SHOWN = 50
FIELDS = {
    "name": gettext_lazy("name"),
    "given_name": gettext_lazy("given name"),
    "surname": gettext_lazy("surname"),
    "father_name": gettext_lazy("father's name"),
    "birth_date": gettext_lazy("birth date"),
    "cnic": gettext_lazy("CNIC"),
    "sex": gettext_lazy("sex"),
}


class ResolutionForm(forms.Form):
    """What a verifier found."""

    state = forms.ChoiceField(
        label=gettext_lazy("What did you find?"),
        widget=forms.RadioSelect,
        choices=[
            ("resolved", gettext_lazy("One of the two registers was wrong and has been put right")),
            ("dismissed", gettext_lazy("There is no real difference")),
        ],
        error_messages=missing(gettext_lazy("Say what you found.")),
    )
    resolution = forms.CharField(
        label=gettext_lazy("How do you know?"),
        max_length=200,
        help_text=gettext_lazy("For example: card seen, spelling differs. No names or numbers."),
        error_messages=missing(gettext_lazy("Write in a few words how you know.")),
    )


def field_names(fields: list[str]) -> str:
    """The fields that part, in words."""
    return _(", ").join(str(FIELDS.get(field, field)) for field in fields)


def _table(rows: list[dict[str, Any]], *, decides: bool) -> Table:
    language = formats.language()
    return Table(
        name="identities-to-look-at",
        caption=_("To look at"),
        columns=[
            Column(_("Registry number"), lambda r: r["registry_number"], "code"),
            Column(
                _("Name"),
                lambda r: f"{r['given_name']} {r['surname']}".strip(),
                head=True,
                link=(lambda r: reverse("web:discrepancy", args=[r["discrepancy_id"]])) if decides else None,
            ),
            Column(_("Answer"), lambda r: r["outcome"], "state"),
            Column(_("What parts"), lambda r: field_names(r["fields"])),
            Column(_("Lives in"), lambda r: reference.area_name(r["area_code"], language)),
            Column(_("Since"), lambda r: r["opened_at"], "day"),
        ],
        rows=rows,
        note=_("the oldest %(limit)s") % {"limit": SHOWN} if len(rows) == SHOWN else "",
    )


@require_GET
@needs("verification.read")
def page(request: HttpRequest) -> HttpResponse:
    """How identities stand, and those a verifier must look at."""
    table = _table(verification.open_discrepancies(limit=SHOWN), decides=may(request, "verification.decide"))
    if file := asked_file(request, table):
        return file
    return show(
        request,
        "web/queues/verification.html",
        title=_("Verification"),
        here="verification",
        table=table,
        counts=verification.counts(),
    )


def _find(discrepancy_id: int) -> dict[str, Any] | None:
    found = verification.open_discrepancies(limit=1, after=discrepancy_id - 1)
    return found[0] if found and found[0]["discrepancy_id"] == discrepancy_id else None


@require_GET
@needs("verification.decide")
def discrepancy(request: HttpRequest, discrepancy_id: int) -> HttpResponse:
    """One difference, with the form to close it; a closed one leads back to the queue."""
    row = _find(discrepancy_id)
    if row is None:
        messages.info(request, _("This one has already been closed."))
        return redirect("web:verification")
    return _page(request, row, ResolutionForm())


@require_POST
@needs("verification.decide")
def close(request: HttpRequest, discrepancy_id: int) -> HttpResponse:
    """Close a difference and go on to the next."""
    row = _find(discrepancy_id)
    form = ResolutionForm(request.POST)
    if row is not None and not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        with transaction.atomic():
            services.close_discrepancy(
                discrepancy_id=discrepancy_id,
                state=form.data.get("state", ""),
                resolution=form.data.get("resolution", ""),
            )
    except Refusal as refusal:
        messages.error(request, refusal_sentence(refusal))
        return redirect("web:verification")
    onward = verification.open_discrepancies(limit=1, after=discrepancy_id)
    messages.success(request, _("Closed. This is the next one.") if onward else _("Closed. That was the last one."))
    return redirect("web:discrepancy", onward[0]["discrepancy_id"]) if onward else redirect("web:verification")


def _page(request: HttpRequest, row: dict[str, Any], form: ResolutionForm, *, status: int = 200) -> HttpResponse:
    return show(
        request,
        "web/queues/discrepancy.html",
        title=_("Claim and answer part"),
        here="verification",
        above=above(_("Verification"), "web:verification"),
        status=status,
        row=row,
        fields=field_names(row["fields"]),
        answers=verification.verifications_of(person_id=row["person_id"]),
        form=form,
        problems=problems(form) if form.is_bound else [],
    )
