"""Of ten million, three hundred have the digits of a card in some order: with the birth beside them it is hardly one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0016_near_card_numbers_are_found_by_their_parts'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='personrecord',
            name='person_record_cnic_digits',
        ),
        migrations.AddIndex(
            model_name='personrecord',
            index=models.Index(condition=models.Q(('cnic_sorted_index__isnull', False)), fields=['cnic_sorted_index', 'birth_date'], name='person_record_cnic_digits'),
        ),
    ]
