"""The form of a change, made from what its kind says: its fields, the day, what shows it, and a few words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazdoor.casework.changes import FIELDS, Kind
from mazdoor.delivery.registration import selectors as registration
from mazdoor.delivery.registration import words as answers
from mazdoor.kernel.identifiers import is_registry_number
from mazdoor.kernel.money import Rounding, to_paisa
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.changes import words
from mazdoor.web.forms import day_field, missing
from mazdoor.web.registry import lists

LTR: Final = {"dir": "ltr", "autocomplete": "off"}
_NO_NUMBER: Final = gettext_lazy("Write a number.")
HANDLED: Final = frozenset({"husband_id", "wife_id", "household_id", "belongs_to", "stays_head", "leaving"})
"""Fields that a household's own questions stand for, see :class:`ChangeForm`."""


class ChangeForm(forms.Form):
    """One change of one person; built for its kind. :meth:`asked` gives what ``open_change`` takes."""

    def __init__(self, kind: Kind, person: Mapping[str, Any], data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, prefix="change", initial=initial)
        self.kind = kind
        self.person = person
        self.members = (
            registration.household_members(household_id=person["household_id"]) if person["household_id"] else []
        )
        self._others = [(row["person_id"], words.full_name(row)) for row in self.members]
        if kind.subject == "employment":
            self._add_jobs()
        for name in kind.fields:
            if name not in HANDLED:
                self.fields[name] = _field(name, required=name in kind.needs, people=self._people)
        questions = _HOUSEHOLD_QUESTIONS.get(kind.how)
        if questions is not None:
            questions(self)
        if kind.dated != "no" and not {"died_on", "ended_on"} & set(kind.fields):
            self.fields["effective_on"] = day_field(
                _("From which day is it so?"),
                required=kind.dated == "yes",
                hint=_("Leave it empty where it was written down wrongly and never was so.")
                if kind.dated == "either"
                else "",
            )
        if kind.evidence:
            self.fields["evidence"] = forms.MultipleChoiceField(
                label=_("What shows it?"),
                choices=[(code, words.evidence_title(code)) for code in kind.evidence],
                widget=forms.CheckboxSelectMultiple,
                error_messages=missing(gettext_lazy("Say what was seen, or who says so.")),
            )
        self.fields["words"] = forms.CharField(
            label=_("Anything to add"),
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
            help_text=_("For the colleague who decides. It is kept sealed."),
        )

    def _people(self) -> list[tuple[Any, str]]:
        return [("", _("Choose")), *self._others]

    def _add_jobs(self) -> None:
        jobs = registration.employments_of(person_id=self.person["person_id"])
        self.fields["employment"] = forms.TypedChoiceField(
            label=_("Which job?"),
            coerce=int,
            choices=[
                (job["employment_id"], reference.isco_title(job["isco_code"], formats.language()))
                for job in jobs
                if job["ended_on"] is None
            ],
            error_messages=missing(gettext_lazy("Choose the job.")),
        )

    def clean(self) -> dict[str, Any]:
        """Numbers of other persons become the persons; a wrong one is told at its field."""
        data = super().clean() or {}
        for name in ("other_number", "home_number"):
            if data.get(name):
                data[name.replace("number", "person")] = self._found(name, data[name])
        if self.kind.fields and not self.kind.needs and not self.errors and not self._plain(data):
            self.add_error(None, _("Write at least one thing that is otherwise."))
        return data

    def _found(self, name: str, number: str) -> dict[str, Any] | None:
        found = registration.search(text=number) if is_registry_number(number.replace(" ", "")) else []
        if not found:
            self.add_error(name, _("Nobody with this registry number is in your area."))
            return None
        return registration.get_person(person_id=found[0].person_id)

    def _plain(self, data: Mapping[str, Any]) -> dict[str, Any]:
        given = {
            name: data[name]
            for name in self.kind.fields
            if name in self.fields and data.get(name) not in (None, "", [])
        }
        return {name: _plain_value(FIELDS[name].kind, value) for name, value in given.items()}

    def asked(self) -> dict[str, Any]:
        """What the door of changes takes."""
        data = self.cleaned_data
        values = self._plain(data)
        if self.kind.how in _HOUSEHOLD_VALUES:
            values |= _HOUSEHOLD_VALUES[self.kind.how](self)
        on: dt.date | None = data.get("effective_on")
        return {
            "person_id": self.person["person_id"],
            "type_code": self.kind.code,
            "values": values,
            "evidence": data.get("evidence", []),
            "effective_on": on,
            "subject_id": data.get("employment"),
            "words": data.get("words", ""),
        }


def _plain_value(kind: str, value: Any) -> Any:
    """What a field's answer stands for: paisa for rupees, the code alone for a line of a list of code and title."""
    match kind:
        case "money":
            return to_paisa(value, rounding=Rounding.HALF_UP)
        case "occupation":
            return lists.occupation_code(value) or value
        case "industry":
            return lists.industry_code(value) or value
        case _:
            return value


# --- questions that stand for fields of households ---------------------------------------------------------------------


def _number(label: str, *, required: bool = True, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=15,
        help_text=hint,
        widget=forms.TextInput(attrs={**LTR, "inputmode": "numeric", "class": "middling"}),
        error_messages=missing(gettext_lazy("Write the registry number.")),
    )


def _member(form: ChangeForm, label: str, *, required: bool, hint: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        empty_value=None,
        required=required,
        help_text=hint,
        choices=form._people,
        error_messages=missing(gettext_lazy("Choose a member of the household.")),
    )


def _marriage_questions(form: ChangeForm) -> None:
    form.fields["other_number"] = _number(_("Registry number of the husband or wife"))
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


def _marriage_values(form: ChangeForm) -> dict[str, Any]:
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


def _divorce_questions(form: ChangeForm) -> None:
    form.fields["spouse"] = _member(form, _("Divorced from"), required=True)
    form.fields["stays_head"] = _member(
        form, _("Who heads this household afterwards?"), required=False, hint=_("Only where its head leaves it.")
    )
    form.fields["home_number"] = _number(
        _("Registry number of somebody in the household they go to"),
        required=False,
        hint=_("Leave it empty where they keep house alone."),
    )


def _divorce_values(form: ChangeForm) -> dict[str, Any]:
    data = form.cleaned_data
    spouse = next((row for row in form.members if row["person_id"] == data["spouse"]), {})
    pair = {form.person["sex"]: form.person["person_id"], spouse.get("sex", ""): data["spouse"]}
    return {
        "husband_id": pair.get("male", form.person["person_id"]),
        "wife_id": pair.get("female", data["spouse"]),
        "household_id": (data.get("home_person") or {}).get("household_id"),
        "stays_head": data.get("stays_head"),
    }


def _join_questions(form: ChangeForm) -> None:
    form.fields["home_number"] = _number(_("Registry number of somebody who lives there"))


def _join_values(form: ChangeForm) -> dict[str, Any]:
    return {"household_id": (form.cleaned_data.get("home_person") or {}).get("household_id")}


def _split_questions(form: ChangeForm) -> None:
    form.fields["leaving"] = forms.TypedMultipleChoiceField(
        label=_("Who leaves?"),
        coerce=int,
        choices=form._others,
        widget=forms.CheckboxSelectMultiple,
        error_messages=missing(gettext_lazy("Choose who leaves.")),
    )
    form.fields["new_head"] = _member(form, _("Who heads the new household?"), required=True)
    form.fields["stays_head"] = _member(
        form, _("Who heads this household afterwards?"), required=False, hint=_("Only where its head leaves it.")
    )


def _split_values(form: ChangeForm) -> dict[str, Any]:
    data = form.cleaned_data
    before = {row["person_id"]: row["relationship"] for row in form.members}
    leaving = {number: before.get(number, "other") for number in data["leaving"]}
    leaving = {number: "other" if word == "head" else word for number, word in leaving.items()}
    return {"leaving": {**leaving, data["new_head"]: "head"}, "stays_head": data.get("stays_head")}


def _wrong_questions(form: ChangeForm) -> None:
    form.fields["home_number"] = _number(
        _("Registry number of somebody in the household they belong to"),
        required=False,
        hint=_("Leave it empty where nobody knows: they then keep house alone in the record."),
    )


def _wrong_values(form: ChangeForm) -> dict[str, Any]:
    return {
        "household_id": form.person["household_id"],
        "belongs_to": (form.cleaned_data.get("home_person") or {}).get("household_id"),
    }


_HOUSEHOLD_QUESTIONS: Final[Mapping[str, Callable[[ChangeForm], None]]] = {
    "marriage": _marriage_questions,
    "divorce": _divorce_questions,
    "join": _join_questions,
    "split": _split_questions,
    "wrong_household": _wrong_questions,
}
_HOUSEHOLD_VALUES: Final[Mapping[str, Callable[[ChangeForm], dict[str, Any]]]] = {
    "marriage": _marriage_values,
    "divorce": _divorce_values,
    "join": _join_values,
    "split": _split_values,
    "wrong_household": _wrong_values,
}


# --- one field for each kind of value -----------------------------------------------------------------------------------


def _field(name: str, *, required: bool, people: Callable[[], list[tuple[Any, str]]]) -> forms.Field:
    field = FIELDS[name]
    label = words.field_title(name)
    told = missing(_("Write: %(field)s.") % {"field": label})
    if field.answers is not None:
        return forms.ChoiceField(label=label, required=required, error_messages=told, choices=_choices(field.answers))
    match field.kind:
        case "date":
            return day_field(label, required=required)
        case "yes_no":
            return forms.ChoiceField(
                label=label,
                required=required,
                widget=forms.RadioSelect,
                choices=[("yes", _("Yes")), ("no", _("No"))],
                error_messages=told,
            )
        case "number":
            return forms.IntegerField(
                label=label,
                required=required,
                min_value=0,
                widget=_narrow(),
                error_messages={**told, "invalid": _NO_NUMBER},
            )
        case "decimal" | "money":
            return forms.DecimalField(
                label=label + (f" ({_('rupees')})" if field.kind == "money" else ""),
                required=required,
                min_value=0,
                decimal_places=2,
                max_digits=12,
                widget=_narrow(),
                error_messages={**told, "invalid": _NO_NUMBER},
            )
        case "area":
            return forms.ChoiceField(
                label=label,
                required=required,
                choices=[("", _("Choose")), *lists.area_choices(everywhere=True, levels=("district",))],
                error_messages=told,
                help_text=_("Also of another office: they receive the household from you."),
            )
        case "person":
            return forms.TypedChoiceField(
                label=label, required=required, coerce=int, empty_value=None, choices=people, error_messages=told
            )
        case "occupation" | "industry":
            return forms.CharField(
                label=label,
                required=required,
                max_length=160,
                validators=[],
                widget=forms.TextInput(attrs={"list": "occupations" if field.kind == "occupation" else "industries"}),
                help_text=_("Begin to write, or give the code."),
                error_messages=told,
            )
        case "cnic" | "mobile" | "iban":
            return forms.CharField(
                label=label, required=required, max_length=34, widget=forms.TextInput(attrs=LTR), error_messages=told
            )
        case _:
            urdu = {"dir": "rtl", "lang": "ur"} if name.endswith("_ur") else {"dir": "auto"}
            return forms.CharField(
                label=label,
                required=required,
                max_length=120,
                widget=forms.TextInput(attrs={"autocomplete": "off", **urdu}),
                error_messages=told,
            )


def _choices(question: answers.Answers) -> list[tuple[str, Any]]:
    return [("", _("Choose")), *question.choices_in(formats.language())]


def _narrow() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "class": "short", **LTR})


class DecisionForm(forms.Form):
    """What is decided of a change, and why."""

    words = forms.CharField(
        label=gettext_lazy("Why?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
        help_text=gettext_lazy("Needed where it is refused or taken back; the person is told. It is kept sealed."),
    )
