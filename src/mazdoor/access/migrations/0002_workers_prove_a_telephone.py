"""Visits of workers, the codes they prove a telephone with, and claims to be counted. Only the system itself sees them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from mazdoor.database.sql import rls_by

# No officer has any business here: not even one who sees the whole country.
SYSTEM_ONLY = (
    "(SELECT coalesce(current_setting('mazdoor.areas', true), '') = '*'"
    " AND coalesce(current_setting('mazdoor.officer', true), '') = '')"
)
TABLES = ("access_workervisit", "access_onetimecode", "access_workerclaim")


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_officers'),
    ]

    operations = [
        migrations.CreateModel(
            name='WorkerClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mobile_index', models.BinaryField(max_length=16)),
                ('claimed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('right', models.BooleanField()),
            ],
            options={
                'indexes': [models.Index(fields=['mobile_index', 'claimed_at'], name='worker_claim_mobile')],
            },
        ),
        migrations.CreateModel(
            name='WorkerVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.BinaryField(max_length=32)),
                ('mobile_encrypted', models.BinaryField()),
                ('mobile_index', models.BinaryField(max_length=16)),
                ('began_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('proved_at', models.DateTimeField(null=True)),
                ('person_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('kept_encrypted', models.BinaryField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['seen_at'], name='worker_visit_seen')],
                'constraints': [models.UniqueConstraint(fields=('token_hash',), name='worker_visit_token')],
            },
        ),
        migrations.CreateModel(
            name='OneTimeCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mobile_index', models.BinaryField(max_length=16)),
                ('address_index', models.BinaryField(max_length=16)),
                ('code_hash', models.BinaryField(max_length=16)),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField()),
                ('wrong_guesses', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(null=True)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='access.workervisit')),
            ],
            options={
                'indexes': [models.Index(fields=['mobile_index', 'asked_at'], name='one_time_code_mobile'), models.Index(fields=['address_index', 'asked_at'], name='one_time_code_address')],
            },
        ),
        *(migrations.RunSQL(rls_by(table, SYSTEM_ONLY), migrations.RunSQL.noop) for table in TABLES),
    ]
