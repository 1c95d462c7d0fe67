"""The forms of the duplicates queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mazdoor.delivery.deduplication.selectors import ClusterSideBySide
from mazdoor.web.forms import day_field, missing

DECISIONS = {
    "same": _("One person: join the two records"),
    "different": _("Two persons: never show this pair again"),
    "cannot_tell": _("I cannot tell: put it aside"),
    "fraud": _("One person who meant to be paid twice"),
}
ONLY = "decision"
"""The answer about the pair of a cluster that has one."""


class DecisionForm(forms.Form):
    """What an officer found of the pairs of a cluster: of its only pair, or of as many as they can say of now."""

    keep = forms.ChoiceField(
        label=_("Whose record stands for both?"),
        required=False,
        help_text=_("Only for joining. Both records are kept; this one is paid and counted. Empty: the older one."),
    )
    verify = forms.BooleanField(
        label=_("Where I cannot tell: ask for a visit and for the card to be checked"), required=False
    )
    due_on = day_field(
        _("Where I cannot tell: bring it back on"), required=False, hint=_("Empty: thirty days from now.")
    )
    unpaired = forms.BooleanField(
        label=_("I have also looked at the records that were never found alike"), required=False
    )
    note = forms.CharField(
        label=_("Why?"),
        max_length=200,
        required=False,
        help_text=_("A few words for whoever looks at this again. No names or numbers of people. Needed for fraud."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cluster: ClusterSideBySide, letters: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cluster = cluster
        single = len(cluster.pairs) == 1
        about: dict[str, forms.Field] = {}
        for pair in cluster.pairs:
            about[ONLY if single else f"{ONLY}_{pair.pair_id}"] = forms.ChoiceField(
                label=_("What did you find?")
                if single
                else _("What did you find of %(one)s and %(other)s?")
                % {"one": letters[pair.person_a["person_id"]], "other": letters[pair.person_b["person_id"]]},
                widget=forms.RadioSelect,
                required=single,
                choices=[(code, words) for code, words in DECISIONS.items() if code in pair.can_become],
                error_messages=missing(_("Say what you found.")),
            )
        self.fields = {**about, **self.fields}
        keep = self.fields["keep"]
        assert isinstance(keep, forms.ChoiceField)
        keep.choices = [("", _("The older one"))] + [(str(number), f"{letter}") for number, letter in letters.items()]
        if not cluster.unpaired:
            del self.fields["unpaired"]
        self.fields["seen"].initial = cluster.seen

    def about(self, pair_id: int) -> forms.BoundField:
        """The question about one pair."""
        return self[ONLY if len(self.cluster.pairs) == 1 else f"{ONLY}_{pair_id}"]

    def questions(self) -> Sequence[forms.BoundField]:
        """What is asked beside the pairs."""
        return [self[name] for name in self.fields if not name.startswith(ONLY) and name != "seen"]

    def decisions(self) -> dict[int, str]:
        """Number of the pair → what was found of it; pairs nothing was said of are left out."""
        said = {
            pair.pair_id: str(self.cleaned_data.get(self.about(pair.pair_id).name) or "") for pair in self.cluster.pairs
        }
        return {number: decision for number, decision in said.items() if decision}

    def clean(self) -> dict[str, Any]:
        """Something must be said; fraud must say why."""
        data = super().clean() or self.cleaned_data
        said = self.decisions()
        if not said and not self.errors:
            raise forms.ValidationError(_("Say of at least one pair what you found."))
        if "fraud" in said.values() and not data.get("note"):
            self.add_error("note", _("Write why you hold this to be fraud."))
        return data


class UndoForm(forms.Form):
    """Why a merge was mistaken."""

    reason = forms.CharField(
        label=_("Why are these two persons after all?"),
        max_length=200,
        error_messages=missing(_("Write why the merge was mistaken.")),
    )


class UndoManyForm(forms.Form):
    """Why it was mistaken to take many pairs together."""

    reason = forms.CharField(label=_("Why was it mistaken to take these together?"), max_length=200)


class BulkForm(forms.Form):
    """From which weight on, where, and why."""

    weight_from = forms.FloatField(
        label=_("From which weight on (bits)?"),
        min_value=0,
        max_value=200,
        widget=forms.NumberInput(attrs={"dir": "ltr", "step": "0.5"}),
    )
    area = forms.ChoiceField(label=_("Where?"), required=False)
    reason = forms.CharField(
        label=_("Why?"), max_length=200, error_messages=missing(_("Write why these should be taken together."))
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ChoiceField)
        area.choices = list(areas)


class HouseholdForm(forms.Form):
    """Whether two households are one."""

    decision = forms.ChoiceField(
        label=_("What did you find?"),
        widget=forms.RadioSelect,
        choices=[
            ("same", _("One household: bring its members together")),
            ("different", _("Two households: never show them again")),
        ],
        error_messages=missing(_("Say what you found.")),
    )
    note = forms.CharField(label=_("Why?"), max_length=200, required=False)
