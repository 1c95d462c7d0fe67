"""Changes of work in questions people understand: whom somebody works for, which skills they have or have not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from django import forms
from django.utils.translation import gettext as _

from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import words
from mazdoor.web import formats
from mazdoor.web.changes.household_questions import OnePersonsForm, number_field

HANDLED: Final = frozenset({"business_id", "employer_household_id", "skill_items"})
"""Fields of changes that these questions stand for."""


class Checked(OnePersonsForm, Protocol):
    """The form while its answers are looked over together."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Tell a fault at a field, or of the form as a whole."""

    def order_fields(self, field_order: Any) -> None:
        """Put the fields in this order."""


def _employer_questions(form: Checked) -> None:
    form.fields["employer_number"] = number_field(
        _("Registry number of the employer"),
        required=False,
        hint=_(
            "Of the owner of the business or somebody who works there; of somebody in the employing household. Leave it "
            "empty where nobody of them is on the register, and write the name."
        ),
    )
    form.fields["status"].help_text = _("Only where that was written down wrongly too.")
    form.order_fields(["employment", "employer_kind", "employer_number"])


def _check_employer(form: Checked) -> None:
    """The employer is known by number or by name, as its kind is."""
    data = form.cleaned_data
    kind, person, name = data.get("employer_kind"), data.get("employer_person"), data.get("business_name")
    if kind == "business" and person:
        found = registration.businesses_of(person_id=person["person_id"])
        fits = [row for row in found if row["name"].casefold() == name.casefold()] if name else found
        if len(fits) == 1:
            data["business_found"] = fits[0]["business_id"]
        elif fits:
            form.add_error(
                "business_name", _("Several businesses go with this number: write the name of the one meant.")
            )
        else:
            form.add_error(
                "employer_number", _("No such business goes with this number. Leave it empty and write the name.")
            )
    elif kind == "business" and not _told(form, "employer_number"):
        if not name:
            form.add_error(
                "business_name", _("Write the registry number of the employer, or the name of the business.")
            )
        elif not data.get("premises"):
            form.add_error("premises", _("Choose the place of work: a business that comes onto the register has one."))
    elif kind == "household" and not person and not data.get("employer_name"):
        form.add_error("employer_name", _("Write the registry number of the employer, or the name of the household."))


def _told(form: Checked, name: str) -> bool:
    """Whether a field has been told to be wrong already."""
    return name not in form.cleaned_data


def _employer_values(form: Checked) -> dict[str, Any]:
    """Only what goes with the kind of employer: what was written beside it is left out."""
    data = form.cleaned_data
    kind, found = data["employer_kind"], data.get("business_found")
    person: Mapping[str, Any] = data.get("employer_person") or {}
    described = kind == "business" and found is None
    return {
        "business_id": found,
        **{
            name: data.get(name) or None if described else None
            for name in ("business_name", "premises", "persons_engaged")
        },
        "employer_household_id": person.get("household_id") if kind == "household" else None,
        "employer_name": data.get("employer_name") or None if kind == "household" else None,
    }


def _skill_questions(form: Checked) -> None:
    listed = words.SKILLS.choices_in(formats.language())
    has = set(form.person["skills"] or ())
    for name, label, choices in (
        ("skills_gained", _("Skills they have that are not in the record"), [c for c in listed if c[0] not in has]),
        ("skills_lost", _("Skills in the record that they do not have"), [c for c in listed if c[0] in has]),
    ):
        if choices:
            form.fields[name] = forms.MultipleChoiceField(
                label=label, required=False, widget=forms.CheckboxSelectMultiple, choices=choices
            )


def _check_skills(form: Checked) -> None:
    if not _skill_values(form)["skill_items"]:
        form.add_error(None, _("Tick at least one skill."))


def _skill_values(form: Checked) -> dict[str, Any]:
    data = form.cleaned_data
    gained, lost = data.get("skills_gained") or [], data.get("skills_lost") or []
    return {"skill_items": dict.fromkeys(gained, True) | dict.fromkeys(lost, False)}


QUESTIONS: Final[Mapping[str, Callable[[Any], None]]] = {"employer": _employer_questions, "skills": _skill_questions}
CHECKS: Final[Mapping[str, Callable[[Any], None]]] = {"employer": _check_employer, "skills": _check_skills}
VALUES: Final[Mapping[str, Callable[[Any], dict[str, Any]]]] = {"employer": _employer_values, "skills": _skill_values}
