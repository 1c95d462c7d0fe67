"""The keys people are found by at the door."""

import django.db.models.deletion
from django.db import migrations, models

from mazdoor.database.sql import rls_by_area


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0004_events_and_spells_that_never_overlap'),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonKeys',
            fields=[
                ('person', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='registration.person')),
                ('phone_sex', models.BigIntegerField(null=True)),
                ('born_district', models.BigIntegerField(null=True)),
                ('district_father', models.BigIntegerField(null=True)),
                ('year_two_names', models.BigIntegerField(null=True)),
                ('born_surname', models.BigIntegerField(null=True)),
                ('district_own_names', models.BigIntegerField(null=True)),
                ('year_district_family', models.BigIntegerField(null=True)),
                ('area_code', models.CharField(max_length=12)),
            ],
            options={
                'indexes': [models.Index(fields=['phone_sex', 'person'], name='door_phone_sex'), models.Index(fields=['born_district', 'person'], name='door_born_district'), models.Index(fields=['district_father', 'person'], name='door_district_father'), models.Index(fields=['year_two_names', 'person'], name='door_year_two_names'), models.Index(fields=['born_surname', 'person'], name='door_born_surname'), models.Index(fields=['district_own_names', 'person'], name='door_district_own_names'), models.Index(fields=['year_district_family', 'person'], name='door_year_district_family')],
            },
        ),
        migrations.RunSQL(rls_by_area("registration_personkeys", "area_code"), migrations.RunSQL.noop),
    ]
