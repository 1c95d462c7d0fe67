"""CNICs with a slip of the pen are found by what of them is right, through the hashes kept with every record."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0015_areas_of_anchors_are_looked_up_by_nobody'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='personrecord',
            index=models.Index(condition=models.Q(('cnic_segment_2__isnull', False)), fields=['cnic_segment_2'], name='person_record_cnic_serial'),
        ),
        migrations.AddIndex(
            model_name='personrecord',
            index=models.Index(condition=models.Q(('cnic_sorted_index__isnull', False)), fields=['cnic_sorted_index'], name='person_record_cnic_digits'),
        ),
        migrations.AddIndex(
            model_name='personrecord',
            index=models.Index(condition=models.Q(('cnic_segment_1__isnull', False)), fields=['cnic_segment_1', 'birth_date'], name='person_record_cnic_place'),
        ),
    ]
