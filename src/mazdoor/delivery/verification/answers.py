"""Keeping an authority's answers: a batch is a few set-based statements, whatever its size.

A new answer supersedes the live one. Where claim and answer part a discrepancy is opened; a later match closes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from mazdoor.database.bulk import staged
from mazdoor.database.keys import keyring
from mazdoor.delivery.verification.ports import Claim, IdentityAnswer, ProfileAnswer

_ANSWERED = {
    "person_id": "bigint",
    "area_code": "text",
    "outcome": "text",
    "evidence": "text",
    "cnic_index": "bytea",
    "family_index": "bytea",
    "family_place": "text",
    "differs": "text[]",
}

# People are named by their numbers in each statement rather than joined: then every one of them goes by an index, also
# in the first minute of a new database, when the planner knows nothing of these tables yet.
_SUPERSEDE = """
UPDATE verification_verification SET superseded_at = clock_timestamp()
WHERE person_id = ANY (%s) AND kind = 'identity' AND superseded_at IS NULL
"""
_INSERT = """
INSERT INTO verification_verification
    (person_id, kind, method, outcome, evidence, cnic_index, family_index, family_place, area_code)
SELECT person_id, 'identity', 'authority', {outcome}, evidence::jsonb, cnic_index, family_index, family_place, area_code
FROM {answered}
WHERE person_id = ANY (%s)
ORDER BY person_id
ON CONFLICT DO NOTHING
RETURNING person_id
"""
_OPEN_DISCREPANCIES = """
INSERT INTO verification_discrepancy (person_id, outcome, fields, area_code)
SELECT person_id, CASE outcome WHEN 'match' THEN 'contested' ELSE outcome END,
       CASE outcome WHEN 'match' THEN ARRAY['cnic'] ELSE differs END, area_code
FROM {answered}
WHERE person_id = ANY (%s)
ORDER BY person_id
ON CONFLICT (person_id) WHERE state = 'open' DO UPDATE SET outcome = excluded.outcome, fields = excluded.fields
"""
_CLOSE_DISCREPANCIES = """
UPDATE verification_discrepancy
SET state = 'resolved', resolution = 'a later answer matched', closed_at = clock_timestamp()
WHERE person_id = ANY (%s) AND state = 'open'
"""


class Asked(NamedTuple):
    """One person asked about: our request, the person, where they live, and the claim that was made."""

    request_id: int
    person_id: int
    area_code: str
    claim: Claim


def keep_identities(asked: Sequence[Asked], answers: Sequence[IdentityAnswer]) -> set[int]:
    """Write the answers to what was asked; returns the requests that are answered. ``unknown`` is no answer.

    A match is written only where nobody else holds a live one for this CNIC: the first registered has it, and who is
    left over is contested.
    """
    ring = keyring()
    by_reference = {each.claim.reference: each for each in asked}
    rows: dict[int, tuple[object, ...]] = {}
    requests: set[int] = set()
    for answer in answers:
        each = by_reference.get(answer.reference)
        if each is None or answer.outcome not in ("match", "no_match", "deceased"):
            continue
        requests.add(each.request_id)
        rows[each.person_id] = (
            each.person_id,
            each.area_code,
            answer.outcome,
            json.dumps({"differs": list(answer.differs)} if answer.differs else {}),
            ring.index(each.claim.cnic, purpose="cnic"),
            ring.index(answer.family_key, purpose="family") if answer.family_key else None,
            answer.family_place,
            list(answer.differs),
        )
    if not rows:
        return set()
    people = sorted(rows)
    with staged(_ANSWERED, rows.values()) as answered, connection.cursor() as cursor:
        cursor.execute(_SUPERSEDE, [people])
        cursor.execute(_INSERT.format(answered=answered, outcome="outcome"), [people])
        written = {int(person) for (person,) in cursor.fetchall()}
        contested = sorted(set(people) - written)
        cursor.execute(_INSERT.format(answered=answered, outcome="'contested'"), [contested])
        parted = sorted({person for person in written if rows[person][2] != "match"} | set(contested))
        cursor.execute(_OPEN_DISCREPANCIES.format(answered=answered), [parted])
        cursor.execute(_CLOSE_DISCREPANCIES, [sorted(written - set(parted))])
    return requests


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
    by_reference = {each.claim.reference: each for each in asked}
    given = [(by_reference[answer.reference], answer.flags) for answer in answers if answer.reference in by_reference]
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
