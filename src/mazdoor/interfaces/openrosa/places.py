"""What a condition is in XPath, written from where it is asked.

Paths are relative to whoever asks (``../../status``), never ``${status}``: two sections may use one name, and inside a
repetition a relative path means *this* member's answer in every client.
"""

from __future__ import annotations

from mazdoor.delivery.registration.questionnaire.conditions import find_asked, to_xpath
from mazdoor.delivery.registration.questionnaire.model import Condition, Section

Path = tuple[Section, ...]


def xpath_of(condition: Condition, *, asking: Path) -> str:
    """``condition`` as asked by a question or section that stands in the sections ``asking``, outermost first.

    Raises ``KeyError`` where a condition names what nobody asks; the questionnaire's own check finds that first.
    """

    def refer(name: str) -> str:
        found = find_asked(name, asking)
        if found is None:
            raise KeyError(name)
        depth, _ = found
        return "../" * (len(asking) - depth) + name

    return to_xpath(condition, asking, refer)
