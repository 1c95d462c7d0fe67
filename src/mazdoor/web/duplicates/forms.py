"""The forms of the duplicates queue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mazdoor.web.forms import missing

DECISIONS = {
    "same": _("One person: join the two records"),
    "different": _("Two persons: never show this pair again"),
    "cannot_tell": _("I cannot tell: leave it for a visit"),
    "fraud": _("One person who meant to be paid twice"),
}


class DecisionForm(forms.Form):
    """What an officer found of a pair."""

    decision = forms.ChoiceField(
        label=_("What did you find?"), widget=forms.RadioSelect, error_messages=missing(_("Say what you found."))
    )
    note = forms.CharField(
        label=_("Why?"),
        max_length=200,
        required=False,
        help_text=_("A few words for whoever looks at this again. No names or numbers of people. Needed for fraud."),
    )

    def __init__(self, *args: Any, can_become: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision = self.fields["decision"]
        assert isinstance(decision, forms.ChoiceField)
        decision.choices = [(code, words) for code, words in DECISIONS.items() if code in can_become]

    def clean(self) -> dict[str, Any]:
        """Fraud must say why."""
        data = super().clean() or self.cleaned_data
        if data.get("decision") == "fraud" and not data.get("note"):
            self.add_error("note", _("Write why you hold this to be fraud."))
        return data


class UndoForm(forms.Form):
    """Why a merge was mistaken."""

    reason = forms.CharField(
        label=_("Why are these two persons after all?"),
        max_length=200,
        error_messages=missing(_("Write why the merge was mistaken.")),
    )
