"""Row-level security: an officer sees and writes rows of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area

TABLES = ("accounts_accountrequest", "accounts_account")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_requests_and_accounts")]

    operations = [migrations.RunSQL(rls_by_area(table, "area_code"), migrations.RunSQL.noop) for table in TABLES]
