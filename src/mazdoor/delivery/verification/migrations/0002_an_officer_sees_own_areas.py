"""Row-level security: an officer sees and writes rows of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area

TABLES = (
    "verification_verification",
    "verification_verificationrequest",
    "verification_discrepancy",
    "verification_wealthprofile",
)


class Migration(migrations.Migration):
    dependencies = [("verification", "0001_requests_answers_and_discrepancies")]

    operations = [migrations.RunSQL(rls_by_area(table, "area_code"), migrations.RunSQL.noop) for table in TABLES]
