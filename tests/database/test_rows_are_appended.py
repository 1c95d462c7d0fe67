"""Rows appended by ``database_append``: refused exactly where an INSERT is, whether keys are proved set by set or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.database.appending import Step, append, append_all, make_temporary

pytestmark = pytest.mark.django_db(transaction=True)

HOUSEHOLD = {"id": "id", "area_code": "area", "registered_on": "day"}
FAMILY = {"household_id": "id", "area_code": "area"}


def _stage(ids: list[int], area: str = "PK60301") -> None:
    make_temporary("arrived", {"id": "bigint", "area": "text", "day": "date", "kept": "boolean"})
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO arrived VALUES (%s, %s, '2026-11-01', %s)", [(i, area, i % 2 == 0) for i in ids]
        )


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@contextmanager
def _plain_triggers(owner: psycopg.Connection[tuple[Any, ...]], plain: bool) -> Iterator[None]:
    """A trigger that would not fire while keys are proved set by set sends the function the plain way."""
    if plain:
        owner.execute(
            "CREATE TRIGGER plain AFTER INSERT ON registration_family FOR EACH ROW"
            " WHEN (false) EXECUTE FUNCTION database_refuse_change()"
        )
    yield


@pytest.mark.parametrize("plain", [False, True])
def test_a_row_without_its_parent_is_refused_whichever_way_keys_are_proved(
    plain: bool, owner_connection: psycopg.Connection[tuple[Any, ...]]
) -> None:
    with _plain_triggers(owner_connection, plain):
        with pytest.raises(IntegrityError, match="foreign key"), acting_as_system(reason="test"):
            _stage([901, 902])
            append("registration_family", "arrived", FAMILY)
        with acting_as_system(reason="test"):
            _stage([901, 902])
            assert append("registration_household", "arrived", HOUSEHOLD) == 2
            assert append("registration_family", "arrived", FAMILY) == 2
            assert _count("registration_family") == 2


def test_the_owner_proves_keys_set_by_set_on_the_embedded_server(
    owner_connection: psycopg.Connection[tuple[Any, ...]],
) -> None:
    granted = owner_connection.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')").fetchone()
    assert granted == (True,)


def test_rows_written_earlier_are_parents_too_and_a_flag_chooses_rows() -> None:
    with acting_as_system(reason="test"):
        _stage([903, 904])
        append("registration_household", "arrived", HOUSEHOLD)
    with acting_as_system(reason="test"):
        _stage([903, 904])
        assert append("registration_family", "arrived", FAMILY, only_where="kept") == 1


def test_an_area_that_is_not_seen_is_refused(officer: Any) -> None:
    clerk = officer(desk="registrar", areas=["PK2"])
    with pytest.raises(ProgrammingError, match="row-level security"), acting_as(officer_id=clerk.pk):
        _stage([905])
        append("registration_household", "arrived", HOUSEHOLD)
    with acting_as(officer_id=clerk.pk):
        _stage([905], area="PK20101")
        assert append("registration_household", "arrived", HOUSEHOLD) == 1


def test_only_plain_temporary_data_is_read_and_only_tables_the_application_writes() -> None:
    with acting_as_system(reason="test"):
        _stage([906])
        with pytest.raises(ProgrammingError), transaction.atomic():
            append("django_migrations_no_such", "arrived", HOUSEHOLD)
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY VIEW looked AS SELECT 1::bigint AS id, 'PK6' AS area, current_date AS day")
            append("registration_household", "looked", HOUSEHOLD)
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TYPE staging.mine AS (a int)")
            cursor.execute("CREATE TEMPORARY TABLE odd (id bigint, area staging.mine, day date)")
            append("registration_household", "odd", HOUSEHOLD)


def test_unique_and_check_constraints_hold_as_ever() -> None:
    with acting_as_system(reason="test"):
        _stage([907])
        append("registration_household", "arrived", HOUSEHOLD)
        with pytest.raises(IntegrityError), transaction.atomic():
            append("registration_household", "arrived", HOUSEHOLD)


STEPS = (Step("registration_household", HOUSEHOLD), Step("registration_family", FAMILY))


def test_a_child_made_of_the_same_row_as_its_parent_needs_no_other_proof() -> None:
    with acting_as_system(reason="test"):
        _stage([908, 909])
        assert append_all("arrived", STEPS) == [2, 2]
        assert _count("registration_family") == 2


def test_whoever_waits_for_one_step_is_told_before_the_others_are_written() -> None:
    told: list[str] = []
    steps = (
        Step("registration_household", HOUSEHOLD, written=lambda: told.append("household")),
        Step("registration_no_such_table", FAMILY, written=lambda: told.append("never")),
    )
    with pytest.raises(ProgrammingError, match="nothing can be appended"), acting_as_system(reason="test"):
        _stage([907])
        append_all("arrived", steps)
    assert told == ["household"]


def test_a_child_whose_parent_was_left_out_of_the_same_call_is_refused() -> None:
    # 911 is odd: its household is not among the rows that are kept, and nowhere else.
    with pytest.raises(IntegrityError, match="foreign key"), acting_as_system(reason="test"):
        _stage([910, 911])
        append_all("arrived", (Step("registration_household", HOUSEHOLD, "kept"), Step("registration_family", FAMILY)))
    with acting_as_system(reason="test"):
        _stage([910, 911])
        kept = (Step("registration_household", HOUSEHOLD, "kept"), Step("registration_family", FAMILY, "kept"))
        assert append_all("arrived", kept) == [1, 1]


def test_a_child_that_names_another_rows_parent_is_asked_about() -> None:
    other = {"household_id": "other", "area_code": "area"}

    def stage(others: list[tuple[int, int]]) -> None:
        make_temporary("arrived", {"id": "bigint", "area": "text", "day": "date", "other": "bigint"})
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO arrived VALUES (%s, 'PK60301', '2026-11-01', %s)", others)

    steps = (Step("registration_household", HOUSEHOLD), Step("registration_family", other))
    with acting_as_system(reason="test"):
        stage([(912, 913), (913, 913)])
        assert append_all("arrived", steps) == [2, 2]
    with pytest.raises(IntegrityError, match="foreign key"), acting_as_system(reason="test"):
        stage([(914, 914), (915, 999_999)])
        append_all("arrived", steps)
    assert _families_of(914) == 0


def test_what_was_written_before_is_said_by_nobody_but_the_function_itself() -> None:
    claimed = "'registration_family', 'arrived', ARRAY['household_id', 'area_code'], ARRAY['id', 'area'], '', %s::jsonb"
    written = '[{"table": "registration_household", "into": ["id"], "from": ["id"], "where": ""}]'
    with acting_as_system(reason="test"):
        _stage([916])
        denied = pytest.raises(ProgrammingError, match="permission denied")
        with denied, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT database_append_proved({claimed})", [written])


def _families_of(household: int) -> int:
    with acting_as_system(reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registration_family WHERE household_id = %s", [household])
        return int(cursor.fetchone()[0])
