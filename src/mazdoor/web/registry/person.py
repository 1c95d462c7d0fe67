"""One person, whole: who they are, household, work, wages, account, programmes with why and why not, payments, history.

The page asks each room for its own part; the tables it shows are made in ``person_tables``.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mazdoor.delivery.contributions import selectors as contributions
from mazdoor.delivery.deduplication import selectors as deduplication
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.delivery.registration.questionnaire.ages import least_working_age
from mazdoor.delivery.registration.questionnaire.sense import ADULT, completed_years
from mazdoor.web import formats
from mazdoor.web.cases import words as case_words
from mazdoor.web.cases.forms import OpeningForm
from mazdoor.web.forms import problems
from mazdoor.web.permits import may, needs
from mazdoor.web.registry import consents, person_tables, verdicts
from mazdoor.web.registry.wizard import showing
from mazdoor.web.shell import above, asked_file, show


@require_GET
@needs("registration.read")
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """The page of one person. A person of another area is told as a person who is not there (REG-011)."""
    return person_page(request, person_id)


def person_page(
    request: HttpRequest, person_id: int, *, case_form: OpeningForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of one person; ``case_form`` is an appeal or a grievance that has to be written anew."""
    who = registration.get_person(person_id=person_id)
    household = registration.get_household(household_id=who["household_id"]) if who["household_id"] else None
    records = deduplication.records_of(person_id=person_id)
    statement = contributions.statement_of(person_id=person_id) if may(request, "contributions.read") else None
    tables = person_tables.of(
        request,
        person_id=person_id,
        canonical_id=records[0],
        household_id=who["household_id"],
        contributed=statement.spells if statement else None,
    )
    if file := asked_file(request, *tables.every()):
        return file
    standing = consents.standing(registration.consents_of(person_id=person_id))
    return show(
        request,
        "web/registry/person.html",
        title=formats.full_name(who),
        here="registration",
        above=above(_("Registry"), "web:registry"),
        status=status,
        person=who,
        records=[number for number in records if number != person_id],
        household=household,
        dwelling=dwelling(household),
        tables=tables,
        too_young=_too_young(who, tables.employments.rows),
        statement=statement,
        consents=standing,
        agreed=any(each.since or each.ended for each in standing),
        consenting=may(request, "registration.consent"),
        records_read=may(request, "registration.correct"),
        inspects=may(request, "registration.inspect"),
        explains=may(request, "assessment.read"),
        cards=may(request, "credentials.read"),
        told=may(request, "notices.read"),
        verdicts=verdicts.of(person_id=person_id, canonical_id=records[0]) if may(request, "enrolment.read") else None,
        case_fields=_case_fields(case_form) if may(request, "casework.open") else "",
        problems=problems(case_form) if case_form else [],
    )


def _too_young(who: dict[str, Any], jobs: Sequence[Mapping[str, Any]]) -> dict[str, int] | None:
    """Of somebody who works below the age the law lets them: the age, and the least one. A child is on the register so that
    somebody comes."""
    if who["birth_date"] is None or who["died_on"] is not None:
        return None
    today = timezone.localdate()
    age = completed_years(who["birth_date"], today)
    if age >= ADULT:
        return None
    for job in jobs:
        if job["ended_on"] is None:
            area = job["work_area_code"] or who["area_code"]
            least = least_working_age(category=job["category"], area_code=area, on=today).years
            if age < least:
                return {"age": age, "least": least}
    return None


def _case_fields(written: OpeningForm | None) -> str:
    """The fields of an appeal or a grievance; of one not begun they are the same for everybody, and kept."""
    if written is not None:
        return _drawn(written)
    return _empty_case_fields(formats.language(), tuple(case_words.subjects()))


@lru_cache(maxsize=8)
def _empty_case_fields(language: str, subjects: tuple[tuple[str, str], ...]) -> str:
    """The empty fields by all they are made of."""
    return _drawn(OpeningForm())


def _drawn(form: OpeningForm) -> str:
    return render_to_string("web/registry/case_fields.html", {"case_form": form})


def dwelling(household: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What is known of the dwelling, each answer under its question."""
    if household is None:
        return []
    answers = {name: value for name, value in household.items() if name != "area_code"}
    lines = showing.lines_of(get_questionnaire().section("household"), answers)
    return [(line.label, line.answer) for line in lines]
