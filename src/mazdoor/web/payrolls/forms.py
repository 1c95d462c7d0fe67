"""The forms of the payroll pages."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mazdoor.web.forms import missing
from mazdoor.web.programmes import words


def programme_choices() -> list[tuple[str, str]]:
    """Every programme, by title in the reader's language."""
    return [("", str(_("Choose"))), *((programme.code, programme.title) for programme in words.programmes())]


class NewPayrollForm(forms.Form):
    """Which programme is paid for which month."""

    programme = forms.ChoiceField(
        label=_("Programme"), choices=programme_choices, error_messages=missing(_("Choose the programme."))
    )
    month = forms.RegexField(
        r"^[0-9]{4}-(0[1-9]|1[0-2])$",
        label=_("Month"),
        help_text=_("Year and month, for example 2026-11."),
        widget=forms.TextInput(attrs={"class": "short", "dir": "ltr", "autocomplete": "off"}),
        error_messages={
            "required": _("Write the month the payment is for, for example 2026-11."),
            "invalid": _("Write the month the payment is for, for example 2026-11."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Kind of payroll"),
        widget=forms.RadioSelect,
        choices=[
            ("regular", _("Regular: everybody enrolled who is not yet entitled for this month")),
            ("follow_up", _("Follow-up: pay again what came back")),
        ],
        initial="regular",
        error_messages=missing(_("Choose the kind of payroll.")),
    )

    def period(self) -> tuple[dt.date, dt.date]:
        """The month as a half-open period."""
        year, month = (int(part) for part in str(self.cleaned_data["month"]).split("-"))
        first = dt.date(year, month, 1)
        return first, (first + dt.timedelta(days=32)).replace(day=1)


class RejectForm(forms.Form):
    """Why a payroll is not to be paid."""

    reason = forms.CharField(
        label=_("Why is it not to be paid?"),
        max_length=200,
        help_text=_("The officer who prepares it anew reads this. No names or numbers of people."),
        error_messages=missing(_("Write why, so that it can be prepared rightly.")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "reject")
        super().__init__(*args, **kwargs)
