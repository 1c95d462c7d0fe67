"""Row-level security: an officer sees and writes rows of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area

TABLES = (
    "registration_form",
    "registration_person",
    "registration_personrecord",
    "registration_household",
    "registration_householdrecord",
    "registration_family",
    "registration_member",
    "registration_business",
    "registration_businessrecord",
    "registration_premises",
    "registration_employment",
    "registration_employmentrecord",
    "registration_consent",
    "registration_application",
)


class Migration(migrations.Migration):
    dependencies = [("registration", "0001_anchors_and_spells")]

    operations = [migrations.RunSQL(rls_by_area(table, "area_code"), migrations.RunSQL.noop) for table in TABLES]
