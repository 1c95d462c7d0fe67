"""Two indexes that no question reads, and that every registration paid for.

Areas are looked up in records (``person_record_area``), by which a person's views tell their area; policies of row-level security
ask a function of the area, which no index answers.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registration", "0014_the_door_asks_more_of_fewer_keys")]

    operations = [
        migrations.RemoveIndex(model_name="household", name="household_area"),
        migrations.RemoveIndex(model_name="person", name="person_area"),
    ]
