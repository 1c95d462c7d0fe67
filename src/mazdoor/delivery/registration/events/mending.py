"""What was wrong about a person or a dwelling is put right, and what became otherwise is changed.

A *change* says that something became otherwise in the world on a day; a *correction* says that we were wrong about a time
that may be long past. Both leave what was believed before, with the moment until which it was believed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import refusals_events, words
from mazdoor.delivery.registration.events.following import lived_in
from mazdoor.delivery.registration.events.happening import Happening, happening
from mazdoor.delivery.registration.models import PersonRecord
from mazdoor.delivery.registration.models_events import Event
from mazdoor.delivery.registration.people import DWELLING, PersonAnswers, check_person, name_sounds, record_columns
from mazdoor.delivery.registration.refusals import ANSWER_UNKNOWN

_NAMES: Final = ("given_name", "surname", "given_name_ur", "surname_ur")
_SEALED: Final = {
    "cnic": (
        "cnic_encrypted", "cnic_index", "cnic_segment_1", "cnic_segment_2", "cnic_segment_3", "cnic_sorted_index",
    ),
    "mobile": ("mobile_encrypted", "mobile_index"),
    "address": ("address_encrypted",),
    "old_nic": ("old_nic_encrypted", "old_nic_index"),
    "permanent_address": ("permanent_address_encrypted",),
    "functioning": ("functioning_encrypted", "disability"),
    "account": ("account_encrypted",),
}  # fmt: skip
PERSON_FIELDS: Final = frozenset(
    {
        *_NAMES, "father_name", "father_name_ur", "husband_name", "husband_name_ur", "sex", "birth_date",
        "birth_date_precision", "marital_status", "literate", "education", "skills", "certificate", "disability",
        "functioning", "cnic", "old_nic", "mobile", "mobile_shared", "language", "address", "permanent_area_code",
        "permanent_address", "moved_on", "moved_on_precision", "migration_reason",
    }
)  # fmt: skip
"""What may be changed or corrected of a person by name; places, deaths and families have events of their own."""
HOUSEHOLD_FIELDS: Final = frozenset(DWELLING)
_CODED: Final = {
    "language": words.LANGUAGE, "education": words.EDUCATION, "migration_reason": words.MIGRATION_REASON,
    "skills": words.SKILLS, "functioning": words.DIFFICULTY,
}  # fmt: skip
"""Coded answers that `check_person` leaves to the questionnaire, which has not been asked where one is mended."""


def change_person(*, person_id: int, on: dt.date, fields: Mapping[str, Any]) -> int:
    """Something about a person became otherwise on a day; returns the event.

    ``fields`` are plain values (a CNIC, a mobile and an address are sealed here). Raises the refusals of a form,
    ``REG-078``, ``REG-085`` where it is believed already.
    """
    return _alter_person(person_id, fields, kind=Event.Kind.CHANGE, since=on, until=None)


def correct_fields(
    *, person_id: int, fields: Mapping[str, Any], since: dt.date | None = None, until: dt.date | None = None
) -> int:
    """We were wrong about a person in ``[since, until)`` (for as long as we know them, where not said): the event.

    Only the named fields are believed otherwise; everything else stays as it is in each spell.
    """
    return _alter_person(person_id, fields, kind=Event.Kind.CORRECTION, since=since, until=until)


def _sounds(row: PersonRecord, patch: Mapping[str, Any]) -> dict[str, Any]:
    """How the names sound once ``patch`` is believed of a row."""
    return {"name_sounds": name_sounds(*(patch.get(name, getattr(row, name)) for name in _NAMES))}


def change_household(*, household_id: int, on: dt.date | None, fields: Mapping[str, Any]) -> int:
    """Dwelling or assets became otherwise on a day, or (``on`` empty) were written down wrongly; returns the event."""
    unknown = next((name for name in fields if name not in HOUSEHOLD_FIELDS), None)
    if unknown is not None:
        raise refusals_events.FIELD_UNKNOWN.because(field=unknown)
    kind = Event.Kind.CORRECTION if on is None else Event.Kind.CHANGE
    with happening(kind=kind, on=on or timezone.localdate(), household_ids=[household_id]) as event:
        event.household(household_id)
        event.fields = sorted(fields)
        if not event.pen.alter("household", household_id, fields, since=on):
            raise refusals_events.NOTHING_CHANGES.because()
    return event.event_id


def change_skills(*, person_id: int, items: Mapping[str, bool], on: dt.date | None) -> int:
    """Somebody has a skill (true) or not (false), each by itself, from a day on or (``on`` empty) all along; the event.

    Skills that are not named stay as each spell has them. Raises ``REG-006`` for one that stands on no list, ``REG-085``.
    """
    if any(code not in words.SKILLS.answers for code in items):
        raise ANSWER_UNKNOWN.because(field="skills")
    kind = Event.Kind.CORRECTION if on is None else Event.Kind.CHANGE
    with happening(kind=kind, on=on or timezone.localdate(), person_ids=[person_id]) as event:
        event.person(person_id)
        event.fields = ["skills"]

        def change(row: Any) -> dict[str, Any]:
            has = dict.fromkeys(row.skills or (), True) | dict(items)
            return {"skills": [code for code in words.SKILLS.answers if has.get(code)]}

        if not event.pen.alter("person", person_id, change, since=on):
            raise refusals_events.NOTHING_CHANGES.because()
    return event.event_id


def _alter_person(
    person_id: int, fields: Mapping[str, Any], *, kind: Event.Kind, since: dt.date | None, until: dt.date | None
) -> int:
    unknown = next((name for name in fields if name not in PERSON_FIELDS), None)
    if unknown is not None:
        raise refusals_events.FIELD_UNKNOWN.because(field=unknown)
    with happening(kind=kind, on=since or timezone.localdate(), person_ids=[person_id]) as event:
        record = event.person(person_id)
        event.fields = sorted(fields)
        patch = columns_of(record, fields)

        def change(row: Any) -> dict[str, Any]:
            return {**patch, **(_sounds(row, patch) if any(name in fields for name in _NAMES) else {})}

        _reach_back(event, person_id, since)
        if not event.pen.alter("person", person_id, change, since=since, until=until):
            raise refusals_events.NOTHING_CHANGES.because()
    return event.event_id


def _reach_back(event: Happening, person_id: int, since: dt.date | None) -> None:
    """A correction of a time before the first spell: what we know first is believed from that day on."""
    first = min(event.pen.believed("person", person_id), key=lambda row: row.valid_from)
    if since is not None and since < first.valid_from and event.kind == Event.Kind.CORRECTION:
        values = {
            field.attname: getattr(first, field.attname)
            for field in PersonRecord._meta.concrete_fields
            if field.attname not in ("id", "valid_from", "valid_to", "recorded_from", "recorded_to")
        }
        event.pen.close("person", first)
        event.pen.write("person", since=since, until=first.valid_to, **values)


def answers_of(record: PersonRecord) -> PersonAnswers:
    """A record as the answers it was made from, its numbers opened: for the moment of a change, never for a log."""
    ring = keyring()
    known = {
        name: getattr(record, name)
        for name in PersonAnswers.__dataclass_fields__
        if hasattr(record, name) and name not in ("cnic", "mobile", "employments", "relationship", "family")
    }
    return PersonAnswers(
        **known,
        cnic=ring.open(record.cnic_encrypted, purpose="cnic") if record.cnic_encrypted else "",
        mobile=ring.open(record.mobile_encrypted, purpose="mobile") if record.mobile_encrypted else "",
    )


def columns_of(record: PersonRecord, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that these fields come to, checked and sealed. What is the same number already is left as it is, and so is
    a difficulty that is not named anew."""
    _check_codes(fields)
    address = str(fields.get("address") or "")
    wanted = {name: value for name, value in fields.items() if name != "address"}
    if "functioning" in fields:
        wanted["functioning"] = {**_functioning(record), **fields["functioning"]}
    answers = answers_of(record)
    answers = PersonAnswers(
        **{
            **{name: getattr(answers, name) for name in PersonAnswers.__dataclass_fields__},
            **wanted,
        }
    )
    check_person(answers, on=timezone.localdate())
    columns = record_columns(answers, area_code=lived_in(record), address=address)
    patch: dict[str, Any] = {}
    for name in fields:
        if name not in _SEALED:
            patch[name] = columns[name]
        elif f"{name}_index" not in columns or columns[f"{name}_index"] != _bytes(getattr(record, f"{name}_index")):
            patch |= {column: columns[column] for column in _SEALED[name]}
        else:
            patch |= {column: getattr(record, column) for column in _SEALED[name]}
    return patch


def _check_codes(fields: Mapping[str, Any]) -> None:
    """Raises ``REG-006`` for an answer that does not stand on its list."""
    for name, listed in _CODED.items():
        value = fields.get(name) or ()
        codes = value.values() if isinstance(value, Mapping) else [value] if isinstance(value, str) else value
        if any(code not in listed.answers for code in codes):
            raise ANSWER_UNKNOWN.because(field=name)


def _functioning(record: PersonRecord) -> dict[str, str]:
    """The difficulties told before, opened."""
    sealed = record.functioning_encrypted
    return json.loads(keyring().open(sealed, purpose="functioning")) if sealed else {}


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
