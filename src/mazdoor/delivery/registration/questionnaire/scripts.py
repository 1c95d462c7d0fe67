"""A name in the wrong script: Urdu letters under the English name, English letters under the Urdu one.

Lists of members often hold names in one script alone, under whichever heading; so such a name goes to the column it belongs
to where that is empty, two that stand the wrong way round change places, and both are told as repairs. Where the right column
says something already, the wrong one is refused: nobody can tell here which of the two is meant. A name in both scripts at
once is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from mazdoor.delivery.registration.questionnaire.model import AnswerType, Question

URDU: Final = "[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"
LATIN: Final = "[A-Za-z\u00c0-\u024f]"
_URDU: Final = re.compile(URDU)
_LATIN: Final = re.compile(LATIN)


def pairs(questions: Iterable[Question]) -> Iterator[tuple[Question, Question]]:
    """The questions that ask one name in both scripts: (English letters, Urdu)."""
    known = {question.name: question for question in questions if question.type is AnswerType.NAME}
    for name, question in known.items():
        other = known.get(f"{name}_ur")
        if question.language == "en" and other is not None and other.language == "ur":
            yield question, other


def only_urdu(text: str) -> bool:
    """Whether a name is written in Urdu letters and none of English."""
    return bool(_URDU.search(text)) and not _LATIN.search(text)


def only_latin(text: str) -> bool:
    """Whether a name is written in English letters and none of Urdu."""
    return bool(_LATIN.search(text)) and not _URDU.search(text)
