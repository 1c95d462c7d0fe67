"""What a verifier is asked: which part of the queue, what was found, and whether a second one agrees."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.forms import missing
from mazdoor.web.queues.verification_words import BANDS, KINDS


def _resolution() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("How do you know?"),
        max_length=200,
        help_text=gettext_lazy("For example: card seen, spelling differs. No names or numbers."),
        error_messages=missing(gettext_lazy("Write in a few words how you know.")),
    )


class ResolutionForm(forms.Form):
    """What a verifier found."""

    state = forms.ChoiceField(
        label=gettext_lazy("What did you find?"),
        widget=forms.RadioSelect,
        choices=[
            ("resolved", gettext_lazy("Our record is wrong: it is changed by a request for correction")),
            ("ask_again", gettext_lazy("The other register was wrong and has been put right: ask again")),
            ("dismissed", gettext_lazy("The claim stands: there is no real difference (a second verifier must agree)")),
        ],
        error_messages=missing(gettext_lazy("Say what you found.")),
    )
    resolution = _resolution()


class SecondForm(forms.Form):
    """What a second verifier says of a proposal."""

    state = forms.ChoiceField(
        label=gettext_lazy("Do you agree that the claim stands?"),
        widget=forms.RadioSelect,
        choices=[("agree", gettext_lazy("Yes, I have looked myself")), ("back", gettext_lazy("No: open it again"))],
        error_messages=missing(gettext_lazy("Say whether you agree.")),
    )
    resolution = _resolution()


class FilterForm(forms.Form):
    """What part of the queue is shown."""

    kind = forms.ChoiceField(label=gettext_lazy("What is in question"), required=False)
    band = forms.ChoiceField(label=gettext_lazy("How long it waits"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("District"), required=False)

    def __init__(self, data: Any, districts: list[str]) -> None:
        super().__init__(data, auto_id="filter-%s")
        anything = [("", _("all"))]
        words = (("kind", KINDS), ("band", BANDS))
        for name, choices in words:
            self._field(name).choices = anything + [(code, str(word)) for code, word in choices.items()]
        language = formats.language()
        self._field("area").choices = anything + [(code, reference.area_name(code, language)) for code in districts]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def narrowed(self) -> dict[str, str]:
        """The part asked for; what is not on the lists counts as all."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
