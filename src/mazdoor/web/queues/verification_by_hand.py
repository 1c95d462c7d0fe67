"""Verification by hand: what a verifier saw on papers, on a visit, or was told by somebody who attests."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mazdoor.delivery.registration import attachments, words
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.verification import selectors as verification
from mazdoor.delivery.verification import services
from mazdoor.delivery.verification.documents import documents_for
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.forms import day_field, missing, problems
from mazdoor.web.permits import needs
from mazdoor.web.queues.verification import case_address, documents_of, history_table, onward, to_next
from mazdoor.web.queues.verification_words import CAPACITIES, KINDS, METHODS, REASONS
from mazdoor.web.shell import above, refusal_sentence, show


class FindingForm(forms.Form):
    """What was found, and how."""

    confirmed = forms.ChoiceField(
        label=gettext_lazy("Is it as they say?"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No: it is otherwise"))],
        error_messages=missing(gettext_lazy("Say whether it is so.")),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How do you know?"),
        widget=forms.RadioSelect,
        choices=[(code, METHODS[code]) for code in ("document", "visit", "testimony")],
        error_messages=missing(gettext_lazy("Choose how you know.")),
    )
    document_type = forms.ChoiceField(label=gettext_lazy("Which document?"), required=False)
    document = forms.FileField(
        label=gettext_lazy("A copy of the document"),
        required=False,
        help_text=gettext_lazy("A photo or PDF, at most 8 MiB."),
    )
    valid_until = day_field(gettext_lazy("The document is valid until"), required=False)
    attester = forms.CharField(
        label=gettext_lazy("Who attests?"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Name, and how to reach them. Kept sealed."),
    )
    capacity = forms.ChoiceField(label=gettext_lazy("In what capacity?"), required=False)
    evidence_on = day_field(
        gettext_lazy("Day of the visit, document or word"), required=False, hint=gettext_lazy("Empty: today.")
    )
    note = forms.CharField(
        label=gettext_lazy("What did you see?"),
        max_length=200,
        help_text=gettext_lazy("In a few words, without names or numbers of persons."),
        error_messages=missing(gettext_lazy("Write in a few words what you saw.")),
    )

    def __init__(self, kind: str, *data: Any) -> None:
        super().__init__(*data)
        language = formats.language()
        choose = [("", _("Choose"))]
        papers: Any = self.fields["document_type"]
        papers.choices = choose + [(code, each.in_language(language)) for code, each in documents_for(kind).items()]
        capacity: Any = self.fields["capacity"]
        capacity.choices = choose + [(code, str(word)) for code, word in CAPACITIES.items()]


@require_http_methods(["GET", "POST"])
@needs("verification.decide")
def by_hand(request: HttpRequest, request_id: int) -> HttpResponse:
    """One question no service answers: the claim, what is known of it, and the form for what was found."""
    row = verification.find_request(request_id=request_id)
    if row is None:
        messages.info(request, _("This one has already been answered."))
        return redirect("web:verification")
    if request.method == "GET":
        return _page(request, row, FindingForm(row["kind"]))
    form = FindingForm(row["kind"], request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        with transaction.atomic():
            _record(row, form.cleaned_data)
    except Refusal as refusal:
        return _page(request, row, form, refused=refusal_sentence(refusal), status=422)
    return to_next(request, {"since": row["since"], "what": "request", "id": row["id"]}, _("Recorded."))


def _record(row: dict[str, Any], told: dict[str, Any]) -> None:
    method = told["method"]
    document = None
    if method == "document":
        kept = (
            attachments.keep_attachment(content=told["document"].read(), kind="other", area_code=row["area_code"])
            if told["document"]
            else None
        )
        document = services.Document(
            type=told["document_type"],
            attachment_id=kept.attachment_id if kept else None,
            valid_until=told["valid_until"],
        )
    services.record_finding(
        person_id=row["person_id"],
        kind=row["kind"],
        about=row["about"],
        method=method,
        confirmed=told["confirmed"] == "yes",
        note=told["note"],
        document=document,
        attestation=services.Attestation(name=told["attester"], capacity=told["capacity"])
        if method == "testimony"
        else None,
        evidence_on=told["evidence_on"],
    )


def _claim(row: dict[str, Any]) -> list[tuple[str, str]]:
    """What they say, as lines of label and words."""
    language = formats.language()
    if row["kind"] == "residence":
        return [(_("Lives in"), reference.area_name(row["area_code"], language))]
    for employment in registration.employments_of(person_id=row["person_id"]):
        if employment["employment_id"] == row["about"]:
            return [
                (_("Occupation"), reference.isco_title(employment["isco_code"], language)),
                (_("Status in employment"), words.STATUS.say(employment["status"], language)),
                (_("Business"), employment["business_name"] or formats.NOTHING),
                (_("Since"), formats.day(employment["started_on"])),
                (_("Works in"), reference.area_name(employment["work_area_code"], language)),
            ]
    return []


def _page(
    request: HttpRequest, row: dict[str, Any], form: FindingForm, *, refused: str = "", status: int = 200
) -> HttpResponse:
    then = onward({"since": row["since"], "what": "request", "id": row["id"]})
    return show(
        request,
        "web/queues/by_hand.html",
        title=_("To be looked at by a verifier"),
        here="verification",
        above=above(_("Verification"), "web:verification"),
        status=status,
        row=row,
        person=registration.get_person(person_id=row["person_id"]),
        kind=KINDS.get(row["kind"], row["kind"]),
        reason=REASONS.get(row["reason"], ""),
        claim=_claim(row),
        documents=documents_of(row["person_id"]),
        answers=history_table(row["person_id"]),
        form=form,
        onward=case_address(then) if then else "",
        problems=[("", refused)] if refused else problems(form) if form.is_bound else [],
    )


@require_GET
@needs("verification.decide")
def document(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """A kept document, for a verifier; one that is withheld until the scanner clears it leads back and says so."""
    try:
        opened = attachments.open_attachment(attachment_id=attachment_id)
    except ObjectDoesNotExist:
        messages.info(request, _("There is no such document, or not in your area."))
        return redirect("web:verification")
    except Refusal as refusal:
        messages.warning(request, refusal_sentence(refusal))
        return redirect("web:verification")
    response = HttpResponse(opened.content, content_type=opened.content_type)
    ending = "pdf" if opened.content_type == "application/pdf" else "jpg"
    disposition = "attachment" if ending == "pdf" else "inline"
    response["Content-Disposition"] = f'{disposition}; filename="document-{attachment_id}.{ending}"'
    return response
