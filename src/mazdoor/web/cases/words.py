"""Kinds and subjects of cases in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazdoor.casework import duplicates
from mazdoor.web.programmes import words as programmes

PROGRAMME: Final = "programme:"
OTHER: Final = "other"
KINDS: Final[dict[str, Promise]] = {
    "appeal": gettext_lazy("appeal"),
    "grievance": gettext_lazy("grievance"),
    "finding": gettext_lazy("finding of the system"),
}

FOUND: Final[dict[str, Promise]] = {
    duplicates.FRAUD: gettext_lazy("a pair held to be fraud"),
    duplicates.PAID_TWICE: gettext_lazy("money paid under two records"),
}
"""Findings of the system, by how their subject begins."""


def kind(code: str) -> str:
    """What brought a case."""
    return str(KINDS.get(code, code))


def about(subject: str) -> str:
    """What a case is about: a programme by its title; a subject another room gave speaks for itself."""
    if subject.startswith(PROGRAMME):
        return programmes.title(subject.removeprefix(PROGRAMME))
    for beginning, words in FOUND.items():
        if subject.startswith(beginning):
            return str(words)
    return _("something else") if subject == OTHER else subject


def subjects() -> list[tuple[str, str]]:
    """What a case may be about: every programme by title, and anything else."""
    return [(f"{PROGRAMME}{each.code}", each.title) for each in programmes.programmes()] + [(OTHER, about(OTHER))]
