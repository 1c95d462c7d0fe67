"""Django signs in as a role that owns nothing; rows are seen by area; append-only tables stay as they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from mazdoor.access.selectors import sees_area
from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.database.partitions import make_months_ready
from mazdoor.database.sql import append_only, by_month, rls_by_area


@pytest.fixture
def things(fresh_database: Any) -> Iterator[Any]:
    """A table of things with areas under row-level security, made by the owner."""
    with fresh_database.connect("owner") as owner:
        owner.execute("CREATE TABLE things (id bigint PRIMARY KEY, area_code text)")
        owner.execute(rls_by_area("things", "area_code"))
        owner.execute("INSERT INTO things VALUES (1, 'PK60301'), (2, 'PK603'), (3, 'PK701'), (4, NULL)")
    yield fresh_database


def _seen(database: Any, areas: str | None) -> list[int]:
    with database.connect("app") as app:
        if areas is not None:
            app.execute("SELECT set_config('mazdoor.areas', %s, true)", [areas])
        return [row[0] for row in app.execute("SELECT id FROM things ORDER BY id").fetchall()]


@pytest.mark.django_db
def test_the_application_signs_in_as_a_role_that_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, (SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'mazdoor_app')"
        )
        assert cursor.fetchone() == ("mazdoor_app", 0)
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = 'mazdoor_app'")
        assert cursor.fetchone() == (False, False, False)


@pytest.mark.parametrize(
    ("areas", "seen"),
    [
        (None, []),
        ("", []),
        ("*", [1, 2, 3, 4]),
        ("PK6", [1, 2]),
        ("PK603", [1, 2]),
        ("PK60301", [1]),
        ("PK60301,PK7", [1, 3]),
        ("PK8", []),
        (",", []),
    ],
)
def test_an_officer_sees_rows_of_their_own_areas_only(things: Any, areas: str | None, seen: list[int]) -> None:
    assert _seen(things, areas) == seen


def test_an_officer_cannot_write_into_another_area(things: Any) -> None:
    with things.connect("app") as app:
        app.execute("SELECT set_config('mazdoor.areas', 'PK6', true)")
        app.execute("INSERT INTO things VALUES (10, 'PK604')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("INSERT INTO things VALUES (11, 'PK701')")


def test_a_view_that_would_bypass_areas_is_not_installed(things: Any) -> None:
    from mazdoor.database.views import _refuse_views_that_bypass_areas

    with things.connect("owner") as owner:
        owner.execute("CREATE SCHEMA room; CREATE VIEW room.all_things AS SELECT * FROM things")
        with pytest.raises(ValueError, match=r"room\.all_things"):
            _refuse_views_that_bypass_areas(owner, ["room"])
        owner.execute("CREATE OR REPLACE VIEW room.all_things WITH (security_invoker = true) AS SELECT * FROM things")
        _refuse_views_that_bypass_areas(owner, ["room"])


def test_an_append_only_table_refuses_changes_by_the_application_and_by_the_owner(fresh_database: Any) -> None:
    with fresh_database.connect("owner") as owner:
        owner.execute("CREATE TABLE acts (id bigint PRIMARY KEY, what text)")
        owner.execute(append_only("acts"))
    with fresh_database.connect("app") as app:
        app.execute("INSERT INTO acts VALUES (1, 'kept')")
    for who, kind in (("app", psycopg.errors.InsufficientPrivilege), ("owner", psycopg.errors.RestrictViolation)):
        for statement in ("UPDATE acts SET what = 'x'", "DELETE FROM acts", "TRUNCATE acts"):
            with fresh_database.connect(who) as connected, pytest.raises(kind):
                connected.execute(statement)
    with fresh_database.connect("app") as app:
        assert app.execute("SELECT what FROM acts").fetchall() == [("kept",)]


def test_a_table_by_month_gets_its_partitions_on_request_and_protects_them(fresh_database: Any) -> None:
    with fresh_database.connect("owner") as owner:
        owner.execute("CREATE TABLE days (id bigint, on_date date NOT NULL) PARTITION BY RANGE (on_date)")
        owner.execute(by_month("days"))
        owner.execute(append_only("days"))
    with fresh_database.connect("app") as app:
        app.execute("INSERT INTO days VALUES (1, '2031-05-09')")  # before its month was ready: kept with the rest
        asked = "SELECT database_month_partition('days', %s)"
        assert app.execute(asked, ["2031-06-15"]).fetchone() == ("days_203106",)
        assert app.execute(asked, ["2031-06-15"]).fetchone() == ("days_203106",)
        assert app.execute(asked, ["2031-05-01"]).fetchone() == ("days_rest",)
        app.execute("INSERT INTO days VALUES (2, '2031-06-30')")
        app.commit()
        where = app.execute("SELECT tableoid::regclass::text FROM days WHERE id = 2").fetchone()
        assert where == ("days_203106",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DELETE FROM days_203106")
    with fresh_database.connect("app") as app, pytest.raises(psycopg.errors.RaiseException):
        app.execute("SELECT database_month_partition('things', '2031-06-15')")


def test_the_months_to_come_are_made_for_every_table_kept_by_month(system: None) -> None:
    made = make_months_ready(first=date(2032, 1, 5), months=2)
    assert {"journal_entry_203201", "journal_entry_203202"} <= set(made)
    assert make_months_ready(first=date(2032, 1, 5), months=2) == made


def test_who_acts_ends_with_the_block_also_when_blocks_nest(officer: Any) -> None:
    inspector = officer(desk="inspector", areas=["PK7"])
    assert not sees_area("PK701")
    with acting_as_system(reason="outer"):
        assert sees_area("PK603")
        with acting_as(officer_id=inspector.pk):
            assert sees_area("PK701")
            assert not sees_area("PK603")
        assert sees_area("PK603")
    assert not sees_area("PK701")


def test_who_acts_ends_with_a_block_that_failed(officer: Any) -> None:
    inspector = officer(desk="inspector", areas=["PK7"])
    with acting_as_system(reason="outer"):
        with pytest.raises(ProgrammingError), acting_as(officer_id=inspector.pk), connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM access_officer")
        assert sees_area("PK603")
        with pytest.raises(KeyError), acting_as(officer_id=inspector.pk):
            raise KeyError
        assert sees_area("PK603")


def test_the_application_cannot_make_itself_an_owner(fresh_database: Any) -> None:
    for statement in (
        "ALTER TABLE access_officer DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE public.mine (id int)",
        "SET ROLE mazdoor_owner",
        "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
    ):
        with fresh_database.connect("app") as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(statement)


@pytest.mark.django_db
def test_constraints_hold_for_the_application(system: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_officer (username, password, full_name, full_name_ur, desk, areas, language, is_active,"
            " created_at) VALUES ('x', '', '', '', 'king', '{}', 'en', true, now())"
        )
