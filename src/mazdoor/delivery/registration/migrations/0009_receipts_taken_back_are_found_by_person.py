"""Receipts of consent that were taken back are found by person; live ones are, by their constraint."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registration", "0008_interest_by_message")]

    operations = [
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)), fields=["person"], name="consent_taken_back"
            ),
        )
    ]
