"""Doors out for a worker: recognising the own record, and who lives in the own household.

:func:`find_own_record` is asked by the system, once, with everything the worker must know; afterwards the worker acts
(``access.workers.acting_as_worker``) and the database shows the own rows only.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from mazdoor.database.keys import keyring
from mazdoor.kernel.identifiers import ascii_digits, is_registry_number, parse_cnic


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMember:
    """Somebody of the worker's household, as the others may know them. ``own`` marks the worker."""

    given_name: str
    surname: str
    given_name_ur: str
    surname_ur: str
    relationship: str
    own: bool


def find_own_record(*, number: str, birth_year: int, mobile: str) -> int | None:
    """The person with this CNIC or registry number, born in this year, reached at this mobile number; None where the three
    do not belong together, whichever of them does not. Where one CNIC stands on several records, the oldest of them.

    One question to the database in every case, so that the time of the answer tells nothing either.
    """
    ring = keyring()
    digits = ascii_digits(number)
    cnic = parse_cnic(number)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.id FROM registration_personrecord r JOIN registration_person p ON p.id = r.person_id
            WHERE (p.registry_number = %(registry)s OR r.cnic_index = %(cnic)s)
              AND r.mobile_index = %(mobile)s AND extract(year FROM r.birth_date) = %(year)s AND r.died_on IS NULL
              AND r.valid_to IS NULL AND r.recorded_to IS NULL
            ORDER BY p.id LIMIT 1
            """,
            {
                "registry": digits if is_registry_number(digits) else None,
                "cnic": ring.index(cnic, purpose="cnic") if cnic else None,
                "mobile": ring.index(mobile, purpose="mobile"),
                "year": birth_year,
            },
        )
        found = cursor.fetchone()
    return int(found[0]) if found else None


def is_registered_cnic(*, cnic: str) -> bool:
    """Whether this CNIC stands on the register: yes or no and nothing else. The caller counts how often it is asked."""
    parsed = parse_cnic(cnic)
    if parsed is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM registration_personrecord WHERE cnic_index = %s "
            "AND valid_to IS NULL AND recorded_to IS NULL)",
            [keyring().index(parsed, purpose="cnic")],
        )
        return bool(cursor.fetchone()[0])


def own_members() -> list[OwnMember]:
    """Who lives in the household of the worker who acts: names and relationship, head first. Empty for anybody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT given_name, surname, given_name_ur, surname_ur, relationship, own FROM registration.own_members()"
        )
        return [
            OwnMember(
                given_name=given, surname=sur, given_name_ur=given_ur or "", surname_ur=sur_ur or "",
                relationship=relationship, own=own,
            )
            for given, sur, given_ur, sur_ur, relationship, own in cursor.fetchall()
        ]  # fmt: skip
