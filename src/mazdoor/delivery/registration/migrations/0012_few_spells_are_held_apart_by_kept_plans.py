"""The same rule, that spells of one anchor never overlap, by a function for each table.

One function for all tables puts its statements together anew each time, and PostgreSQL plans them anew: right for many rows,
whose numbers a plan should know, and most of the work where a form brings one row to each of five tables. Here each table
has its own function; few rows are asked about by statements whose plans a connection keeps.
"""

from django.db import migrations

FEW = 100
SPELLS = {
    "registration_personrecord": "person_id",
    "registration_householdrecord": "household_id",
    "registration_member": "person_id",
    "registration_businessrecord": "business_id",
    "registration_employmentrecord": "employment_id",
}


def _apart(table: str, anchor: str) -> str:
    short = table.removeprefix("registration_")
    against_past = f"""SELECT EXISTS (
        SELECT 1 FROM fresh n JOIN {table} t ON t.{anchor} = n.{anchor} AND t.id <> n.id
        WHERE n.recorded_to IS NULL AND t.recorded_to IS NULL AND t.valid_to IS NOT NULL
          AND daterange(t.valid_from, t.valid_to) && daterange(n.valid_from, n.valid_to))"""
    past_against_open = f"""SELECT EXISTS (
        SELECT 1 FROM fresh n JOIN {table} t ON t.{anchor} = n.{anchor} AND t.id <> n.id
        WHERE n.recorded_to IS NULL AND n.valid_to IS NOT NULL AND t.recorded_to IS NULL AND t.valid_to IS NULL
          AND t.valid_from < n.valid_to)"""
    return f"""
CREATE OR REPLACE FUNCTION {table}_spells_apart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first bigint;
    last bigint;
    lived boolean;
    clash boolean := false;
BEGIN
    IF (SELECT count(*) FROM (SELECT 1 FROM fresh LIMIT {FEW + 1}) AS few) <= {FEW} THEN
        {against_past} INTO clash;
        IF NOT clash AND EXISTS (SELECT 1 FROM fresh WHERE valid_to IS NOT NULL AND recorded_to IS NULL) THEN
            {past_against_open} INTO clash;
        END IF;
    ELSE
        -- Past spells are a partial index, asked first whether it holds any of these anchors; planned with the two numbers
        -- in hand, so that the statistics tell how few rows lie between them.
        SELECT min({anchor}), max({anchor}) INTO first, last FROM fresh;
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM {table} t WHERE t.{anchor} BETWEEN $1 AND $2'
            ' AND t.recorded_to IS NULL AND t.valid_to IS NOT NULL)' INTO lived USING first, last;
        IF lived THEN
            EXECUTE $q$ {against_past} $q$ INTO clash;
            IF NOT clash AND EXISTS (SELECT 1 FROM fresh WHERE valid_to IS NOT NULL AND recorded_to IS NULL) THEN
                EXECUTE $q$ {past_against_open} $q$ INTO clash;
            END IF;
        END IF;
    END IF;
    IF clash THEN
        RAISE EXCEPTION 'two spells of one anchor overlap in %', TG_TABLE_NAME USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER {short}_spells_apart ON {table};
CREATE TRIGGER {short}_spells_apart AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_spells_apart();
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0011_spells_are_held_apart_by_one_look")]

    operations = [
        *[migrations.RunSQL(_apart(table, anchor), migrations.RunSQL.noop) for table, anchor in SPELLS.items()],
        migrations.RunSQL("DROP FUNCTION IF EXISTS registration_spells_apart()", migrations.RunSQL.noop),
    ]
