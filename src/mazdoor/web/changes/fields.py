"""The fields of a change on screen: one for each kind of value, and what its answer stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazdoor.casework.changes import FIELDS
from mazdoor.delivery.registration import words as answers
from mazdoor.kernel.money import Rounding, to_paisa
from mazdoor.web import formats
from mazdoor.web.changes import words
from mazdoor.web.forms import day_field, missing
from mazdoor.web.registry import lists

LTR: Final = {"dir": "ltr", "autocomplete": "off"}
_NO_NUMBER: Final = gettext_lazy("Write a number.")


def field_of(name: str, *, required: bool, people: Callable[[], list[tuple[Any, str]]]) -> forms.Field:
    """The field of a change that asks for ``name``; ``people`` gives the choices where it asks for a person."""
    field = FIELDS[name]
    label = words.field_title(name)
    told = missing(_("Write: %(field)s.") % {"field": label})
    if field.kind == "codes" and field.answers is not None:
        return forms.MultipleChoiceField(
            label=label,
            required=required,
            widget=forms.CheckboxSelectMultiple,
            choices=field.answers.choices_in(formats.language()),
            help_text=_("All that hold: what is not ticked here is no longer in the record."),
        )
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
                help_text=_("Also of another office: they receive the household from you.")
                if name == "area_code"
                else "",
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
        case "cnic" | "old_nic" | "tax_number" | "mobile" | "iban":
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


def plain_value(kind: str, value: Any) -> Any:
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
