"""At the door: who on the register might this applicant already be?

1. The applicant's door keys are computed (`mazdoor.matching.door`), as they were for everybody when they were written.
2. The whole register is asked once for those who share most of them, or who hold the same CNIC.
3. Each is weighed as bulk linkage weighs a pair, by the same comparison and the same model; the likely ones come back,
   likeliest first, with what speaks for it.

People of other areas are looked through too, since duplicates do not stop at a district's border: of them the officer
learns that somebody is there, in which district, and what agrees, and nothing more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from django.db import connection

from mazdoor.database.keys import keyring
from mazdoor.database.prepared import ask_named
from mazdoor.delivery.registration.models import PersonRecord
from mazdoor.delivery.registration.people import PersonAnswers
from mazdoor.kernel.identifiers import parse_cnic, parse_mobile
from mazdoor.matching.comparison import Features, features
from mazdoor.matching.door import DOOR_RECIPES, door_keys
from mazdoor.matching.model import Model, compare, starting_model

MOST_COMPARED: Final = 40
"""How many of those who share keys are compared; the ones that share most come first."""

SHOWN_FROM: Final = -6.0
"""Bits from which somebody is shown. Lower than in the queue: among a million invented people this let 0.08 wrong
candidates through for each applicant without a CNIC (0.03 with), and found 96.5% (98.5%) of those who were there."""

KEY_COLUMNS: Final = tuple(recipe.name for recipe in DOOR_RECIPES)


@dataclass(frozen=True, kw_only=True)
class Likely:
    """Somebody the applicant might be.

    ``why`` is the strongest reason (``cnic``, ``mobile``, ``name``); ``agree`` and ``differ`` name fields as the model
    compares them; ``weight`` is in bits, ``sure`` where it lies over the model's upper threshold or the CNIC is the same.
    ``elsewhere`` marks a person of an area the officer does not see: then only the district is told.
    """

    person_id: int
    registry_number: str
    name: str
    name_ur: str
    father_name: str
    sex: str
    birth_date: dt.date | None
    area_code: str
    why: str
    agree: tuple[str, ...]
    differ: tuple[str, ...]
    weight: float
    sure: bool
    elsewhere: bool


def already_here(*, person: PersonAnswers, area_code: str, limit: int = 10) -> list[Likely]:
    """Who on the whole register ``person``, who lives in ``area_code``, might already be. Likeliest first.

    Nothing is written or logged. A person with the same CNIC is always among them.
    """
    applicant = _applicant(person, area_code)
    found = []
    for row in _look_alikes(applicant.keys, applicant.cnic_index):
        likely = _weigh(applicant.features, row)
        if likely is not None:
            found.append(likely)
    found.sort(key=lambda likely: (-likely.weight, likely.person_id))
    return found[:limit]


def keys_of(person: PersonAnswers, *, area_code: str, mobile_index: bytes | None) -> dict[str, int | None]:
    """Columns of ``registration_personkeys`` for a person as they are written down."""
    keys = door_keys(
        given_name=person.given_name.strip() or person.given_name_ur,
        surname=person.surname.strip() or person.surname_ur,
        father_name=person.father_name.strip() or person.father_name_ur,
        birth_date=person.birth_date,
        birth_date_precision=person.birth_date_precision,
        sex=person.sex,
        district_code=area_code[:5],
        phone_index=mobile_index,
    )
    return dict(zip(KEY_COLUMNS, keys, strict=True))


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
        keys[record.person_id] = dict(
            zip(
                KEY_COLUMNS,
                door_keys(
                    given_name=record.given_name or record.given_name_ur,
                    surname=record.surname or record.surname_ur,
                    father_name=record.father_name or record.father_name_ur,
                    birth_date=record.birth_date,
                    birth_date_precision=record.birth_date_precision,
                    sex=record.sex,
                    district_code=record.area_code[:5],
                    phone_index=record.mobile_index,
                ),
                strict=True,
            )
        )
        areas[record.person_id] = record.area_code
    write_keys(keys, areas=areas)


@dataclass(frozen=True, slots=True)
class _Applicant:
    features: Features
    keys: list[int | None]
    cnic_index: bytes | None


def _applicant(person: PersonAnswers, area_code: str) -> _Applicant:
    ring = keyring()
    cnic, mobile = parse_cnic(person.cnic), parse_mobile(person.mobile)
    indexes = ring.cnic_indexes(cnic) if cnic else None
    phone = ring.index(mobile, purpose="mobile") if mobile else None
    seen = features(
        given_name=person.given_name.strip() or person.given_name_ur,
        surname=person.surname.strip() or person.surname_ur,
        father_name=person.father_name.strip() or person.father_name_ur,
        birth_date=person.birth_date,
        birth_date_precision=person.birth_date_precision,
        sex=person.sex,
        district_code=area_code[:5],
        area_code=area_code,
        phone_index=phone,
        cnic_index=indexes.whole if indexes else None,
        cnic_segments=(indexes.segment_1, indexes.segment_2, indexes.segment_3) if indexes else None,
        cnic_sorted_index=indexes.sorted_digits if indexes else None,
    )
    keys = keys_of(person, area_code=area_code, mobile_index=phone)
    return _Applicant(seen, list(keys.values()), indexes.whole if indexes else None)


def _look_alikes(keys: list[int | None], cnic: bytes | None) -> list[dict[str, Any]]:
    return ask_named("SELECT * FROM registration.look_alikes(%s::bigint[], %s, %s)", [keys, cnic, MOST_COMPARED])


def _weigh(applicant: Features, row: dict[str, Any]) -> Likely | None:
    there = features(
        given_name=row["given_name"].strip() or row["given_name_ur"],
        surname=row["surname"].strip() or row["surname_ur"],
        father_name=row["father_name"].strip() or row["father_name_ur"],
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
    )
    model = _model()
    score = compare(applicant, there, model)
    levels = {reason.field: reason for reason in score.reasons if reason.level is not None}
    same_cnic = "cnic" in levels and levels["cnic"].level == "same"
    if score.weight < SHOWN_FROM and not same_cnic:
        return None
    same_mobile = "phone" in levels and levels["phone"].level == "same"
    likely = Likely(
        person_id=row["person_id"],
        registry_number=row["registry_number"],
        name=" ".join(filter(None, (row["given_name"], row["surname"]))),
        name_ur=" ".join(filter(None, (row["given_name_ur"], row["surname_ur"]))),
        father_name=row["father_name"],
        sex=row["sex"],
        birth_date=row["birth_date"],
        area_code=row["area_code"],
        why="cnic" if same_cnic else "mobile" if same_mobile else "name",
        agree=tuple(field for field, reason in levels.items() if reason.weight > 0),
        differ=tuple(field for field, reason in levels.items() if reason.weight < 0),
        weight=round(score.weight, 3),
        sure=same_cnic or score.weight >= model.upper,
        elsewhere=False,
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


@lru_cache(maxsize=1)
def _model() -> Model:
    """The model at the door: learnt from invented people, as for a register of a million.

    The prior moves by 3 bits from one million to eight; the door would rather show one candidate too many.
    """
    return starting_model(1_000_000)
