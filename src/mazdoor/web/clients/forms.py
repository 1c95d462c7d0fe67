"""The form that registers or changes another system."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mazdoor.interfaces.clients.scopes import PURPOSES, SCOPES
from mazdoor.kernel.refusals import Words
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.forms import missing

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client


def _choices(words: Mapping[str, Words]) -> list[tuple[str, str]]:
    return [(code, each.in_language(formats.language())) for code, each in words.items()]


def _places() -> list[tuple[str, str]]:
    whole = ("*", str(_("The whole country")))
    language = formats.language()
    return [
        whole,
        *((each.code, reference.area_name(each.code, language)) for each in reference.areas(level="province")),
    ]


class ClientForm(forms.Form):
    """What another system is called, may do, may see, and where it answers."""

    code = forms.RegexField(
        label=_("Code"),
        regex=r"^[a-z0-9][a-z0-9._-]{2,63}$",
        help_text=_("Its name on the wire, such as welfare.example.org."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        error_messages={
            **missing(_("Write the code of the system.")),
            "invalid": _("Use small letters, digits, dots and hyphens."),
        },
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages=missing(_("Write what the system is called."))
    )
    name_ur = forms.CharField(
        label=_("Name in Urdu"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"lang": "ur", "dir": "rtl"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do and see?"),
        choices=lambda: _choices(SCOPES),
        widget=forms.CheckboxSelectMultiple,
        error_messages=missing(_("Say what the system may do.")),
    )
    purposes = forms.MultipleChoiceField(
        label=_("For which purposes?"),
        choices=lambda: _choices(PURPOSES),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("It sees only people who agreed to the purpose."),
    )
    areas = forms.MultipleChoiceField(
        label=_("In which areas?"),
        choices=_places,
        widget=forms.CheckboxSelectMultiple,
        error_messages=missing(_("Say where the system works.")),
    )
    must_sign = forms.BooleanField(label=_("It signs its messages"), required=False, initial=True)
    keys_uri = forms.CharField(
        label=_("Address of its signing keys"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    public_keys = forms.CharField(
        label=_("Or its signing keys (a JWK set)"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr"}),
    )
    callback_uri = forms.CharField(
        label=_("Address for answers and notices"),
        max_length=200,
        required=False,
        help_text=_("Only addresses beneath this one are ever called."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    records_per_day = forms.IntegerField(
        label=_("Records a day, at most"), min_value=1, max_value=10_000_000, initial=100_000
    )
    requests_per_minute = forms.IntegerField(
        label=_("Requests a minute, at most"), min_value=1, max_value=100_000, initial=600
    )

    def clean_public_keys(self) -> Any:
        """The keys as JSON."""
        text = self.cleaned_data["public_keys"].strip()
        if not text:
            return []
        try:
            return json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is not JSON.")) from error


def of_client(client: Client) -> dict[str, Any]:
    """The form's values of a system as it is registered."""
    return {
        "code": client.code,
        "name": client.name,
        "name_ur": client.name_ur,
        "scopes": client.scopes,
        "purposes": client.purposes,
        "areas": client.areas,
        "must_sign": client.must_sign,
        "keys_uri": client.keys_uri,
        "public_keys": json.dumps({"keys": client.public_keys}) if client.public_keys else "",
        "callback_uri": client.callback_uri,
        "records_per_day": client.records_per_day,
        "requests_per_minute": client.requests_per_minute,
    }
