"""Row-level security: an officer sees devices and forms of their own areas only."""

from django.db import migrations

from mazdoor.database.sql import rls_by_area

TABLES = ("openrosa_device", "openrosa_submission", "openrosa_submissionfile")


class Migration(migrations.Migration):
    dependencies = [("openrosa", "0001_devices_and_their_forms")]

    operations = [migrations.RunSQL(rls_by_area(table, "area_code"), migrations.RunSQL.noop) for table in TABLES]
