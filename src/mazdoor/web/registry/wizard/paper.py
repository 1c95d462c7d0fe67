"""What a registration puts on paper, set by Typst in either language: the receipt a worker keeps, and the blank form.

Words go in as one JSON value; nothing of anybody is written to a disk on the way.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import typst
from django.utils.translation import gettext as _

from mazdoor.delivery.registration.questionnaire import (
    AnswerType,
    Door,
    Question,
    Questionnaire,
    Section,
    get_questionnaire,
)
from mazdoor.interfaces.credentials import fonts
from mazdoor.web import formats
from mazdoor.web.registry.wizard.showing import Part


def receipt(
    *,
    title: str,
    numbers: Sequence[tuple[str, str]],
    parts: Sequence[Part],
    receipt: Sequence[tuple[str, str]],
    on: dt.datetime,
) -> bytes:
    """The PDF of a receipt in the reader's language. Raises ``CRD-007`` where a font is missing."""
    said: dict[str, Any] = {
        "title": title,
        "note": _("Keep this paper. Ask at any office if something here is wrong."),
        "numbers_title": _("Registry number"),
        "numbers": [[_bare(name), number] for name, number in numbers],
        "parts": [
            {
                "title": _bare(f"{part.title} – {part.about}" if part.about else part.title),
                "lines": [[_bare(line.label), _bare(line.answer)] for line in part.lines],
            }
            for part in parts
        ],
        "receipt_title": _("Receipt of consent"),
        "receipt": [[_bare(label), _bare(text)] for label, text in receipt],
        "when": _bare(formats.moment(on)),
    }
    return _set("receipt.typ", said, language=formats.language())


def blank_form(*, language: str, questionnaire: Questionnaire | None = None) -> bytes:
    """The whole questionnaire as a form to fill in by hand. Raises ``CRD-007`` where a font is missing."""
    asked = questionnaire or get_questionnaire()
    said = {
        "title": asked.title.in_language(language),
        "version": asked.version,
        "sections": [_blank_section(section, language) for section in asked.sections if Door.PAPER in section.doors],
        "optional": {"en": "(optional)", "ur": "(اختیاری)"}[language],
    }
    return _set("blank.typ", said, language=language)


def _blank_section(section: Section, language: str) -> dict[str, Any]:
    return {
        "title": section.title.in_language(language),
        "intro": section.intro.in_language(language) if section.intro else "",
        "questions": [_blank(question, language) for question in section.questions if Door.PAPER in question.doors],
        "sections": [_blank_section(inner, language) for inner in section.sections if Door.PAPER in inner.doors],
    }


def _blank(question: Question, language: str) -> dict[str, Any]:
    yes_no = {"en": ["Yes", "No"], "ur": ["ہاں", "نہیں"]}[language]
    return {
        "name": question.name,
        "label": question.label.in_language(language),
        "hint": question.hint.in_language(language) if question.hint else "",
        "optional": question.required is False,
        "boxes": {AnswerType.CNIC: [5, 7, 1], AnswerType.MOBILE: [4, 7], AnswerType.DATE: [2, 2, 4]}.get(
            question.type, []
        ),
        "choices": [choice.words.in_language(language) for choice in question.choices]
        or (yes_no if question.type is AnswerType.YES_NO else []),
    }


def _bare(text: str) -> str:
    """Text of a page without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", str(text)))


def _set(template: str, said: dict[str, Any], *, language: str) -> bytes:
    content = files("mazdoor.web.registry.wizard").joinpath(template).read_bytes()
    found = typst.compile(
        content,
        font_paths=fonts.fonts(),
        format="pdf",
        sys_inputs={
            "language": language,
            "latin": json.dumps(fonts.LATIN),
            "said": json.dumps(said, ensure_ascii=False),
        },
    )
    return found[0] if isinstance(found, list) else found
