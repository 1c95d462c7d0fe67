"""A row of a file may be likely somebody by names, birth and district too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registration", "0009_receipts_taken_back_are_found_by_person")]

    operations = [
        migrations.AlterField(
            model_name="fileduplicate",
            name="why",
            field=models.CharField(choices=[("cnic", "Cnic"), ("mobile", "Mobile"), ("name", "Name")], max_length=6),
        )
    ]
