"""Row-level security: an officer sees and writes rows of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area

TABLES = (
    "contributions_contribution",
    "contributions_savingsdeposit",
)


class Migration(migrations.Migration):
    dependencies = [("contributions", "0001_spells_and_deposits")]

    operations = [migrations.RunSQL(rls_by_area(table, "area_code"), migrations.RunSQL.noop) for table in TABLES]
