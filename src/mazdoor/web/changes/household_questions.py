"""Changes of a household in questions people understand: who married whom, who leaves, who heads it. Numbers of persons and
households, which the change itself takes, are made of the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazdoor.web.changes.fields import LTR
from mazdoor.web.forms import missing

HANDLED: Final = frozenset({"husband_id", "wife_id", "household_id", "belongs_to", "stays_head", "leaving"})
"""Fields of changes that these questions stand for."""


class OnePersonsForm(Protocol):
    """What questions need of the form of one person that they stand on."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    person: Mapping[str, Any]
    members: Sequence[Mapping[str, Any]]
    others: list[tuple[Any, str]]

    def people(self) -> list[tuple[Any, str]]:
        """The members to choose from, an empty choice first."""


def number_field(label: str, *, required: bool = True, hint: str = "") -> forms.CharField:
    """A field for the registry number of somebody else; the form finds whose it is."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=15,
        help_text=hint,
        widget=forms.TextInput(attrs={**LTR, "inputmode": "numeric", "class": "middling"}),
        error_messages=missing(gettext_lazy("Write the registry number.")),
    )


def _member(form: OnePersonsForm, label: str, *, required: bool, hint: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        empty_value=None,
        required=required,
        help_text=hint,
        choices=form.people,
        error_messages=missing(gettext_lazy("Choose a member of the household.")),
    )


def _marriage_questions(form: OnePersonsForm) -> None:
    form.fields["other_number"] = number_field(_("Registry number of the husband or wife"))
    form.fields["lives"] = forms.ChoiceField(
        label=_("Where do they live?"),
        widget=forms.RadioSelect,
        choices=[
            ("own", _("In a household of their own")),
            ("here", _("In this person's household")),
            ("there", _("In the household of the other")),
        ],
        error_messages=missing(gettext_lazy("Say where they live.")),
    )
    form.fields["stays_head"] = _member(
        form,
        _("Who heads this household afterwards?"),
        required=False,
        hint=_("Only where its head leaves it."),
    )


def _marriage_values(form: OnePersonsForm) -> dict[str, Any]:
    other: Mapping[str, Any] = form.cleaned_data.get("other_person") or {}
    pair = {form.person["sex"]: form.person, other.get("sex", ""): other}
    home = {"own": None, "here": form.person["household_id"], "there": other.get("household_id")}
    husband, wife = pair.get("male", form.person), pair.get("female", other)
    return {
        "husband_id": husband.get("person_id"),
        "wife_id": wife.get("person_id"),
        "household_id": home[form.cleaned_data["lives"]],
        "stays_head": form.cleaned_data.get("stays_head"),
    }


def _divorce_questions(form: OnePersonsForm) -> None:
    form.fields["spouse"] = _member(form, _("Divorced from"), required=True)
    form.fields["stays_head"] = _member(
        form, _("Who heads this household afterwards?"), required=False, hint=_("Only where its head leaves it.")
    )
    form.fields["home_number"] = number_field(
        _("Registry number of somebody in the household they go to"),
        required=False,
        hint=_("Leave it empty where they keep house alone."),
    )


def _divorce_values(form: OnePersonsForm) -> dict[str, Any]:
    data = form.cleaned_data
    spouse = next((row for row in form.members if row["person_id"] == data["spouse"]), {})
    pair = {form.person["sex"]: form.person["person_id"], spouse.get("sex", ""): data["spouse"]}
    return {
        "husband_id": pair.get("male", form.person["person_id"]),
        "wife_id": pair.get("female", data["spouse"]),
        "household_id": (data.get("home_person") or {}).get("household_id"),
        "stays_head": data.get("stays_head"),
    }


def _join_questions(form: OnePersonsForm) -> None:
    form.fields["home_number"] = number_field(_("Registry number of somebody who lives there"))


def _join_values(form: OnePersonsForm) -> dict[str, Any]:
    return {"household_id": (form.cleaned_data.get("home_person") or {}).get("household_id")}


def _split_questions(form: OnePersonsForm) -> None:
    form.fields["leaving"] = forms.TypedMultipleChoiceField(
        label=_("Who leaves?"),
        coerce=int,
        choices=form.others,
        widget=forms.CheckboxSelectMultiple,
        error_messages=missing(gettext_lazy("Choose who leaves.")),
    )
    form.fields["new_head"] = _member(form, _("Who heads the new household?"), required=True)
    form.fields["stays_head"] = _member(
        form, _("Who heads this household afterwards?"), required=False, hint=_("Only where its head leaves it.")
    )


def _split_values(form: OnePersonsForm) -> dict[str, Any]:
    data = form.cleaned_data
    before = {row["person_id"]: row["relationship"] for row in form.members}
    leaving = {number: before.get(number, "other") for number in data["leaving"]}
    leaving = {number: "other" if word == "head" else word for number, word in leaving.items()}
    return {"leaving": {**leaving, data["new_head"]: "head"}, "stays_head": data.get("stays_head")}


def _wrong_questions(form: OnePersonsForm) -> None:
    form.fields["home_number"] = number_field(
        _("Registry number of somebody in the household they belong to"),
        required=False,
        hint=_("Leave it empty where nobody knows: they then keep house alone in the record."),
    )


def _wrong_values(form: OnePersonsForm) -> dict[str, Any]:
    return {
        "household_id": form.person["household_id"],
        "belongs_to": (form.cleaned_data.get("home_person") or {}).get("household_id"),
    }


QUESTIONS: Final[Mapping[str, Callable[[OnePersonsForm], None]]] = {
    "marriage": _marriage_questions,
    "divorce": _divorce_questions,
    "join": _join_questions,
    "split": _split_questions,
    "wrong_household": _wrong_questions,
}
VALUES: Final[Mapping[str, Callable[[OnePersonsForm], dict[str, Any]]]] = {
    "marriage": _marriage_values,
    "divorce": _divorce_values,
    "join": _join_values,
    "split": _split_values,
    "wrong_household": _wrong_values,
}
