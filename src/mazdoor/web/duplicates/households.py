"""Households registered twice, and persons in two households: what was found, and the acts on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.deduplication import services
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import words as answers
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.duplicates.forms import HouseholdForm
from mazdoor.web.duplicates.pages import show_here, tried
from mazdoor.web.forms import problems
from mazdoor.web.permits import may, needs
from mazdoor.web.shell import asked_file
from mazdoor.web.tables import Column, Table


@require_GET
@needs("deduplication.read")
def households(request: HttpRequest) -> HttpResponse:
    """Two lists: households that may be one, and persons whose records live in two."""
    language = formats.language()
    twice = Table(
        name="households",
        caption=_("Households that may be one registered twice"),
        columns=[
            Column(
                _("Households"),
                lambda h: f"{h['household_a_id']} / {h['household_b_id']}",
                "code",
                head=True,
                link=lambda h: reverse("web:household-pair", args=[h["household_pair_id"]]),
            ),
            Column(_("Members found alike"), lambda h: h["shared"], "number"),
            Column(_("Share of the smaller one"), lambda h: h["share"], "share"),
            Column(
                _("Live in"),
                lambda h: _(", ").join(
                    dict.fromkeys(reference.area_name(code, language) for code in (h["area_a"], h["area_b"]))
                ),
            ),
            Column(_("Found"), lambda h: h["found_at"], "day"),
        ],
        rows=deduplication.household_pairs(),
    )
    homes = [_home(row) for row in deduplication.in_two_households()]
    if file := asked_file(request, twice):
        return file
    return show_here(
        request,
        "households",
        title=_("Households"),
        twice=twice,
        homes=homes,
        decides=may(request, "deduplication.decide"),
    )


def _home(row: dict[str, Any]) -> dict[str, Any]:
    """A person with both memberships, and who could head a household they leave."""
    sides = []
    for person_id, household_id in (
        (row["canonical_person_id"], row["canonical_household_id"]),
        (row["person_id"], row["household_id"]),
    ):
        members = registration.household_members(household_id=household_id)
        me = next((each for each in members if each["person_id"] == person_id), None)
        if me is None:
            continue
        others = [each for each in members if each["person_id"] != person_id]
        sides.append(
            {
                "person_id": person_id,
                "household_id": household_id,
                "name": formats.full_name(me),
                "registry_number": me["registry_number"],
                "stands": person_id == row["canonical_person_id"],
                "relationship": answers.RELATIONSHIP.say(me["relationship"], formats.language()),
                "area": reference.area_name(me["area_code"], formats.language()),
                "others": _(", ").join(formats.full_name(each) for each in others),
                "heirs": [
                    {"person_id": each["person_id"], "name": formats.full_name(each)}
                    for each in others
                    if me["relationship"] == "head"
                ],
            }
        )
    return {"sides": sides}


@require_POST
@needs("deduplication.decide")
def end_membership(request: HttpRequest, person_id: int, household_id: int) -> HttpResponse:
    """The person does not live there: this record's membership ends, by an event of registration."""
    heir = request.POST.get("stays_head", "")
    _ended, refused = tried(
        lambda: services.end_membership(
            person_id=person_id, household_id=household_id, stays_head=int(heir) if heir.isdigit() else None
        )
    )
    if refused:
        messages.error(request, refused)
    else:
        messages.success(
            request, _("The membership has ended. The event is in the history and can be taken back there.")
        )
    return redirect("web:duplicate-households")


def _page(
    request: HttpRequest,
    household_pair_id: int,
    form: HouseholdForm | None = None,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    found = deduplication.find_household_pair(household_pair_id=household_pair_id)
    if found is None:
        raise Http404
    language = formats.language()
    sides = [
        {
            "household_id": number,
            "area": reference.area_name(area, language),
            "members": [
                {
                    "person_id": each["person_id"],
                    "name": formats.full_name(each),
                    "relationship": answers.RELATIONSHIP.say(each["relationship"], language),
                    "born": formats.born(each["birth_date"], each["birth_date_precision"]),
                }
                for each in registration.household_members(household_id=number)
            ],
        }
        for number, area in ((found["household_a_id"], found["area_a"]), (found["household_b_id"], found["area_b"]))
    ]
    form = form or HouseholdForm()
    decides = may(request, "deduplication.decide")
    return show_here(
        request,
        "household_pair",
        up="web:duplicate-households",
        title=_("One household or two?"),
        status=status,
        found=found,
        sides=sides,
        form=form if decides and found["state"] == "queued" else None,
        undoes=decides and found["state"] == "same",
        problems=problems(form) if form.is_bound else [],
        refused=refused,
    )


@require_GET
@needs("deduplication.read")
def household_pair(request: HttpRequest, household_pair_id: int) -> HttpResponse:
    """Two households side by side."""
    return _page(request, household_pair_id)


@require_POST
@needs("deduplication.decide")
def decide(request: HttpRequest, household_pair_id: int) -> HttpResponse:
    """Record what was found of two households, or take their union back."""
    form = HouseholdForm(request.POST)
    if "undo" in request.POST:
        reason = request.POST.get("reason", "")
        _done, refused = tried(lambda: services.undo_households(household_pair_id=household_pair_id, reason=reason))
        told = _("There are two households again, each with the members it had.")
    elif form.is_valid():
        _done, refused = tried(
            lambda: services.decide_households(household_pair_id=household_pair_id, **form.cleaned_data)
        )
        told = _("Decided.")
    else:
        return _page(request, household_pair_id, form, status=422)
    if refused:
        return _page(request, household_pair_id, refused=refused)
    messages.success(request, told)
    return redirect("web:household-pair", household_pair_id)
