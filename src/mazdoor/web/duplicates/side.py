"""Records side by side: both scripts, differences marked, the weight of each field as a bar and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mazdoor.delivery.deduplication.selectors import FieldEvidence, PairSideBySide
from mazdoor.delivery.registration import attachments
from mazdoor.delivery.registration import words as answers
from mazdoor.matching.explaining import explain
from mazdoor.reference import selectors as reference
from mazdoor.web import formats
from mazdoor.web.duplicates import words
from mazdoor.web.permits import may

HEAVIEST_SHOWN = 16.0
"""Bits at which a bar is full: more says no more to the eye."""
TELLING = 0.5
"""Fields of fewer bits either way say nothing worth a sentence."""
NAMES = ("given_name", "surname", "father_name", "husband_name")


@dataclass(frozen=True)
class Line:
    """One field of a pair as the page shows it. ``bar`` is the share of the full bar, 0 to 100."""

    field: str
    level: str
    weight: float
    bar: float

    @property
    def weight_shown(self) -> str:
        """The weight with its sign: plus speaks for one person, minus for two."""
        return f"{self.weight:+.1f}".replace("-", "−")

    @property
    def start(self) -> float:
        """Where the bar begins, in per cent from the start of its field of 200."""
        return 100 - self.bar if self.weight < 0 else 100


@dataclass(frozen=True)
class Row:
    """One line of the comparison: a field, and what each record says in it."""

    label: str
    cells: list[SafeString]
    differs: bool


def lines(pair: PairSideBySide) -> list[Line]:
    """Every field that was compared, with its weight."""

    def line(evidence: FieldEvidence) -> Line:
        return Line(
            field=words.field(evidence.field),
            level="" if evidence.field in ("kinship", "prior") else words.level(evidence.level),
            weight=evidence.weight,
            bar=min(100.0, abs(evidence.weight) / HEAVIEST_SHOWN * 100),
        )

    return [line(evidence) for evidence in pair.fields]


def chart(pair: PairSideBySide) -> SafeString:
    """How the fields add up to the weight of the pair, as a picture in the language of the page."""
    drawn = explain({each.field: {"level": each.level, "weight": each.weight} for each in pair.fields})
    # every word in it is out of `matching.explaining`, which escapes them; nothing a person wrote is drawn
    return mark_safe(drawn.chart(formats.language()))  # noqa: S308


def in_words(pair: PairSideBySide) -> tuple[list[str], list[str]]:
    """What speaks for one person, and what for two, the heaviest first."""
    said = sorted(
        (each for each in pair.fields if abs(each.weight) >= TELLING and each.field != "prior"),
        key=lambda each: -abs(each.weight),
    )

    def sentence(each: FieldEvidence) -> str:
        if each.field == "kinship":
            return words.kin_as_alike()
        return _("%(field)s: %(likeness)s") % {"field": words.field(each.field), "likeness": words.level(each.level)}

    return (
        [sentence(each) for each in said if each.weight > 0],
        [sentence(each) for each in said if each.weight < 0],
    )


def rows(people: Sequence[dict[str, Any]]) -> list[Row]:
    """What the records say, field by field, with what is not the same in all of them marked."""
    language = formats.language()
    plain: list[tuple[str, list[str]]] = [
        (
            words.field("birth"),
            [formats.born(person["birth_date"], person["birth_date_precision"]) for person in people],
        ),
        (words.field("sex"), [answers.SEX.say(person["sex"], language) for person in people]),
        (words.field("place"), [reference.area_name(person["area_code"], language) for person in people]),
    ]
    numbers = [(words.field("phone"), "mobile_masked"), (words.field("cnic"), "cnic_masked")]
    return (
        [
            _names(label, people, name)
            for label, name in zip(
                (words.field("given"), words.field("surname"), words.field("father"), _("Husband's name")),
                NAMES,
                strict=True,
            )
            if any(person.get(name) or person.get(f"{name}_ur") for person in people)
        ]
        + [Row(label, [_marked(each, values) for each in values], _differ(values)) for label, values in plain]
        + [
            Row(
                label,
                [_whole(str(person[name] or ""), [str(p[name] or "") for p in people]) for person in people],
                _differ([str(person[name] or "") for person in people]),
            )
            for label, name in numbers
        ]
        + [
            Row(
                _("Registered"),
                [format_html("{}", formats.day(person["registered_on"])) for person in people],
                False,
            )
        ]
    )


def _names(label: str, people: Sequence[dict[str, Any]], name: str) -> Row:
    """A name in Roman and in Urdu script, one above the other."""
    roman = [str(person.get(name) or "") for person in people]
    urdu = [str(person.get(f"{name}_ur") or "") for person in people]
    cells = [
        format_html_join(
            " ",
            '<span dir="{}" lang="{}" class="script">{}</span>',
            [
                (direction, language, _marked(value, values))
                for direction, language, value, values in (("ltr", "en", one, roman), ("rtl", "ur", other, urdu))
                if value
            ],
        )
        or format_html("{}", formats.NOTHING)
        for one, other in zip(roman, urdu, strict=True)
    ]
    return Row(label, cells, _differ(roman) or _differ(urdu))


def _differ(values: Sequence[str]) -> bool:
    return len({" ".join(value.lower().split()) for value in values}) > 1


def _marked(value: str, all_values: Sequence[str]) -> SafeString:
    """The words of a value, with those marked that not every record has."""
    sets = [set(each.lower().split()) for each in all_values if each]
    shared = set.intersection(*sets) if sets else set()
    return format_html_join(
        " ",
        "{}",
        (
            (format_html("{}", word) if word.lower() in shared else format_html("<mark>{}</mark>", word),)
            for word in value.split()
        ),
    )


def _whole(value: str, all_values: Sequence[str]) -> SafeString:
    """A masked number, marked as a whole: its hidden digits may differ where those that are seen do not."""
    shown = formats.ltr(value)
    return format_html("<mark>{}</mark>", shown) if value and _differ([v for v in all_values if v]) else shown


def evidence(request: HttpRequest, person_id: int) -> list[dict[str, Any]]:
    """What is kept of a record, photos first, for whoever may look at documents: nothing at any other desk."""
    if not may(request, "verification.decide"):
        return []
    kept: list[dict[str, Any]] = [dict(each) for each in attachments.attachments_of(person_id=person_id)]
    hidden = attachments.withheld(attachment_ids=[each["id"] for each in kept])
    for each in kept:
        each["withheld"] = each["id"] in hidden
        each["title"] = words.attachment(str(each["kind"]))
    return sorted(kept, key=lambda each: (each["kind"] != "photo", -each["id"]))
