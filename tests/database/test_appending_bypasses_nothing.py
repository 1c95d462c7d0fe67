"""``database_append`` runs as the owner of the tables: what a caller might try to make it write or run, and does not get."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DataError, IntegrityError, ProgrammingError

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.database.appending import append, make_temporary

pytestmark = pytest.mark.django_db

HOUSEHOLD = {"id": "id", "area_code": "area", "registered_on": "day"}
COLUMNS = {"id": "bigint", "area": "text", "day": "date", "own": "text"}
ROW = "(%s, 'PK60301', '2026-11-01', 'PK20101')"


def _run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _ask(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        (found,) = cursor.fetchone()
        return found


def _stage(number: int, columns: dict[str, str] | None = None) -> None:
    make_temporary("arrived", columns or COLUMNS)
    _run(f"INSERT INTO arrived VALUES {ROW}", number)


def _refused(statement: str, match: str) -> None:
    with pytest.raises((ProgrammingError, IntegrityError, DataError), match=match), transaction.atomic():
        _run(statement)


# The staged row lies in PK6 and is not the clerk's; its column ``own`` names an area that is. Each call tries to have one
# column looked at and another written.
@pytest.mark.parametrize(
    "columns",
    [
        # Nothings that move the places of the columns behind them.
        "ARRAY['id', 'registered_on', 'area_code', NULL], ARRAY['id', NULL, 'own', 'area']",
        "ARRAY[NULL, 'area_code', 'id', 'registered_on'], ARRAY['area', 'own', NULL, 'id']",
        # Lists that begin to be counted at another number than 1.
        "'[1:3]={registered_on,area_code,id}'::text[], '[2:4]={own,area,day}'::text[]",
        "'[0:2]={id,area_code,registered_on}'::text[], ARRAY['id', 'area', 'day']",
        "ARRAY[ARRAY['id', 'area_code', 'registered_on']], ARRAY[ARRAY['id', 'area', 'day']]",
        "NULL, NULL",
        # A column named as a function would be called with the row.
        "ARRAY['id', 'area_code', 'registered_on'], ARRAY['id', 'row_to_json', 'day']",
        # A column the table does not have, and one that would have to be cast.
        "ARRAY['id', 'area_code', 'tableoid'], ARRAY['id', 'area', 'day']",
        "ARRAY['id', 'area_code', 'registered_on'], ARRAY['id', 'day', 'day']",
    ],
)
def test_a_list_of_columns_that_could_be_read_in_two_ways_is_refused(officer: Any, columns: str) -> None:
    clerk = officer(desk="registrar", areas=["PK2"])
    with acting_as(officer_id=clerk.pk):
        _stage(911)
        _refused(f"SELECT database_append('registration_household', 'arrived', {columns}, '')", "columns do not answer")


def test_a_key_is_written_with_the_type_it_is_proved_with() -> None:
    """As a floating number, 2^53 and 2^53 + 1 are equal: a household that is not there would have been found."""
    with acting_as_system(reason="test"):
        _stage(2**53 + 1)
        append("registration_household", "arrived", HOUSEHOLD)
        make_temporary("families", {"id": "double precision", "area": "text"})
        _run("INSERT INTO families VALUES (9007199254740992, 'PK60301')")
        with pytest.raises(ProgrammingError, match="columns do not answer"), transaction.atomic():
            append("registration_family", "families", {"household_id": "id", "area_code": "area"})


SPY = """
CREATE OR REPLACE FUNCTION staging.spy(bigint) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_user = 'mazdoor_owner' THEN RAISE EXCEPTION 'a function of the caller ran as the owner'; END IF;
    RETURN true;
END $$
"""


@pytest.mark.parametrize(
    "trap",
    [
        "CREATE INDEX ON arrived (id) WHERE staging.spy(1)",
        "CREATE INDEX ON arrived ((staging.spy(1)))",
        "ALTER TABLE arrived ADD CHECK (staging.spy(1))",
        "CREATE STATISTICS pg_temp.told ON (staging.spy(1)), id FROM arrived",
        "CREATE TEMPORARY TABLE below (CHECK (staging.spy(1))) INHERITS (arrived)",
        "ALTER TABLE arrived ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE arrived ADD COLUMN made boolean GENERATED ALWAYS AS (staging.spy(id)) STORED",
        "CREATE RULE hidden AS ON INSERT TO arrived DO ALSO SELECT staging.spy(1)",
        "CREATE TRIGGER heard BEFORE INSERT ON arrived FOR EACH ROW WHEN (false)"
        " EXECUTE FUNCTION database_refuse_change()",
        "CREATE DOMAIN staging.spied AS bigint CHECK (staging.spy(VALUE));"
        " ALTER TABLE arrived ALTER COLUMN id TYPE staging.spied",
    ],
)
def test_a_source_that_carries_a_function_of_the_caller_is_refused_before_it_is_planned(trap: str) -> None:
    with acting_as_system(reason="test"):
        _run(SPY)
        _run("SET LOCAL constraint_exclusion = on")
        _stage(912)
        _run(trap)
        with pytest.raises(ProgrammingError, match="not a plain temporary table"), transaction.atomic():
            append("registration_household", "arrived", HOUSEHOLD)


def test_names_made_by_the_caller_do_not_stand_before_ours() -> None:
    """The function looks for what it calls in pg_catalog and public; temporary and staging objects come last or never."""
    with acting_as_system(reason="test"):
        _run("CREATE FUNCTION pg_temp.access_sees(text) RETURNS boolean LANGUAGE sql RETURN true")
        _run("CREATE TEMPORARY TABLE registration_household (id bigint, area_code text, registered_on date)")
        _run("CREATE TEMPORARY TABLE pg_trigger (a int)")
        _run("SET LOCAL search_path = pg_temp, staging, public")
        _stage(913)
        assert append("registration_household", "arrived", HOUSEHOLD) == 1
        assert _ask("SELECT count(*) FROM public.registration_household WHERE id = 913") == 1
        assert _ask("SELECT count(*) FROM pg_temp.registration_household") == 0


def test_a_function_named_like_ours_gives_no_area(officer: Any) -> None:
    clerk = officer(desk="registrar", areas=["PK2"])
    with acting_as(officer_id=clerk.pk):
        _run("CREATE FUNCTION pg_temp.access_sees(text) RETURNS boolean LANGUAGE sql RETURN true")
        _run("SET LOCAL search_path = pg_temp, public")
        _stage(914)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            append("registration_household", "arrived", HOUSEHOLD)


@pytest.mark.parametrize(
    "target", ["journal_entry_rest", "journal_entry", "pg_authid", "no_such_table", 'x"; DROP TABLE y; --']
)
def test_a_table_the_application_may_not_write_to_is_not_written_to(target: str) -> None:
    with acting_as_system(reason="test"):
        _stage(915)
        with pytest.raises(ProgrammingError, match="nothing can be appended"), transaction.atomic():
            append(target, "arrived", {"id": "id"})


def test_the_triggers_of_the_server_are_back_once_the_function_ends_well_or_badly() -> None:
    with acting_as_system(reason="test"):
        _stage(916)
        append("registration_household", "arrived", HOUSEHOLD)
        assert _ask("SHOW session_replication_role") == "origin"
        with pytest.raises(IntegrityError), transaction.atomic():
            append("registration_household", "arrived", HOUSEHOLD)
        assert _ask("SHOW session_replication_role") == "origin"
        with pytest.raises(IntegrityError), transaction.atomic():
            _run("INSERT INTO registration_family (household_id, area_code) VALUES (999999, 'PK60301')")
            _run("SET CONSTRAINTS ALL IMMEDIATE")
    with acting_as_system(reason="test"):
        _refused("SET LOCAL session_replication_role = replica", "permission denied")
