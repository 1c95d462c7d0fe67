"""The door keeps five keys in place of seven, asks more of each, and old numbers are found.

People registered before are found by the two keys that stay, by mobile and by card until `mazdoor db rekey` has run.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0013_guards_fire_for_files_too'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='personkeys',
            name='door_phone_sex',
        ),
        migrations.RemoveIndex(
            model_name='personkeys',
            name='door_district_father',
        ),
        migrations.RemoveIndex(
            model_name='personkeys',
            name='door_born_surname',
        ),
        migrations.RemoveIndex(
            model_name='personkeys',
            name='door_district_own_names',
        ),
        migrations.RemoveIndex(
            model_name='personkeys',
            name='door_year_district_family',
        ),
        migrations.RemoveField(
            model_name='personkeys',
            name='born_surname',
        ),
        migrations.RemoveField(
            model_name='personkeys',
            name='district_father',
        ),
        migrations.RemoveField(
            model_name='personkeys',
            name='district_own_names',
        ),
        migrations.RemoveField(
            model_name='personkeys',
            name='phone_sex',
        ),
        migrations.RemoveField(
            model_name='personkeys',
            name='year_district_family',
        ),
        migrations.AddField(
            model_name='personkeys',
            name='born_father',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='personkeys',
            name='district_family',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='personkeys',
            name='year_own_names',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='personkeys',
            index=models.Index(fields=['born_father', 'person'], name='door_born_father'),
        ),
        migrations.AddIndex(
            model_name='personkeys',
            index=models.Index(fields=['district_family', 'person'], name='door_district_family'),
        ),
        migrations.AddIndex(
            model_name='personkeys',
            index=models.Index(fields=['year_own_names', 'person'], name='door_year_own_names'),
        ),
        migrations.AddIndex(
            model_name='personrecord',
            index=models.Index(condition=models.Q(('old_nic_index__isnull', False)), fields=['old_nic_index'], name='person_record_old_nic'),
        ),
    ]
