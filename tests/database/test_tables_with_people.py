"""Every table that says something of a person is closed by area: a new table without a policy is noticed here."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

#: Columns that name a person or a place where people are; a table with one of them needs its area policy.
TELLING = {"person_id", "canonical_person_id", "merged_person_id", "person_a_id", "household_id", "employment_id"}
#: Tables that name areas, not people.
OF_NOBODY = {"reporting_indicator", "reference_area", "reference_areaboundary"}


def tables_with_people() -> set[str]:
    """Tables of our rooms with a column of ``TELLING``, or with an area."""
    return {
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name.startswith("mazdoor.")
        for model in config.get_models()
        if any(
            field.attname in TELLING or field.attname.startswith("area_")
            for field in model._meta.concrete_fields
            if isinstance(field, models.Field)
        )
    } - OF_NOBODY


@pytest.mark.django_db
def test_every_table_with_people_has_its_area_policy() -> None:
    tables = tables_with_people()
    assert {"registration_person", "payments_entitlement", "casework_case"} <= tables
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND EXISTS "
            "(SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive)"
        )
        closed = {row[0] for row in cursor.fetchall()}
    assert tables - closed == set()


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(tables_with_people()))
def test_whoever_has_not_said_who_acts_sees_nobody(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('mazdoor.areas', true), '')")
        assert cursor.fetchone()[0] == ""
        cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT * FROM {table}")
        (plan,) = cursor.fetchone()
    assert "mazdoor.areas" in str(plan), plan  # `access_sees`, which is written out where it is asked
