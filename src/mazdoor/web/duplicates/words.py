"""What the pages of duplicates say in words. Fields and levels have theirs where pairs are explained, in both languages."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mazdoor.delivery.deduplication.selectors import QueuedCluster
from mazdoor.matching.explaining import FIELDS, KIN_AS_ALIKE, LEVELS, NOTHING_TO_COMPARE
from mazdoor.reference import selectors as reference
from mazdoor.web import formats


def field(name: str) -> str:
    """A field's name; one without words speaks for itself."""
    return _said(FIELDS.get(name, (name, name)))


def level(name: str | None) -> str:
    """A level in words; nothing can be said where one side is missing."""
    if name is None:
        return _said(NOTHING_TO_COMPARE)
    return _said(LEVELS.get(name, (name.replace("_", " "),) * 2))  # a level of an older model speaks for itself


def kin_as_alike() -> str:
    """What kinship takes away, where a sentence names it."""
    return _said(KIN_AS_ALIKE)


def _said(words: tuple[str, str]) -> str:
    """The half of ``(English, Urdu)`` the page is in."""
    return words[1] if formats.language() == "ur" else words[0]


ATTACHMENTS: dict[str, Promise] = {
    "photo": _("Photo"),
    "identity_document": _("Identity document"),
    "other": _("Document"),
}
STATES: dict[str, Promise] = {
    "proposed": _("waits for a second opinion"),
    "cannot_tell": _("put aside"),
    "fraud": _("held to be fraud"),
}


def attachment(kind: str) -> str:
    """A kind of kept file."""
    return str(ATTACHMENTS.get(kind, ATTACHMENTS["other"]))


def state(code: str) -> str:
    """A state of pairs that can be listed."""
    return str(STATES[code])


def remarks(cluster: QueuedCluster) -> list[str]:
    """What stands out about a cluster in the queue."""
    said = {
        _("waits for a second opinion"): cluster.proposed,
        _("came back on new evidence"): cluster.reopened,
        _("cut from a longer chain"): cluster.chain,
    }
    return [str(words) for words, holds in said.items() if holds]


def reopened(why: dict[str, Any]) -> str:
    """Why a pair came back although it was found to be two persons."""
    return gettext(
        "This pair was found to be two persons on %(day)s. It came back because new evidence gained %(bits)s bits: %(fields)s."
    ) % {
        "day": formats.day(dt.datetime.fromisoformat(why["decided_at"])) if why.get("decided_at") else formats.NOTHING,
        "bits": f"{float(why['gain']):.1f}",
        "fields": gettext(", ").join(field(name) for name in why["fields"]),
    }


def areas(own: Sequence[str]) -> list[tuple[str, str]]:
    """Areas a queue can be narrowed to: everything first, then the officer's own areas and the parts of them."""
    language = formats.language()
    tops = list(own) or [area.code for area in reference.areas(level="province")]
    found = {code: reference.area_name(code, language) for code in tops}
    for code in tops:
        if len(code) < 5:
            found |= {area.code: reference.area_name(area.code, language) for area in _districts(code)}
    return [("", gettext("all my areas")), *found.items()]


def _districts(code: str) -> list[reference.AreaRow]:
    return reference.areas(level="district", within=code)
