"""What all forms share: words of coded answers in the reader's language, and problems that lead to their fields."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mazdoor.delivery.registration.words import Answers
from mazdoor.web import formats

Problem = tuple[str, str]
"""The id of the field at fault (empty for the form as a whole) and the sentence that says what to do."""


def answers(question: Answers, *, choose: bool = False) -> Callable[[], list[tuple[str, Any]]]:
    """The possible answers to a question in the reader's language; ``choose`` puts an empty line first."""

    def choices() -> list[tuple[str, Any]]:
        first: list[tuple[str, Any]] = [("", _("Choose"))] if choose else []
        return first + list(question.choices_in(formats.language()))

    return choices


def problems(*given: forms.Form) -> list[Problem]:
    """Everything wrong with some forms, in the order of their fields."""
    found: list[Problem] = []
    for form in given:
        found += [("", str(error)) for error in form.non_field_errors()]
        for name in form.fields:
            field = form[name]
            anchor = (
                field.auto_id if field.widget_type in ("radioselect", "checkboxselectmultiple") else field.id_for_label
            )
            found += [(anchor, str(error)) for error in field.errors]
    return found


def day_field(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    """A day: picked, or written as people write it."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
        widget=forms.DateInput(
            attrs={"type": "date", "class": "middling", "dir": "ltr", "autocomplete": "off"}, format="%Y-%m-%d"
        ),
        error_messages={
            "required": _("Write the day."),
            "invalid": _("Write the day as year, month and day, for example 2026-05-01."),
        },
    )


def missing(sentence: str | Promise) -> dict[str, Any]:
    """Error messages of a field whose absence is told by ``sentence``."""
    return {"required": sentence, "invalid_choice": _("Choose one of the answers on the list.")}
