"""What is asked, told to programs: the questionnaire, its lists of answers, and areas."""

from __future__ import annotations

from typing import Any

from mazdoor.delivery.registration.questionnaire import Answers, Door, Question, Section, get_questionnaire
from mazdoor.interfaces.rest import refusals
from mazdoor.kernel.refusals import Words
from mazdoor.reference import selectors as reference


def words(found: Words) -> dict[str, str]:
    """A sentence in both languages."""
    return {"en": found.en, "ur": found.ur}


def questionnaire() -> dict[str, Any]:
    """The questionnaire as systems are asked it."""
    asked = get_questionnaire()
    return {
        "name": asked.name,
        "version": asked.version,
        "title": words(asked.title),
        "sections": [_section(each) for each in asked.sections if Door.SYSTEM in each.doors],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": words(section.title),
        "least": section.least,
        "most": section.most,
        "questions": [_question(each) for each in section.questions if Door.SYSTEM in each.doors],
        "sections": [_section(each) for each in section.sections if Door.SYSTEM in each.doors],
    }


def _question(question: Question) -> dict[str, Any]:
    always = question.required is True and question.asked_when is None
    return {
        "name": question.name,
        "type": question.type.value,
        "label": words(question.label),
        "hint": words(question.hint) if question.hint else None,
        "required": "always" if always else "sometimes" if question.required else "never",
        "choices": [{"code": each.code, "words": words(each.words)} for each in question.choices],
        "least": question.least,
        "most": question.most,
        "longest": question.longest,
        "example": question.example,
    }


def choice_lists() -> list[dict[str, Any]]:
    """Every list of answers, by name."""
    return [_list(name, found) for name, found in sorted(get_questionnaire().lists.items())]


def choice_list(name: str) -> dict[str, Any]:
    """One list of answers. Refuses API-006."""
    found = get_questionnaire().lists.get(name)
    if found is None:
        raise refusals.LIST_UNKNOWN.because()
    return _list(name, found)


def _list(name: str, found: Answers) -> dict[str, Any]:
    return {
        "name": name,
        "question": words(found.question),
        "choices": [{"code": code, "words": words(each)} for code, each in found.answers.items()],
    }


def areas(within: str) -> list[dict[str, Any]]:
    """Areas directly within one; provinces where none is named."""
    found = [each for each in reference.areas() if (each.parent_code or "") == (within or "PK")]
    return [
        {
            "code": each.code,
            "parent_code": each.parent_code,
            "level": each.level,
            "name": {"en": each.name_en, "ur": each.name_ur},
        }
        for each in found
    ]
