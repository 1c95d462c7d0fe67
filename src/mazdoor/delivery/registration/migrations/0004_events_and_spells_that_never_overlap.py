"""Events, hand-overs, and spells of one anchor that never overlap within one belief.

Past spells are held apart by an exclusion constraint that looks at past spells alone: bulk loads write none, so they pay
nothing for it. That no past spell reaches into the open one is held by a trigger on each statement, which looks up the
(few) past spells of the anchors that were just written. See ADR 19 for what was measured.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from mazdoor.database.sql import rls_by, rls_by_area

SPELLS = {
    "registration_personrecord": "person_id",
    "registration_householdrecord": "household_id",
    "registration_member": "person_id",
    "registration_businessrecord": "business_id",
    "registration_employmentrecord": "employment_id",
}

APART = """
CREATE FUNCTION registration_spells_apart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    past boolean;
    clash boolean;
BEGIN
    -- Everything that was written, against past spells: a partial index, empty until somebody's life changes.
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
    IF clash THEN
        RAISE EXCEPTION 'two spells of one anchor overlap in %', TG_TABLE_NAME USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION registration_spell_apart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    clash boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT 1 FROM %1$I t WHERE t.%2$I = ($1).%2$I AND t.id <> ($1).id AND t.recorded_to IS NULL'
        ' AND daterange(t.valid_from, t.valid_to) && daterange(($1).valid_from, ($1).valid_to))',
        TG_TABLE_NAME, TG_ARGV[0]) USING NEW INTO clash;
    IF clash THEN
        RAISE EXCEPTION 'two spells of one anchor overlap in %', TG_TABLE_NAME USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
"""


def _held_apart(table: str, anchor: str) -> str:
    short = table.removeprefix("registration_")
    return f"""
ALTER TABLE {table} ADD CONSTRAINT {short}_past_apart EXCLUDE USING gist
    ({anchor} WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (recorded_to IS NULL AND valid_to IS NOT NULL);
CREATE TRIGGER {short}_spells_apart AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION registration_spells_apart('{anchor}');
CREATE TRIGGER {short}_spell_apart AFTER UPDATE OF valid_from, valid_to, recorded_to ON {table}
    FOR EACH ROW WHEN (NEW.recorded_to IS NULL) EXECUTE FUNCTION registration_spell_apart('{anchor}');
"""


def _area_code() -> models.CharField:
    return models.CharField(max_length=12)


class Migration(migrations.Migration):
    dependencies = [("registration", "0003_bulk_loads_reserve_ids")]

    operations = [
        migrations.AddField(
            model_name="personrecord",
            name="past_area_code",
            field=models.CharField(blank=True, db_default="", max_length=12),
        ),
        migrations.AddField(
            model_name="householdrecord",
            name="past_area_code",
            field=models.CharField(blank=True, db_default="", max_length=12),
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("move", "Move"),
                            ("join", "Join"),
                            ("split", "Split"),
                            ("union", "Union"),
                            ("marriage", "Marriage"),
                            ("divorce", "Divorce"),
                            ("birth", "Birth"),
                            ("death", "Death"),
                            ("change", "Change"),
                            ("correction", "Correction"),
                            ("link_undone", "Link Undone"),
                            ("job_started", "Job Started"),
                            ("job_changed", "Job Changed"),
                            ("job_ended", "Job Ended"),
                            ("business_changed", "Business Changed"),
                            ("reversal", "Reversal"),
                        ],
                        max_length=16,
                    ),
                ),
                ("happened_on", models.DateField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("officer_id", models.BigIntegerField(null=True)),
                (
                    "person_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "household_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        default=list,
                        help_text="Names of what changed, no values.",
                        size=None,
                    ),
                ),
                ("strokes", models.JSONField(default=dict)),
                ("area_code", _area_code()),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="registration.event",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["person_ids"], name="event_persons"),
                    django.contrib.postgres.indexes.GinIndex(fields=["household_ids"], name="event_households"),
                    models.Index(fields=["area_code", "recorded_at"], name="event_area"),
                ]
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("household_id", models.BigIntegerField(null=True)),
                ("from_area", _area_code()),
                ("to_area", _area_code()),
                ("handed_over_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("handed_over_by", models.BigIntegerField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("received_by", models.BigIntegerField(null=True)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registration.event"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_area", models.F("to_area")), _negated=True),
                        name="hand_over_elsewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_at__isnull", True), ("received_by__isnull", True)),
                            ("received_at__isnull", False),
                            _connector="OR",
                        ),
                        name="hand_over_received",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("received_at__isnull", True)), fields=["to_area"], name="hand_over_waiting"
                    )
                ],
            },
        ),
        migrations.RunSQL(rls_by_area("registration_event", "area_code"), migrations.RunSQL.noop),
        migrations.RunSQL(
            rls_by("registration_handover", "access_sees(from_area::text) OR access_sees(to_area::text)"),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(APART, migrations.RunSQL.noop),
        *[migrations.RunSQL(_held_apart(table, anchor), migrations.RunSQL.noop) for table, anchor in SPELLS.items()],
    ]
