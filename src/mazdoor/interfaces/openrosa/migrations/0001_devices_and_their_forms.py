"""Devices, the forms they send, versions given out."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='By which the office knows it.', max_length=80)),
                ('username', models.CharField(help_text='What the device signs in as.', max_length=40)),
                ('ha1_encrypted', models.BinaryField()),
                ('area_code', models.CharField(max_length=12)),
                ('enrolled_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('enrolled_by_id', models.BigIntegerField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('said_to_be', models.CharField(blank=True, db_default='', help_text='The deviceID it tells.', max_length=249)),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FormVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_id', models.CharField(max_length=249)),
                ('version', models.CharField(max_length=249)),
                ('title', models.JSONField()),
                ('xml', models.TextField()),
                ('media', models.JSONField(help_text='Name → content, text files only.')),
                ('first_given_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('form_id', 'version'), name='form_version_once')],
            },
        ),
        migrations.CreateModel(
            name='NonceUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.CharField(max_length=120)),
                ('count', models.BigIntegerField()),
                ('used_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'indexes': [models.Index(fields=['used_at'], name='nonce_used_at')],
                'constraints': [models.UniqueConstraint(fields=('nonce', 'count'), name='nonce_used_once')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instance_id', models.CharField(max_length=249)),
                ('content_hash', models.CharField(max_length=64)),
                ('deprecated_id', models.CharField(blank=True, max_length=249)),
                ('form_id', models.CharField(max_length=249)),
                ('version', models.CharField(blank=True, max_length=249)),
                ('said_to_be', models.CharField(blank=True, max_length=249)),
                ('xml_encrypted', models.BinaryField()),
                ('corrected_encrypted', models.BinaryField(help_text='The answers as an officer corrected them, as JSON.', null=True)),
                ('state', models.CharField(choices=[('received', 'received'), ('registered', 'registered'), ('waiting', 'waiting'), ('replaced', 'replaced'), ('set_aside', 'set_aside')], default='received', max_length=10)),
                ('problems', models.JSONField(default=list, help_text='Place, code and words of each problem; no answer of anybody.')),
                ('registered_form_id', models.BigIntegerField(null=True)),
                ('registry_numbers', models.JSONField(default=list)),
                ('reason', models.CharField(blank=True, db_default='', max_length=200)),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('area_code', models.CharField(max_length=12)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='openrosa.device')),
            ],
        ),
        migrations.CreateModel(
            name='SubmissionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_index', models.BinaryField(max_length=16)),
                ('name_encrypted', models.BinaryField()),
                ('content_encrypted', models.BinaryField(null=True)),
                ('content_type', models.CharField(blank=True, max_length=80)),
                ('size', models.IntegerField(help_text='Bytes.')),
                ('attachment_id', models.BigIntegerField(null=True)),
                ('refusal_code', models.CharField(blank=True, db_default='', max_length=8)),
                ('area_code', models.CharField(max_length=12)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='openrosa.submission')),
            ],
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(fields=('username',), name='device_username'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['state', 'received_at'], name='submission_queue'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('instance_id', 'content_hash'), name='submission_once'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['received', 'registered', 'waiting', 'replaced', 'set_aside'])), name='submission_state_known'),
        ),
        migrations.AddConstraint(
            model_name='submissionfile',
            constraint=models.UniqueConstraint(fields=('submission', 'name_index'), name='submission_file_once'),
        ),
    ]
