"""Who asked by SMS to be registered; whoever registers them, by whatever door, closes the request."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from mazdoor.database.sql import rls_by, rls_by_area

# Closed by the database, so that no door can forget it; as the owner, because who registers somebody in one district need
# not see the request that named another.
CLOSING = """
CREATE OR REPLACE FUNCTION registration_close_interests() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM registration_interest WHERE state IN ('waiting', 'taken_up')) THEN
        UPDATE registration_interest i
        SET state = 'registered', person_id = a.person_id, ended_at = clock_timestamp()
        FROM added a
        WHERE i.cnic_index = a.cnic_index AND i.state IN ('waiting', 'taken_up')
          AND a.valid_to IS NULL AND a.recorded_to IS NULL;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION registration_close_interests() FROM PUBLIC;
CREATE OR REPLACE TRIGGER registration_interest_met AFTER INSERT ON registration_personrecord
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION registration_close_interests();
"""
# Messages are the system's own: they name no area, and nobody looks through them.
EVERYWHERE = "(SELECT coalesce(current_setting('mazdoor.areas', true), '')) = '*'"


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0007_files_of_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='Interest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cnic_encrypted', models.BinaryField()),
                ('cnic_index', models.BinaryField(max_length=16)),
                ('mobile_encrypted', models.BinaryField()),
                ('mobile_index', models.BinaryField(max_length=16)),
                ('language', models.CharField(max_length=7)),
                ('state', models.CharField(db_default='waiting', max_length=10)),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('taken_up_at', models.DateTimeField(null=True)),
                ('taken_up_by_officer_id', models.BigIntegerField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('person_id', models.BigIntegerField(null=True)),
                ('area_code', models.CharField(blank=True, db_default='', max_length=12)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'taken_up'])), fields=['area_code', 'received_at'], name='interest_queue'), models.Index(condition=models.Q(('state__in', ['waiting', 'taken_up'])), fields=['mobile_index'], name='interest_mobile')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'taken_up'])), fields=('cnic_index',), name='interest_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['waiting', 'taken_up']), ('ended_at__isnull', True)), models.Q(models.Q(('state__in', ['waiting', 'taken_up']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='interest_ended')],
            },
        ),
        migrations.CreateModel(
            name='IncomingMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_index', models.BinaryField(max_length=16)),
                ('mobile_encrypted', models.BinaryField(null=True)),
                ('language', models.CharField(max_length=7)),
                ('answer', models.CharField(max_length=12)),
                ('digits', models.SmallIntegerField(null=True)),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('attempts', models.SmallIntegerField(db_default=0)),
                ('answered_at', models.DateTimeField(null=True)),
                ('interest', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registration.interest')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['id'], name='incoming_message_owed')],
                'constraints': [models.UniqueConstraint(fields=('message_index',), name='incoming_message_once')],
            },
        ),
        migrations.RunSQL(rls_by_area("registration_interest", "area_code"), migrations.RunSQL.noop),
        migrations.RunSQL(rls_by("registration_incomingmessage", EVERYWHERE), migrations.RunSQL.noop),
        migrations.RunSQL(CLOSING, "DROP FUNCTION registration_close_interests() CASCADE"),
    ]
