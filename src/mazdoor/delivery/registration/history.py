"""Doors out to the past: what was so on a day, and what we believed of it at a moment.

>>> members_at(household_id=7, on=date(2026, 3, 1))                        # as we know it today
>>> members_at(household_id=7, on=date(2026, 3, 1), known_at=that_moment)  # as we believed then

``on`` is a day in the world; ``known_at`` an aware moment of belief, ``None`` for now. Row-level security holds as ever:
an officer asks about people their office answers for, with their whole past wherever it was.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from mazdoor.database.prepared import ask_named
from mazdoor.delivery.registration.selectors import rows, with_masked_numbers

_HOLDS: Final = """
    {r}.valid_from <= %(on)s AND ({r}.valid_to IS NULL OR {r}.valid_to > %(on)s)
    AND CASE WHEN %(known_at)s::timestamptz IS NULL THEN {r}.recorded_to IS NULL
             ELSE {r}.recorded_from <= %(known_at)s AND ({r}.recorded_to IS NULL OR {r}.recorded_to > %(known_at)s) END
"""
_PERSON: Final = """
    r.given_name, r.surname, r.father_name, r.husband_name, r.given_name_ur, r.surname_ur, r.father_name_ur,
    r.sex, r.birth_date, r.birth_date_precision, r.marital_status, r.literate, r.disability, r.died_on,
    r.husband_name_ur, r.language, r.mobile_shared, r.education, r.skills, r.certificate, r.permanent_area_code,
    r.moved_on, r.moved_on_precision, r.migration_reason,
    (r.cnic_index IS NOT NULL) AS has_cnic, (r.mobile_index IS NOT NULL) AS has_mobile,
    coalesce(nullif(r.past_area_code, ''), r.area_code) AS lived_in,
    r.valid_from, r.valid_to, r.recorded_from, r.recorded_to
"""


def _holds(alias: str) -> str:
    return _HOLDS.format(r=alias)


def _at(on: dt.date, known_at: dt.datetime | None, **more: Any) -> dict[str, Any]:
    return {"on": on, "known_at": known_at, **more}


def person_at(*, person_id: int, on: dt.date, known_at: dt.datetime | None = None) -> dict[str, Any] | None:
    """What is (or was) believed about a person on a day, with where they lived; numbers masked. ``None``: nothing."""
    found = rows(
        f"SELECT r.person_id, p.registry_number, {_PERSON}, r.cnic_encrypted, r.mobile_encrypted "
        f"FROM registration_personrecord r JOIN registration_person p ON p.id = r.person_id "
        f"WHERE r.person_id = %(person)s AND {_holds('r')}",
        _at(on, known_at, person=person_id),
    )
    if not found:
        return None
    return with_masked_numbers(found[0])


def members_at(*, household_id: int, on: dt.date, known_at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """Who lived in a household on a day, head first, then by age.

    Somebody another office answers for today is there by number and relationship; name and birth are ``None``.
    """
    return rows(
        f"""
        SELECT m.person_id, m.relationship, m.family_id, m.valid_from AS since, m.valid_to AS until,
               r.given_name, r.surname, r.given_name_ur, r.surname_ur, r.sex, r.birth_date, r.birth_date_precision,
               p.registry_number
        FROM registration_member m
        LEFT JOIN registration_personrecord r ON r.person_id = m.person_id AND {_holds("r")}
        LEFT JOIN registration_person p ON p.id = m.person_id
        WHERE m.household_id = %(household)s AND {_holds("m")}
        ORDER BY (m.relationship = 'head') DESC, r.birth_date NULLS LAST, m.person_id
        """,
        _at(on, known_at, household=household_id),
    )


def household_of_at(*, person_id: int, on: dt.date, known_at: dt.datetime | None = None) -> int | None:
    """The household somebody lived in on a day; ``None`` where none is known (or another office's)."""
    found = rows(
        f"SELECT m.household_id FROM registration_member m WHERE m.person_id = %(person)s AND {_holds('m')}",
        _at(on, known_at, person=person_id),
    )
    return int(found[0]["household_id"]) if found else None


def household_at(*, household_id: int, on: dt.date, known_at: dt.datetime | None = None) -> dict[str, Any] | None:
    """Dwelling and assets of a household on a day (amounts in paisa), with where it was; ``None`` where it was not."""
    found = rows(
        f"""
        SELECT r.household_id, r.urban, r.rooms, r.roof, r.toilet, r.water, r.land_acres, r.livestock,
               r.has_refrigerator, r.has_washing_machine, r.has_television, r.has_motorcycle, r.has_car,
               r.utility_bill_amount, coalesce(nullif(r.past_area_code, ''), r.area_code) AS lived_in,
               r.valid_from, r.valid_to, r.recorded_from, r.recorded_to
        FROM registration_householdrecord r WHERE r.household_id = %(household)s AND {_holds("r")}
        """,
        _at(on, known_at, household=household_id),
    )
    return found[0] if found else None


_EMPLOYMENT: Final = """
    r.employment_id, e.person_id, r.started_on_precision, r.ended_on,
    CASE WHEN %(known_at)s::timestamptz IS NULL THEN e.started_on ELSE (
        SELECT min(f.valid_from) FROM registration_employmentrecord f
        WHERE f.employment_id = r.employment_id AND f.recorded_from <= %(known_at)s
          AND (f.recorded_to IS NULL OR f.recorded_to > %(known_at)s)) END AS started_on,
    r.is_primary, r.status, r.category, r.employer_kind,
    r.business_id, r.employer_household_id, r.isco_code, r.isic_code, r.sector, r.informal, r.pay_period, r.pay_amount,
    r.days_per_month, r.hours_per_week, r.season, r.written_contract, r.paid_leave, r.paid_sick_leave, r.social_security,
    r.occupation_text, r.employer_name, r.work_area_code, r.valid_from, r.valid_to, r.recorded_from, r.recorded_to
"""


def employment_at(*, employment_id: int, on: dt.date, known_at: dt.datetime | None = None) -> dict[str, Any] | None:
    """The terms of an employment on a day (pay in paisa); ``ended_on`` on or before the day where it had ended."""
    found = rows(
        f"SELECT {_EMPLOYMENT} FROM registration_employmentrecord r "
        f"JOIN registration_employment e ON e.id = r.employment_id "
        f"WHERE r.employment_id = %(employment)s AND {_holds('r')}",
        _at(on, known_at, employment=employment_id),
    )
    return found[0] if found else None


def employments_at(*, person_id: int, on: dt.date, known_at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """What a person worked at on a day: employments that had begun and not ended, the primary one first."""
    return rows(
        f"""
        SELECT {_EMPLOYMENT}, b.name AS business_name FROM registration_employmentrecord r
        JOIN registration_employment e ON e.id = r.employment_id
        LEFT JOIN registration_businessrecord b ON b.business_id = r.business_id AND {_holds("b")}
        WHERE e.person_id = %(person)s AND {_holds("r")} AND (r.ended_on IS NULL OR r.ended_on > %(on)s)
        ORDER BY r.is_primary DESC, r.employment_id
        """,
        _at(on, known_at, person=person_id),
    )


def business_at(*, business_id: int, on: dt.date, known_at: dt.datetime | None = None) -> dict[str, Any] | None:
    """What is (or was) believed about a business on a day."""
    found = rows(
        f"""
        SELECT r.business_id, r.owner_id, r.name, r.isic_code, r.persons_engaged, r.keeps_accounts, r.incorporated,
               r.tax_registered, r.eobi_registered, r.social_security_registered, r.owner_kind, r.sells_on_the_market,
               r.set_up_on, r.set_up_on_precision, r.informal, r.area_code,
               (SELECT p.kind FROM registration_premises p WHERE p.business_id = r.business_id AND {_holds("p")} LIMIT 1)
                   AS premises,
               r.valid_from, r.valid_to, r.recorded_from, r.recorded_to
        FROM registration_businessrecord r WHERE r.business_id = %(business)s AND {_holds("r")}
        """,
        _at(on, known_at, business=business_id),
    )
    return found[0] if found else None


def beliefs_about(*, person_id: int) -> list[dict[str, Any]]:
    """Every belief ever held about a person, newest first, without sealed values."""
    return ask_named(
        f"SELECT r.person_id, {_PERSON} FROM registration_personrecord r WHERE r.person_id = %s::bigint "
        f"AND (r.recorded_to IS NULL OR r.recorded_to > r.recorded_from) "
        f"ORDER BY r.recorded_from DESC, r.valid_from DESC",
        [str(person_id)],
    )


def memberships_of(*, person_id: int) -> list[dict[str, Any]]:
    """Every belief ever held about where a person lived, newest first (those of another office's households left out)."""
    return rows(
        """
        SELECT m.household_id, m.relationship, m.area_code, m.valid_from, m.valid_to, m.recorded_from, m.recorded_to
        FROM registration_member m WHERE m.person_id = %(person)s
        ORDER BY m.recorded_to IS NOT NULL, m.valid_from DESC, m.recorded_from DESC
        """,
        {"person": person_id},
    )


_EVENT: Final = """
    SELECT e.id AS event_id, e.kind, e.happened_on, e.recorded_at, e.officer_id, e.person_ids, e.household_ids, e.fields,
           e.reverses_id, e.area_code, b.id AS reversed_by_id
    FROM registration_event e LEFT JOIN registration_event b ON b.reverses_id = e.id
"""


def events_of(*, person_id: int) -> list[dict[str, Any]]:
    """What happened to a person, newest first; ``reversed_by_id`` where it was taken back."""
    return rows(f"{_EVENT} WHERE e.person_ids @> ARRAY[%(person)s]::bigint[] ORDER BY e.id DESC", {"person": person_id})


def events_of_household(*, household_id: int) -> list[dict[str, Any]]:
    """What happened to a household, newest first."""
    return rows(
        f"{_EVENT} WHERE e.household_ids @> ARRAY[%(household)s]::bigint[] ORDER BY e.id DESC",
        {"household": household_id},
    )


def find_event(*, event_id: int) -> dict[str, Any] | None:
    """One event, or ``None`` where there is none in the areas of whoever asks."""
    found = rows(f"{_EVENT} WHERE e.id = %(event)s", {"event": event_id})
    return found[0] if found else None


def hand_overs_waiting(*, limit: int = 100) -> list[dict[str, Any]]:
    """People other offices handed over to ours and nobody has received yet, oldest first."""
    return rows(
        "SELECT h.id AS hand_over_id, h.person_ids, h.household_id, h.from_area, h.to_area, h.handed_over_at "
        "FROM registration_handover h WHERE h.received_at IS NULL AND access_sees(h.to_area) "
        "ORDER BY h.handed_over_at, h.id LIMIT %s",
        [limit],
    )
