"""At the door: who on the register might this applicant already be?

1. The keys are computed under which the applicant may stand (`mazdoor.matching.door`); everybody's were when they were
   written. Beside them the keyed hashes of the telephone, of an old number, of the CNIC and of its parts.
2. The whole register is asked once for those who stand under any of them; the likely ones come back (`look_alikes`).
3. Each is weighed as bulk linkage weighs a pair, by the same comparison and the same model; those over the line are
   shown, likeliest first, with what speaks for it in words.

People of other areas are looked through too, since duplicates do not stop at a district's border: of them the officer
learns that somebody is there, in which district, and what agrees, and nothing more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from django.db import connection

from mazdoor.database.keys import keyring
from mazdoor.database.prepared import ask_named
from mazdoor.delivery.registration.models import PersonRecord
from mazdoor.delivery.registration.people import PersonAnswers, name_sounds
from mazdoor.kernel.identifiers import ascii_digits, parse_cnic, parse_mobile
from mazdoor.kernel.refusals import Words
from mazdoor.matching.comparison import Features, features
from mazdoor.matching.door import DOOR_RECIPES, asked_keys, door_keys
from mazdoor.matching.explaining import explain
from mazdoor.matching.model import FieldWeight, Weigher, WeigherOfOne, starting_model

MOST_COMPARED: Final = 12
"""How many of those found are compared, the likeliest by a rough order first. Of ten million 75 are found for an applicant
without a CNIC; comparing 12 of them found 98.4% of those who were there, comparing 40 98.5%."""

MOST_REASONS: Final = 3
"""How many reasons are named in words."""

SHOWN_FROM: Final = -6.0
"""Bits from which somebody is shown. Lower than in the queue, since nobody is harmed by a look: without a CNIC, among ten
million, 0.10 wrong ones were shown for each applicant who was there and 0.06 for each who was not; from -4 bits it would be
0.06 and 0.03, and 98.0% found."""

KEY_COLUMNS: Final = tuple(recipe.name for recipe in DOOR_RECIPES)


@dataclass(frozen=True, kw_only=True)
class Likely:
    """Somebody the applicant might be.

    ``why`` is the strongest reason: ``cnic`` (the same), ``old_nic`` (the same number of before), ``cnic_near`` (a digit
    wrong or two swapped), ``mobile`` or ``name``; ``reasons`` say what speaks most for it, in English and Urdu; ``agree``
    and ``differ`` name fields as the model compares them; ``weight`` is in bits, ``sure`` where it lies over the model's upper
    threshold or a number is the same. ``elsewhere`` marks a person of an area the officer does not see: then only the
    district is told, and what agrees. ``mark`` stands for this very pair as it was compared: see `already_here`.
    """

    person_id: int
    registry_number: str
    name: str
    name_ur: str
    father_name: str
    sex: str
    birth_date: dt.date | None
    birth_date_precision: str
    area_code: str
    why: str
    reasons: tuple[Words, ...]
    agree: tuple[str, ...]
    differ: tuple[str, ...]
    weight: float
    sure: bool
    elsewhere: bool
    mark: str


def already_here(*, person: PersonAnswers, area_code: str, limit: int = 10, shown: Container[str] = ()) -> list[Likely]:
    """Who on the whole register ``person``, who lives in ``area_code``, might already be. Likeliest first.

    Nothing is written or logged. A person with the same CNIC or the same old number is always among them.

    ``shown`` holds the marks of those somebody has looked at before: they are looked up, but neither weighed nor told again.
    A mark is a keyed hash of all that was compared, of both sides. It tells nothing; nobody can make one up; and as soon as
    anything compared is another, on the form or on the register, it no longer fits.
    """
    applicant = _applicant(person, area_code)
    weigher = _weigher().against(applicant.features)
    found = []
    for row in ask_named(_LOOK_ALIKES, applicant.asked):
        if shown and _mark(applicant, row) in shown:
            continue
        likely = _weigh(applicant, weigher, row)
        if likely is not None:
            found.append(likely)
    found.sort(key=lambda likely: (-likely.weight, likely.person_id))
    return found[:limit]


def get_ready() -> None:
    """Read the model before anybody is asked about: it takes a tenth of a second, once in a process."""
    _weigher()


def keys_of(person: PersonAnswers, *, area_code: str) -> dict[str, int | None]:
    """Columns of ``registration_personkeys`` for a person as they are written down."""
    return dict(zip(KEY_COLUMNS, door_keys(**_keyed(person, area_code)), strict=True))


def _keyed(person: PersonAnswers | PersonRecord, area_code: str) -> dict[str, Any]:
    """What the keys are made of."""
    return {
        **_named(person),
        "birth_date": person.birth_date,
        "sex": person.sex,
        "district_code": area_code[:5],
    }


def _named(person: PersonAnswers | PersonRecord) -> dict[str, str]:
    """Names as they are compared: in the script they were written in, the Roman one of two."""
    return {
        "given_name": person.given_name.strip() or person.given_name_ur,
        "surname": person.surname.strip() or person.surname_ur,
        "father_name": person.father_name.strip() or person.father_name_ur,
    }


def write_keys(people: Mapping[int, dict[str, int | None]], *, areas: Mapping[int, str]) -> None:
    """Write the door keys of people (as `keys_of` gives them) and the areas they live in, in place of earlier ones."""
    columns = ", ".join(KEY_COLUMNS)
    newer = ", ".join(f"{column} = excluded.{column}" for column in (*KEY_COLUMNS, "area_code"))
    each = ", ".join(["%s"] * (len(KEY_COLUMNS) + 2))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO registration_personkeys (person_id, {columns}, area_code) VALUES ({each}) "
            f"ON CONFLICT (person_id) DO UPDATE SET {newer}",
            [
                (person_id, *(keys[name] for name in KEY_COLUMNS), areas[person_id])
                for person_id, keys in people.items()
            ],
        )


def refresh_keys(*, person_ids: Sequence[int]) -> None:
    """Write the door keys of these people anew from what is believed about them now.

    Whoever changes a name, a birth, a sex, a mobile or an area calls this in the same transaction.
    """
    records = PersonRecord.objects.filter(person_id__in=person_ids, valid_to__isnull=True, recorded_to__isnull=True)
    keys, areas = {}, {}
    for record in records:
        keys[record.person_id] = dict(zip(KEY_COLUMNS, door_keys(**_keyed(record, record.area_code)), strict=True))
        areas[record.person_id] = record.area_code
    write_keys(keys, areas=areas)


@dataclass(frozen=True, slots=True)
class _Applicant:
    """What an applicant is compared by, and what the register is asked."""

    features: Features
    asked: list[Any]


_LOOK_ALIKES: Final = (
    "SELECT * FROM registration.look_alikes("
    + "%s::bigint[], " * len(DOOR_RECIPES)
    + "%s, " * 7
    + "%s::date, %s, %s::varchar[], %s::varchar[], %s)"
)


def _applicant(person: PersonAnswers, area_code: str) -> _Applicant:
    ring = keyring()
    cnic, mobile, old_nic = parse_cnic(person.cnic), parse_mobile(person.mobile), ascii_digits(person.old_nic)
    told = ring.cnic_indexes(cnic) if cnic else None
    whole, digits = (told.whole, told.sorted_digits) if told else (None, None)
    segments = (told.segment_1, told.segment_2, told.segment_3) if told else (None, None, None)
    phone = ring.index(mobile, purpose="mobile") if mobile else None
    old = ring.index(old_nic, purpose="old_nic") if old_nic else None
    seen = features(
        **_named(person),
        husband_name=person.husband_name.strip() or person.husband_name_ur,
        birth_date=person.birth_date,
        birth_date_precision=person.birth_date_precision,
        sex=person.sex,
        district_code=area_code[:5],
        area_code=area_code,
        phone_index=phone,
        cnic_index=whole,
        cnic_segments=segments,
        cnic_sorted_index=digits,
        old_nic_index=old,
    )
    return _Applicant(
        seen,
        [
            *asked_keys(**_keyed(person, area_code)),
            phone,
            whole,
            *segments,
            digits,
            old,
            person.birth_date,
            area_code,
            name_sounds(person.given_name, person.given_name_ur),
            name_sounds(person.surname, person.surname_ur),
            MOST_COMPARED,
        ],
    )


def _has_same_number(one: Features, other: Features) -> bool:
    """Whether both hold one CNIC, or one number of before 2001: such a pair is shown whatever its weight."""
    return bool((one.cnic and one.cnic == other.cnic) or (one.old_nic and one.old_nic == other.old_nic))


def _mark(applicant: _Applicant, row: dict[str, Any]) -> str:
    compared = (applicant.features, *row.values())
    return keyring().index(repr(compared), purpose="looked-at").hex()


def _weigh(applicant: _Applicant, weigher: WeigherOfOne, row: dict[str, Any]) -> Likely | None:
    there = features(
        given_name=row["given_name"].strip() or row["given_name_ur"],
        surname=row["surname"].strip() or row["surname_ur"],
        father_name=row["father_name"].strip() or row["father_name_ur"],
        husband_name=row["husband_name"].strip() or row["husband_name_ur"],
        birth_date=row["birth_date"],
        birth_date_precision=row["birth_date_precision"],
        sex=row["sex"],
        district_code=row["area_code"][:5],
        area_code=row["area_code"],
        household_id=row["household_id"],
        phone_index=row["mobile_index"],
        cnic_index=row["cnic_index"],
        cnic_segments=(row["cnic_segment_1"], row["cnic_segment_2"], row["cnic_segment_3"]),
        cnic_sorted_index=row["cnic_sorted_index"],
        old_nic_index=row["old_nic_index"],
    )
    same_number = _has_same_number(applicant.features, there)
    score = weigher.score(there) if same_number else weigher.score_from(SHOWN_FROM, there)
    if score is None:
        return None
    levels = {reason.field: reason for reason in score.reasons if reason.level is not None}
    number = _NUMBERS.get(str(levels["cnic"].level)) if "cnic" in levels else None
    same_mobile = "phone" in levels and levels["phone"].level == "same"
    likely = Likely(
        person_id=row["person_id"],
        registry_number=row["registry_number"],
        name=" ".join(filter(None, (row["given_name"], row["surname"]))),
        name_ur=" ".join(filter(None, (row["given_name_ur"], row["surname_ur"]))),
        father_name=row["father_name"],
        sex=row["sex"],
        birth_date=row["birth_date"],
        birth_date_precision=row["birth_date_precision"],
        area_code=row["area_code"],
        why=number or ("mobile" if same_mobile else "name"),
        reasons=_in_words(levels.values()),
        agree=tuple(field for field, reason in levels.items() if reason.weight > 0),
        differ=tuple(field for field, reason in levels.items() if reason.weight < 0),
        weight=round(score.weight, 3),
        sure=same_number or score.weight >= _weigher().model.upper,
        elsewhere=False,
        mark=_mark(applicant, row),
    )
    if row["seen"]:
        return likely
    return replace(
        likely,
        person_id=0,
        registry_number="",
        name="",
        name_ur="",
        father_name="",
        sex="",
        birth_date=None,
        area_code=row["area_code"][:5],
        elsewhere=True,
    )


#: Level of the comparison of CNICs -> what it means at the door.
_NUMBERS: Final = {
    "same": "cnic",
    "same_old_number": "old_nic",
    "digits_swapped": "cnic_near",
    "serial_and_another_segment_same": "cnic_near",
    "outer_segments_same": "cnic_near",
}


def _in_words(compared: Iterable[FieldWeight]) -> tuple[Words, ...]:
    """What speaks most for one person: ``CNIC: the same digits in another order``."""
    told = sorted((reason for reason in explain(compared).reasons if reason.weight > 0), key=lambda each: -each.weight)
    return tuple(
        Words(f"{reason.name[0]}: {reason.found[0]}", f"{reason.name[1]}: {reason.found[1]}")
        for reason in told[:MOST_REASONS]
    )


@lru_cache(maxsize=1)
def _weigher() -> Weigher:
    """Weighs by the model at the door: learnt from invented people, as for a register of a million.

    The prior moves by 3 bits from one million to eight; the door would rather show one candidate too many.
    """
    return Weigher(starting_model(1_000_000))
