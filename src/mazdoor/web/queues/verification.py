"""Verification: what waits for a verifier, by area and age, and one case with claim and evidence side by side.

A verifier goes through the queue case by case: deciding one opens the next (and the links to the next and the one before
have the access keys n and p). What goes against the authority is proposed by one and agreed to by another.
"""

import datetime as dt
from operator import itemgetter
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mazdoor.delivery.registration import attachments
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.verification import selectors as verification
from mazdoor.delivery.verification import services
from mazdoor.kernel.refusals import Refusal
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.forms import problems
from mazdoor.web.officers import name_of_officer
from mazdoor.web.permits import may, needs
from mazdoor.web.queues.verification_forms import FilterForm, ResolutionForm, SecondForm
from mazdoor.web.queues.verification_words import BANDS, CAPACITIES, KINDS, METHODS, PROBLEMS, REASONS, field_names
from mazdoor.web.shell import above, asked_file, refusal_sentence, show
from mazdoor.web.tables import Column, Table

SHOWN = 50


def case_address(row: dict[str, Any]) -> str:
    """Where a row of the queue is worked."""
    if row["what"] == "discrepancy":
        return reverse("web:discrepancy", args=[row["id"]])
    return reverse("web:verify-by-hand", args=[row["id"]])


def _table(rows: list[dict[str, Any]], *, decides: bool) -> Table:
    language = formats.language()
    return Table(
        name="to-verify",
        caption=_("To look at"),
        columns=[
            Column(_("Registry number"), lambda r: r["registry_number"], "code"),
            Column(
                _("Name"),
                formats.full_name,
                head=True,
                link=case_address if decides else None,
            ),
            Column(_("In question"), lambda r: str(KINDS.get(r["kind"], r["kind"]))),
            Column(
                _("Answer"), lambda r: "proposed" if r["state"] == "proposed" else r["outcome"] or "by_hand", "state"
            ),
            Column(_("What parts"), lambda r: field_names(r["fields"]) or str(REASONS.get(r["reason"], ""))),
            Column(_("Lives in"), lambda r: reference.area_name(r["area_code"], language)),
            Column(_("Days"), lambda r: r["days"], "number"),
        ],
        rows=rows,
        note=_("the oldest %(limit)s") % {"limit": SHOWN} if len(rows) == SHOWN else "",
    )


def _areas(rows: list[dict[str, Any]]) -> Table:
    language = formats.language()
    return Table(
        name="to-verify-by-district",
        caption=_("How long it waits, by district"),
        columns=[
            Column(_("District"), lambda r: reference.area_name(r["area"], language), head=True),
            Column(_("Waiting"), lambda r: r["waiting"], "number"),
            *(Column(str(word), itemgetter(band), "number") for band, word in BANDS.items()),
            Column(_("Oldest (days)"), lambda r: r["oldest"], "number"),
        ],
        rows=rows,
    )


def _delays(rows: list[dict[str, Any]]) -> Table:
    return Table(
        name="services-that-delay",
        caption=_("Asked of services, and not answered yet"),
        columns=[
            Column(_("In question"), lambda r: str(KINDS.get(r["kind"], r["kind"])), head=True),
            Column(_("Waiting"), lambda r: r["waiting"], "number"),
            Column(_("Asked in vain"), lambda r: r["in_vain"], "number"),
            Column(_("The service"), lambda r: str(PROBLEMS.get(r["problem"], "")) if r["problem"] else ""),
            Column(_("Since"), lambda r: r["since"], "day"),
            Column(_("Asked again"), lambda r: r["next_at"], "moment"),
        ],
        rows=rows,
    )


@require_GET
@needs("verification.read")
def page(request: HttpRequest) -> HttpResponse:
    """How identities stand, and what a verifier must look at."""
    everywhere = verification.queue_by_area()
    chosen = FilterForm(request.GET, [row["area"] for row in everywhere])
    part = chosen.narrowed()
    rows = verification.queue(kind=part["kind"], band=part["band"], area=part["area"], limit=SHOWN)
    table = _table(rows, decides=may(request, "verification.decide"))
    areas = _areas(verification.queue_by_area(**part) if any(part.values()) else everywhere)
    delays = _delays(verification.services_that_delay())
    if file := asked_file(request, table, areas, delays):
        return file
    return show(
        request,
        "web/queues/verification.html",
        title=_("Verification"),
        here="verification",
        table=table,
        areas=areas,
        delays=delays,
        filter=chosen,
        narrowed=any(part.values()),
        counts=verification.counts(),
    )


def onward(row: dict[str, Any] | None) -> dict[str, Any] | None:
    """What waits next after a row of the queue: the longest waiting that came after it, else the longest of all."""
    after: tuple[dt.datetime, str, int] | None = (row["since"], row["what"], row["id"]) if row else None
    found = verification.queue(limit=1, after=after) or verification.queue(limit=1)
    return (
        found[0] if found and (row is None or (found[0]["what"], found[0]["id"]) != (row["what"], row["id"])) else None
    )


def to_next(request: HttpRequest, row: dict[str, Any] | None, done: str) -> HttpResponse:
    """Say what was done and open what waits next."""
    then = onward(row)
    messages.success(request, f"{done} " + (_("This is the next one.") if then else _("That was the last one.")))
    return redirect(case_address(then)) if then else redirect("web:verification")


def _as_queued(row: dict[str, Any]) -> dict[str, Any]:
    return {"since": row["opened_at"], "what": "discrepancy", "id": row["discrepancy_id"]}


@require_GET
@needs("verification.decide")
def discrepancy(request: HttpRequest, discrepancy_id: int) -> HttpResponse:
    """One difference, claim and evidence side by side, with the form to decide it; a closed one leads back."""
    row = verification.find_discrepancy(discrepancy_id=discrepancy_id)
    if row is None:
        messages.info(request, _("This one has already been closed."))
        return redirect("web:verification")
    return _page(request, row, SecondForm() if row["state"] == "proposed" else ResolutionForm())


@require_POST
@needs("verification.decide")
def close(request: HttpRequest, discrepancy_id: int) -> HttpResponse:
    """Decide a difference, propose or agree, and go on to the next."""
    row = verification.find_discrepancy(discrepancy_id=discrepancy_id)
    if row is None:
        messages.info(request, _("This one has already been closed."))
        return redirect("web:verification")
    second = row["state"] == "proposed"
    form = SecondForm(request.POST) if second else ResolutionForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    choice, resolution = form.cleaned_data["state"], form.cleaned_data["resolution"]
    try:
        with transaction.atomic():
            if choice == "agree":
                services.agree_to_dismissal(discrepancy_id=discrepancy_id, resolution=resolution)
            elif choice == "back":
                services.send_back(discrepancy_id=discrepancy_id, resolution=resolution)
            else:
                services.close_discrepancy(
                    discrepancy_id=discrepancy_id,
                    state="dismissed" if choice == "dismissed" else "resolved",
                    resolution=resolution,
                    ask_again=choice == "ask_again",
                )
    except Refusal as refusal:
        return _page(request, row, form, refused=refusal_sentence(refusal), status=409)
    done = {
        "dismissed": _("Proposed: a second verifier must agree."),
        "agree": _("Closed: the claim stands, in both your names."),
        "back": _("Opened again."),
    }.get(choice, _("Closed."))
    return to_next(request, _as_queued(row), done)


def _lines(row: dict[str, Any], person: dict[str, Any], held: dict[str, str]) -> list[dict[str, Any]]:
    """Claim and evidence, field by field, in both scripts; ``parts`` where they differ."""
    claim: list[tuple[str, str, Any, Any]] = [
        ("name", _("Name"), f"{person['given_name']} {person['surname']}".strip(),
         f"{person['given_name_ur'] or ''} {person['surname_ur'] or ''}".strip()),
        ("father_name", _("Father's name"), person["father_name"], person["father_name_ur"]),
        ("birth_date", _("Birth date"), formats.born(person["birth_date"], person["birth_date_precision"]), ""),
        ("cnic", _("CNIC"), formats.ltr(person["cnic_masked"]), ""),
    ]  # fmt: skip
    if row["kind"] == "phone":
        claim.append(("mobile", _("Mobile number"), formats.ltr(person["mobile_masked"]), ""))
    if row["kind"] == "life":
        claim.append(("died_on", _("Died on"), formats.day(person["died_on"]), ""))
    if row["kind"] == "business":
        claim = [
            ("name", _("Business"), registration.business_name(business_id=row["about"]), ""),
            *claim[3:],
            ("number", _("Tax number"), "", ""),
        ]
    parting = set(row["fields"])
    return [
        {
            "label": label,
            "claim": english,
            "claim_ur": urdu,
            "held": _held(held.get(name, ""), name),
            "held_ur": held.get(f"{name}_ur", ""),
            "parts": name in parting or (name == "mobile" and "mobile_in_use" in parting)
            or (name == "died_on" and bool(held.get("died_on"))),
        }
        for name, label, english, urdu in claim
    ]  # fmt: skip


def _held(value: str, name: str) -> str:
    if name in ("birth_date", "died_on") and len(value) == 10:
        return formats.day(dt.date.fromisoformat(value))
    return value


def documents_of(person_id: int) -> list[dict[str, Any]]:
    """What is kept of a person's papers: handed in with a form, or copied by a verifier."""
    kept = [dict[str, Any](each) for each in attachments.attachments_of(person_id=person_id)]
    known = {each["id"] for each in kept}
    copied = [
        {"id": each["attachment_id"], "kind": "other", "kept_at": each["verified_at"]}
        for each in verification.verifications_of(person_id=person_id)
        if each["attachment_id"] and each["attachment_id"] not in known
    ]
    return kept + copied


def history_table(person_id: int) -> Table:
    """Everything that was answered about a person, with how it is known."""
    return Table(
        name="answers",
        caption=_("What was answered before"),
        columns=[
            Column(_("On"), lambda r: r["verified_at"], "moment", head=True),
            Column(_("In question"), lambda r: str(KINDS.get(r["kind"], r["kind"]))),
            Column(_("How"), lambda r: str(METHODS.get(r["method"], r["method"]))),
            Column(_("Answer"), lambda r: r["outcome"], "state"),
            Column(_("Attested by"), _attester),
            Column(_("Reference"), lambda r: r["reference"], "code"),
            Column(_("Believed until"), lambda r: r["expires_on"], "day"),
        ],
        rows=verification.verifications_of(person_id=person_id)[:20],
        export=False,
    )


def _attester(row: dict[str, Any]) -> str:
    """Who attested and as what, opened for the verifier who reads."""
    if not row["attester_capacity"]:
        return ""
    return (
        f"{verification.attester_of(verification_id=row['verification_id'])} ({CAPACITIES[row['attester_capacity']]})"
    )


def _page(
    request: HttpRequest, row: dict[str, Any], form: forms.Form, *, refused: str = "", status: int = 200
) -> HttpResponse:
    person = registration.get_person(person_id=row["person_id"])
    held = verification.held_by_authority(discrepancy_id=row["discrepancy_id"])
    proposer = row["proposed_by_officer_id"]
    then = onward(_as_queued(row))
    return show(
        request,
        "web/queues/discrepancy.html",
        title=_("Claim and answer part"),
        here="verification",
        above=above(_("Verification"), "web:verification"),
        status=status,
        row=row,
        kind=KINDS.get(row["kind"], row["kind"]),
        fields=field_names(row["fields"]),
        lines=_lines(row, person, held),
        held=held,
        documents=documents_of(row["person_id"]),
        answers=history_table(row["person_id"]),
        proposer=name_of_officer(proposer),
        own_proposal=proposer is not None and proposer == request.user.pk,
        form=form,
        onward=case_address(then) if then else "",
        problems=[("", refused)] if refused else problems(form) if form.is_bound else [],
    )
