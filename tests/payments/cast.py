"""Beneficiaries with accounts, made by the thousand; and a rule simple enough to redo by hand.

Person *n* (1, 2, 3 …) is owed Rs 12,000 and Rs 500.50 more for each dependant, and has *n* mod 3 dependants. The rows
are written as the rooms write them, in bulk; the chain that makes them is tested in its own rooms and end to end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import connection

from mazdoor.access.services import acting_as_system, ensure_officer
from mazdoor.database.keys import keyring
from mazdoor.delivery.payments import services
from mazdoor.sandbox.bank.accounts import make_iban

PROGRAMME = "TEST-CASH"
BANKS = ("HABB", "ALFH")
PERIOD = (dt.date(2026, 7, 1), dt.date(2026, 8, 1))
OPENING = 10**14
AREA = "PK60301"


def owed(number: int) -> int:
    """Paisa of person ``number``: 12,000.00 + (n mod 3) × 500.50."""
    return 12_000_00 + (number % 3) * 500_50


class RedoneByHand:
    """The slow engine: it knows the rule and the people, not what the payroll says."""

    def __init__(self, wrong: Mapping[int, int] | None = None, missing: Sequence[int] = ()) -> None:
        self.wrong, self.missing = dict(wrong or {}), set(missing)
        self.asked: list[int] = []

    def edge_cases(self, *, programme_code: str, on_date: dt.date, limit: int) -> list[int]:
        """The first and the last person of the programme."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT min(enrolment_id), max(enrolment_id) FROM enrolment.enrolment_now WHERE programme_code = %s",
                [programme_code],
            )
            return [number for number in cursor.fetchone() if number is not None]

    def recompute(self, *, programme_code: str, on_date: dt.date, enrolment_ids: Sequence[int]) -> dict[int, int]:
        """By the sum above, from the person's own number."""
        self.asked = list(enrolment_ids)
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT enrolment.enrolment_id, person.surname::int FROM enrolment.enrolment_now AS enrolment
                   JOIN registration.person_now AS person ON person.person_id = enrolment.person_id
                   WHERE enrolment.enrolment_id = ANY(%s)""",
                [list(enrolment_ids)],
            )
            found = {enrolment: owed(number) + self.wrong.get(number, 0) for enrolment, number in cursor.fetchall()}
        return {enrolment: amount for enrolment, amount in found.items() if enrolment not in self.missing}


def people(count: int, *, area: str = AREA) -> list[int]:
    """Invented people, numbered 1 to ``count`` in their surname; returns the numbers of their rows."""
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO registration_person (registry_number, registered_on, area_code)
               SELECT lpad((900000000000 + n + (SELECT count(*) FROM registration_person))::text, 12, '0'),
                      '2026-01-01', %s
               FROM generate_series(1, %s) AS n ORDER BY n RETURNING id""",
            [area, count],
        )
        made = sorted(row[0] for row in cursor.fetchall())
        cursor.execute(
            """INSERT INTO registration_personrecord (person_id, valid_from, given_name, surname, father_name,
                   husband_name, given_name_ur, surname_ur, father_name_ur, sex, marital_status, area_code, name_sounds)
               SELECT id, '2026-01-01', 'Worker', (row_number() OVER (ORDER BY id))::text, '', '', '', '', '', 'female',
                      '', %s, '{}'
               FROM unnest(%s::bigint[]) AS id""",
            [area, made],
        )
    return made


def enrol(
    persons: Sequence[int], *, programme: str = PROGRAMME, area: str = AREA, state: str = "enrolled"
) -> list[int]:
    """Enrol people (the k-th given is person k); returns their enrolments in the same order."""
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assessment_snapshot (as_of, rows_hash, counts) VALUES (%s, '', '{}') RETURNING id", [PERIOD[0]]
        )
        (snapshot,) = cursor.fetchone()
        cursor.execute(
            """INSERT INTO assessment_assessmentrun (snapshot_id, programme_code, rule_hash, at_date, known_at, engine,
                   counts) VALUES (%s, %s, '', %s, now(), 'test', '{}') RETURNING id""",
            [snapshot, programme, PERIOD[0]],
        )
        (run,) = cursor.fetchone()
        cursor.execute(
            """INSERT INTO enrolment_eligibilitydecision (programme_code, person_id, unit_kind, unit_id,
                   assessment_run_id, assessment_id, decision, clause, cycle_amount, area_code)
               SELECT %s, id, 'person', id, %s, id, 'eligible', '', amount, %s
               FROM unnest(%s::bigint[], %s::bigint[]) AS given (id, amount) RETURNING id, person_id, cycle_amount""",
            [programme, run, area, list(persons), [owed(k) for k in range(1, len(persons) + 1)]],
        )
        cursor.execute(
            """INSERT INTO enrolment_enrolment (programme_code, benefit_code, person_id, canonical_person_id, unit_kind,
                   unit_id, decision_id, state, from_date, cycle_amount, area_code)
               SELECT programme_code, 'cash', person_id, person_id, unit_kind, unit_id, id, %s, '2026-01-01',
                      cycle_amount, area_code
               FROM enrolment_eligibilitydecision WHERE assessment_run_id = %s ORDER BY id RETURNING id""",
            [state, run],
        )
        return sorted(row[0] for row in cursor.fetchall())


def give_accounts(persons: Sequence[int], ibans: Mapping[int, tuple[str, str]] | None = None) -> None:
    """An account for each, in turn at one bank and the other; or the (bank, IBAN) given for a person."""
    ring = keyring()
    rows = []
    for place, person in enumerate(persons):
        bank, iban = (ibans or {}).get(person) or (BANKS[place % 2], make_iban(BANKS[place % 2], person))
        rows.append((person, bank, ring.seal(iban, purpose="iban"), ring.index(iban, purpose="iban"), iban[-4:]))
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO accounts_account (person_id, canonical_person_id, purpose, bank_code, iban_encrypted,
                   iban_index, iban_last4, origin, area_code)
               SELECT %s, %s, 'benefits', %s, %s, %s, %s, 'linked', area_code FROM registration_person WHERE id = %s""",
            [(person, person, bank, sealed, index, last, person) for person, bank, sealed, index, last in rows],
        )


def clerk() -> int:
    """The finance officer who registers banks, funds programmes and opens cycles, and signs no payroll."""
    with acting_as_system(reason="test"):
        return ensure_officer(
            username="clerk", full_name="Clerk", desk="finance", areas=["*"], password="a long test password"
        ).pk


def banks_and_funds(amount: int = OPENING, *, programme: str = PROGRAMME) -> None:
    """Both banks pay for us, and the programme may use all that lies there."""
    for bank in BANKS:
        services.register_paying_bank(
            bank_code=bank,
            account_iban=make_iban(bank, 0),
            account_title="Test programme",
            opening_amount=OPENING,
            on=PERIOD[0],
            officer_id=clerk(),
        )
    services.fund_programme(
        programme_code=programme,
        amounts=dict.fromkeys(BANKS, amount),
        key="2026-07",
        on=PERIOD[0],
        officer_id=clerk(),
    )


def cycle(*, programme: str = PROGRAMME, sequence: int = 1) -> int:
    """July 2026."""
    return services.open_cycle(
        programme_code=programme, period_from=PERIOD[0], period_to=PERIOD[1], sequence=sequence, officer_id=clerk()
    )
