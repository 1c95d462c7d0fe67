"""The sign-in form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mazdoor.web.forms import missing


class SignInForm(forms.Form):
    """Name and password. What is wrong with them is never said apart, so that names cannot be guessed."""

    username = forms.CharField(
        label=_("Sign-in name"), max_length=64, error_messages=missing(_("Write your sign-in name.")),
        widget=forms.TextInput(attrs={"autocomplete": "username", "dir": "ltr", "autocapitalize": "none"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False, error_messages=missing(_("Write your password.")),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
    )  # fmt: skip
