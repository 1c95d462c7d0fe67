"""Doors out of verification: what is known of a person, and what waits."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from mazdoor.access import selectors as access
from mazdoor.database.keys import keyring
from mazdoor.database.prepared import ask_named
from mazdoor.delivery.verification import refusals
from mazdoor.delivery.verification.answers import HELD
from mazdoor.delivery.verification.findings import ATTESTER
from mazdoor.delivery.verification.models import Discrepancy, Kind, Verification

BANDS: Final[dict[str, tuple[int, int | None]]] = {
    "week": (0, 7),
    "month": (8, 30),
    "quarter": (31, 90),
    "longer": (91, None),
}
"""How long things wait, in days, both ends included: the bands of a queue's age."""

SUMMARISED: Final = (Kind.IDENTITY, Kind.OCCUPATION, Kind.RESIDENCE, Kind.PHONE, Kind.BUSINESS, Kind.FAMILY, Kind.LIFE)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one kind of claim of a person stands.

    ``standing`` is ``verified``, ``in_question``, ``not_confirmed``, ``run_out`` or ``waiting``. Of several
    (two employments) the best counts, so that ``verified`` means: at least one is.
    """

    kind: str
    standing: str
    method: str = ""
    verified_at: dt.datetime | None = None
    expires_on: dt.date | None = None


def own_summary() -> dict[str, Standing]:
    """How the claims of the worker who acts stand, each kind that was ever asked about; empty for anybody else."""
    found: dict[str, Standing] = {}
    for row in _rows("SELECT kind, standing, method, verified_at, expires_on FROM verification.own_standing()", []):
        found.setdefault(row["kind"], Standing(**row))
    return {kind.value: found[kind.value] for kind in SUMMARISED if kind.value in found}


def verifications_of(*, person_id: int) -> list[dict[str, Any]]:
    """Every answer about a person, newest first."""
    return ask_named(
        "SELECT id AS verification_id, kind, about, method, outcome, evidence, reference, document_type, attachment_id, "
        "attester_capacity, evidence_on, officer_id, second_officer_id, verified_at, expires_on, superseded_at "
        "FROM verification_verification WHERE person_id = %s::bigint ORDER BY verified_at DESC, id DESC",
        [str(person_id)],
    )


def find_identity(*, person_id: int) -> str | None:
    """The live answer on who a person is: match, no_match, deceased, contested; ``None`` where nobody answered yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT outcome FROM verification.identity_now WHERE person_id = %s", [person_id])
        row = cursor.fetchone()
    return None if row is None else str(row[0])


def open_discrepancies(*, limit: int = 50, after: int = 0) -> list[dict[str, Any]]:
    """Open discrepancies the caller may see, oldest first, after a number: with the person's name and area."""
    return _rows(
        "SELECT d.*, p.registry_number, p.given_name, p.surname "
        "FROM verification.discrepancy_open d JOIN registration.person_now p USING (person_id) "
        "WHERE d.discrepancy_id > %s ORDER BY d.discrepancy_id LIMIT %s",
        [after, limit],
    )


def held_by_authority(*, discrepancy_id: int) -> dict[str, str]:
    """What the authority holds of the fields that part, opened for a verifier; empty where it told nothing.

    Personal values: for the page of the case, never for a log. Refuses VER-002, and OFF-002 unless a verifier acts.
    """
    access.check_acting_may("verification.decide")
    found = Discrepancy.objects.filter(pk=discrepancy_id).first()
    if found is None:
        raise refusals.DISCREPANCY_CLOSED.because()
    if found.held_encrypted is None:
        return {}
    held = json.loads(keyring().open(found.held_encrypted, purpose=HELD))
    return {str(name): str(value) for name, value in held.items()}


def attester_of(*, verification_id: int) -> str:
    """Who attested, opened for a verifier; '' where nobody did. Refuses OFF-002 unless a verifier acts."""
    access.check_acting_may("verification.decide")
    found = Verification.objects.filter(pk=verification_id).first()
    if found is None or found.attester_encrypted is None:
        return ""
    return keyring().open(found.attester_encrypted, purpose=ATTESTER)


def counts() -> dict[str, int]:
    """How many identity requests wait, and how many people stand at each outcome, of those the caller may see."""
    rows = _rows(
        "SELECT outcome AS name, count(*) AS number FROM verification.identity_now GROUP BY 1 UNION ALL "
        "SELECT 'waiting', count(*) FROM verification_verificationrequest WHERE state = 'waiting' AND kind = 'identity' "
        "UNION ALL SELECT 'profiles', count(*) FROM verification.wealth_profile",
        [],
    )
    return {"match": 0, "no_match": 0, "deceased": 0, "contested": 0} | {row["name"]: row["number"] for row in rows}


_NARROWED = """
WHERE (%(kind)s = '' OR q.kind = %(kind)s) AND (%(area)s = '' OR starts_with(q.area_code, %(area)s))
  AND q.days >= %(least)s AND (%(most)s::int IS NULL OR q.days <= %(most)s)
"""


def queue(
    *,
    kind: str = "",
    band: str = "",
    area: str = "",
    limit: int = 50,
    after: tuple[dt.datetime, str, int] | None = None,
) -> list[dict[str, Any]]:
    """What waits for a verifier (``verification.queue``), the longest first, of the areas the caller sees, with the
    person's name in both scripts; narrowed to a kind, a band of age, an area and what is under it.

    ``after`` is the (since, what, id) of the last row seen.
    """
    return _rows(
        "SELECT q.*, p.registry_number, p.given_name, p.surname, p.given_name_ur, p.surname_ur "
        f"FROM verification.queue q JOIN registration.person_now p USING (person_id) {_NARROWED} "
        "AND (%(since)s::timestamptz IS NULL OR (q.since, q.what, q.id) > (%(since)s::timestamptz, %(what)s, %(id)s)) "
        "ORDER BY q.since, q.what, q.id LIMIT %(limit)s",
        {
            **_narrowing(kind, band, area),
            "since": after[0] if after else None,
            "what": after[1] if after else "",
            "id": after[2] if after else 0,
            "limit": limit,
        },
    )


def queue_by_area(*, kind: str = "", band: str = "", area: str = "") -> list[dict[str, Any]]:
    """How many wait in each district, by band of age, and the days of the oldest; the longest queue first."""
    bands = ", ".join(
        f"count(*) FILTER (WHERE q.days >= {least}"
        + (f" AND q.days <= {most}" if most is not None else "")
        + f") AS {name}"
        for name, (least, most) in BANDS.items()
    )
    return _rows(
        f"SELECT left(q.area_code, 5) AS area, count(*) AS waiting, {bands}, max(q.days) AS oldest "
        f"FROM verification.queue q {_NARROWED} GROUP BY 1 ORDER BY count(*) DESC, 1",
        _narrowing(kind, band, area),
    )


def services_that_delay() -> list[dict[str, Any]]:
    """By kind: how many questions to a service wait, how many of them were asked in vain, what it met last, since when."""
    return _rows(
        "SELECT kind, count(*) AS waiting, count(*) FILTER (WHERE attempts > 0) AS in_vain, "
        "max(last_problem) FILTER (WHERE last_problem <> '') AS problem, min(requested_at) AS since, min(next_at) AS next_at "
        "FROM verification_verificationrequest WHERE state = 'waiting' AND kind NOT IN ('occupation', 'residence') "
        "GROUP BY kind ORDER BY kind",
        [],
    )


def find_request(*, request_id: int) -> dict[str, Any] | None:
    """A question that waits for a verifier, or ``None`` where it was answered."""
    found = _rows(
        "SELECT q.*, p.registry_number, p.given_name, p.surname FROM verification.queue q "
        "JOIN registration.person_now p USING (person_id) WHERE q.what = 'request' AND q.id = %s",
        [request_id],
    )
    return found[0] if found else None


def find_discrepancy(*, discrepancy_id: int) -> dict[str, Any] | None:
    """An open or proposed discrepancy with what was proposed, or ``None`` where it was closed."""
    found = _rows(
        "SELECT d.discrepancy_id, d.person_id, d.kind, d.about, d.outcome, d.fields, d.state, d.opened_at, d.area_code, "
        "x.proposed_by_officer_id, x.proposed_at, x.proposed_resolution, (x.held_encrypted IS NOT NULL) AS held, "
        "p.registry_number, p.given_name, p.surname "
        "FROM verification.discrepancy_open d JOIN verification_discrepancy x ON x.id = d.discrepancy_id "
        "JOIN registration.person_now p ON p.person_id = d.person_id WHERE d.discrepancy_id = %s",
        [discrepancy_id],
    )
    return found[0] if found else None


def next_due_at(*, kind: str) -> Any:
    """When the next waiting request of a kind is due (aware), or ``None`` where none waits."""
    return _rows(
        "SELECT min(next_at) AS due FROM verification_verificationrequest WHERE state = 'waiting' AND kind = %s", [kind]
    )[0]["due"]


def _narrowing(kind: str, band: str, area: str) -> dict[str, Any]:
    least, most = BANDS.get(band, (0, None))
    return {"kind": kind, "area": area, "least": least, "most": most}


def _rows(sql: str, parameters: list[Any] | dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
