"""Files of people, and whom of them may be here already.

The guard of spells (0004) is made to fire also while a bulk append proves its foreign keys set by set
(``database_append``), where PostgreSQL leaves out every trigger that is not ENABLE ALWAYS.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from mazdoor.database.sql import rls_by_area

GUARDED = ("personrecord", "householdrecord", "member", "businessrecord", "employmentrecord")
ALWAYS = "\n".join(
    f"ALTER TABLE registration_{table} ENABLE ALWAYS TRIGGER {table}_spells_apart;" for table in GUARDED
)


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0006_what_the_questionnaire_asks'),
    ]

    operations = [
        migrations.CreateModel(
            name='FileImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('officer_id', models.BigIntegerField(null=True)),
                ('kind', models.CharField(blank=True, db_default='', max_length=4)),
                ('size', models.BigIntegerField(help_text='Bytes.')),
                ('content_index', models.BinaryField(help_text='Keyed hash of its bytes: the same file again.', max_length=16)),
                ('state', models.CharField(choices=[('sent', 'Sent'), ('confirmed', 'Confirmed'), ('done', 'Done'), ('refused', 'Refused')], db_default='sent', max_length=10)),
                ('refusal_code', models.CharField(blank=True, db_default='', max_length=8)),
                ('refusal_details', models.JSONField(default=dict)),
                ('mapping', models.JSONField(default=list)),
                ('remarks', models.JSONField(default=list)),
                ('questionnaire_version', models.CharField(blank=True, db_default='', max_length=16)),
                ('checked_on', models.DateField(help_text='The day its dates and ages are held against, also after a crash.', null=True)),
                ('rows_total', models.BigIntegerField(null=True)),
                ('next_row', models.BigIntegerField(db_default=0)),
                ('rows_entered', models.BigIntegerField(db_default=0)),
                ('rows_already', models.BigIntegerField(db_default=0)),
                ('rows_refused', models.BigIntegerField(db_default=0)),
                ('rows_repaired', models.BigIntegerField(db_default=0)),
                ('rows_flagged', models.BigIntegerField(db_default=0)),
                ('duplicates', models.BigIntegerField(db_default=0)),
                ('sent_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['officer_id', '-sent_at'], name='file_import_officer')],
            },
        ),
        migrations.CreateModel(
            name='FileDuplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.BigIntegerField()),
                ('person_id', models.BigIntegerField()),
                ('other_person_id', models.BigIntegerField()),
                ('why', models.CharField(choices=[('cnic', 'Cnic'), ('mobile', 'Mobile')], max_length=6)),
                ('area_code', models.CharField(max_length=12)),
                ('file_import', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='likely', to='registration.fileimport')),
            ],
            options={
                'indexes': [models.Index(fields=['file_import', 'row'], name='file_duplicate_file')],
            },
        ),
        migrations.RunSQL(rls_by_area("registration_fileduplicate", "area_code"), migrations.RunSQL.noop),
        migrations.RunSQL(ALWAYS, migrations.RunSQL.noop),
    ]
