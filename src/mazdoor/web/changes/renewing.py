"""Recertification: the calendar, who was told and has not confirmed, and the page where a household confirms."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mazdoor.casework.recertification import recertify
from mazdoor.casework.recertification import selectors as renewals
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal
from mazdoor.web import formats
from mazdoor.web.changes import tables, words
from mazdoor.web.forms import missing, problems
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import above, asked_file, refusal_sentence, show

STATES = ("told", "held", "review")


class ConfirmForm(forms.Form):
    """How the household confirmed."""

    how = forms.ChoiceField(
        label=gettext_lazy("How did they confirm?"),
        widget=forms.RadioSelect,
        choices=[
            ("office", gettext_lazy("They came to the office and everything was read to them")),
            ("visit", gettext_lazy("An officer visited them")),
            ("form", gettext_lazy("A new form was filled in")),
        ],
        error_messages=missing(gettext_lazy("Say how they confirmed.")),
    )


@require_GET
@needs("casework.read")
def queue(request: HttpRequest) -> HttpResponse:
    """Who was told and has not confirmed, what is due by month, and the values in force."""
    state = request.GET.get("state", "")
    table = tables.renewals(renewals.waiting(state=state if state in STATES else "", limit=tables.SHOWN))
    due, parameters = tables.due(renewals.due_by_month()), tables.parameters()
    if file := asked_file(request, table, due, parameters):
        return file
    return show(
        request,
        "web/changes/renewals.html",
        title=_("Recertification"),
        here="registration",
        table=table,
        due=due,
        parameters=parameters,
        counts=renewals.counts(),
        state=state,
        states=[(each, f"renewal_{each}") for each in STATES],
    )


@require_http_methods(["GET", "POST"])
@needs("casework.read")
def household(request: HttpRequest, household_id: int) -> HttpResponse:
    """One household's cycle, with the form to confirm."""
    members = registration.household_members(household_id=household_id)
    cycles = renewals.renewals_of(household_id=household_id)
    if not members or not cycles:
        raise Http404
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    told = problems(form) if request.method == "POST" else []
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                due = recertify(household_id=household_id, how=form.cleaned_data["how"])
        except Refusal as refusal:
            told = [("", refusal_sentence(refusal))]
        else:
            messages.success(
                request, _("Confirmed. The household is due again by %(day)s.") % {"day": formats.day(due)}
            )
            return redirect("web:renewal", household_id)
    head = members[0]
    return show(
        request,
        "web/changes/renewal.html",
        title=words.household_name(household_id),
        here="registration",
        above=above(_("Recertification"), "web:recertification"),
        status=422 if told else 200,
        head=head,
        household=registration.get_household(household_id=household_id),
        members=[f"{words.full_name(row)} · {words.relationship(row['relationship'])}" for row in members],
        cycles=tables.cycles(cycles),
        cycle=cycles[0],
        state=f"renewal_{cycles[0]['state']}",
        form=form if may(request, "casework.recertify") else None,
        problems=told,
    )
