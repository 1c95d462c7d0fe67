"""Row-level security: an officer sees and writes rows of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area

TABLES = (
    "enrolment_eligibilitydecision",
    "enrolment_enrolment",
    "enrolment_enrolmentevent",
)


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0001_decisions_and_enrolments")]

    operations = [migrations.RunSQL(rls_by_area(table, "area_code"), migrations.RunSQL.noop) for table in TABLES]
