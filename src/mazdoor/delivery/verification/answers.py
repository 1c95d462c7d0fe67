"""Keeping a service's answers: a batch is a few set-based statements, whatever its size.

A new answer supersedes the live one about the same. Where claim and answer part a discrepancy is opened and later rooms
hear of it; a later match closes it. An answer that comes twice counts once: the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection
from django.utils import timezone

from mazdoor.database.bulk import staged
from mazdoor.database.keys import keyring
from mazdoor.delivery.verification.judging import judge
from mazdoor.delivery.verification.models import Kind
from mazdoor.delivery.verification.ports import Answer, Claim, FamilyAnswer, IdentityAnswer, ProfileAnswer
from mazdoor.delivery.verification.terms import expires_on
from mazdoor.journal import services as journal

OPENED: Final = "verification.discrepancy.opened"
"""The news that claims and answers part: ``{"kind": …, "discrepancies": [{"id", "person_id", "about", "outcome", "fields"}]}``."""

HELD: Final = "held"
"""The purpose what an authority holds is sealed for."""

OUTCOMES: Final = frozenset({"match", "no_match", "deceased"})

_ANSWERED = {
    "person_id": "bigint",
    "about": "bigint",
    "area_code": "text",
    "outcome": "text",
    "evidence": "text",
    "reference": "text",
    "cnic_index": "bytea",
    "family_index": "bytea",
    "family_place": "text",
    "differs": "text[]",
    "held": "bytea",
}

# People are named by their numbers in each statement rather than joined: then every one of them goes by an index, also
# in the first minute of a new database, when the planner knows nothing of these tables yet.
_SUPERSEDE = """
UPDATE verification_verification v SET superseded_at = clock_timestamp()
FROM {answered} a
WHERE v.person_id = ANY (%(people)s) AND v.kind = %(kind)s AND v.superseded_at IS NULL
  AND a.person_id = v.person_id AND a.about = v.about
"""
_INSERT = """
INSERT INTO verification_verification
    (person_id, kind, about, method, outcome, evidence, reference, cnic_index, family_index, family_place, expires_on,
     area_code)
SELECT person_id, %(kind)s, about, 'authority', {outcome}, evidence::jsonb, reference, cnic_index, family_index,
       family_place, %(expires)s, area_code
FROM {answered}
WHERE person_id = ANY (%(people)s)
ORDER BY person_id, about
ON CONFLICT DO NOTHING
RETURNING person_id
"""
# A proposal stands as long as the answer says the same; another answer makes it void.
_OPEN_DISCREPANCIES = """
INSERT INTO verification_discrepancy AS d (person_id, kind, about, outcome, fields, held_encrypted, area_code)
SELECT person_id, %(kind)s, about, outcome, differs, held, area_code
FROM (SELECT person_id, about, area_code, held,
             CASE WHEN person_id = ANY (%(contested)s) THEN 'contested' ELSE outcome END AS outcome,
             CASE WHEN person_id = ANY (%(contested)s) THEN ARRAY['cnic'] ELSE differs END AS differs
      FROM {answered}) AS answers
WHERE outcome <> 'match' AND person_id = ANY (%(people)s)
ORDER BY person_id, about
ON CONFLICT (person_id, kind, about) WHERE state IN ('open', 'proposed') DO UPDATE
SET outcome = excluded.outcome, fields = excluded.fields, held_encrypted = excluded.held_encrypted,
    state = CASE WHEN d.outcome = excluded.outcome AND d.fields = excluded.fields THEN d.state ELSE 'open' END,
    proposed_at = CASE WHEN d.outcome = excluded.outcome AND d.fields = excluded.fields THEN d.proposed_at END,
    proposed_by_officer_id = CASE WHEN d.outcome = excluded.outcome AND d.fields = excluded.fields
                                  THEN d.proposed_by_officer_id END,
    proposed_resolution = CASE WHEN d.outcome = excluded.outcome AND d.fields = excluded.fields
                               THEN d.proposed_resolution ELSE '' END
RETURNING id, person_id, about, outcome, fields
"""
_CLOSE_DISCREPANCIES = """
UPDATE verification_discrepancy d
SET state = 'resolved', resolution = 'a later answer matched', held_encrypted = NULL, closed_at = clock_timestamp()
FROM {answered} a
WHERE d.person_id = ANY (%(people)s) AND d.kind = %(kind)s AND d.state IN ('open', 'proposed')
  AND a.person_id = d.person_id AND a.about = d.about AND a.outcome = 'match' AND d.person_id <> ALL (%(contested)s)
"""


class Asked(NamedTuple):
    """One question asked: our request, the person, where they live, the claim that was made, and what it is about."""

    request_id: int
    person_id: int
    area_code: str
    claim: Any
    about: int = 0


class _Row(NamedTuple):
    """One answer on its way into the tables: the columns of ``_ANSWERED``."""

    person_id: int
    about: int
    area_code: str
    outcome: str
    evidence: str
    reference: str
    cnic_index: bytes | None
    family_index: bytes | None
    family_place: str
    differs: list[str]
    held: bytes | None


def keep_identities(asked: Sequence[Asked], answers: Sequence[IdentityAnswer]) -> set[int]:
    """Write the answers to what was asked; returns the requests that are answered. ``unknown`` is no answer.

    The spelling of names is forgiven (see :mod:`judging`). A match is written only where nobody else holds a live one
    for this CNIC: the first registered has it, and who is left over is contested.
    """
    ring = keyring()
    rows: dict[int, _Row] = {}
    for each, answer in _paired(asked, answers):
        if answer.outcome not in OUTCOMES:
            continue
        claim: Claim = each.claim
        outcome, differs, forgiven = judge(claim, answer)
        rows[each.request_id] = _row(
            each,
            answer,
            outcome=outcome,
            differs=differs,
            evidence={"spelling": list(forgiven)} if forgiven else {},
        )._replace(
            cnic_index=ring.index(claim.cnic, purpose="cnic"),
            family_index=ring.index(answer.family_key, purpose="family") if answer.family_key else None,
            family_place=answer.family_place,
        )
    _keep(Kind.IDENTITY, rows.values())
    return set(rows)


def keep_answers(kind: Kind, asked: Sequence[Asked], answers: Sequence[Answer]) -> set[int]:
    """Write answers that need no more than their outcome: life, telephone, business. Returns the requests answered."""
    rows = {
        each.request_id: _row(each, answer, outcome=answer.outcome, differs=answer.differs)
        for each, answer in _paired(asked, answers)
        if answer.outcome in OUTCOMES
    }
    _keep(kind, rows.values())
    return set(rows)


_COMPARE_FAMILIES = """
WITH ours AS (
    SELECT me.person_id AS asked, m.person_id, f.cnic_index, m.relationship
    FROM registration.person_now me
    JOIN registration.person_now m ON m.family_id = me.family_id AND m.died_on IS NULL
    JOIN registration.person_match_features f ON f.person_id = m.person_id
    WHERE me.person_id = ANY (%(people)s)
), theirs AS (SELECT * FROM {theirs})
SELECT me.asked,
       (SELECT count(*) FROM ours o WHERE o.asked = me.asked),
       (SELECT count(*) FROM theirs t WHERE t.asked = me.asked),
       (SELECT array_agg(o.person_id ORDER BY o.person_id) FROM ours o
        WHERE o.asked = me.asked AND o.cnic_index IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM theirs t WHERE t.asked = me.asked AND t.cnic_index = o.cnic_index)),
       (SELECT count(*) FROM theirs t WHERE t.asked = me.asked AND t.place IN ('head', 'spouse')
          AND NOT EXISTS (SELECT 1 FROM ours o WHERE o.asked = me.asked AND o.cnic_index = t.cnic_index)),
       (SELECT count(*) FROM theirs t WHERE t.asked = me.asked AND t.place = 'child')
         > (SELECT count(*) FROM ours o WHERE o.asked = me.asked AND o.relationship = 'child')
FROM unnest(%(people)s::bigint[]) AS me (asked)
"""


def keep_families(asked: Sequence[Asked], answers: Sequence[FamilyAnswer]) -> set[int]:
    """Hold each household's family against the one the authority holds; returns the requests that are answered.

    They part where one of ours with a CNIC is not in theirs (``member_not_theirs``), where their head or spouse is not
    with us (``member_absent``), or where they count more children than we do (``children``; small children often have no
    number, so they are counted, not compared). Evidence holds our own numbers of people and counts, no CNIC.
    """
    ring = keyring()
    told = list(_paired(asked, answers))
    theirs = [
        (each.person_id, ring.index(member.cnic, purpose="cnic"), member.place)
        for each, answer in told
        for member in answer.members or ()
    ]
    found: dict[int, tuple[Any, ...]] = {}
    with (
        staged({"asked": "bigint", "cnic_index": "bytea", "place": "text"}, theirs) as table,
        connection.cursor() as cursor,
    ):
        cursor.execute(_COMPARE_FAMILIES.format(theirs=table), {"people": [each.person_id for each, _ in told]})
        found = {int(row[0]): tuple(row[1:]) for row in cursor.fetchall()}
    rows: dict[int, _Row] = {}
    for each, answer in told:
        ours, in_theirs, strangers, absent, more_children = found[each.person_id]
        differs = [
            name
            for name, holds in (
                ("cnic", answer.members is None),
                ("member_not_theirs", answer.members is not None and bool(strangers)),
                ("member_absent", bool(absent)),
                ("children", bool(more_children)),
            )
            if holds
        ]
        evidence = {"ours": ours, "theirs": in_theirs, "not_theirs": strangers or [], "absent": absent}
        rows[each.request_id] = _row(
            each,
            Answer(answer.reference, "match", evidence=answer.evidence),
            outcome="no_match" if differs else "match",
            differs=tuple(differs),
            evidence=evidence,
        )
    _keep(Kind.FAMILY, rows.values())
    return set(rows)


def _paired(asked: Sequence[Asked], answers: Sequence[Any]) -> Iterable[tuple[Asked, Any]]:
    """Each question with the first answer to it; answers to what nobody asked are left."""
    open_questions = {each.claim.reference: each for each in asked}
    for answer in answers:
        each = open_questions.pop(answer.reference, None)
        if each is None:
            continue
        if getattr(answer, "outcome", "") == "unknown":
            open_questions[answer.reference] = each  # a better answer may follow in the same batch
        yield each, answer


def _row(
    each: Asked,
    answer: Answer,
    *,
    outcome: str,
    differs: Sequence[str],
    evidence: Mapping[str, Any] | None = None,
) -> _Row:
    parts = outcome != "match"
    return _Row(
        person_id=each.person_id,
        about=each.about,
        area_code=each.area_code,
        outcome=outcome,
        evidence=json.dumps({**({"differs": list(differs)} if differs else {}), **(evidence or {})}),
        reference=answer.evidence[:40],
        cnic_index=None,
        family_index=None,
        family_place="",
        differs=list(differs),
        held=keyring().seal(json.dumps(dict(answer.held), ensure_ascii=False), purpose=HELD)
        if parts and answer.held
        else None,
    )


def _keep(kind: Kind, answered: Iterable[_Row]) -> None:
    """Write rows of one kind: supersede, insert, open and close discrepancies, and tell later rooms what was opened."""
    rows = list(answered)
    if not rows:
        return
    people = sorted({row.person_id for row in rows})
    expires = expires_on(kind, on=timezone.localdate())
    with staged(_ANSWERED, rows) as table, connection.cursor() as cursor:
        values: dict[str, Any] = {"people": people, "kind": kind.value, "expires": expires, "contested": []}
        cursor.execute(_SUPERSEDE.format(answered=table), values)
        cursor.execute(_INSERT.format(answered=table, outcome="outcome"), values)
        written = {int(person) for (person,) in cursor.fetchall()}
        contested = sorted(set(people) - written)
        if contested:
            cursor.execute(_INSERT.format(answered=table, outcome="'contested'"), {**values, "people": contested})
        values["contested"] = contested
        cursor.execute(_OPEN_DISCREPANCIES.format(answered=table), values)
        opened = cursor.fetchall()
        cursor.execute(_CLOSE_DISCREPANCIES.format(answered=table), values)
    if opened:
        names = ("id", "person_id", "about", "outcome", "fields")
        journal.publish(
            topic=OPENED,
            payload={
                "kind": kind.value,
                "discrepancies": [dict(zip(names, row, strict=True)) for row in opened],
            },
        )


_FLAGS = {
    "foreign_travel": "boolean",
    "passport_executive_fee": "boolean",
    "cnic_executive_fee": "boolean",
    "vehicle": "boolean",
    "phone_bill_amount": "bigint",
    "property": "boolean",
    "government_employee": "boolean",
    "income_taxpayer": "boolean",
    "other_relief": "boolean",
    "kafaalat_beneficiary": "boolean",
    "pmt_score": "numeric(5,2)",
}


def keep_profiles(asked: Sequence[Asked], answers: Sequence[ProfileAnswer]) -> set[int]:
    """Write the profiles; returns the requests that are answered. Nobody known there: answered, with nothing to keep."""
    given = [(each, answer.flags) for each, answer in _paired(asked, answers)]
    rows = {
        each.person_id: (each.person_id, each.area_code, *(flags.get(flag) for flag in _FLAGS))
        for each, flags in given
        if flags is not None
    }
    columns = ", ".join(_FLAGS)
    renewed = ", ".join(f"{flag} = excluded.{flag}" for flag in _FLAGS)
    staging = {"person_id": "bigint", "area_code": "text", **_FLAGS}
    with staged(staging, rows.values()) as profiles, connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO verification_wealthprofile (person_id, area_code, {columns}, received_at)
            SELECT person_id, area_code, {columns}, clock_timestamp() FROM {profiles} ORDER BY person_id
            ON CONFLICT (person_id) DO UPDATE SET {renewed}, received_at = excluded.received_at
            """
        )
    return {each.request_id for each, _ in given}
