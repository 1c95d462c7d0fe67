"""The form of a change, made from what its kind says: its fields, the day, what shows it, and a few words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazdoor.casework.changes import FIELDS, Kind
from mazdoor.delivery.registration import selectors as registration
from mazdoor.kernel.identifiers import is_registry_number
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.changes import household_questions, words, work_questions
from mazdoor.web.changes.fields import field_of, plain_value
from mazdoor.web.forms import day_field, missing

HANDLED = household_questions.HANDLED | work_questions.HANDLED
QUESTIONS = {**household_questions.QUESTIONS, **work_questions.QUESTIONS}
VALUES = {**household_questions.VALUES, **work_questions.VALUES}
NUMBERS = ("other_number", "home_number", "employer_number")
"""Fields that hold the registry number of somebody else."""


class ChangeForm(forms.Form):
    """One change of one person; built for its kind. :meth:`asked` gives what ``open_change`` takes."""

    def __init__(self, kind: Kind, person: Mapping[str, Any], data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, prefix="change", initial=initial)
        self.kind = kind
        self.person = person
        self.members: Sequence[Mapping[str, Any]] = (
            registration.household_members(household_id=person["household_id"]) if person["household_id"] else []
        )
        self.others = [(row["person_id"], words.full_name(row)) for row in self.members]
        if kind.subject == "employment":
            self._add_jobs()
        for name in kind.fields:
            if name not in HANDLED:
                self.fields[name] = field_of(name, required=name in kind.needs, people=self.people)
        questions = QUESTIONS.get(kind.how)
        if questions is not None:
            questions(self)
        if kind.dated != "no" and not {"died_on", "ended_on"} & set(kind.fields):
            self.fields["effective_on"] = day_field(
                _("From which day is it so?"),
                required=kind.dated == "yes",
                hint=_("Leave it empty where it was written down wrongly and never was so.")
                if kind.dated == "either"
                else "",
            )
        if kind.evidence:
            self.fields["evidence"] = forms.MultipleChoiceField(
                label=_("What shows it?"),
                choices=[(code, words.evidence_title(code)) for code in kind.evidence],
                widget=forms.CheckboxSelectMultiple,
                error_messages=missing(gettext_lazy("Say what was seen, or who says so.")),
            )
        self.fields["words"] = forms.CharField(
            label=_("Anything to add"),
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
            help_text=_("For the colleague who decides. It is kept sealed."),
        )

    def people(self) -> list[tuple[Any, str]]:
        """The household's members to choose from, an empty choice first."""
        return [("", _("Choose")), *self.others]

    def _add_jobs(self) -> None:
        jobs = registration.employments_of(person_id=self.person["person_id"])
        self.fields["employment"] = forms.TypedChoiceField(
            label=_("Which job?"),
            coerce=int,
            choices=[
                (job["employment_id"], reference.isco_title(job["isco_code"], formats.language()))
                for job in jobs
                if job["ended_on"] is None
            ],
            error_messages=missing(gettext_lazy("Choose the job.")),
        )

    def clean(self) -> dict[str, Any]:
        """Numbers of other persons become the persons; a wrong one is told at its field."""
        data = super().clean() or {}
        for name in NUMBERS:
            if data.get(name):
                data[name.replace("number", "person")] = self._found(name, data[name])
        if check := work_questions.CHECKS.get(self.kind.how):
            check(self)
        if self.kind.fields and not self.kind.needs and not self.errors and not self._plain(data):
            self.add_error(None, _("Write at least one thing that is otherwise."))
        return data

    def _found(self, name: str, number: str) -> dict[str, Any] | None:
        found = registration.search(text=number) if is_registry_number(number.replace(" ", "")) else []
        if not found:
            self.add_error(name, _("Nobody with this registry number is in your area."))
            return None
        return registration.get_person(person_id=found[0].person_id)

    def _plain(self, data: Mapping[str, Any]) -> dict[str, Any]:
        given = {
            name: data[name]
            for name in self.kind.fields
            if name in self.fields and data.get(name) not in (None, "", [])
        }
        return {name: plain_value(FIELDS[name].kind, value) for name, value in given.items()}

    def asked(self) -> dict[str, Any]:
        """What the door of changes takes."""
        data = self.cleaned_data
        values = self._plain(data)
        if self.kind.how in VALUES:
            values |= VALUES[self.kind.how](self)
        on: dt.date | None = data.get("effective_on")
        return {
            "person_id": self.person["person_id"],
            "type_code": self.kind.code,
            "values": values,
            "evidence": data.get("evidence", []),
            "effective_on": on,
            "subject_id": data.get("employment"),
            "words": data.get("words", ""),
        }


class DecisionForm(forms.Form):
    """What is decided of a change, and why."""

    words = forms.CharField(
        label=gettext_lazy("Why?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
        help_text=gettext_lazy("Needed where it is refused or taken back; the person is told. It is kept sealed."),
    )
