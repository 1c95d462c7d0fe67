"""Row-level security: an officer sees and writes rows of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area

TABLES = (
    "wages_wagerecord",
    "wages_shortfall",
)


class Migration(migrations.Migration):
    dependencies = [("wages", "0001_records_rates_and_shortfalls")]

    operations = [migrations.RunSQL(rls_by_area(table, "area_code"), migrations.RunSQL.noop) for table in TABLES]
