"""What a person agreed to, purpose by purpose: taken back or given at the counter, as the consent itself promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from mazdoor.delivery.registration import consenting, words
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.refusals import Refusal
from mazdoor.web import formats
from mazdoor.web.forms import answers, missing, problems
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import Above, refusal_sentence, show


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to one purpose. ``since`` the day of the receipt it is on; ``ended`` when it was taken back."""

    code: str
    said: str
    since: Any = None
    ended: Any = None


def standing(receipts: Sequence[Mapping[str, Any]]) -> list[Standing]:
    """Every purpose, agreed to or not, by the newest receipt that names it."""
    newest_first = sorted(receipts, key=lambda row: row["given_at"], reverse=True)
    found = []
    for code, said in words.PURPOSE.choices_in(formats.language()):
        if newest_first and newest_first[0]["withdrawn_at"] is None and code in newest_first[0]["purposes"]:
            unbroken = list(takewhile(lambda row: code in row["purposes"], newest_first))  # noqa: B023 used at once
            found.append(Standing(code, said, since=unbroken[-1]["given_at"]))
        else:
            ended = [row["withdrawn_at"] for row in newest_first if code in row["purposes"]]
            found.append(Standing(code, said, ended=max(ended, default=None)))
    return found


class ConsentForm(forms.Form):
    """What the person agrees to as well, and how they said so."""

    consents = forms.MultipleChoiceField(
        label=gettext_lazy("The person agrees to"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=missing(gettext_lazy("Read out each line and mark what the person agrees to.")),
    )
    given_how = forms.ChoiceField(
        label=gettext_lazy("How consent was given"),
        choices=answers(words.GIVEN_HOW, choose=True),
        error_messages=missing(gettext_lazy("Say how the consent was given.")),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language it was read in"),
        choices=answers(words.LANGUAGE, choose=True),
        required=False,
    )

    def __init__(self, open_purposes: Sequence[Standing], data: Any = None) -> None:
        super().__init__(data, prefix="consent")
        field = self.fields["consents"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(each.code, each.said) for each in open_purposes]


@require_GET
@needs("registration.read")
def page(request: HttpRequest, person_id: int) -> HttpResponse:
    """What is agreed to now, with the forms of who may record otherwise."""
    return _page(request, person_id)


@require_POST
@needs("registration.consent")
def give(request: HttpRequest, person_id: int) -> HttpResponse:
    """The person agrees to more."""
    form = ConsentForm(_not_agreed(person_id), request.POST)
    if not form.is_valid():
        return _page(request, person_id, form, status=422)
    said = form.cleaned_data
    try:
        consenting.give_consent(
            person_id=person_id,
            purposes=said["consents"],
            channel="web",
            given_how=said["given_how"],
            language=said["language"],
        )
    except Refusal as refusal:
        messages.error(request, refusal_sentence(refusal))
    else:
        messages.success(request, _("It is recorded. A new receipt says all that is agreed to now."))
    return redirect("web:consents", person_id)


@require_POST
@needs("registration.consent")
def take_back(request: HttpRequest, person_id: int) -> HttpResponse:
    """The person takes a purpose back; taking back the record's own takes back all that stand on it."""
    registration.get_person(person_id=person_id)
    if consenting.withdraw_consent(person_id=person_id, purpose=request.POST.get("purpose", "")):
        messages.success(request, _("Taken back. From now on it is not used for this."))
    return redirect("web:consents", person_id)


def _not_agreed(person_id: int) -> list[Standing]:
    return [each for each in standing(registration.consents_of(person_id=person_id)) if each.since is None]


def _page(request: HttpRequest, person_id: int, form: ConsentForm | None = None, *, status: int = 200) -> HttpResponse:
    who = registration.get_person(person_id=person_id)
    receipts = registration.consents_of(person_id=person_id)
    purposes = standing(receipts)
    left = [each for each in purposes if each.since is None]
    writes = may(request, "registration.consent")
    return show(
        request,
        "web/registry/consents.html",
        title=_("What %(name)s agreed to") % {"name": formats.full_name(who)},
        here="registration",
        above=Above(formats.full_name(who), reverse("web:person", args=[person_id])),
        status=status,
        person=who,
        purposes=purposes,
        receipts=receipts,
        record=consenting.RECORD,
        form=(form or ConsentForm(left)) if left and writes else None,
        writes=writes,
        problems=problems(form) if form else [],
    )
