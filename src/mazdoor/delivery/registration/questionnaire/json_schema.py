"""The JSON Schema (draft 2020-12) of a form, for interfaces. It says the shape; `check_form` says the rest.

Whatever the schema lets through, checking answers with every problem and its place; whatever checking takes as it is, the
schema lets through, but for spellings a machine has no need of.
"""

from __future__ import annotations

from typing import Any

from mazdoor.delivery.registration.questionnaire.model import AnswerType, Door, Question, Questionnaire, Section
from mazdoor.delivery.registration.questionnaire.reading import get_questionnaire


def form_schema(
    questionnaire: Questionnaire | None = None, *, door: Door = Door.SYSTEM, language: str = "en"
) -> dict[str, Any]:
    """The schema of a form as it comes in at ``door``; titles and descriptions in ``language``."""
    asked = questionnaire or get_questionnaire()
    sections = [section for section in asked.sections if door in section.doors]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": asked.title.in_language(language),
        "version": asked.version,
        "type": "object",
        "properties": {section.name: _of_section(section, door, language) for section in sections},
        "required": [section.name for section in sections if section.least],
        "additionalProperties": False,
    }


def _of_section(section: Section, door: Door, language: str) -> dict[str, Any]:
    questions = [question for question in section.questions if door in question.doors]
    inner = [each for each in section.sections if door in each.doors]
    one: dict[str, Any] = {
        "type": "object",
        "title": section.title.in_language(language),
        "properties": {
            **{question.name: _of_question(question, language) for question in questions},
            **{each.name: _of_section(each, door, language) for each in inner},
        },
        "required": [question.name for question in questions if question.required is True and not question.asked_when],
        "additionalProperties": False,
    }
    if section.intro is not None:
        one["description"] = section.intro.in_language(language)
    if not section.repeats:
        return one
    return {"type": "array", "items": one, "minItems": section.least, "maxItems": section.most}


def _of_question(question: Question, language: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": question.label.in_language(language), **_of_type(question)}
    if question.hint is not None:
        schema["description"] = question.hint.in_language(language)
    if question.example:
        schema["examples"] = [_example(question)]
    if question.choices:
        schema["x-words"] = {choice.code: choice.words.in_language(language) for choice in question.choices}
    return schema


def _of_type(question: Question) -> dict[str, Any]:
    codes = [choice.code for choice in question.choices]
    bounds = {
        key: value for key, value in (("minimum", question.least), ("maximum", question.most)) if value is not None
    }
    match question.type:
        case AnswerType.WHOLE:
            return {"type": "integer", **bounds}
        case AnswerType.MONEY | AnswerType.DECIMAL:
            # Text keeps every digit; a number is read as it is written.
            return {"type": ["number", "string"], **bounds, "pattern": r"^-?[0-9]+(\.[0-9]{1,2})?$"}
        case AnswerType.DATE:
            pattern = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" if question.or_year else r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
            return {"type": "string", "pattern": pattern}
        case AnswerType.CHOICE:
            return {"enum": codes}
        case AnswerType.CHOICES:
            return {"type": "array", "items": {"enum": codes}, "uniqueItems": True}
        case AnswerType.YES_NO:
            return {"type": "boolean"}
        case AnswerType.OCCUPATION | AnswerType.INDUSTRY:
            return {"type": "string", "minLength": 1, "maxLength": 200}
        case AnswerType.AREA:
            return {"type": "string", "pattern": "^PK[0-9]{3}([0-9]{2})?$"}
        case AnswerType.PLACE:
            return {"type": "string", "pattern": r"^-?[0-9.]+ -?[0-9.]+$"}
        case AnswerType.REGISTRY_NUMBER:
            return {"type": "string", "pattern": "^[0-9]{12}$"}
        case AnswerType.CNIC:
            return {"type": "string", "pattern": "^[0-9]{5}-?[0-9]{7}-?[0-9]$"}
        case _:
            return {"type": "string", "minLength": 1, "maxLength": question.longest}


def _example(question: Question) -> Any:
    return int(question.example) if question.type is AnswerType.WHOLE else question.example
