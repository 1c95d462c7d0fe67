"""Keeping an authority's answers: a batch is a few set-based statements, whatever its size.

A new answer supersedes the live one. Where claim and answer part a discrepancy is opened; a later match closes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection

from mazdoor.database.bulk import staged
from mazdoor.database.keys import keyring
from mazdoor.delivery.verification.ports import Claim, IdentityAnswer, ProfileAnswer

_ANSWERED = {
    "request_id": "bigint",
    "outcome": "text",
    "evidence": "text",
    "cnic_index": "bytea",
    "family_index": "bytea",
    "family_place": "text",
    "differs": "text[]",
}

_SUPERSEDE = """
UPDATE verification_verification v SET superseded_at = clock_timestamp()
FROM {answered} a JOIN verification_verificationrequest r ON r.id = a.request_id
WHERE v.person_id = r.person_id AND v.kind = 'identity' AND v.superseded_at IS NULL
"""
# A match is written only where nobody else holds a live one for this CNIC: within the batch the first registered has
# it. Who is left over is contested.
_INSERT = """
INSERT INTO verification_verification
    (person_id, kind, method, outcome, evidence, cnic_index, family_index, family_place, area_code)
SELECT r.person_id, 'identity', 'authority', {outcome}, a.evidence::jsonb, a.cnic_index, a.family_index,
       a.family_place, r.area_code
FROM {answered} a JOIN verification_verificationrequest r ON r.id = a.request_id
WHERE {where}
ORDER BY r.person_id
ON CONFLICT DO NOTHING
"""
_LEFT_OVER = """a.outcome = 'match' AND NOT EXISTS (
    SELECT 1 FROM verification_verification v
    WHERE v.person_id = r.person_id AND v.kind = 'identity' AND v.superseded_at IS NULL)"""

_OPEN_DISCREPANCIES = """
INSERT INTO verification_discrepancy (person_id, outcome, fields, area_code)
SELECT v.person_id, v.outcome, CASE v.outcome WHEN 'contested' THEN ARRAY['cnic'] ELSE a.differs END, v.area_code
FROM {answered} a JOIN verification_verificationrequest r ON r.id = a.request_id
JOIN verification_verification v
  ON v.person_id = r.person_id AND v.kind = 'identity' AND v.superseded_at IS NULL AND v.outcome <> 'match'
ORDER BY v.person_id
ON CONFLICT (person_id) WHERE state = 'open' DO UPDATE SET outcome = excluded.outcome, fields = excluded.fields
"""
_CLOSE_DISCREPANCIES = """
UPDATE verification_discrepancy d
SET state = 'resolved', resolution = 'a later answer matched', closed_at = clock_timestamp()
FROM {answered} a JOIN verification_verificationrequest r ON r.id = a.request_id
JOIN verification_verification v
  ON v.person_id = r.person_id AND v.kind = 'identity' AND v.superseded_at IS NULL AND v.outcome = 'match'
WHERE d.person_id = r.person_id AND d.state = 'open'
"""


def keep_identities(claims: Sequence[Claim], answers: Sequence[IdentityAnswer]) -> set[int]:
    """Write the answers to these claims; returns the requests that are answered. ``unknown`` is no answer."""
    ring = keyring()
    asked = {claim.reference: claim for claim in claims}
    rows: dict[int, tuple[object, ...]] = {}
    for answer in answers:
        claim = asked.get(answer.reference)
        if claim is None or answer.outcome not in ("match", "no_match", "deceased"):
            continue
        rows[int(answer.reference)] = (
            int(answer.reference),
            answer.outcome,
            json.dumps({"differs": list(answer.differs)} if answer.differs else {}),
            ring.index(claim.cnic, purpose="cnic"),
            ring.index(answer.family_key, purpose="family") if answer.family_key else None,
            answer.family_place,
            list(answer.differs),
        )
    if not rows:
        return set()
    with staged(_ANSWERED, rows.values()) as answered, connection.cursor() as cursor:
        cursor.execute(_SUPERSEDE.format(answered=answered))
        cursor.execute(_INSERT.format(answered=answered, outcome="a.outcome", where="true"))
        cursor.execute(_INSERT.format(answered=answered, outcome="'contested'", where=_LEFT_OVER))
        cursor.execute(_OPEN_DISCREPANCIES.format(answered=answered))
        cursor.execute(_CLOSE_DISCREPANCIES.format(answered=answered))
    return set(rows)


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


def keep_profiles(claims: Sequence[Claim], answers: Sequence[ProfileAnswer]) -> set[int]:
    """Write the profiles; returns the requests that are answered. Nobody known there: answered, with nothing to keep."""
    asked = {claim.reference for claim in claims}
    given = {int(answer.reference): answer.flags for answer in answers if answer.reference in asked}
    rows = [(request, *(flags.get(flag) for flag in _FLAGS)) for request, flags in given.items() if flags is not None]
    columns = ", ".join(_FLAGS)
    renewed = ", ".join(f"{flag} = excluded.{flag}" for flag in _FLAGS)
    with staged({"request_id": "bigint", **_FLAGS}, rows) as profiles, connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO verification_wealthprofile (person_id, {columns}, received_at, area_code)
            SELECT r.person_id, {columns}, clock_timestamp(), r.area_code
            FROM {profiles} JOIN verification_verificationrequest r ON r.id = request_id
            ORDER BY r.person_id
            ON CONFLICT (person_id) DO UPDATE SET {renewed}, received_at = excluded.received_at
            """
        )
    return set(given)
