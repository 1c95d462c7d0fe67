"""Who answers for whom: after a move every row of a person bears the code of the office that answers for them now.

Row-level security reads ``area_code``. Where somebody *lived* in a past spell is another matter and stays: it goes to
``past_area_code`` when the two part. Later rooms keep live things about people (an account, an open case); they say at
start-up what follows a person who moves, and run inside the transaction of the move. What is dated and done (a wage, an
assessment, a payment) stays with the office and the law of the place where it was done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from django.db import connection

Follow = Callable[[Sequence[int], str], None]
"""Called with the persons who moved and the code of the area they live in now."""

_followers: dict[str, Follow] = {}


def follow_moves(name: str, follow: Follow) -> None:
    """At start-up: what a later room does when people move. The same name again replaces it."""
    _followers[name] = follow


def forget_moves(name: str) -> None:
    """Follow no longer (for tests)."""
    _followers.pop(name, None)


_PERSONS: Final = (
    """
    UPDATE registration_personrecord
    SET past_area_code = CASE WHEN coalesce(nullif(past_area_code, ''), area_code) = %(area)s THEN ''
                              ELSE coalesce(nullif(past_area_code, ''), area_code) END,
        area_code = %(area)s
    WHERE person_id = ANY (%(ids)s) AND area_code <> %(area)s
    """,
    "UPDATE registration_person SET area_code = %(area)s WHERE id = ANY (%(ids)s) AND area_code <> %(area)s",
    "UPDATE registration_employment SET area_code = %(area)s WHERE person_id = ANY (%(ids)s) AND area_code <> %(area)s",
    """
    UPDATE registration_employmentrecord r SET area_code = %(area)s FROM registration_employment e
    WHERE e.id = r.employment_id AND e.person_id = ANY (%(ids)s) AND r.area_code <> %(area)s
    """,
    "UPDATE registration_consent SET area_code = %(area)s WHERE person_id = ANY (%(ids)s) AND area_code <> %(area)s",
    "UPDATE registration_attachment SET area_code = %(area)s WHERE person_id = ANY (%(ids)s) AND area_code <> %(area)s",
    "UPDATE registration_application SET area_code = %(area)s WHERE person_id = ANY (%(ids)s) AND area_code <> %(area)s",
    """
    UPDATE registration_event SET area_code = %(area)s
    WHERE person_ids && %(ids)s::bigint[] AND area_code <> %(area)s
    """,
)
_HOUSEHOLDS: Final = (
    """
    UPDATE registration_householdrecord
    SET past_area_code = CASE WHEN coalesce(nullif(past_area_code, ''), area_code) = %(area)s THEN ''
                              ELSE coalesce(nullif(past_area_code, ''), area_code) END,
        area_code = %(area)s
    WHERE household_id = ANY (%(ids)s) AND area_code <> %(area)s
    """,
    "UPDATE registration_household SET area_code = %(area)s WHERE id = ANY (%(ids)s) AND area_code <> %(area)s",
    "UPDATE registration_family SET area_code = %(area)s WHERE household_id = ANY (%(ids)s) AND area_code <> %(area)s",
    # A membership belongs to the household's office: it is asked who lived there, also after they left.
    "UPDATE registration_member SET area_code = %(area)s WHERE household_id = ANY (%(ids)s) AND area_code <> %(area)s",
)


def answer_for(*, person_ids: Sequence[int], household_ids: Sequence[int], area_code: str) -> None:
    """Give these persons and households into the care of the office of ``area_code``, with all that hangs on them."""
    with connection.cursor() as cursor:
        for statement in _HOUSEHOLDS if household_ids else ():
            cursor.execute(statement, {"ids": list(household_ids), "area": area_code})
        for statement in _PERSONS if person_ids else ():
            cursor.execute(statement, {"ids": list(person_ids), "area": area_code})
    if person_ids:
        for follow in _followers.values():
            follow(list(person_ids), area_code)


def lived_in(row: object) -> str:
    """Where somebody lived in a spell of theirs (a P-code)."""
    return str(getattr(row, "past_area_code", "") or row.area_code)  # type: ignore[attr-defined]
