"""Row-level security: an officer sees and writes rows of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_cases")]

    operations = [migrations.RunSQL(rls_by_area("casework_case", "area_code"), migrations.RunSQL.noop)]
