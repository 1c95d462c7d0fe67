"""What the questionnaire asks and tables lacked; files that come with a form, forms not finished, words agreed to."""

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from mazdoor.database.sql import append_only, rls_by, rls_by_area

# A draft is seen by the officer whose it is, and by the system, which purges old ones.
DRAFTS = (
    "(SELECT coalesce(current_setting('mazdoor.areas', true), '')) = '*' "
    "OR owner = 'officer:' || (SELECT current_setting('mazdoor.officer', true))"
)


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0005_people_are_found_at_the_door'),
    ]

    operations = [
        # A column cannot be widened under a view; all views are made anew after migrations.
        migrations.RunSQL("DROP SCHEMA IF EXISTS registration CASCADE", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID())),
                ('owner', models.CharField(blank=True, db_default='', help_text='Whose draft it waits for: officer:5; empty once registered.', max_length=80)),
                ('kind', models.CharField(choices=[('photo', 'Photo'), ('identity_document', 'Identity Document'), ('other', 'Other')], max_length=20)),
                ('content_type', models.CharField(max_length=60)),
                ('size', models.IntegerField(help_text='Bytes, as kept before sealing.')),
                ('content_index', models.BinaryField(help_text='Keyed hash of the bytes as they came: the same file twice.', max_length=16)),
                ('scan', models.CharField(choices=[('clean', 'Clean'), ('not_scanned', 'Not Scanned')], max_length=12)),
                ('scanner', models.CharField(blank=True, db_default='', max_length=60)),
                ('kept_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('area_code', models.CharField(max_length=12)),
            ],
        ),
        migrations.CreateModel(
            name='ConsentNotice',
            fields=[
                ('version', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('content', models.JSONField()),
                ('first_used_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), help_text='The idempotency key of the registration it becomes.')),
                ('owner', models.CharField(help_text='officer:5, or worker: and the blind index of a phone.', max_length=80)),
                ('content_encrypted', models.BinaryField()),
                ('questionnaire_version', models.CharField(max_length=16)),
                ('begun_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='employmentrecord',
            name='employment_record_employer',
        ),
        migrations.AddField(
            model_name='businessrecord',
            name='informal',
            field=models.BooleanField(help_text='As the rule of the informal sector says; never asked.', null=True),
        ),
        migrations.AddField(
            model_name='businessrecord',
            name='owner_kind',
            field=models.CharField(blank=True, db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='businessrecord',
            name='sells_on_the_market',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='businessrecord',
            name='set_up_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='businessrecord',
            name='set_up_on_precision',
            field=models.CharField(db_default='day', max_length=5),
        ),
        migrations.AddField(
            model_name='businessrecord',
            name='social_security_registered',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='businessrecord',
            name='tax_number_encrypted',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='businessrecord',
            name='tax_number_index',
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name='consent',
            name='controller',
            field=models.CharField(blank=True, db_default='', max_length=120),
        ),
        migrations.AddField(
            model_name='consent',
            name='given_how',
            field=models.CharField(blank=True, db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='consent',
            name='language',
            field=models.CharField(blank=True, db_default='', max_length=2),
        ),
        migrations.AddField(
            model_name='consent',
            name='receipt_id',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
        ),
        migrations.AddField(
            model_name='consent',
            name='retention_months',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='employmentrecord',
            name='employer_name',
            field=models.CharField(blank=True, db_default='', help_text='Of an employing household not on the register yet.', max_length=120),
        ),
        migrations.AddField(
            model_name='employmentrecord',
            name='occupation_text',
            field=models.CharField(blank=True, db_default='', help_text="The occupation in the worker's own words.", max_length=120),
        ),
        migrations.AddField(
            model_name='employmentrecord',
            name='paid_sick_leave',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='employmentrecord',
            name='season',
            field=models.CharField(blank=True, db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='employmentrecord',
            name='started_on_precision',
            field=models.CharField(db_default='day', max_length=5),
        ),
        migrations.AddField(
            model_name='form',
            name='questionnaire_version',
            field=models.CharField(blank=True, db_default='', help_text='The questionnaire it answered; empty before there was one.', max_length=16),
        ),
        migrations.AddField(
            model_name='householdrecord',
            name='place_encrypted',
            field=models.BinaryField(help_text='Latitude and longitude in degrees, sealed.', null=True),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='account_encrypted',
            field=models.BinaryField(help_text='The account the person said money can go to, sealed; the accounts room checks it.', null=True),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='certificate',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='education',
            field=models.CharField(blank=True, db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='functioning_encrypted',
            field=models.BinaryField(help_text="The six answers of the Washington Group Short Set, sealed: health is nobody's business else.", null=True),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='husband_name_ur',
            field=models.CharField(blank=True, db_default='', max_length=120),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='language',
            field=models.CharField(blank=True, db_default='', max_length=2),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='migration_reason',
            field=models.CharField(blank=True, db_default='', max_length=10),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='mobile_shared',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='moved_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='moved_on_precision',
            field=models.CharField(db_default='day', max_length=5),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='old_nic_encrypted',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='old_nic_index',
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='permanent_address_encrypted',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='permanent_area_code',
            field=models.CharField(blank=True, db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='personrecord',
            name='skills',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), db_default=models.Value([]), default=list, size=None),
        ),
        migrations.AlterField(
            model_name='consent',
            name='channel',
            field=models.CharField(choices=[('web', 'Web'), ('worker', 'Worker'), ('file', 'File'), ('device', 'Device'), ('api', 'Api'), ('message', 'Message')], max_length=10),
        ),
        migrations.AlterField(
            model_name='employmentrecord',
            name='paid_leave',
            field=models.BooleanField(help_text='Paid annual leave.', null=True),
        ),
        migrations.AlterField(
            model_name='form',
            name='channel',
            field=models.CharField(choices=[('web', 'Web'), ('worker', 'Worker'), ('file', 'File'), ('device', 'Device'), ('api', 'Api'), ('message', 'Message')], max_length=10),
        ),
        migrations.AlterField(
            model_name='personrecord',
            name='birth_date_precision',
            field=models.CharField(choices=[('day', 'Exact day'), ('month', 'Month and year'), ('year', 'Year only')], db_default='day', max_length=5),
        ),
        migrations.AddConstraint(
            model_name='employmentrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('business__isnull', False), ('employer_household__isnull', True), ('employer_kind', 'business')), models.Q(('business__isnull', True), ('employer_kind', 'household')), models.Q(('business__isnull', True), ('employer_household__isnull', True), ('employer_kind', 'none')), _connector='OR'), name='employment_record_employer'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='form',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='registration.form'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='registration.person'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(fields=['owner', 'changed_at'], name='draft_owner'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('key',), name='draft_key'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['person'], name='attachment_person'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['form'], name='attachment_form'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('file_id',), name='attachment_file'),
        ),
        migrations.RunSQL(rls_by_area("registration_attachment", "area_code"), migrations.RunSQL.noop),
        migrations.RunSQL(rls_by("registration_draft", DRAFTS), migrations.RunSQL.noop),
        migrations.RunSQL(append_only("registration_consentnotice"), migrations.RunSQL.noop),
    ]
