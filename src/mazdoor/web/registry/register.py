"""Register a worker with household and work, on one form.

1. The form is checked; what is wrong is listed on top, each line leading to its field.
2. Before anybody is added, the register is asked who this might already be; likely people are shown beside the form.
3. The household is registered in one act. The form carries a key, so sending it twice registers once.
4. The page after says what was done and what happens next, and asks nothing.
"""

import datetime as dt

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import services
from mazdoor.delivery.registration.people import BusinessAnswers, EmploymentAnswers, HouseholdAnswers, PersonAnswers
from mazdoor.delivery.registration.selectors import Found
from mazdoor.kernel.refusals import Refusal
from mazdoor.web.forms import Problem, problems
from mazdoor.web.permits import needs
from mazdoor.web.registry import lists
from mazdoor.web.registry.forms import ConsentForm, HouseholdForm, MemberForm, PersonForm, WorkForm
from mazdoor.web.registry.search import found_table
from mazdoor.web.shell import above, refusal_sentence, show

OTHER_MEMBERS = 6


class Sheet:
    """The whole form: its parts bound to what was sent, or fresh."""

    def __init__(self, request: HttpRequest) -> None:
        data = request.POST if request.method == "POST" else None
        self.person = PersonForm(data, prefix="person")
        self.household = HouseholdForm(data, prefix="household")
        self.work = WorkForm(data, prefix="work")
        self.members = [MemberForm(data, prefix=f"member{number}") for number in range(1, OTHER_MEMBERS + 1)]
        self.consent = ConsentForm(data, prefix="consent", initial=None if data else ConsentForm.fresh())
        self.works = data is None or data.get("works", "yes") == "yes"

    @property
    def parts(self) -> list[forms.Form]:
        """The forms in the order of the page; work is left out for somebody who has none."""
        return [self.person, self.household, *([self.work] if self.works else []), *self.members, self.consent]

    def is_valid(self) -> bool:
        """Whether every part is (all are checked, so that all problems show at once)."""
        results = [part.is_valid() for part in self.parts]
        return all(results)

    def candidates(self) -> list[Found]:
        """Who on the register this person might already be."""
        person, household = self.person.cleaned_data, self.household.cleaned_data
        return registration.already_here(
            name=f"{person['given_name'] or person['given_name_ur']} {person['surname'] or person['surname_ur']}",
            cnic=person["cnic"],
            mobile=person["mobile"],
            district_code=household["area_code"][:5],
        )

    def answers(self) -> HouseholdAnswers:
        """What was answered, as the registry takes it."""
        home = self.household.cleaned_data
        person = self.person.cleaned_data
        birth_date, precision = self.person.birth()
        worker = PersonAnswers(
            **{
                name: person[name]
                for name in (
                    "given_name", "surname", "father_name", "husband_name", "given_name_ur", "surname_ur",
                    "father_name_ur", "sex", "cnic", "mobile", "marital_status", "relationship",
                )
            },
            birth_date=birth_date,
            birth_date_precision=precision,
            employments=(self._employment(),) if self.works else (),
        )  # fmt: skip
        return HouseholdAnswers(
            people=[worker, *(_member(form) for form in self.members if form.given)],
            area_code=home["area_code"],
            address=home["address"],
            urban={"yes": True, "no": False}.get(home["urban"]),
            rooms=home["rooms"],
            roof=home["roof"],
            toilet=home["toilet"],
            water=home["water"],
            consents=self.consent.agreed(),
        )

    def _employment(self) -> EmploymentAnswers:
        work = self.work.cleaned_data
        named = bool(work["business_name"]) and bool(work["premises"]) and work["employer_kind"] != "household"
        # By registry number alone: a name would find somebody, and make a stranger's household the employer.
        asked = registration.search(text=work["employer_number"]) if work["employer_kind"] == "household" else []
        employer = [found for found in asked if found.why == "registry_number"]
        return EmploymentAnswers(
            status=work["status"],
            category=work["category"],
            employer_kind=work["employer_kind"],
            isco_code=work["occupation"],
            isic_code=work["industry"],
            sector=lists.sector_of(work["industry"]),
            pay_period=work["pay_period"],
            pay_amount=self.work.pay_amount(),
            days_per_month=work["days_per_month"],
            started_on=dt.date(work["since_year"], 1, 1),
            business=BusinessAnswers(name=work["business_name"], isic_code=work["industry"], premises=work["premises"])
            if named
            else None,
            employer_household_id=registration.household_of(person_id=employer[0].person_id if employer else 0)
            if work["employer_kind"] == "household"
            else None,
        )


def _member(form: MemberForm) -> PersonAnswers:
    data = form.cleaned_data
    birth_date, precision = form.birth()
    return PersonAnswers(
        given_name=data["given_name"],
        sex=data["sex"],
        relationship=data["relationship"],
        birth_date=birth_date,
        birth_date_precision=precision,
    )


@require_http_methods(["GET", "POST"])
@needs("registration.register")
def register(request: HttpRequest) -> HttpResponse:
    """The form, and the act."""
    sheet = Sheet(request)
    if request.method == "GET":
        return _page(request, sheet)
    if not sheet.is_valid():
        return _page(request, sheet, found=problems(*sheet.parts), status=422)
    if not sheet.consent.cleaned_data["looked"]:
        candidates = sheet.candidates()
        if candidates:
            return _page(request, sheet, candidates=candidates)
    try:
        with transaction.atomic():
            done = services.register(
                answers=sheet.answers(), channel="web", idempotency_key=sheet.consent.cleaned_data["key"]
            )
    except Refusal as refusal:
        return _page(request, sheet, found=[("", refusal_sentence(refusal))], status=422)
    request.session["registered"] = list(done.person_ids)
    return redirect("web:registered")


def _page(
    request: HttpRequest,
    sheet: Sheet,
    *,
    found: list[Problem] | None = None,
    candidates: list[Found] | None = None,
    status: int = 200,
) -> HttpResponse:
    return show(
        request,
        "web/registry/register.html",
        title=_("Register a worker"),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        status=status,
        sheet=sheet,
        problems=found or [],
        candidates=found_table(candidates, name="already-here") if candidates else None,
        occupations=lists.occupations(),
        industries=lists.industries(),
    )


@require_GET
@needs("registration.register")
def registered(request: HttpRequest) -> HttpResponse:
    """What was done, and what happens next."""
    people = [registration.get_person(person_id=number) for number in request.session.get("registered", [])]
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
