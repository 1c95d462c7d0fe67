"""The same rule, that spells of one anchor never overlap, asked of few rows by one statement in place of three.

A form brings one row to each of five tables, and each of them asked how many rows there are, whether a past spell is in their
way, and whether one of them is past itself. The three stand in one statement now, of which only as much is run as is needed.
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
    against_past = f"""EXISTS (
        SELECT 1 FROM fresh n JOIN {table} t ON t.{anchor} = n.{anchor} AND t.id <> n.id
        WHERE n.recorded_to IS NULL AND t.recorded_to IS NULL AND t.valid_to IS NOT NULL
          AND daterange(t.valid_from, t.valid_to) && daterange(n.valid_from, n.valid_to))"""
    past_against_open = f"""EXISTS (
        SELECT 1 FROM fresh n JOIN {table} t ON t.{anchor} = n.{anchor} AND t.id <> n.id
        WHERE n.recorded_to IS NULL AND n.valid_to IS NOT NULL AND t.recorded_to IS NULL AND t.valid_to IS NULL
          AND t.valid_from < n.valid_to)"""
    any_past = "EXISTS (SELECT 1 FROM fresh WHERE valid_to IS NOT NULL AND recorded_to IS NULL)"
    return f"""
CREATE OR REPLACE FUNCTION {table}_spells_apart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first bigint;
    last bigint;
    lived boolean;
    clash boolean;
BEGIN
    SELECT CASE WHEN (SELECT count(*) FROM (SELECT 1 FROM fresh LIMIT {FEW + 1}) AS few) <= {FEW}
        THEN {against_past} OR ({any_past} AND {past_against_open})
        END INTO clash;
    IF clash IS NULL THEN
        -- Many. Past spells are a partial index, asked first whether it holds any of these anchors; planned with the two
        -- numbers in hand, so that the statistics tell how few rows lie between them.
        SELECT min({anchor}), max({anchor}) INTO first, last FROM fresh;
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM {table} t WHERE t.{anchor} BETWEEN $1 AND $2'
            ' AND t.recorded_to IS NULL AND t.valid_to IS NOT NULL)' INTO lived USING first, last;
        IF lived THEN
            EXECUTE $q$ SELECT {against_past} $q$ INTO clash;
            IF NOT clash AND {any_past} THEN
                EXECUTE $q$ SELECT {past_against_open} $q$ INTO clash;
            END IF;
        END IF;
    END IF;
    IF clash THEN
        RAISE EXCEPTION 'two spells of one anchor overlap in %', TG_TABLE_NAME USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0018_first_and_last_part_of_a_card_lead_to_nobody")]

    operations = [migrations.RunSQL(_apart(table, anchor), migrations.RunSQL.noop) for table, anchor in SPELLS.items()]
