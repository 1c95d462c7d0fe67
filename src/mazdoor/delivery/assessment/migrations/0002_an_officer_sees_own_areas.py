"""Row-level security: an officer sees and writes rows of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area

TABLES = (
    "assessment_assessment",
    "assessment_benefitreceived",
)


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_snapshots_runs_and_results")]

    operations = [migrations.RunSQL(rls_by_area(table, "area_code"), migrations.RunSQL.noop) for table in TABLES]
