"""Works written by hand: which occupations the words may mean.

The occupation coder ranks them; whoever wrote the words chooses. Where nothing fits there is a last line, so that nobody
is stopped by a word the coder does not know.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from mazdoor.reference import selectors as reference
from mazdoor.web.worker.works import Suggestion

MOST: Final = 6
ELEMENTARY: Final = ("9629", "9609")
"""Elementary workers not elsewhere classified; other personal service activities not elsewhere classified."""


def suggest(text: str, language: str) -> list[Suggestion]:
    """Occupations for written words, the likeliest first, and one for none of them."""
    found = [
        Suggestion(code, industry, reference.isco_title(code, language)) for code, industry in _ranked(text, language)
    ]
    return [*found[:MOST], Suggestion(*ELEMENTARY, _("None of these: other work"))]


def _ranked(text: str, language: str) -> list[tuple[str, str]]:
    """Occupation and industry codes of titles that share words with the text."""
    words = {word for word in text.casefold().split() if len(word) > 2}
    scored = []
    for row in reference.occupations(digits=4):
        titles = {word.strip(",.()").casefold() for word in f"{row.title_en} {row.title_ur or ''}".split()}
        shared = len(words & titles)
        if shared:
            scored.append((-shared, row.code))
    return [(code, ELEMENTARY[1]) for _score, code in sorted(scored)]
