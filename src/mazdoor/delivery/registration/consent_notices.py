"""What people agreed to, word for word: the text behind each version that a receipt of consent names.

A receipt says only the version. The words of that version, in both languages, are written once, in the transaction of the
first receipt that names it, and never changed; so what somebody agreed to can be read years after the questionnaire says
something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from mazdoor.delivery.registration import words
from mazdoor.delivery.registration.models_forms import ConsentNotice
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.kernel.refusals import Words

CARRIED_OVER: Final = "2026-11"
"""The version named where a household came with its purposes agreed to elsewhere (a load, a plain call of `register`)."""
_NOTE: Final = {
    "en": "The person agreed to these purposes before the record came here; this registry showed no text of its own.",
    "ur": "یہ اندراج یہاں آنے سے پہلے شخص ان مقاصد پر راضی ہوا تھا؛ اس رجسٹری نے اپنا کوئی متن نہیں دکھایا۔",
}

_written: set[str] = set()


def keep_notice(version: str) -> None:
    """Write down what ``version`` says, unless it is written already. Raises ``ValueError`` for a version nobody shows.

    Remembered for the life of the process once the transaction that wrote it has been kept, so a form pays for it once.
    """
    if version in _written:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM registration_consentnotice WHERE version = %s", [version])
        if cursor.fetchone() is None:
            # Two forms may be the first in the same moment; what both would write is the same.
            ConsentNotice.objects.bulk_create(
                [ConsentNotice(version=version, content=_said(version))], ignore_conflicts=True
            )
    transaction.on_commit(lambda: _written.add(version))


@dataclass(frozen=True, slots=True)
class Shown:
    """The words of one version in one language, in the order they were shown; ``questions`` are a label and its hint."""

    language: str
    title: str
    lines: list[str]
    purposes: list[str]
    questions: list[tuple[str, str]]


def find_notice(*, version: str, language: str) -> Shown | None:
    """The kept words of a version in ``en`` or ``ur``; ``None`` where no receipt names it."""
    said: dict[str, Any] | None = (
        ConsentNotice.objects.filter(version=version).values_list("content", flat=True).first()
    )
    if said is None:
        return None
    return Shown(
        language=language,
        title=said["title"][language] if "title" in said else "",
        lines=[said[part][language] for part in ("intro", "note") if said.get(part)],
        purposes=[each[language] for each in said["purposes"].values()],
        questions=[
            (each["label"][language], each["hint"][language] if each["hint"] else "")
            for each in said.get("questions", {}).values()
        ],
    )


def _said(version: str) -> dict[str, Any]:
    purposes = {code: _both(said) for code, said in words.PURPOSE.answers.items()}
    if version == CARRIED_OVER:
        return {"note": _NOTE, "purposes": purposes}
    questionnaire = get_questionnaire()
    if version != questionnaire.version:
        raise ValueError(f"no text of consent is known by version {version}")
    section = questionnaire.section("consent")
    return {
        "title": _both(section.title),
        "intro": _both(section.intro) if section.intro else None,
        "questions": {
            question.name: {"label": _both(question.label), "hint": _both(question.hint) if question.hint else None}
            for question in section.questions
        },
        "purposes": purposes,
    }


def _both(said: Words) -> dict[str, str]:
    return {"en": said.en, "ur": said.ur}
