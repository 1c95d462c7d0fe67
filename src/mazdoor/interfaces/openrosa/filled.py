"""A filled form as a device sends it: XML in, a plain form out. Nothing here trusts the XML.

No document type, no entity, no external anything (``defusedxml``); at most ``MOST_XML`` bytes, before parsing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from mazdoor.delivery.registration.questionnaire.model import AnswerType, Question, Questionnaire, Section
from mazdoor.interfaces.openrosa.refusals import XML_UNREADABLE
from mazdoor.interfaces.openrosa.xlsform import GATE, may_be_left_out

MOST_XML: Final = 1_048_576
"""Bytes of the XML of one form; a household of forty with three jobs each has a sixth of it."""
LONGEST_ID: Final = 249
FILES: Final = frozenset({AnswerType.PHOTO, AnswerType.DOCUMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stands around and in a filled form."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    device_id: str
    ended_at: str
    content_hash: str
    root: Element

    def form(self, questionnaire: Questionnaire) -> dict[str, Any]:
        """The answers as every door hands them in: nested plain values, text as it was written."""
        return {
            section.name: value
            for section in questionnaire.sections
            if (value := _section(self.root, section)) is not None
        }


def read(xml: bytes) -> Filled:
    """Read what a device sent. Raises ``ODK-001`` where it is no XML, no form, too large, or tries something."""
    if len(xml) > MOST_XML:
        raise XML_UNREADABLE.because()
    try:
        root: Element = fromstring(xml, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        raise XML_UNREADABLE.because() from broken
    meta = next((child for child in root if _local(child) == "meta"), None)
    about = {_local(child): (child.text or "").strip() for child in (meta if meta is not None else ())}
    digest = hashlib.sha256(xml).hexdigest()
    namespace = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else ""
    top = {_local(child): (child.text or "").strip() for child in root}
    return Filled(
        form_id=(root.get("id") or namespace)[:LONGEST_ID],
        version=(root.get("version") or "")[:LONGEST_ID],
        # A form without an id is one form for each content: sending it again is still the same.
        instance_id=(about.get("instanceID") or f"sha256:{digest}")[:LONGEST_ID],
        deprecated_id=about.get("deprecatedID", "")[:LONGEST_ID],
        device_id=(about.get("deviceID") or top.get("deviceid", ""))[:LONGEST_ID],
        ended_at=about.get("timeEnd") or top.get("end", ""),
        content_hash=digest,
        root=root,
    )


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _local(child) == name)


def _section(parent: Element, section: Section) -> dict[str, Any] | list[dict[str, Any]] | None:
    if may_be_left_out(section):
        gate = next(_children(parent, GATE.format(name=section.name)), None)
        if gate is not None and (gate.text or "").strip() != "yes":
            return [] if section.repeats else None
    found = [_answers(element, section) for element in _children(parent, section.name)]
    if section.repeats:
        return found
    return found[0] if found else None


def _answers(element: Element, section: Section) -> dict[str, Any]:
    texts = {_local(child): (child.text or "").strip() for child in element if not len(child)}
    answers: dict[str, Any] = {}
    for question in section.questions:
        value = _answer(texts, question)
        if value:
            answers[question.name] = value
    for inner in section.sections:
        held = _section(element, inner)
        if held is not None:
            answers[inner.name] = held
    return answers


def _answer(texts: dict[str, str], question: Question) -> str | list[str]:
    text = texts.get(question.name, "")
    if question.type is AnswerType.DATE and question.or_year:
        return texts.get(f"{question.name}_year", "") if texts.get(f"{question.name}_known") == "year" else text
    if question.type is AnswerType.AREA:
        return text or texts.get(f"{question.name}_district", "")
    if question.type is AnswerType.CHOICES:
        return text.split()
    return text


def files_named(form: dict[str, Any], questionnaire: Questionnaire) -> list[tuple[str, str, str]]:
    """The files a form speaks of: place in the form, kind (``photo``...), file name."""
    return list(_files(form, questionnaire.sections, ""))


def _files(answers: Any, sections: tuple[Section, ...], place: str) -> Iterator[tuple[str, str, str]]:
    for section in sections:
        held = answers.get(section.name) if isinstance(answers, dict) else None
        for number, one in enumerate(held if isinstance(held, list) else [held] if held else []):
            here = f"{place}{section.name}[{number}]" if section.repeats else f"{place}{section.name}"
            for question in section.questions:
                if question.type in FILES and one.get(question.name):
                    kind = question.target.removeprefix("attachment.")
                    yield f"{here}.{question.name}", kind, str(one[question.name])
            yield from _files(one, section.sections, f"{here}.")
