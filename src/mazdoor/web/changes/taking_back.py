"""Taking back an event that was recorded by mistake: what it was, why it goes, and that the record is as before it."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mazdoor.casework.changes import selectors as changes
from mazdoor.delivery.registration import events, history
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal
from mazdoor.web.changes import words
from mazdoor.web.forms import missing, problems
from mazdoor.web.permits import needs
from mazdoor.web.shell import Above, refusal_sentence, show

REASONS = {
    "never_happened": gettext_lazy("It did not happen"),
    "another_person": gettext_lazy("It was about somebody else"),
    "wrong_day": gettext_lazy("It was on another day"),
    "written_twice": gettext_lazy("It was written down twice"),
}


class ReasonForm(forms.Form):
    """Why an event is taken back."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why is it taken back?"),
        widget=forms.RadioSelect,
        choices=[(code, REASONS[code]) for code in events.REASONS],
        error_messages=missing(gettext_lazy("Choose why.")),
        help_text=gettext_lazy("The reason is kept in the journal with your name."),
    )


@require_http_methods(["GET", "POST"])
@needs("registration.correct")
def take_back(request: HttpRequest, event_id: int) -> HttpResponse:
    """An event and why it is taken back. One that a change request carried out is taken back with that request."""
    event = history.find_event(event_id=event_id)
    if event is None or not event["person_ids"]:
        raise Http404
    if (change_id := changes.find_change_of_event(event_id=event_id)) is not None:
        return redirect("web:change", change_id)
    person = registration.get_person(person_id=event["person_ids"][0])
    form = ReasonForm(request.POST if request.method == "POST" else None)
    found = problems(form) if form.is_bound and not form.is_valid() else []
    if form.is_bound and not found:
        try:
            with transaction.atomic():
                events.take_back(event_id=event_id, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            found = [("", refusal_sentence(refusal))]
        else:
            messages.success(request, _("The event is taken back: the record is as it was before it."))
            return redirect("web:person-history", person["person_id"])
    return show(
        request,
        "web/changes/take_back.html",
        title=_("Take back event %(number)s") % {"number": event_id},
        here="registration",
        above=Above(words.full_name(person), reverse("web:person-history", args=[person["person_id"]])),
        status=422 if found else 200,
        event=event,
        what=words.event_title(event["kind"]),
        fields=words.field_titles(event["fields"]),
        people=[words.person_name(number) for number in event["person_ids"]],
        form=form,
        problems=found,
    )
