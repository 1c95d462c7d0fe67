"""The forms of a case: what a person says, and what they are answered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mazdoor.web.cases import words
from mazdoor.web.forms import missing

LONGEST = 2000
"""Characters of what is said and answered."""


def _written() -> forms.Textarea:
    """A field for a few sentences in either script."""
    return forms.Textarea(attrs={"rows": 4, "dir": "auto", "autocomplete": "off"})


class OpeningForm(forms.Form):
    """An appeal or a grievance in the person's own words."""

    kind = forms.ChoiceField(
        label=_("What does the person want?"),
        widget=forms.RadioSelect,
        choices=[
            ("appeal", _("Appeal: a decision should be looked at again")),
            ("grievance", _("Grievance: something went wrong")),
        ],
        error_messages=missing(_("Say whether this is an appeal or a grievance.")),
    )
    subject = forms.ChoiceField(
        label=_("What is it about?"),
        choices=lambda: [("", _("Choose")), *words.subjects()],
        error_messages=missing(_("Choose what it is about.")),
    )
    words = forms.CharField(
        label=_("What does the person say?"),
        max_length=LONGEST,
        widget=_written(),
        help_text=_("In the person's own words, in either language. It is kept sealed."),
        error_messages=missing(_("Write what the person says.")),
    )


class AnswerForm(forms.Form):
    """What was found, and what the person is told."""

    answer = forms.ChoiceField(
        label=_("What did you find?"),
        widget=forms.RadioSelect,
        choices=[
            ("upheld", _("The person is right: what was decided or done has to change")),
            ("dismissed", _("What was decided or done stands")),
            ("settled", _("Settled with the person in another way")),
        ],
        error_messages=missing(_("Say what you found.")),
    )
    words = forms.CharField(
        label=_("What is the person told?"),
        max_length=LONGEST,
        widget=_written(),
        help_text=_("Plain words with the reason. They are kept sealed and shown on the page of the case."),
        error_messages=missing(_("Write what the person is told, with the reason.")),
    )
