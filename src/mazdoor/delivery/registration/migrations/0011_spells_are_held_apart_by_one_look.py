"""Spells of one anchor are held apart by one look where rows begin lives that have no past.

Whoever comes by file has new anchors, above all that were there before: no past spell can lie among them, and one look into the
index of past spells says so for all rows of a statement. Where some lie there, each row is asked about as before.
"""

from django.db import migrations

BY_RANGE = """
CREATE OR REPLACE FUNCTION registration_spells_apart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first bigint;
    last bigint;
    lived boolean;
    past boolean;
    clash boolean := false;
BEGIN
    -- Everything that was written, against past spells: a partial index, asked first whether it holds any of these anchors.
    EXECUTE format('SELECT min(%1$I), max(%1$I) FROM fresh', TG_ARGV[0]) INTO first, last;
    -- Planned with the two numbers in hand, so that the statistics tell how few rows lie between them.
    EXECUTE format(
        'SELECT EXISTS (SELECT 1 FROM %1$I t WHERE t.%2$I BETWEEN $1 AND $2 AND t.recorded_to IS NULL AND t.valid_to IS NOT NULL)',
        TG_TABLE_NAME, TG_ARGV[0]) INTO lived USING first, last;
    IF lived THEN
        EXECUTE format(
            'SELECT EXISTS (SELECT 1 FROM fresh n JOIN %1$I t ON t.%2$I = n.%2$I AND t.id <> n.id'
            ' WHERE n.recorded_to IS NULL AND t.recorded_to IS NULL AND t.valid_to IS NOT NULL'
            ' AND daterange(t.valid_from, t.valid_to) && daterange(n.valid_from, n.valid_to))',
            TG_TABLE_NAME, TG_ARGV[0]) INTO clash;
        SELECT EXISTS (SELECT 1 FROM fresh WHERE valid_to IS NOT NULL AND recorded_to IS NULL) INTO past;
        IF past AND NOT clash THEN
            EXECUTE format(
                'SELECT EXISTS (SELECT 1 FROM fresh n JOIN %1$I t ON t.%2$I = n.%2$I AND t.id <> n.id'
                ' WHERE n.recorded_to IS NULL AND n.valid_to IS NOT NULL AND t.recorded_to IS NULL AND t.valid_to IS NULL'
                ' AND t.valid_from < n.valid_to)',
                TG_TABLE_NAME, TG_ARGV[0]) INTO clash;
        END IF;
    END IF;
    IF clash THEN
        RAISE EXCEPTION 'two spells of one anchor overlap in %', TG_TABLE_NAME USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0010_likely_by_name")]

    operations = [migrations.RunSQL(BY_RANGE, migrations.RunSQL.noop)]
