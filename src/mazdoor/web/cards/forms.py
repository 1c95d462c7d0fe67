"""The forms of cards."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mazdoor.web.cards import words
from mazdoor.web.forms import missing
from mazdoor.web.registry import lists


class ReprintForm(forms.Form):
    """Another card in the place of the live one."""

    reason = forms.ChoiceField(
        label=_("Why is another card needed?"),
        widget=forms.RadioSelect,
        choices=words.reprint_reasons,
        error_messages=missing(_("Say why another card is needed.")),
    )


class RevocationForm(forms.Form):
    """A card taken back."""

    reason = forms.ChoiceField(
        label=_("Why is the card taken back?"),
        choices=lambda: [("", _("Choose")), *words.revocation_reasons()],
        error_messages=missing(_("Choose why the card is taken back.")),
    )


class OfficeForm(forms.Form):
    """The people of an area who have no card yet."""

    area_code = forms.ChoiceField(
        label=_("District or tehsil"),
        choices=lambda: [("", _("Choose")), *lists.area_choices()],
        error_messages=missing(_("Choose a district or tehsil.")),
    )
    what = forms.ChoiceField(
        label=_("What should be printed?"),
        widget=forms.RadioSelect,
        initial="new",
        choices=[
            ("new", _("First cards for people of that area who never had one")),
            ("again", _("Once more the live cards made there today")),
        ],
        error_messages=missing(_("Say what should be printed.")),
    )
    count = forms.IntegerField(
        label=_("How many cards at most?"),
        min_value=1,
        max_value=500,
        initial=50,
        help_text=_("Ten go on a sheet of A4, both sides. 500 is the most at once."),
        error_messages=missing(_("Write a number from 1 to 500.")),
    )


class PictureForm(forms.Form):
    """A photograph of the back of a card."""

    picture = forms.FileField(
        label=_("A picture of the back of the card"),
        help_text=_("PNG, JPEG or WebP. It is looked at and not kept."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
        error_messages=missing(_("Choose a picture.")),
    )
