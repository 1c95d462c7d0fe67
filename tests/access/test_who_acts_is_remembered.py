"""Who acts is kept beside the transaction: what is remembered is what the database knows."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from mazdoor.access import selectors as access
from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.database.acting import acting, current, current_areas

pytestmark = pytest.mark.django_db


def _database_knows() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('mazdoor.areas', true), ''),"
            " coalesce(current_setting('mazdoor.officer', true), '')"
        )
        areas, officer = cursor.fetchone()
    return areas, officer


def test_what_is_remembered_is_what_the_database_knows_inside_and_after() -> None:
    with acting(officer="", areas="*", reason="outer"):
        with acting(officer="7", areas="PK6,PK701", reason=""):
            assert current() == ("7", "PK6,PK701", "")
            assert _database_knows() == ("PK6,PK701", "7")
        assert current() == ("", "*", "outer")
        assert _database_knows() == ("*", "")
    assert current_areas() is None
    assert _database_knows() == ("", "")


def test_a_failure_inside_leaves_who_acted_before() -> None:
    with acting(officer="", areas="PK6", reason="outer"):
        with pytest.raises(RuntimeError), acting(officer="", areas="*", reason="inner"):
            raise RuntimeError
        assert current_areas() == "PK6"
        assert _database_knows()[0] == "PK6"


def test_a_block_rolled_back_to_its_savepoint_leaves_who_acted_before() -> None:
    with acting(officer="", areas="PK6", reason="outer"):
        with pytest.raises(RuntimeError), transaction.atomic(), acting(officer="", areas="*", reason="inner"):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            raise RuntimeError
        assert (current_areas(), _database_knows()[0]) == ("PK6", "PK6")


@pytest.mark.parametrize("areas", ["*", "", "PK6", "PK603,PK701", ",", "PK60301"])
@pytest.mark.parametrize("code", ["PK60301", "PK603", "PK701", "PK7", ""])
def test_what_is_answered_of_an_area_is_what_row_level_security_answers(areas: str, code: str) -> None:
    with acting(officer="", areas=areas, reason="test"), connection.cursor() as cursor:
        cursor.execute("SELECT access_sees(%s)", [code])
        assert access.sees_area(code) == cursor.fetchone()[0]


def test_the_officer_of_a_block_is_the_one_that_acts(officer) -> None:  # type: ignore[no-untyped-def]
    registrar = officer(desk="registrar")
    auditor = officer(desk="auditor")
    with acting_as(officer_id=registrar.pk):
        assert access.current_officer() == registrar
        with acting_as(officer_id=auditor.pk):
            assert access.current_officer() == auditor
        with acting_as_system(reason="test"):
            assert access.current_officer() is None
        assert access.current_officer() == registrar
