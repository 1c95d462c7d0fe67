"""Officers, their desks and areas."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Officer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=64, unique=True)),
                ('full_name', models.CharField(max_length=120)),
                ('full_name_ur', models.CharField(blank=True, max_length=120)),
                ('desk', models.CharField(choices=[('registrar', 'Registrar'), ('verifier', 'Verifier'), ('programme', 'Programme manager'), ('finance', 'Finance'), ('inspector', 'Labour inspector'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=16)),
                ('areas', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None)),
                ('language', models.CharField(choices=[('en', 'English'), ('ur', 'اردو')], default='en', max_length=2)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['username'],
                'constraints': [models.CheckConstraint(condition=models.Q(('desk__in', ['registrar', 'verifier', 'programme', 'finance', 'inspector', 'auditor', 'administrator'])), name='access_officer_desk_known'), models.CheckConstraint(condition=models.Q(('language__in', ['en', 'ur'])), name='access_officer_language_known')],
            },
        ),
    ]
