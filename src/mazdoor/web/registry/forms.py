"""The questions asked of a household at the counter, one short form for each part."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mazdoor.delivery.registration import words
from mazdoor.kernel.identifiers import ascii_digits, parse_cnic, parse_mobile
from mazdoor.kernel.money import Rounding, to_paisa
from mazdoor.web.forms import answers, missing
from mazdoor.web.registry import lists

LTR = {"dir": "ltr", "autocomplete": "off"}
CONSENTS = ("registration", "verification", "account", "programmes", "statistics")


class BirthMixin(forms.Form):
    """A birth date as people know it: the whole day, or only the year."""

    birth_day = forms.IntegerField(
        label=_("Day of birth"), required=False, min_value=1, max_value=31,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", **LTR}),
        error_messages={"invalid": _("The day of birth is a number from 1 to 31."),
                        "min_value": _("The day of birth is a number from 1 to 31."),
                        "max_value": _("The day of birth is a number from 1 to 31.")},
    )  # fmt: skip
    birth_month = forms.IntegerField(
        label=_("Month of birth"), required=False, min_value=1, max_value=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", **LTR}),
        error_messages={"invalid": _("The month of birth is a number from 1 to 12."),
                        "min_value": _("The month of birth is a number from 1 to 12."),
                        "max_value": _("The month of birth is a number from 1 to 12.")},
    )  # fmt: skip
    birth_year = forms.IntegerField(
        label=_("Year of birth"), min_value=1900, max_value=2100,
        help_text=_("If the day is not known, leave day and month empty."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", **LTR}),
        error_messages={"required": _("Write the year of birth, four digits."),
                        "invalid": _("The year of birth has four digits, for example 1984."),
                        "min_value": _("The year of birth has four digits, for example 1984."),
                        "max_value": _("The year of birth has four digits, for example 1984.")},
    )  # fmt: skip

    def birth(self) -> tuple[dt.date | None, str]:
        """The birth date and how exact it is (``day`` or ``year``); 1 January stands for a year alone."""
        data = self.cleaned_data
        year, month, day = data.get("birth_year"), data.get("birth_month"), data.get("birth_day")
        if not year:
            return None, "year"
        if month and day:
            return dt.date(year, month, day), "day"
        return dt.date(year, 1, 1), "year"

    def clean(self) -> dict[str, Any]:
        """A day that is not in the calendar is told at the day."""
        data = super().clean() or self.cleaned_data
        try:
            self.birth()
        except ValueError:
            self.add_error("birth_day", _("This day is not in the calendar: check day, month and year."))
        return data


class PersonForm(BirthMixin):
    """The worker: names in either script, birth, papers."""

    given_name = forms.CharField(label=_("Given name"), max_length=80, required=False)
    surname = forms.CharField(label=_("Surname or second name"), max_length=80, required=False)
    father_name = forms.CharField(label=_("Father's name"), max_length=120, required=False)
    husband_name = forms.CharField(label=_("Husband's name"), max_length=120, required=False)
    given_name_ur = forms.CharField(label=_("Given name in Urdu"), max_length=80, required=False)
    surname_ur = forms.CharField(label=_("Surname in Urdu"), max_length=80, required=False)
    father_name_ur = forms.CharField(label=_("Father's name in Urdu"), max_length=120, required=False)
    sex = forms.ChoiceField(
        label=_("Sex"), choices=answers(words.SEX), widget=forms.RadioSelect,
        error_messages=missing(_("Say whether the person is a woman, a man or other.")),
    )  # fmt: skip
    cnic = forms.CharField(
        label=_("CNIC"), required=False, max_length=20, help_text=_("Thirteen digits, as on the card."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "middling", **LTR}),
    )  # fmt: skip
    mobile = forms.CharField(
        label=_("Mobile"), required=False, max_length=20, help_text=_("Eleven digits beginning with 03. It may be shared."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "class": "middling", **LTR}),
    )  # fmt: skip
    marital_status = forms.ChoiceField(
        label=_("Marital status"), choices=answers(words.MARITAL_STATUS, choose=True), required=False
    )
    relationship = forms.ChoiceField(
        label=_("Relationship to the head of the household"), choices=answers(words.RELATIONSHIP), initial="head",
        error_messages=missing(_("Say how the person is related to the head of the household.")),
    )  # fmt: skip
    field_order = (
        "given_name", "surname", "father_name", "husband_name", "given_name_ur", "surname_ur", "father_name_ur", "sex",
        "birth_day", "birth_month", "birth_year", "cnic", "mobile", "marital_status", "relationship",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("given_name_ur", "surname_ur", "father_name_ur"):
            self.fields[name].widget.attrs |= {"lang": "ur", "dir": "rtl"}

    def clean_cnic(self) -> str:
        """Empty, or thirteen digits."""
        text = str(self.cleaned_data["cnic"])
        if text and parse_cnic(text) is None:
            digits = len(ascii_digits(text))
            raise forms.ValidationError(
                _("A CNIC has thirteen digits; %(digits)s were given. Read it again from the card."),
                params={"digits": digits},
            )
        return text

    def clean_mobile(self) -> str:
        """Empty, or a mobile number of Pakistan."""
        text = str(self.cleaned_data["mobile"])
        if text and parse_mobile(text) is None:
            raise forms.ValidationError(_("A mobile number has eleven digits and begins with 03, or leave it empty."))
        return text

    def clean(self) -> dict[str, Any]:
        """One given name in either script."""
        data = super().clean()
        if not (data.get("given_name") or data.get("given_name_ur")):
            self.add_error("given_name", _("Write the given name, in English or Urdu letters."))
        return data


class MemberForm(BirthMixin):
    """Another member of the household; an empty one is left out."""

    given_name = forms.CharField(label=_("Given name"), max_length=80, required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=answers(words.SEX, choose=True), required=False)
    relationship = forms.ChoiceField(
        label=_("Relationship to the head of the household"),
        choices=answers(words.RELATIONSHIP, choose=True),
        required=False,
    )
    field_order = ("given_name", "relationship", "sex", "birth_year")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["birth_day"], self.fields["birth_month"]
        self.fields["birth_year"].required = False
        self.fields["birth_year"].help_text = ""

    @property
    def given(self) -> bool:
        """Whether anybody is named here."""
        return bool(self.cleaned_data.get("given_name"))

    def clean(self) -> dict[str, Any]:
        """Who is named also needs sex and relationship."""
        data = super().clean()
        if data.get("given_name"):
            if not data.get("sex"):
                self.add_error("sex", _("Say whether this member is a woman, a man or other."))
            if not data.get("relationship"):
                self.add_error("relationship", _("Say how this member is related to the head."))
        return data


class HouseholdForm(forms.Form):
    """Where the household lives, and its dwelling."""

    area_code = forms.ChoiceField(
        label=_("District or tehsil"),
        error_messages=missing(_("Choose the district or tehsil where the household lives.")),
    )
    address = forms.CharField(label=_("Street, village or quarter"), max_length=200, required=False)
    urban = forms.ChoiceField(
        label=_("Town or village"), required=False, widget=forms.RadioSelect,
        choices=[("yes", _("Town")), ("no", _("Village"))],
    )  # fmt: skip
    rooms = forms.IntegerField(
        label=_("Rooms"), required=False, min_value=0, max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", **LTR}),
        error_messages={"invalid": _("Rooms is a number."), "min_value": _("Rooms is a number."),
                        "max_value": _("Check the number of rooms.")},
    )  # fmt: skip
    roof = forms.ChoiceField(label=_("Roof"), choices=answers(words.ROOF, choose=True), required=False)
    toilet = forms.ChoiceField(label=_("Toilet"), choices=answers(words.TOILET, choose=True), required=False)
    water = forms.ChoiceField(label=_("Drinking water"), choices=answers(words.WATER, choose=True), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *lists.area_choices()]


class WorkForm(forms.Form):
    """The worker's employment: for whom, at what, for which pay."""

    status = forms.ChoiceField(
        label=_("Status in employment"), choices=answers(words.STATUS, choose=True),
        error_messages=missing(_("Say whether the person works for somebody, alone, as an employer or in the family.")),
    )  # fmt: skip
    category = forms.ChoiceField(
        label=_("Kind of work"), choices=answers(words.CATEGORY, choose=True),
        error_messages=missing(_("Choose the kind of work.")),
    )  # fmt: skip
    occupation = forms.CharField(
        label=_("Occupation"), help_text=_("Write a word of it and choose from the list, or its four-digit ISCO code."),
        widget=forms.TextInput(attrs={"list": "occupations", "autocomplete": "off"}),
        error_messages=missing(_("Choose the occupation from the list.")),
    )  # fmt: skip
    industry = forms.CharField(
        label=_("Industry"), help_text=_("What the place of work makes or does: choose from the list, or its ISIC code."),
        widget=forms.TextInput(attrs={"list": "industries", "autocomplete": "off"}),
        error_messages=missing(_("Choose the industry from the list.")),
    )  # fmt: skip
    employer_kind = forms.ChoiceField(
        label=_("Who is the employer?"), choices=answers(words.EMPLOYER_KIND), widget=forms.RadioSelect,
        error_messages=missing(_("Say who the employer is, or that there is none.")),
    )  # fmt: skip
    business_name = forms.CharField(
        label=_("Name of the business"), max_length=120, required=False,
        help_text=_("The name people know it by. For own-account work it may stay empty."),
    )  # fmt: skip
    premises = forms.ChoiceField(label=_("Place of work"), choices=answers(words.PREMISES, choose=True), required=False)
    employer_number = forms.CharField(
        label=_("Registry number of somebody in the employing household"), max_length=16, required=False,
        help_text=_("Only for work in another household. Register that household first if it is not here yet."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "middling", **LTR}),
    )  # fmt: skip
    pay_period = forms.ChoiceField(
        label=_("Paid by"), choices=answers(words.PAY_PERIOD, choose=True),
        error_messages=missing(_("Say how pay is counted: by month, day, piece, or not in money.")),
    )  # fmt: skip
    pay = forms.DecimalField(
        label=_("Pay in rupees for each of these"), min_value=Decimal(0), max_digits=10, decimal_places=2, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short", **LTR}),
        error_messages={"invalid": _("Write the pay as a number, for example 1200."),
                        "min_value": _("Pay cannot be less than nothing.")},
    )  # fmt: skip
    days_per_month = forms.IntegerField(
        label=_("Days worked in a month"), required=False, min_value=0, max_value=31,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", **LTR}),
        error_messages={"invalid": _("Days in a month is a number up to 31."),
                        "min_value": _("Days in a month is a number up to 31."),
                        "max_value": _("Days in a month is a number up to 31.")},
    )  # fmt: skip
    since_year = forms.IntegerField(
        label=_("In this work since (year)"), min_value=1930, max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", **LTR}),
        error_messages={"required": _("Write the year this work began."),
                        "invalid": _("The year has four digits, for example 2019."),
                        "min_value": _("The year has four digits, for example 2019."),
                        "max_value": _("The year has four digits, for example 2019.")},
    )  # fmt: skip

    def clean_occupation(self) -> str:
        """The ISCO code of what was written or chosen."""
        code = lists.occupation_code(str(self.cleaned_data["occupation"]))
        if code is None:
            raise forms.ValidationError(_("This occupation is not on the list: choose one from it."))
        return code

    def clean_industry(self) -> str:
        """The ISIC code of what was written or chosen."""
        code = lists.industry_code(str(self.cleaned_data["industry"]))
        if code is None:
            raise forms.ValidationError(_("This industry is not on the list: choose one from it."))
        return code

    def clean(self) -> dict[str, Any]:
        """What an employer of each kind must be known by."""
        data = super().clean() or self.cleaned_data
        if data.get("employer_kind") == "business":
            if not data.get("business_name"):
                self.add_error("business_name", _("Write the name people know the business by."))
            if not data.get("premises"):
                self.add_error("premises", _("Say what the place of work is."))
        if data.get("employer_kind") == "household" and not data.get("employer_number"):
            self.add_error("employer_number", _("Write the registry number of somebody in the employing household."))
        if data.get("pay_period") not in (None, "none") and data.get("pay") is None and "pay" not in self.errors:
            self.add_error("pay", _("Write the pay in rupees, or choose “not paid in money”."))
        return data

    def pay_amount(self) -> int:
        """Pay in paisa for each pay period."""
        pay = self.cleaned_data.get("pay")
        return to_paisa(pay, rounding=Rounding.HALF_UP) if pay is not None else 0


class ConsentForm(forms.Form):
    """What the person agrees to, read out to them; and the key that makes the same form twice one registration."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    looked = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from mazdoor.web import formats

        for purpose in CONSENTS:
            self.fields[purpose] = forms.BooleanField(
                label=words.PURPOSE.say(purpose, formats.language()), required=purpose == "registration"
            )
        self.fields["registration"].error_messages["required"] = _("Nobody is registered without agreeing to it.")

    @staticmethod
    def fresh() -> dict[str, str]:
        """Initial values of a new form."""
        return {"key": f"web-{uuid.uuid4()}"}

    def agreed(self) -> tuple[str, ...]:
        """The purposes agreed to."""
        return tuple(purpose for purpose in CONSENTS if self.cleaned_data.get(purpose))
