"""Photo and papers of somebody who is on the register already: what is kept, and one more."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mazdoor.delivery.registration import attachments
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal
from mazdoor.web import formats
from mazdoor.web.forms import Problem, missing, problems
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import Above, plain_sentence, show


class PaperForm(forms.Form):
    """One photo or document."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        widget=forms.RadioSelect,
        choices=[
            ("photo", gettext_lazy("A photo of the face")),
            ("identity_document", gettext_lazy("A copy of the identity card or B-form")),
            ("other", gettext_lazy("Another paper")),
        ],
        error_messages=missing(gettext_lazy("Say what it is.")),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A photo or a PDF of up to 8 MB."),
        error_messages={
            "required": gettext_lazy("Choose the photo or the document."),
            "empty": gettext_lazy("The file is empty: choose another."),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("registration.correct")
def papers(request: HttpRequest, person_id: int) -> HttpResponse:
    """What is kept, newest first; and a form for one more. The newest photo is the one the next card shows."""
    who = registration.get_person(person_id=person_id)
    if request.method == "GET":
        return _page(request, who, PaperForm(prefix="paper"))
    form = PaperForm(request.POST, request.FILES, prefix="paper")
    if not form.is_valid():
        return _page(request, who, form, found=problems(form), status=422)
    content = form.cleaned_data["file"].read(attachments.MOST_BYTES + 1)  # one byte over is enough to refuse
    try:
        attachments.add_to_person(person_id=person_id, content=content, kind=form.cleaned_data["kind"])
    except Refusal as refusal:
        return _page(request, who, form, found=[(form["file"].id_for_label, plain_sentence(refusal))], status=422)
    messages.success(request, _("It is kept, sealed."))
    return redirect("web:papers", person_id)


def _page(
    request: HttpRequest, who: dict[str, Any], form: PaperForm, *, found: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    return show(
        request,
        "web/registry/papers.html",
        title=_("Photo and papers"),
        here="registration",
        above=Above(formats.full_name(who), reverse("web:person", args=[who["person_id"]])),
        status=status,
        person=who,
        kept=attachments.attachments_of(person_id=who["person_id"]),
        looks=may(request, "verification.decide"),
        form=form,
        problems=found or [],
    )
