"""What was wrong is put right: corrections of the past, a mistaken link undone, an event taken back.

A *change* says that something became otherwise in the world on a day; a *correction* says that we were wrong about a time
that may be long past. Both leave what was believed before, with the moment until which it was believed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mazdoor.database.keys import keyring
from mazdoor.delivery.registration import refusals_events, words
from mazdoor.delivery.registration.events import places
from mazdoor.delivery.registration.events.following import answer_for, lived_in
from mazdoor.delivery.registration.events.happening import Happening, happening, of_the_whole_country
from mazdoor.delivery.registration.events.spells import KINDS
from mazdoor.delivery.registration.models import Household, Member, Person, PersonRecord
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
_NOT_OF_THE_RECORD: Final = frozenset({"relationship", "family", "employments", "photo", "identity_document"})
"""Answers about a person that are kept in tables of their own."""
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

REASONS: Final = ("never_happened", "another_person", "wrong_day", "written_twice")
"""Why an event may be taken back. A code and no words, since it stands in the journal."""


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


def replace_person(*, person_id: int, answers: PersonAnswers, since: dt.date, address: str = "") -> int:
    """Believe from ``since`` on what these answers say of a person; the event.

    What the answers leave out (an empty name, no account) stays as it is in each spell: nothing is lost because whoever
    corrects a name did not repeat the rest. To take something away, name it in `correct_fields`.
    """
    check_person(answers, on=timezone.localdate())
    with happening(kind=Event.Kind.CORRECTION, on=min(since, timezone.localdate()), person_ids=[person_id]) as event:
        record = event.person(person_id)
        columns = record_columns(answers, area_code=lived_in(record), address=address)
        said = {column: columns[column] for column in _columns_said(answers, address)}
        event.fields = ["record"]
        _reach_back(event, person_id, since)
        event.pen.alter("person", person_id, lambda row: said | _sounds(row, said), since=since)
    return event.event_id


def _columns_said(answers: PersonAnswers, address: str) -> set[str]:
    """The columns of a record that answers speak of: those of every answer that was given."""
    said = {"address_encrypted"} if address else set()
    for each in dataclasses.fields(PersonAnswers):
        value = getattr(answers, each.name)
        if value in (None, "", (), [], {}) or each.name in _NOT_OF_THE_RECORD or each.name.endswith("_precision"):
            continue
        said |= set(_SEALED.get(each.name, (each.name,)))
        if f"{each.name}_precision" in PersonAnswers.__dataclass_fields__:
            said.add(f"{each.name}_precision")
    return said


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


def undo_link(*, person_id: int, household_id: int, belongs_to: int | None = None, relationship: str = "other") -> int:
    """A person was linked to a household by mistake: they never lived there; returns the event.

    Every spell there is no longer believed. They are believed instead to have lived in ``belongs_to`` in that time, or
    (where nobody knows) in a household of their own. Raises ``REG-075`` where there is no such link, ``REG-076`` where
    the household keeps no head.
    """
    linked = Member.objects.filter(person_id=person_id, household_id=household_id, recorded_to__isnull=True)
    first = min((row.valid_from for row in linked), default=None)
    if first is None:
        raise refusals_events.NOT_A_MEMBER.because()
    with happening(
        kind=Event.Kind.LINK_UNDONE,
        on=first,
        person_ids=[person_id],
        household_ids=[household_id, *([belongs_to] if belongs_to else [])],
    ) as event:
        person = event.person(person_id)
        event.household(household_id)
        before = str(person.area_code)
        wrong = [row for row in event.pen.believed("member", person_id) if row.household_id == household_id]
        home = _right_household(event, belongs_to, before)
        place = home.area_code
        event.reach(place)
        for row in wrong:
            event.pen.close("member", row)
            event.pen.write(
                "member",
                since=row.valid_from,
                until=row.valid_to,
                person_id=person_id,
                household_id=home.pk,
                family_id=_family_in(home, belongs_to),
                relationship=relationship if belongs_to else "head",
                area_code=place,
            )
        if any(row.valid_to is None for row in wrong) and place != before:
            event.on = timezone.localdate()
            places.settle(event, [person_id], [], place)
        event.on = first
        if places.spells_on(household_id, timezone.localdate()):
            event.on = timezone.localdate()
            places.keep_in_order(event, household_id)
            event.on = first
        event.area_code = place
        event.hand_over(household_id=home.pk, before=before, after=place)
    return event.event_id


@transaction.atomic
def take_back(*, event_id: int, reason: str = "") -> int:
    """Take an event back: from now on exactly what was believed before it is believed; returns the event of doing so.

    What was believed meanwhile stays in the history. ``reason`` is one of `REASONS`, for the journal; a change request
    that is taken back keeps its reason in words itself. Raises ``REG-082``, ``REG-083``, and ``REG-081`` where a later event
    stands on this one: it closed a spell that this event opened.
    """
    event = Event.objects.select_for_update().filter(pk=event_id).first()
    if event is None:
        raise refusals_events.EVENT_UNKNOWN.because()
    # What a change of a business did to jobs it did in every area, so that is undone in every area.
    with ExitStack() as reach:
        if event.kind == Event.Kind.BUSINESS_CHANGED:
            reach.enter_context(of_the_whole_country())
        return _taken_back(event, reason)


def _taken_back(event: Event, reason: str) -> int:
    opened, closed = check_can_take_back(event), event.strokes.get("closed", {})
    with happening(
        kind=Event.Kind.REVERSAL,
        on=event.happened_on,
        person_ids=event.person_ids,
        household_ids=event.household_ids,
        others=_anchors(opened) + _anchors(closed),
    ) as back:
        areas = event.strokes.get("areas", {})
        back.reverses = event
        back.person_ids, back.household_ids = set(event.person_ids), set(event.household_ids)
        back.fields, back.area_code = list(event.fields), event.area_code
        back.reason = reason
        back.reach(*areas.get("person", {}).values(), *areas.get("household", {}).values())
        for kind, ids in opened.items():
            for row in KINDS[kind][0].objects.filter(pk__in=ids, recorded_to__isnull=True):
                back.pen.close(kind, row)
        for kind, ids in closed.items():
            back.pen.reopen(kind, ids)
        _give_back(back, areas)
    return back.event_id


def check_can_take_back(event: Event) -> dict[str, list[int]]:
    """The rows, by kind, that stand for what the event made believed. Raises ``REG-081`` or ``REG-083`` where it can no
    longer be taken back, naming what stands on it. A row that a later, taken back event closed was written again."""
    if Event.objects.filter(reverses=event).exists():
        raise refusals_events.ALREADY_TAKEN_BACK.because()
    later = (
        Event.objects.filter(
            pk__gt=event.pk, household_ids__overlap=event.household_ids, reverses__isnull=True, reversed_by__isnull=True
        )
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if later is not None:  # who came to this household since would be left in one that is elsewhere, or is no more
        raise refusals_events.LATER_STANDS.because(event=later)
    standing: dict[str, list[int]] = {}
    for kind, ids in event.strokes.get("opened", {}).items():
        standing[kind] = [_stands(kind, number, event) for number in ids]
    return standing


def _stands(kind: str, row_id: int, event: Event) -> int:
    """The row that says today what a row said when the event wrote it."""
    while not KINDS[kind][0].objects.filter(pk=row_id, recorded_to__isnull=True).exists():
        again = Event.objects.filter(
            reverses__isnull=False, **{f"strokes__restored__{kind}__has_key": str(row_id)}
        ).first()
        if again is None:
            raise refusals_events.LATER_STANDS.because(event=_who_closed(kind, [row_id], after=event.pk))
        row_id = int(again.strokes["restored"][kind][str(row_id)])
    return row_id


def _who_closed(kind: str, ids: list[int], *, after: int) -> int:
    """The newest event that closed one of these rows."""
    query = Event.objects.filter(pk__gt=after)
    found = next(
        (
            row.pk
            for row in query.order_by("-pk").only("id", "strokes")
            if set(row.strokes.get("closed", {}).get(kind, ())) & set(ids)
        ),
        0,
    )
    return int(found)


def _anchors(strokes: Mapping[str, list[int]]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for kind, ids in strokes.items():
        model, anchor = KINDS[kind]
        found += [(kind, int(number)) for number in model.objects.filter(pk__in=ids).values_list(anchor, flat=True)]
    return found


def _give_back(back: Happening, areas: Mapping[str, Mapping[str, str]]) -> None:
    """Persons and households go back to the office that answered for them before."""
    for number, area in areas.get("household", {}).items():
        back.areas["household"][number] = Household.objects.get(pk=int(number)).area_code
        answer_for(person_ids=[], household_ids=[int(number)], area_code=area)
    for number, area in areas.get("person", {}).items():
        back.areas["person"][number] = Person.objects.get(pk=int(number)).area_code
        answer_for(person_ids=[int(number)], household_ids=[], area_code=area)
        back.area_code = area


def _right_household(event: Happening, belongs_to: int | None, area_code: str) -> Household:
    if belongs_to is not None:
        return event.household(belongs_to)
    household = Household.objects.create(area_code=area_code, registered_on=event.on)
    event.household_ids.add(household.pk)
    event.pen.write("household", since=event.on, household_id=household.pk, area_code=area_code)
    return household


def _family_in(household: Household, belongs_to: int | None) -> int:
    if belongs_to is not None:
        spells = places.spells_on(household.pk, timezone.localdate())
        head = next((row for row in spells if row.relationship == "head"), None)
        if head is None:
            raise refusals_events.HEAD_LEFT.because()
        return int(head.family_id)
    return int(household.families.get_or_create(defaults={"area_code": household.area_code})[0].pk)


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
