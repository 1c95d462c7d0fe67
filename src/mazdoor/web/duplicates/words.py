"""Fields and levels of likeness in words."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mazdoor.delivery.deduplication.selectors import QueuedCluster
from mazdoor.reference import selectors as reference
from mazdoor.web import formats

FIELDS: dict[str, Promise] = {
    "given": _("Given name"),
    "surname": _("Surname"),
    "father": _("Father's name"),
    "birth": _("Birth date"),
    "sex": _("Sex"),
    "place": _("Lives in"),
    "phone": _("Mobile"),
    "cnic": _("CNIC"),
    "kinship": _("Could they be kin?"),
    "prior": _("Where every pair begins"),
}

LEVELS: dict[str, Promise] = {
    "same": _("the same"),
    "same_sound": _("sound the same"),
    "close": _("nearly the same"),
    "somewhat_close": _("somewhat alike"),
    "shared_part": _("share a part"),
    "one_part_differs": _("one part differs"),
    "swapped_with_father": _("exchanged with the father's name"),
    "misspelt": _("misspelt"),
    "different": _("different"),
    "same_date": _("the same date"),
    "same_rounded": _("the same, rounded to 1 January"),
    "day_and_month_swapped": _("day and month swapped"),
    "day_same_year_near": _("the same day, a year near"),
    "year_same_one_rounded": _("the same year, one rounded to 1 January"),
    "years_near": _("years near each other"),
    "same_area": _("the same tehsil"),
    "same_district": _("the same district"),
    "same_province": _("the same province"),
    "phone": _("the same telephone"),
    "same_head": _("the same beginning"),
    "digits_swapped": _("the same digits in another order"),
    "outer_segments_same": _("first and last part the same"),
    "serial_and_another_segment_same": _("number and another part the same"),
}


def field(name: str) -> str:
    """A field's name; one without words speaks for itself."""
    return str(FIELDS.get(name, name))


def level(name: str | None) -> str:
    """A level in words; nothing can be said where one side is missing."""
    return str(_("cannot be compared")) if name is None else str(LEVELS.get(name, name.replace("_", " ")))


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
