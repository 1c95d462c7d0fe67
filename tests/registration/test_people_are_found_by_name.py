"""A search by name runs as the owner of the tables, past row-level security: what it shows is held to the officer's areas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from tests.cast.households import BAGH, LAHORE, household

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.registration import events, selectors, services
from mazdoor.delivery.registration.models import PersonRecord
from mazdoor.delivery.registration.people import name_sounds

pytestmark = pytest.mark.django_db
MANY = 2100
"""More than the two thousand that the search puts in order."""

Officer = Callable[..., Any]


def register(area: str = LAHORE, key: str = "form-1") -> int:
    """Bushra Bibi, registered by the system; her number."""
    with acting_as_system(reason="test"):
        done = services.register(
            answers=household(area_code=area, head={"cnic": "", "mobile": ""}), channel="web", idempotency_key=key
        )
    return done.person_ids[0]


def namesakes(person_id: int, *, area: str, start: int = 0) -> None:
    """``MANY`` further people of an area with the name of somebody."""
    columns = [str(field.column) for field in PersonRecord._meta.concrete_fields]
    values = {"id": "nextval(pg_get_serial_sequence('registration_personrecord', 'id'))", "person_id": "n.id"}
    values |= {"area_code": "n.area_code"}
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH n AS (
                INSERT INTO registration_person (registry_number, registered_on, area_code)
                SELECT lpad(g::text, 12, '0'), current_date, %s FROM generate_series(%s, %s) g RETURNING id, area_code
            )
            INSERT INTO registration_personrecord ({", ".join(columns)})
            SELECT {", ".join(values.get(column, f"r.{column}") for column in columns)}
            FROM n CROSS JOIN registration_personrecord r WHERE r.person_id = %s AND r.recorded_to IS NULL
            """,
            [area, start + 1, start + MANY, person_id],
        )


@contextmanager
def seeing(areas: str | None, *, person: int | None = None) -> Iterator[None]:
    """A transaction with these settings of the database and no others."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('mazdoor.areas', %s, true), set_config('mazdoor.person', %s, true)",
            [areas or "", str(person or "")],
        )
        yield
        cursor.execute("SELECT set_config('mazdoor.areas', '', true), set_config('mazdoor.person', '', true)")


def of_name(most: int = 10) -> list[tuple[Any, ...]]:
    """What the function of the database gives for Bushra, asked without our selectors."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registration.of_name(%s::varchar[], %s)", [name_sounds("Bushra"), most])
        return list(cursor.fetchall())


def test_the_same_name_in_two_districts_is_shown_to_each_officer_once_and_their_own(officer: Officer) -> None:
    here, there = register(LAHORE, "form-1"), register(BAGH, "form-2")
    for areas, seen in (
        (["PK618"], {here}),
        (["PK6"], {here}),
        (["PK101"], {there}),
        (["PK6", "PK618"], {here}),
        (["PK618", "PK101"], {here, there}),
        (["PK603"], set()),
        (["*"], {here, there}),
    ):
        with acting_as(officer_id=officer(desk="registrar", areas=areas).pk):
            found = [each.person_id for each in selectors.search(text="Bushra Bibi")]
        assert sorted(found) == sorted(seen), areas


def test_whoever_is_shown_by_name_is_whoever_row_level_security_shows(officer: Officer) -> None:
    for number, area in enumerate((LAHORE, BAGH, "PK61801", "PK603")):
        register(area, f"form-{number}")
    for areas in (
        "*",
        "PK",
        "PK6",
        "PK61",
        "PK618",
        "PK61801",
        "PK60",
        "PK1",
        "PK618,PK1",
        "PK7",
        "P%",
        "",
        ",",
        "*,PK7",
    ):
        with seeing(areas):
            allowed = set(PersonRecord.objects.filter(given_name="Bushra").values_list("person_id", flat=True))
            assert {row[0] for row in of_name()} == allowed, areas
    with seeing("PK61"):
        assert len(of_name()) == 2  # or the comparison above could hold of nobody


def test_without_areas_nobody_is_found_by_name_and_a_worker_finds_not_even_namesakes() -> None:
    own = register(LAHORE, "form-1")
    register(LAHORE, "form-2")
    with seeing(None):
        assert of_name() == []
    with seeing(None, person=own):
        assert of_name() == []


def test_a_name_of_thousands_elsewhere_shows_none_of_them_and_hides_nobody_here(officer: Officer) -> None:
    here = register(BAGH)
    namesakes(here, area=LAHORE)
    with acting_as(officer_id=officer(desk="registrar", areas=["PK101"]).pk):
        assert [each.person_id for each in selectors.search(text="Bushra Bibi", limit=5000)] == [here]
    with acting_as(officer_id=officer(desk="registrar", areas=["PK603"]).pk):
        assert selectors.search(text="Bushra Bibi", limit=5000) == []


def test_of_a_name_of_thousands_a_page_is_shown_of_the_officers_own_areas_alone(officer: Officer) -> None:
    namesakes(register(LAHORE, "form-1"), area=LAHORE)
    namesakes(register(BAGH, "form-2"), area=BAGH, start=MANY)
    for areas, most in ((["PK618"], 2000), (["PK618", "PK101"], 4000), (["*"], 2000)):
        with acting_as(officer_id=officer(desk="registrar", areas=areas).pk):
            everybody = selectors.search(text="Bushra", limit=10_000)
            page = selectors.search(text="Bushra", limit=50)
        assert len({each.person_id for each in everybody}) == len(everybody) == most
        assert {each.area_code for each in everybody} <= {LAHORE, BAGH}
        assert areas == ["*"] or {each.area_code for each in everybody} == set(areas)
        assert page == everybody[:50]


def test_a_name_somebody_had_before_is_no_way_to_find_them(officer: Officer) -> None:
    person_id = register()
    with acting_as_system(reason="test"):
        events.correct_fields(person_id=person_id, fields={"given_name": "Kaneez", "given_name_ur": "کنیز"})
    with acting_as(officer_id=officer(desk="registrar", areas=["PK618"]).pk):
        assert selectors.search(text="Bushra") == []
        assert [each.person_id for each in selectors.search(text="Kaneez")] == [person_id]
