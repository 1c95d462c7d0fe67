"""The forms of the payroll pages."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mazdoor.delivery.payments.selectors import list_paying_banks
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


def bank_choices() -> list[tuple[str, str]]:
    """Every bank that pays for us."""
    return [("", str(_("Choose"))), *((code, code) for code in list_paying_banks())]


def new_key() -> str:
    """A word that makes a form sent twice one act."""
    return uuid.uuid4().hex


class FundForm(forms.Form):
    """How much of what lies unallocated at a bank a programme may use."""

    programme = forms.ChoiceField(
        label=_("Programme"), choices=programme_choices, error_messages=missing(_("Choose the programme."))
    )
    bank = forms.ChoiceField(label=_("Bank"), choices=bank_choices, error_messages=missing(_("Choose the bank.")))
    rupees = forms.DecimalField(
        label=_("Amount in rupees"),
        min_value=Decimal("0.01"),
        max_digits=17,
        decimal_places=2,
        help_text=_("No more than lies unallocated at the bank."),
        widget=forms.TextInput(attrs={"class": "short", "dir": "ltr", "autocomplete": "off", "inputmode": "decimal"}),
        error_messages={
            key: _("Write the amount in rupees, for example 250000 or 250000.50.")
            for key in ("required", "invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits")
        },
    )
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput, initial=new_key)

    def paisa(self) -> int:
        """The amount in whole paisa."""
        return int(self.cleaned_data["rupees"] * 100)


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
