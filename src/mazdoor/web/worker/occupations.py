"""Works written by hand: which occupations the words may mean.

The occupation coder ranks them; whoever wrote the words chooses. Where nothing fits there is a last line, so that nobody
is stopped by a word the coder does not know.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from mazdoor.matching import occupations as coder
from mazdoor.reference import selectors as reference
from mazdoor.web.worker.works import Suggestion

MOST: Final = 5
ASKED: Final = 12
"""More are asked of the coder than are shown: in Urdu several may stand under one title."""
ELEMENTARY: Final = ("9629", "9609")
"""Elementary workers not elsewhere classified; other personal service activities not elsewhere classified."""


def suggest(text: str, language: str) -> list[Suggestion]:
    """Occupations for written words, the likeliest first, each title once; and a last line for none of them."""
    industries = coder.suggest_industries(text, 1)
    industry = industries[0].code if industries else ELEMENTARY[1]
    titles: dict[str, Suggestion] = {}
    for each in coder.suggest(text, ASKED):
        title = reference.isco_title(each.code, language)
        titles.setdefault(title, Suggestion(each.code, industry, title))
    found = [each for each in titles.values() if each.occupation != ELEMENTARY[0]]
    return [*found[:MOST], Suggestion(*ELEMENTARY, _("None of these: other work"))]
