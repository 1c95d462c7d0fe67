"""The form of a change: one question for each value of the law, a condition, areas, and a title to keep it under."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mazdoor.reference import selectors as reference
from mazdoor.rules.model import Programme
from mazdoor.web import formats
from mazdoor.web.reforms.writing import Change, Value

UNITS = {
    "PKR": _("rupees"),
    "PKR/month": _("rupees a month"),
    "PKR/day": _("rupees a day"),
    "months": _("months"),
    "years": _("years"),
    "points": _("points"),
    "acres": _("acres"),
    "1/month": _("a month, as a fraction"),
    "months/year": _("months a year"),
}


EXAMPLES = {
    "person": 'sex = "female" and age(birth_date, at_date) >= 60 years',
    "family": "count(members where age(birth_date, at_date) < 5 years) >= 2",
    "household": "count(members where age(birth_date, at_date) < 5 years) >= 2",
}


def _places() -> list[tuple[str, str]]:
    language = formats.language()
    return [(area.code, area.name(language)) for area in reference.areas(level="province")]


class ChangeForm(forms.Form):
    """What is to change. A value left as it is changes nothing."""

    condition = forms.CharField(
        label=_("One more condition"),
        required=False,
        max_length=2000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false", "autocomplete": "off"}),
    )
    areas = forms.MultipleChoiceField(
        label=_("Only in these provinces"),
        required=False,
        choices=_places,
        widget=forms.CheckboxSelectMultiple,
    )
    title_en = forms.CharField(label=_("Title in English"), required=False, max_length=200)
    title_ur = forms.CharField(
        label=_("Title in Urdu"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "rtl", "lang": "ur"}),
    )

    def __init__(
        self, *args: Any, programme: Programme, values: Sequence[Value], first: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.programme, self.values, self.first = programme, values, first
        language = formats.language()
        example = EXAMPLES.get(programme.unit, "true")
        self.fields["condition"].help_text = gettext("In the language of rules, for example: %(example)s") % {
            "example": f"\u2066{example}\u2069"  # read from left to right, also in Urdu
        }
        for value in values:
            self.fields[f"value-{value.name}"] = _question(value, language)

    def value_fields(self) -> list[Any]:
        """The questions about values, bound."""
        return [self[f"value-{value.name}"] for value in self.values]

    def clean(self) -> dict[str, Any]:
        """To keep a draft it needs a title in both languages."""
        found = super().clean() or {}
        if self.data.get("act") == "save":
            for name in ("title_en", "title_ur"):
                if not found.get(name):
                    self.add_error(
                        name, gettext("Write a title in both languages, so that everybody can find the draft.")
                    )
        return found

    def change(self) -> Change:
        """What was filled in, after it was found good."""
        changed: dict[str, Decimal | bool] = {}
        for value in self.values:
            given = self.cleaned_data.get(f"value-{value.name}")
            if value.yes_or_no and given:
                given = given == "yes"
            if given not in (None, "") and given != value.now:
                changed[value.name] = given
        title = self.programme.title
        return Change(
            self.cleaned_data.get("title_en") or f"A change of: {title.en}",
            self.cleaned_data.get("title_ur") or f"تبدیلی: {title.ur}",
            self.first,
            changed,
            self.cleaned_data.get("condition", "").strip(),
            tuple(self.cleaned_data.get("areas", ())),
        )


def _question(value: Value, language: str) -> forms.Field:
    if value.yes_or_no:
        return forms.ChoiceField(
            label=value.title(language),
            choices=[("yes", _("yes")), ("no", _("no"))],
            initial="yes" if value.now else "no",
            required=False,
        )
    unit = str(UNITS.get(value.unit, value.unit))
    in_force = gettext("In force: %(value)s %(unit)s") % {"value": f"{value.now:,f}", "unit": unit}
    return forms.DecimalField(
        label=value.title(language),
        help_text=in_force.strip(),
        initial=value.now,
        required=False,
        min_value=Decimal(0),
        max_digits=15,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr", "class": "short", "autocomplete": "off"}),
        error_messages={"invalid": _("Write a number."), "min_value": _("Write a number that is not below zero.")},
    )
